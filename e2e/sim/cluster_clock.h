// The clock of one cluster: the world's, and what it is wrong by.
#pragma once

#include <chrono>

#include "mock_http/clock.h"

namespace sim {

class ClusterClock final : public mock_http::Clock {
 public:
  /// `world` must outlive it.
  explicit ClusterClock(const mock_http::Clock& world) : world_(world) {}

  mock_http::TimePoint Now() const override { return world_.Now() + offset_; }
  bool Runs() const override { return false; }

  std::chrono::seconds offset() const { return offset_; }
  /// Sets it forward, or back when negative.
  void Step(std::chrono::seconds by) { offset_ += by; }

 private:
  const mock_http::Clock& world_;
  std::chrono::seconds offset_{0};
};

}  // namespace sim
