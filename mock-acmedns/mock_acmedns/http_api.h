// acme-dns's HTTP API: /register, /update, /health, with its CORS layer, its router and, in front of /register, the
// basic authentication of a reverse proxy.
#pragma once

#include <string>
#include <string_view>

#include "mock_acmedns/config.h"
#include "mock_acmedns/database.h"
#include "mock_acmedns/router.h"
#include "mock_http/http_message.h"
#include "mock_http/request_target.h"
#include "mock_http/service.h"

namespace mock_acmedns {

class HttpApi final : public mock_http::Service {
 public:
  /// `config` must be complete; both must outlive the API.
  HttpApi(const Config& config, Database& database);

  mock_http::Response Handle(const mock_http::Request& request) override;
  /// "operation": register, update, health or other; "user": what X-Api-User says, if anything.
  mock_http::Facts Describe(const mock_http::Request& request) const override;
  /// acme-dns decodes the body of a registration, and that of an update once the credentials hold.
  bool ReadsBody(const mock_http::Request& head) const override;
  /// Passwords in JSON become "***"; a request's body that is no JSON becomes "***" as a whole.
  std::string RedactBody(const mock_http::Request& request, std::string_view body, bool is_request) const override;

 private:
  mock_http::Response Serve(const mock_http::Request& request, const mock_http::RequestTarget& target);
  mock_http::Response Register(const mock_http::Request& request);
  mock_http::Response Update(const mock_http::Request& request);
  /// The account whose credentials the request carries; nullptr when it carries none that hold.
  const Account* Authenticate(const mock_http::Request& request) const;
  bool IsAllowedFrom(const mock_http::Request& request, const Account& account) const;
  /// Whether the proxy in front keeps the request from acme-dns.
  bool IsGuarded(const mock_http::Request& request, const mock_http::RequestTarget& target) const;
  bool PassesBasicAuth(const mock_http::Request& request) const;

  const Config& config_;
  Database& database_;
  Router router_;
  std::string basic_credentials_;  ///< "Basic …" as it must be sent; empty: no guard
};

}  // namespace mock_acmedns
