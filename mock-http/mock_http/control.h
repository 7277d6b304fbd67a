// The control endpoint: faults, history and the clock over HTTP with JSON, on a listener of its own. A mock adds its
// own routes (accounts, DNS faults …).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "mock_http/clock.h"
#include "mock_http/endpoint.h"
#include "mock_http/service.h"

namespace mock_http {

/// What a control route answers: a JSON value, with 200 unless said otherwise.
struct ControlReply {
  int status = 200;
  std::string json_body;  ///< serialised; empty for none
};

/// {"error": message} with the given status.
ControlReply ControlError(int status, std::string_view message);

/// Serves, for one mock's endpoint:
///   GET /               the routes, one per line
///   GET, DELETE /history
///   GET, POST, DELETE /faults     PUT, DELETE /faults/{id}
///   GET /clock, POST /clock/advance {"seconds": 86400}     the latter only with a virtual clock
/// and what AddRoute adds.
class ControlService final : public Service {
 public:
  /// Path segments that stood for {…} in the pattern, in order, percent-decoded.
  using Parameters = std::vector<std::string>;
  using Route = std::function<ControlReply(const Parameters& parameters, const nlohmann::json& body)>;

  /// `target` is the mock under control; `clock` its virtual clock or null. Both must outlive this.
  ControlService(Endpoint& target, VirtualClock* clock);

  /// Adds a route such as AddRoute("POST", "/accounts/{id}/invalidate", "what it does", …). It is called under the
  /// target's lock, with the request's JSON body, null when the body is empty. Not JSON: 400 before the route is asked.
  void AddRoute(std::string method, const std::string& pattern, std::string help, Route route);

  Response Handle(const Request& request) override;
  std::string RedactBody(const Request& request, std::string_view body, bool is_request) const override;

 private:
  struct Entry {
    std::string method;
    std::vector<std::string> pattern;
    std::string help;
    Route route;
    bool locked = true;
  };
  void AddOwnRoutes();
  Endpoint& target_;
  VirtualClock* clock_;
  std::vector<Entry> routes_;
};

}  // namespace mock_http
