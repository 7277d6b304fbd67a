// Lets Events expire an hour after their last change, as the API server's --event-ttl does: a cluster that runs for
// years must not grow by what it said.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "mock_kubeapi/controllers/controller.h"

namespace mock_kubeapi {

class EventTtlController final : public Controller {
 public:
  explicit EventTtlController(std::chrono::seconds ttl = std::chrono::hours{1}) : ttl_(ttl) {}

  std::string_view Name() const override { return "kube-apiserver"; }
  void Observe(const Change& change) override;
  bool Step(ControllerContext& context) override;
  std::optional<mock_http::TimePoint> NextDue() const override;

 private:
  /// An Event at one of its revisions; a later revision puts its end off.
  struct Entry {
    std::string key;
    std::uint64_t revision = 0;
    mock_http::TimePoint due;
  };

  std::chrono::seconds ttl_;
  std::deque<Entry> fresh_;    ///< changed since the last step
  std::deque<Entry> waiting_;  ///< in order of their end, because all live equally long
};

}  // namespace mock_kubeapi
