#include "mock_kubeapi/controllers/event_recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

using std::chrono::seconds;

// The numbers of client-go's EventCorrelator.
constexpr std::size_t kSimilarMax = 10;
constexpr seconds kSimilarWindow{600};
constexpr double kBurst = 25;
constexpr seconds kSecondsPerToken{300};
// The original keeps this many of the most recently used; here all are forgotten when there are more.
constexpr std::size_t kKnownMax = 4096;

}  // namespace

Json ReferenceTo(const Kind& kind, const Json& object) {
  const Json& metadata = ObjectOf(object, "metadata");
  Json reference = {{"kind", kind.kind}, {"apiVersion", kind.ApiVersion()}};
  for (const char* field : {"namespace", "name", "uid", "resourceVersion"}) {
    const std::string& value = TextOf(metadata, field);
    if (!value.empty()) reference[field] = value;
  }
  return reference;
}

void EventRecorder::Record(ControllerContext& context, const Kind& kind, const Json& object, const EventText& text) {
  const KindPtr events = context.client.FindKind({.group = "", .version = "v1", .resource = "events"});
  if (events == nullptr) return;
  const mock_http::TimePoint now = context.clock.Now();
  const Json& metadata = ObjectOf(object, "metadata");
  const std::string object_key = fmt::format("{}/{}/{}", kind.kind, TextOf(metadata, "uid"), TextOf(metadata, "name"));
  Forget();

  std::string message = text.message;
  std::string key = fmt::format("{}|{}|{}|{}", object_key, text.field_path, text.type, text.reason);
  Similar& similar = similar_[key];
  if (now - similar.last > kSimilarWindow) similar.messages.clear();
  similar.last = now;
  similar.messages.insert(message);
  if (similar.messages.size() >= kSimilarMax) {
    // From here on one event stands for all of them; its message is the latest.
    message = "(combined from similar events): " + message;
    similar.messages.erase(similar.messages.begin());
  } else {
    key += "|" + message;
  }
  if (!Spend(object_key, now)) return;

  const std::string stamp = mock_http::FormatRfc3339(now);
  const std::string& object_namespace = TextOf(metadata, "namespace");
  const std::string event_namespace = object_namespace.empty() ? "default" : object_namespace;
  Known& known = known_[key];
  ++known.count;
  if (known.count > 1) {
    const JsonPtr stored =
        context.client.store().Get({.resource = "events", .namespace_name = event_namespace, .name = known.name});
    if (stored != nullptr) {
      Json event = *stored;
      event["count"] = known.count;
      event["lastTimestamp"] = stamp;
      event["message"] = message;
      static_cast<void>(context.client.Update(*events, std::move(event), ""));
      return;
    }
    // It has expired; the count goes on in a new one.
  } else {
    known.first_timestamp = stamp;
  }
  known.name = NextName(TextOf(metadata, "name"), now);
  Json event = {{"metadata", {{"name", known.name}, {"namespace", event_namespace}}},
                {"involvedObject", ReferenceTo(kind, object)},
                {"reason", text.reason},
                {"message", message},
                {"source", {{"component", component_}}},
                {"firstTimestamp", known.first_timestamp},
                {"lastTimestamp", stamp},
                {"count", known.count},
                {"type", text.type}};
  if (!text.field_path.empty()) event["involvedObject"]["fieldPath"] = text.field_path;
  if (!host_.empty()) event["source"]["host"] = host_;
  static_cast<void>(context.client.Create(*events, std::move(event)));
}

bool EventRecorder::Spend(const std::string& object_key, mock_http::TimePoint now) {
  const auto [entry, is_new] = budgets_.try_emplace(object_key);
  Budget& budget = entry->second;
  if (is_new) {
    budget.tokens = kBurst;
  } else {
    const std::chrono::duration<double> passed = std::max(now - budget.last, std::chrono::nanoseconds{0});
    budget.tokens = std::min(kBurst, budget.tokens + passed / std::chrono::duration<double>(kSecondsPerToken));
  }
  budget.last = now;
  if (budget.tokens < 1) return false;
  budget.tokens -= 1;
  return true;
}

std::string EventRecorder::NextName(std::string_view object_name, mock_http::TimePoint now) {
  // A clock that stands still must not make two events of one name.
  last_stamp_ = std::max<std::int64_t>(last_stamp_ + 1, now.time_since_epoch().count());
  return fmt::format("{}.{:x}", object_name, last_stamp_);
}

void EventRecorder::Forget() {
  if (known_.size() > kKnownMax) known_.clear();
  if (similar_.size() > kKnownMax) similar_.clear();
  if (budgets_.size() > kKnownMax) budgets_.clear();
}

}  // namespace mock_kubeapi
