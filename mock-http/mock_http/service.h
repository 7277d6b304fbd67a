// What a mock implements: one function from request to response, and a description that faults and the history use.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "mock_http/http_message.h"

namespace mock_http {

/// What a service says of a request, e.g. {"verb":"patch","resource":"secrets","namespace":"a","name":"b",
/// "caller":"system:admin"}. Fault matches name these keys.
using Facts = std::map<std::string, std::string>;

/// A mock server's behaviour. Calls are serialised by the Endpoint, so an implementation needs no lock of its own for
/// what only these functions touch. No call may block.
class Service {
 public:
  virtual ~Service() = default;
  /// Answers every request; never throws.
  virtual Response Handle(const Request& request) = 0;
  /// Facts about the request, without effects. Called before Handle, only while a fault or the history needs them.
  virtual Facts Describe(const Request& request) const {
    static_cast<void>(request);
    return {};
  }
  /// Whether Handle will look at the body of this request, of which only the head is there. net/http asks a client that
  /// waits for "100 Continue" for no other body, and ends the connection rather than take a long one in for nothing.
  virtual bool ReadsBody(const Request& head) const {
    static_cast<void>(head);
    return true;
  }
  /// The body with every secret replaced by "***", for history dumps. `is_request` tells which of the two it is.
  virtual std::string RedactBody(const Request& request, std::string_view body, bool is_request) const = 0;
};

}  // namespace mock_http
