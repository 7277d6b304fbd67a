#include "mock_acmedns/dns_faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "mock_acmedns/dns_message.h"
#include "mock_http/glob.h"
#include "mock_http/json_reader.h"

namespace mock_acmedns {
namespace {

using nlohmann::json;

constexpr std::int64_t kMillisecondsMax = 86'400'000;
constexpr std::int64_t kCountMax = 1'000'000'000;

/// Lower case, without a final dot.
std::string Normalise(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

bool Matches(const DnsFaultMatch& match, const DnsQuestionView& question) {
  if (match.transport && *match.transport != question.transport) return false;
  if (!match.type.empty() && match.type != question.type) return false;
  return match.name.empty() || mock_http::FitsGlob(Normalise(match.name), Normalise(question.name));
}

std::string ReadMatch(const json& object, DnsFaultMatch& match) {
  mock_http::JsonReader reader(object, "match");
  reader.Read("name", match.name);
  reader.Read("type", match.type);
  if (!match.type.empty() && !IsTypeName(match.type)) {
    reader.Complain("type", "must be the name of a type in capitals, or TYPE and its number when it has no name");
  }
  std::string transport;
  reader.Read("transport", transport);
  if (transport == "udp") match.transport = Transport::kUdp;
  if (transport == "tcp") match.transport = Transport::kTcp;
  if (!transport.empty() && !match.transport) reader.Complain("transport", "must be \"udp\" or \"tcp\"");
  reader.ReadProbability("probability", match.probability);
  reader.ReadNumber("skip", std::int64_t{0}, kCountMax, match.skip);
  reader.ReadNumber("times", std::int64_t{0}, kCountMax, match.times);
  return reader.Finish();
}

std::string ReadAction(const json& object, DnsFaultAction& action) {
  mock_http::JsonReader reader(object, "action");
  std::string code;
  reader.Read("rcode", code);
  if (!code.empty()) {
    action.rcode = RcodeFromName(code);
    if (!action.rcode) reader.Complain("rcode", "must be the name of a code, e.g. \"SERVFAIL\"");
  }
  reader.Read("no_answer", action.no_answer);
  reader.Read("stale_txt", action.stale_txt);
  reader.ReadNumber("txt_delay_ms", std::int64_t{0}, kMillisecondsMax, action.txt_delay);
  reader.Read("truncate", action.truncate);
  reader.ReadNumber("delay_ms", std::int64_t{0}, kMillisecondsMax, action.delay);
  return reader.Finish();
}

}  // namespace

std::string DnsFaultPlan::Put(DnsFault fault) {
  if (fault.id.empty()) fault.id = fmt::format("dns-fault-{}", next_id_++);
  std::string id = fault.id;
  const auto same = std::ranges::find(entries_, id, [](const Entry& entry) { return entry.fault.id; });
  if (same != entries_.end()) {
    *same = Entry{.fault = std::move(fault)};
  } else {
    entries_.push_back(Entry{.fault = std::move(fault)});
  }
  return id;
}

bool DnsFaultPlan::Remove(std::string_view id) {
  return std::erase_if(entries_, [id](const Entry& entry) { return entry.fault.id == id; }) > 0;
}

std::optional<DnsFault> DnsFaultPlan::Next(const DnsQuestionView& question) {
  std::optional<DnsFault> acting;
  for (Entry& entry : entries_) {
    const DnsFaultMatch& match = entry.fault.match;
    if (!Matches(match, question)) continue;
    const bool is_due = ++entry.seen > match.skip && (!match.times || entry.fired < *match.times);
    if (acting || !is_due || (match.probability < 1 && random_.Unit() >= match.probability)) continue;
    ++entry.fired;
    acting = entry.fault;
  }
  return acting;
}

json DnsFaultPlan::ToJson() const {
  json list = json::array();
  for (const Entry& entry : entries_) {
    json item = DnsFaultToJson(entry.fault);
    item["seen"] = entry.seen;
    item["fired"] = entry.fired;
    list.push_back(std::move(item));
  }
  return list;
}

std::expected<DnsFault, std::string> DnsFaultFromJson(const json& json) {
  DnsFault fault;
  mock_http::JsonReader reader(json, "");
  reader.Read("id", fault.id);
  reader.Ignore({"seen", "fired"});  // so that a listed fault can be put again as it stands
  std::string error;
  if (const auto* match = reader.Member("match")) error = ReadMatch(*match, fault.match);
  if (const auto* action = reader.Member("action")) {
    if (error.empty()) error = ReadAction(*action, fault.action);
  } else if (error.empty()) {
    error = "action is missing: it says what happens, e.g. {\"rcode\": \"SERVFAIL\"}";
  }
  const std::string outer = reader.Finish();
  if (!outer.empty()) return std::unexpected(outer);
  if (!error.empty()) return std::unexpected(error);
  return fault;
}

json DnsFaultToJson(const DnsFault& fault) {
  const DnsFaultMatch& match = fault.match;
  json match_json = json::object();
  if (!match.name.empty()) match_json["name"] = match.name;
  if (!match.type.empty()) match_json["type"] = match.type;
  if (match.transport) match_json["transport"] = *match.transport == Transport::kUdp ? "udp" : "tcp";
  if (match.probability < 1) match_json["probability"] = match.probability;
  if (match.skip > 0) match_json["skip"] = match.skip;
  if (match.times) match_json["times"] = *match.times;

  const DnsFaultAction& action = fault.action;
  json action_json = json::object();
  if (action.rcode) action_json["rcode"] = RcodeName(*action.rcode);
  if (action.no_answer) action_json["no_answer"] = true;
  if (action.stale_txt) action_json["stale_txt"] = true;
  if (action.txt_delay) action_json["txt_delay_ms"] = action.txt_delay->count();
  if (action.truncate) action_json["truncate"] = true;
  if (action.delay.count() > 0) action_json["delay_ms"] = action.delay.count();
  return {{"id", fault.id}, {"match", std::move(match_json)}, {"action", std::move(action_json)}};
}

}  // namespace mock_acmedns
