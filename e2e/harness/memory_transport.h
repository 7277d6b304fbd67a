// The client's HTTP transport over a mock's endpoint, without sockets: what a delivery fault does to bytes on a wire is
// turned into what libcurl would have made of it.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "effects/http_transport.h"
#include "harness/step_plan.h"
#include "harness/waiter.h"
#include "mock_http/endpoint.h"

namespace harness {

struct MemoryTransportOptions {
  StepKind kind = StepKind::kAcmeDns;
  /// Requests to other base URLs find nobody: "no such host".
  std::string base_url;
  std::string client_address = "127.0.0.1";
  /// One exchange takes so long on the clock.
  std::chrono::milliseconds latency{5};
  /// Called right after a request had its effect, before time passes and whatever becomes of the answer. May be empty.
  std::function<void(const client::HttpRequest& request, const mock_http::Response& response)> after_effect = {};
};

/// Not thread-safe. The plan, waiter and endpoint must outlive it.
class MemoryTransport final : public client::HttpTransport {
 public:
  MemoryTransport(mock_http::Endpoint& endpoint, Waiter& waiter, StepPlan& plan, MemoryTransportOptions options);
  /// Throws ProcessKilled where the plan says so.
  client::Result<client::HttpResponse> Send(const client::HttpRequest& request) override;

 private:
  mock_http::Endpoint& endpoint_;
  Waiter& waiter_;
  StepPlan& plan_;
  MemoryTransportOptions options_;
};

}  // namespace harness
