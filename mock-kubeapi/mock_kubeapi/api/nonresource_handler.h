// Paths that name no resource: health, version, discovery, OpenAPI, metrics, the OIDC documents.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "mock_kubeapi/api/metrics.h"
#include "mock_kubeapi/api/request_context.h"
#include "mock_kubeapi/kinds/table.h"
#include "mock_kubeapi/openapi/openapi.h"

namespace mock_kubeapi {

struct NonResourceOptions {
  std::string git_version;  ///< "v1.35.0"
  bool aggregated_discovery =
      false;  ///< also for clients that would take the plain lists; else for those that wouldn't
};

class NonResourceHandler {
 public:
  /// All references must outlive the handler. `tokens` may be null.
  NonResourceHandler(NonResourceOptions options, const KindTable& kinds, const Store& store, const Metrics& metrics,
                     const TokenIssuer* tokens);

  /// Answers every request: a path that nobody serves is "404 page not found".
  Result<mock_http::Response> Handle(RequestContext& request);
  /// "host:port", for /api.
  void SetServerAddress(std::string address) { server_address_ = std::move(address); }

 private:
  Result<mock_http::Response> Health(RequestContext& request, const std::string& endpoint) const;
  Result<mock_http::Response> Discovery(RequestContext& request, const std::vector<std::string>& parts);
  Result<mock_http::Response> OpenApi(RequestContext& request);
  /// `routed`: by the router, which looks at Accept first.
  Result<mock_http::Response> Document(const RequestContext& request, const Json& value, bool routed) const;

  NonResourceOptions options_;
  const KindTable& kinds_;
  const Store& store_;
  const Metrics& metrics_;
  const TokenIssuer* tokens_;
  openapi::OpenApi openapi_;
  std::string server_address_ = "127.0.0.1:443";
};

/// The plain text answer of a path that nobody serves.
mock_http::Response PageNotFound();

}  // namespace mock_kubeapi
