#include "harness/memory_transport.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace harness {
namespace {

using client::ErrorKind;
using client::Fail;

client::Result<client::HttpResponse> NoAnswer(const client::HttpRequest& request, std::string_view why) {
  return Fail(ErrorKind::kTemporary, fmt::format("{} {}: {}", request.method, request.url, why));
}

mock_http::Request Convert(const client::HttpRequest& request, const MemoryTransportOptions& options) {
  mock_http::Request out;
  out.method = request.method;
  out.target = request.url.substr(options.base_url.size());
  if (out.target.empty()) out.target = "/";
  out.headers.Add("Host", options.base_url.substr(options.base_url.find("://") + 3));
  for (const auto& [name, value] : request.headers) out.headers.Add(name, value);
  out.body = request.body;
  out.peer.address = options.client_address;
  return out;
}

client::HttpResponse Convert(mock_http::Response response) {
  client::HttpResponse out;
  out.status = response.status;
  for (const auto& [name, value] : response.headers.fields()) out.headers.emplace_back(name, value);
  out.body = std::move(response.body);
  return out;
}

}  // namespace

MemoryTransport::MemoryTransport(mock_http::Endpoint& endpoint, Waiter& waiter, StepPlan& plan,
                                 MemoryTransportOptions options)
    : endpoint_(endpoint), waiter_(waiter), plan_(plan), options_(std::move(options)) {}

client::Result<client::HttpResponse> MemoryTransport::Send(const client::HttpRequest& request) {
  const bool is_ours = request.url.starts_with(options_.base_url);
  const std::string path = is_ours ? request.url.substr(options_.base_url.size()) : request.url;
  const StepFault fault = plan_.Next(options_.kind, request.method + " " + path);
  if (fault == StepFault::kKillBefore) throw ProcessKilled{plan_.last()};
  if (!is_ours) return NoAnswer(request, "the host's name can't be resolved");
  if (fault == StepFault::kLostRequest) {
    waiter_.Wait(request.timeout);
    return NoAnswer(request, "no answer within the time limit");
  }
  if (fault == StepFault::kServerError) {
    waiter_.Wait(options_.latency);
    return client::HttpResponse{.status = 500, .headers = {{"Content-Type", "text/plain"}}, .body = "injected"};
  }

  mock_http::Exchange exchange = endpoint_.Serve(Convert(request, options_));
  if (options_.after_effect) options_.after_effect(request, exchange.response);
  if (fault == StepFault::kKillAfter) throw ProcessKilled{plan_.last()};

  const mock_http::Delivery& delivery = exchange.delivery;
  std::chrono::milliseconds took = options_.latency + delivery.delay;
  if (delivery.bytes_per_second) {
    took += std::chrono::milliseconds(1000 * exchange.response.body.size() / *delivery.bytes_per_second);
  }
  waiter_.Wait(std::min(took, request.timeout));
  if (fault == StepFault::kErrorAfter) {
    return client::HttpResponse{.status = 500, .headers = {{"Content-Type", "text/plain"}}, .body = "injected"};
  }
  if (fault == StepFault::kLostReply) return NoAnswer(request, "the connection was reset");
  if (took > request.timeout) return NoAnswer(request, "no answer within the time limit");
  if (delivery.drop) return NoAnswer(request, "the connection was closed without an answer");
  if (delivery.garbage) return NoAnswer(request, "the answer is not HTTP");
  if (delivery.truncate_body_at && *delivery.truncate_body_at < exchange.response.body.size()) {
    return NoAnswer(request, "the connection was closed in the middle of the answer");
  }
  if (exchange.response.body.size() > client::kResponseBytesMax) return NoAnswer(request, "the answer is over 1 MiB");
  return Convert(std::move(exchange.response));
}

}  // namespace harness
