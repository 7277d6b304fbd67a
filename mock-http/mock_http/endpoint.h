// A service with its faults and its history: the one way into a mock, for the socket server and for in-memory callers.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

#include "mock_http/clock.h"
#include "mock_http/fault_plan.h"
#include "mock_http/history.h"
#include "mock_http/http_message.h"
#include "mock_http/random.h"
#include "mock_http/service.h"

namespace mock_http {

/// How the answer reaches the client. A socket server acts on it; an in-memory transport turns it into what its client
/// would have seen (no answer, a broken answer, a late answer).
struct Delivery {
  std::chrono::milliseconds delay{0};
  bool drop = false;
  bool garbage = false;
  std::optional<std::size_t> truncate_body_at;
  std::optional<std::size_t> bytes_per_second;
};

struct Exchange {
  Response response;
  Delivery delivery;
};

/// Serialises everything that touches one service's state. Thread-safe.
class Endpoint {
 public:
  /// All three must outlive the endpoint.
  Endpoint(Service& service, const Clock& clock, Random& random);

  /// Applies the fault plan, asks the service, records the exchange. Doesn't block for delays: it returns them.
  Exchange Serve(const Request& request);
  /// Service::ReadsBody, under the lock.
  bool ReadsBody(const Request& head);
  /// Runs `work` under the lock under which Serve runs: the way to look at or change the service's state, the faults
  /// or the history while a server is up.
  template <class Work>
  decltype(auto) Locked(Work&& work) {
    const std::scoped_lock lock(mutex_);
    return std::forward<Work>(work)(*this);
  }

  Service& service() { return service_; }
  const Clock& clock() const { return clock_; }
  /// Only within Locked while a server is up.
  FaultPlan& faults() { return faults_; }
  History& history() { return history_; }

 private:
  Service& service_;
  const Clock& clock_;
  std::recursive_mutex mutex_;
  FaultPlan faults_;
  History history_;
};

}  // namespace mock_http
