#include "kube/events.h"

#include <fmt/format.h>

#include <utility>

#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "base/timestamp.h"
#include "mutant.h"

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
  switch (reason) {
    case EventReason::kReregistered:
      return {.type = "Warning", .reason = "Reregistered"};
    case EventReason::kUntold:
      return {.type = "Warning", .reason = "Registered"};
    case EventReason::kTidied:
      return {.type = "Normal", .reason = "Tidied"};
    case EventReason::kRegistered:
      break;
  }
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

EventFate EventRecorder::Record(const SecretView& view, const EventText& text) {
  if (Has(Mutant::kNoEvent)) return EventFate::kUnknown;
  const SecretRef& secret = options_.secret;
  const Look look = LookOf(text.reason);
  const std::string now = FormatTimestamp(api_.clock().Now());
  // A number is drawn either way, so that with the same seed the rest of the run is the same, id or not.
  const std::uint64_t id = text.id.value_or(random_.Next());
  std::string prefix = secret.name.substr(0, kNamePrefixBytesMax);
  while (prefix.ends_with('.') || prefix.ends_with('-')) prefix.pop_back();
  const nlohmann::json event = {
      {"apiVersion", "v1"},
      {"kind", "Event"},
      {"metadata", {{"name", fmt::format("{}.{:016x}", prefix, id)}, {"namespace", secret.namespace_name}}},
      {"involvedObject",
       {{"apiVersion", "v1"},
        {"kind", "Secret"},
        {"namespace", secret.namespace_name},
        {"name", secret.name},
        {"uid", view.uid},
        {"resourceVersion", view.resource_version}}},
      {"type", look.type},
      {"reason", look.reason},
      {"message", Cut(text.message)},
      {"source", {{"component", options_.component}}},
      {"firstTimestamp", now},
      {"lastTimestamp", now},
      {"count", 1}};
  const ApiRequest request = {.method = "POST",
                              .path = fmt::format("/api/v1/namespaces/{}/events", PercentEncode(secret.namespace_name)),
                              .content_type = "application/json",
                              .body = DumpJson(event),
                              .verb = "create",
                              .resource = "events",
                              .namespace_name = secret.namespace_name};
  const auto created = text.insist ? api_.Send(request) : api_.SendOnce(request);
  if (created) return EventFate::kCreated;
  if (created.error().kind == ErrorKind::kConflict) return EventFate::kWasThere;
  log_.Write(LogLevel::kDebug, "no Event was created", {{"reason", created.error().message}});
  return EventFate::kUnknown;
}

}  // namespace client
