// The API server as a function from request to response: authentication, authorisation, routing, handlers, and the
// controllers that settle the world after each change. The socket server, a unit test and the simulator all use it.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "mock_http/clock.h"
#include "mock_http/random.h"
#include "mock_http/service.h"
#include "mock_kubeapi/api/metrics.h"
#include "mock_kubeapi/api/nonresource_handler.h"
#include "mock_kubeapi/api/object_writer.h"
#include "mock_kubeapi/api/request_context.h"
#include "mock_kubeapi/api/resource_handler.h"
#include "mock_kubeapi/authn/authenticator.h"
#include "mock_kubeapi/authn/token_issuer.h"
#include "mock_kubeapi/authz/authorizer.h"
#include "mock_kubeapi/controllers/controller.h"
#include "mock_kubeapi/kinds/table.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {

struct ApiServerOptions {
  enum class Authorization { kRbac, kAlwaysAllow };

  std::string git_version = "v1.35.0";
  StaticTokens static_tokens;
  TokenIssuerOptions tokens;
  Authorization authorization = Authorization::kRbac;
  bool allow_anonymous = true;
  bool aggregated_discovery = false;
  /// PEM, published in every namespace as kube-root-ca.crt and in token Secrets.
  std::string ca_certificate;
  Store::Options store;
  /// False: only what requests write changes; no default ServiceAccounts, no garbage collection.
  bool controllers = true;
};

/// Not thread-safe: mock_http::Endpoint serialises.
class ApiServer final : public mock_http::Service {
 public:
  /// Makes the namespaces and roles that every cluster has. Fails when the token key can't be read. `clock` and
  /// `random` must outlive the server, and the server every watch it has answered with.
  static std::expected<std::unique_ptr<ApiServer>, std::string> Create(ApiServerOptions options,
                                                                       const mock_http::Clock& clock,
                                                                       mock_http::Random& random);
  ~ApiServer() override;

  mock_http::Response Handle(const mock_http::Request& request) override;
  /// verb, group, resource, subresource, namespace, name, caller; what is empty is left out.
  mock_http::Facts Describe(const mock_http::Request& request) const override;
  std::string RedactBody(const mock_http::Request& request, std::string_view body, bool is_request) const override;

  /// Lets controllers do what is due. Handle does it itself; call it when time has passed.
  void RunControllers();
  /// When RunControllers will have something to do although no request comes.
  std::optional<mock_http::TimePoint> NextDue() const;
  /// Adds a controller. Those of the server itself are there from the start.
  void AddController(std::unique_ptr<Controller> controller);

  /// Where the output of Pods is kept, which must outlive the server; null (as it is at first): nowhere.
  void SetLogs(LogSource* logs) { writer_->SetLogs(logs); }

  /// "host:port", for /api.
  void SetServerAddress(std::string address) { nonresource_->SetServerAddress(std::move(address)); }
  Store& store() { return store_; }
  const KindTable& kinds() const { return kinds_; }
  KindTable& kinds() { return kinds_; }
  ObjectWriter& writer() { return *writer_; }
  const TokenIssuer& tokens() const { return *tokens_; }
  const std::string& git_version() const { return options_.git_version; }

 private:
  ApiServer(ApiServerOptions options, const mock_http::Clock& clock, mock_http::Random& random);
  std::expected<void, std::string> Start();
  void AddBuiltinControllers();
  void CreateBuiltinObjects();

  Result<mock_http::Response> Authorized(RequestContext& request);
  Result<mock_http::Response> Dispatch(RequestContext& request);

  ApiServerOptions options_;
  const mock_http::Clock& clock_;
  mock_http::Random& random_;
  Store store_;
  KindTable kinds_;
  Metrics metrics_;
  std::unique_ptr<TokenIssuer> tokens_;
  std::unique_ptr<Authenticator> authenticator_;
  std::unique_ptr<Authorizer> authorizer_;
  std::unique_ptr<ObjectWriter> writer_;
  std::unique_ptr<ResourceHandler> resources_;
  std::unique_ptr<NonResourceHandler> nonresource_;
  std::unique_ptr<ControllerManager> controllers_;
};

}  // namespace mock_kubeapi
