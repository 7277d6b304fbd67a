#include "mock_http/endpoint.h"

namespace mock_http {
namespace {

Response FaultResponse(const FaultAction& action) {
  Response response;
  response.status = action.status.value_or(200);
  response.headers = action.headers;
  response.headers.Set("Content-Type", action.content_type);
  if (action.retry_after) response.headers.Set("Retry-After", *action.retry_after);
  response.body = action.body;
  return response;
}

}  // namespace

Endpoint::Endpoint(Service& service, const Clock& clock, Random& random)
    : service_(service), clock_(clock), faults_(random) {}

bool Endpoint::ReadsBody(const Request& head) {
  const std::scoped_lock lock(mutex_);
  return service_.ReadsBody(head);
}

Exchange Endpoint::Serve(const Request& request) {
  const std::scoped_lock lock(mutex_);
  Facts facts;
  const bool records = history_.capacity() > 0;
  if (records || !faults_.Empty()) facts = service_.Describe(request);
  const std::optional<Fault> fault = faults_.Empty() ? std::nullopt : faults_.Next(request, facts);

  Exchange exchange;
  if (!fault) {
    exchange.response = service_.Handle(request);
  } else {
    const FaultAction& action = fault->action;
    const bool replaces = action.status.has_value();
    if (action.after_effect || (!replaces && !action.drop)) exchange.response = service_.Handle(request);
    if (replaces) exchange.response = FaultResponse(action);
    exchange.delivery = {.delay = action.delay,
                         .drop = action.drop,
                         .garbage = action.garbage,
                         .truncate_body_at = action.truncate_body_at,
                         .bytes_per_second = action.bytes_per_second};
  }

  HistoryEntry entry;
  if (records) {
    entry = {.time = clock_.Now(),
             .facts = std::move(facts),
             .request = request,
             .status = exchange.delivery.drop || exchange.delivery.garbage ? 0 : exchange.response.status,
             .response_body = exchange.response.body,
             .fault_id = fault ? fault->id : std::string()};
  }
  history_.Add(std::move(entry));
  return exchange;
}

}  // namespace mock_http
