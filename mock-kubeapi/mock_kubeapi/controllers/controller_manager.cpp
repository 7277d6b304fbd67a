#include <algorithm>
#include <utility>

#include "mock_kubeapi/controllers/controller.h"

namespace mock_kubeapi {

ControllerManager::ControllerManager(Store& store, const mock_http::Clock& clock, mock_http::Random& random,
                                     ClientFactory make_client)
    : store_(store), clock_(clock), random_(random), make_client_(std::move(make_client)) {
  observer_ = store_.Observe([this](const ChangePtr& change) {
    changed_ = true;
    for (const Entry& entry : entries_) entry.controller->Observe(*change);
  });
}

ControllerManager::~ControllerManager() {
  store_.StopObserving(observer_);
}

void ControllerManager::Add(std::unique_ptr<Controller> controller) {
  std::unique_ptr<ObjectClient> client = make_client_(*controller);
  entries_.push_back({.controller = std::move(controller), .client = std::move(client)});
  changed_ = true;
}

std::size_t ControllerManager::Run() {
  // Without a change only a due time can bring work.
  const auto due = NextDue();
  if (!std::exchange(changed_, false) && (!due || *due > clock_.Now())) return 0;
  std::size_t steps = 0;
  for (bool worked = true; worked;) {
    worked = false;
    for (const Entry& entry : entries_) {
      ControllerContext context{.clock = clock_, .random = random_, .client = *entry.client};
      while (entry.controller->Step(context)) {
        ++steps;
        worked = true;
      }
    }
  }
  changed_ = false;
  return steps;
}

std::optional<mock_http::TimePoint> ControllerManager::NextDue() const {
  std::optional<mock_http::TimePoint> next;
  for (const Entry& entry : entries_) {
    const auto due = entry.controller->NextDue();
    if (due && (!next || *due < *next)) next = due;
  }
  return next;
}

}  // namespace mock_kubeapi
