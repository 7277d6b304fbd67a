#include "mock_kubeapi/controllers/event_ttl_controller.h"

#include <utility>

#include "mock_kubeapi/controllers/owners.h"

namespace mock_kubeapi {

void EventTtlController::Observe(const Change& change) {
  if (change.resource != "events" || change.type == ChangeType::kDeleted) return;
  fresh_.push_back({.key = KeyOf(change.json()), .revision = change.revision, .due = {}});
}

bool EventTtlController::Step(ControllerContext& context) {
  const mock_http::TimePoint now = context.clock.Now();
  for (; !fresh_.empty(); fresh_.pop_front()) {
    fresh_.front().due = now + ttl_;
    waiting_.push_back(std::move(fresh_.front()));
  }
  if (waiting_.empty() || waiting_.front().due > now) return false;
  const Entry entry = std::move(waiting_.front());
  waiting_.pop_front();
  const NamespacedName name = SplitKey(entry.key);
  const JsonPtr event =
      context.client.store().Get({.resource = "events", .namespace_name = name.namespace_name, .name = name.name});
  if (event == nullptr || MetaText(*event, "resourceVersion") != std::to_string(entry.revision)) return true;
  const KindPtr kind = context.client.FindKind({.group = "", .version = "v1", .resource = "events"});
  if (kind != nullptr) static_cast<void>(context.client.Delete(*kind, name.namespace_name, name.name, {}));
  return true;
}

std::optional<mock_http::TimePoint> EventTtlController::NextDue() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.front().due;
}

}  // namespace mock_kubeapi
