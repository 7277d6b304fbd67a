#include "sim/faulty_transport.h"

#include <fmt/format.h>

#include <utility>

namespace sim {
namespace {

using client::HttpRequest;
using client::HttpResponse;
using client::Result;
using std::chrono::milliseconds;

constexpr milliseconds kLatency{5};

std::unexpected<client::Error> NoAnswer(const HttpRequest& request, std::string_view why) {
  return client::Fail(client::ErrorKind::kTemporary, fmt::format("{} {}: {}", request.method, request.url, why));
}

}  // namespace

FaultyTransport::FaultyTransport(client::HttpTransport& inner, harness::Waiter& waiter, Options options)
    : inner_(inner), waiter_(waiter), options_(std::move(options)) {}

Result<HttpResponse> FaultyTransport::Send(const HttpRequest& request) {
  const std::optional<ExchangeFault> fault = options_.choose(request);
  Result<HttpResponse> result = fault ? Suffer(request, *fault) : inner_.Send(request);
  if (options_.after) options_.after(request, result, fault);
  return result;
}

Result<HttpResponse> FaultyTransport::Suffer(const HttpRequest& request, const ExchangeFault& fault) {
  using Effect = ExchangeFault::Effect;
  switch (fault.effect) {
    case Effect::kAnswer:
      waiter_.Wait(kLatency);
      return fault.answer;
    case Effect::kLostRequest:
      waiter_.Wait(request.timeout);
      return NoAnswer(request, "no answer within the time limit");
    case Effect::kRefused:
      waiter_.Wait(kLatency);
      return NoAnswer(request, "connection refused");
    case Effect::kConflict:
      if (options_.meddle) options_.meddle();
      return inner_.Send(request);
    case Effect::kDelay: {
      if (fault.delay >= request.timeout) {
        // The request is on its way long before its answer is given up.
        auto unheard = inner_.Send(request);
        waiter_.Wait(request.timeout - kLatency);
        return unheard ? NoAnswer(request, "no answer within the time limit") : unheard;
      }
      waiter_.Wait(fault.delay);
      return inner_.Send(request);
    }
    case Effect::kLostReply:
    case Effect::kCut:
    case Effect::kShortBody:
    case Effect::kGarbage:
      break;
  }
  auto result = inner_.Send(request);
  if (!result) return result;
  if (fault.effect == Effect::kLostReply) return NoAnswer(request, "the connection was reset");
  if (fault.effect == Effect::kCut) return NoAnswer(request, "the connection was closed in the middle of the answer");
  if (fault.effect == Effect::kGarbage) return fault.answer;
  result->body.resize(result->body.size() / 2);
  return result;
}

}  // namespace sim
