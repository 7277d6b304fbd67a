#include "kube/events.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <utility>

#include <nlohmann/json.hpp>

#include "base/json_text.h"

namespace client {
namespace {

constexpr std::size_t kMessageBytesMax = 1024;
/// A name has 253 characters at most; 17 are ours.
constexpr std::size_t kNamePrefixBytesMax = 236;

struct Look {
  const char* type;
  const char* reason;
};

Look LookOf(EventReason reason) {
  if (reason == EventReason::kReregistered) return {.type = "Warning", .reason = "Reregistered"};
  return {.type = "Normal", .reason = "Registered"};
}

std::string Cut(std::string text) {
  if (text.size() > kMessageBytesMax) {
    text.resize(kMessageBytesMax - 3);
    text += "...";
  }
  return text;
}

}  // namespace

EventRecorder::EventRecorder(ApiClient& api, Random& random, Log& log, Options options)
    : api_(api), random_(random), log_(log), options_(std::move(options)) {}

void EventRecorder::Record(const SecretView& view, EventReason reason, const std::string& message) {
  const SecretRef& secret = options_.secret;
  const Look look = LookOf(reason);
  const std::string now =
      fmt::format("{:%FT%TZ}", std::chrono::time_point_cast<std::chrono::seconds>(api_.clock().Now()));
  std::string prefix = secret.name.substr(0, kNamePrefixBytesMax);
  while (prefix.ends_with('.') || prefix.ends_with('-')) prefix.pop_back();
  const nlohmann::json event = {
      {"apiVersion", "v1"},
      {"kind", "Event"},
      {"metadata", {{"name", fmt::format("{}.{:016x}", prefix, random_.Next())}, {"namespace", secret.namespace_name}}},
      {"involvedObject",
       {{"apiVersion", "v1"},
        {"kind", "Secret"},
        {"namespace", secret.namespace_name},
        {"name", secret.name},
        {"uid", view.uid},
        {"resourceVersion", view.resource_version}}},
      {"type", look.type},
      {"reason", look.reason},
      {"message", Cut(message)},
      {"source", {{"component", options_.component}}},
      {"firstTimestamp", now},
      {"lastTimestamp", now},
      {"count", 1}};
  const auto created =
      api_.SendOnce({.method = "POST",
                     .path = fmt::format("/api/v1/namespaces/{}/events", PercentEncode(secret.namespace_name)),
                     .content_type = "application/json",
                     .body = DumpJson(event),
                     .verb = "create",
                     .resource = "events",
                     .namespace_name = secret.namespace_name});
  if (!created) {
    log_.Write(LogLevel::kDebug, "no Event was created", {{"reason", created.error().message}});
  }
}

}  // namespace client
