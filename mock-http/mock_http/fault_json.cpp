// The JSON form of a fault, as the control endpoint takes and gives it.
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "mock_http/fault_plan.h"
#include "mock_http/json_reader.h"

namespace mock_http {
namespace {

using nlohmann::json;

constexpr std::int64_t kMillisecondsMax = 86'400'000;
constexpr std::int64_t kCountMax = 1'000'000'000;

std::string ReadMatch(const json& object, FaultMatch& match) {
  JsonReader reader(object, "match");
  reader.Read("method", match.method);
  reader.Read("path", match.path);
  reader.ReadStrings("facts",
                     [&match](const std::string& key, std::string value) { match.facts[key] = std::move(value); });
  reader.ReadProbability("probability", match.probability);
  reader.ReadNumber("skip", std::int64_t{0}, kCountMax, match.skip);
  reader.ReadNumber("times", std::int64_t{0}, kCountMax, match.times);
  return reader.Finish();
}

/// A member that becomes a field of the answer.
void ReadFieldValue(JsonReader& reader, const char* name, std::string& out) {
  reader.Read(name, out);
  if (!IsFieldValue(out)) reader.Complain(name, "must be one line without control characters");
}

/// The members that say what the answer is, which there is only with a status.
void ReadAnswer(JsonReader& reader, const json& object, FaultAction& action) {
  reader.ReadNumber("status", 200, 599, action.status);
  reader.Read("body", action.body);
  ReadFieldValue(reader, "content_type", action.content_type);
  std::string retry_after;
  ReadFieldValue(reader, "retry_after", retry_after);
  if (!retry_after.empty()) action.retry_after = retry_after;
  reader.ReadStrings("headers", [&](const std::string& key, std::string value) {
    if (!IsToken(key)) reader.Complain("headers", "has a name that no header can have");
    if (!IsFieldValue(value)) reader.Complain("headers", "must have values of one line without control characters");
    action.headers.Add(key, std::move(value));
  });
  for (const char* name : {"body", "content_type", "retry_after", "headers"}) {
    if (!action.status && object.contains(name) && !object[name].is_null()) reader.Complain(name, "needs a status");
  }
}

std::string ReadAction(const json& object, FaultAction& action) {
  JsonReader reader(object, "action");
  ReadAnswer(reader, object, action);
  reader.Read("after_effect", action.after_effect);
  reader.ReadNumber("delay_ms", std::int64_t{0}, kMillisecondsMax, action.delay);
  reader.Read("drop", action.drop);
  reader.ReadNumber("truncate_body_at", std::int64_t{0}, kCountMax, action.truncate_body_at);
  reader.Read("garbage", action.garbage);
  reader.ReadNumber("bytes_per_second", std::int64_t{1}, kCountMax, action.bytes_per_second);
  if (action.after_effect && !action.status && !action.drop) reader.Complain("after_effect", "needs a status or drop");
  return reader.Finish();
}

}  // namespace

std::expected<Fault, std::string> FaultFromJson(const nlohmann::json& json) {
  Fault fault;
  JsonReader reader(json, "");
  reader.Read("id", fault.id);
  reader.Ignore({"seen", "fired"});  // so that a listed fault can be put again as it stands
  std::string error;
  if (const nlohmann::json* match = reader.Member("match")) error = ReadMatch(*match, fault.match);
  if (const nlohmann::json* action = reader.Member("action")) {
    if (error.empty()) error = ReadAction(*action, fault.action);
  } else if (error.empty()) {
    error = "action is missing: it says what happens, e.g. {\"status\": 503}";
  }
  const std::string outer = reader.Finish();
  if (!outer.empty()) return std::unexpected(outer);
  if (!error.empty()) return std::unexpected(error);
  return fault;
}

nlohmann::json FaultToJson(const Fault& fault) {
  const FaultMatch& match = fault.match;
  json match_json = json::object();
  if (!match.method.empty()) match_json["method"] = match.method;
  if (!match.path.empty()) match_json["path"] = match.path;
  if (!match.facts.empty()) match_json["facts"] = match.facts;
  if (match.probability < 1) match_json["probability"] = match.probability;
  if (match.skip > 0) match_json["skip"] = match.skip;
  if (match.times) match_json["times"] = *match.times;

  const FaultAction& action = fault.action;
  json action_json = json::object();
  if (action.status) {
    action_json["status"] = *action.status;
    action_json["content_type"] = action.content_type;
    if (!action.body.empty()) action_json["body"] = action.body;
  }
  if (action.retry_after) action_json["retry_after"] = *action.retry_after;
  for (const auto& [name, value] : action.headers.fields()) action_json["headers"][name] = value;
  if (action.after_effect) action_json["after_effect"] = true;
  if (action.delay.count() > 0) action_json["delay_ms"] = action.delay.count();
  if (action.drop) action_json["drop"] = true;
  if (action.truncate_body_at) action_json["truncate_body_at"] = *action.truncate_body_at;
  if (action.garbage) action_json["garbage"] = true;
  if (action.bytes_per_second) action_json["bytes_per_second"] = *action.bytes_per_second;
  return {{"id", fault.id}, {"match", std::move(match_json)}, {"action", std::move(action_json)}};
}

}  // namespace mock_http
