#include "mock_kubeapi/api/nonresource_handler.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "mock_kubeapi/api/negotiation.h"
#include "mock_kubeapi/api/renderer.h"
#include "mock_kubeapi/api/routes.h"
#include "mock_kubeapi/authn/token_issuer.h"
#include "mock_kubeapi/discovery/discovery.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kPlainText = "text/plain; charset=utf-8";
/// As it is sent; requests also name it with '@' before the version, which isn't a media type to Go's parser.
constexpr std::string_view kOpenApiV2Protobuf = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
constexpr std::string_view kOpenApiV2ProtobufOld = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
constexpr std::array<std::string_view, 3> kHealthChecks = {"ping", "log", "etcd"};

std::vector<std::string> NonEmptyParts(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const std::size_t end = path.find('/');
    if (end != 0) parts.emplace_back(path.substr(0, end));
    if (end == std::string_view::npos) break;
    path.remove_prefix(end + 1);
  }
  return parts;
}

/// go-restful's Accept check, then the handler's.
Result<OutputForm> FormOf(const RequestContext& request) {
  const std::string_view accept = request.Header("Accept");
  static const std::vector<std::string_view> kProduces = {"application/json", "application/yaml",
                                                          "application/vnd.kubernetes.protobuf"};
  if (!RouterAccepts(accept, kProduces)) {
    ApiError error =
        PlainError(406, "NotAcceptable",
                   fmt::format("406: Not Acceptable\n\nAvailable representations: {}", fmt::join(kProduces, ", ")));
    error.details = Json::object();
    return std::unexpected(std::move(error));
  }
  return Negotiate(accept, {.transforms = false, .stream = false, .protobuf = true});
}

Json VersionJson(const std::string& git_version) {
  std::string_view rest = git_version;
  if (rest.starts_with('v')) rest.remove_prefix(1);
  const std::size_t dot = rest.find('.');
  const std::string major(rest.substr(0, dot));
  std::string minor(dot == std::string_view::npos ? std::string_view("0") : rest.substr(dot + 1));
  minor = minor.substr(0, minor.find_first_not_of("0123456789"));
  return {{"major", major},
          {"minor", minor},
          {"gitVersion", git_version},
          {"gitCommit", "0000000000000000000000000000000000000000"},
          {"gitTreeState", "clean"},
          {"buildDate", "2024-01-01T00:00:00Z"},
          {"goVersion", "go1.22.0"},
          {"compiler", "gc"},
          {"platform", "linux/amd64"}};
}

}  // namespace

mock_http::Response PageNotFound() {
  mock_http::Response response = mock_http::MakeResponse(404, kPlainText, "404 page not found\n");
  response.headers.Set("X-Content-Type-Options", "nosniff");
  return response;
}

NonResourceHandler::NonResourceHandler(NonResourceOptions options, const KindTable& kinds, const Store& store,
                                       const Metrics& metrics, const TokenIssuer* tokens)
    : options_(std::move(options)),
      kinds_(kinds),
      store_(store),
      metrics_(metrics),
      tokens_(tokens),
      openapi_(kinds, {.version = options_.git_version}) {}

Result<mock_http::Response> NonResourceHandler::Document(const RequestContext& request, const Json& value) const {
  const auto form = FormOf(request);
  if (!form) return std::unexpected(form.error());
  return ValueResponse(200, value, *form);
}

Result<mock_http::Response> NonResourceHandler::Handle(RequestContext& request) {
  const std::vector<std::string> parts = NonEmptyParts(request.info.path);
  const std::string root = parts.empty() ? std::string() : parts[0];
  const bool is_get = request.http.method == "GET";
  if (parts.empty()) {
    return mock_http::MakeResponse(200, "application/json", discovery::RootPaths(kinds_).dump(2) + "\n");
  }
  if (root == "healthz" || root == "livez" || root == "readyz") {
    if (parts.size() > 2) return PageNotFound();
    return Health(request, root, parts.size() == 2 ? std::string_view(parts[1]) : std::string_view());
  }
  if (root == "api" || root == "apis") return Discovery(request, parts);
  if (root == "version" && parts.size() == 1) {
    if (!is_get) return std::unexpected(MethodNotAllowedError());
    return mock_http::MakeResponse(200, "application/json", VersionJson(options_.git_version).dump(2));
  }
  if (root == "metrics" && parts.size() == 1) {
    return mock_http::MakeResponse(200, "text/plain; version=0.0.4; charset=utf-8", metrics_.Text(store_));
  }
  if (root == "openapi") return OpenApi(request);
  if (tokens_ != nullptr && request.info.path == "/.well-known/openid-configuration") {
    if (!is_get) return std::unexpected(MethodNotAllowedError());
    return mock_http::MakeResponse(200, "application/json", tokens_->OpenIdConfiguration().dump());
  }
  if (tokens_ != nullptr && request.info.path == "/openid/v1/jwks") {
    if (!is_get) return std::unexpected(MethodNotAllowedError());
    return mock_http::MakeResponse(200, "application/jwk-set+json", tokens_->JsonWebKeySet().dump());
  }
  return PageNotFound();
}

Result<mock_http::Response> NonResourceHandler::Health(RequestContext& request, std::string_view endpoint,
                                                       std::string_view check) const {
  if (!check.empty()) {
    if (std::find(kHealthChecks.begin(), kHealthChecks.end(), check) == kHealthChecks.end()) return PageNotFound();
    return mock_http::MakeResponse(200, kPlainText, "ok");
  }
  if (!request.query.Has("verbose")) return mock_http::MakeResponse(200, kPlainText, "ok");
  std::string text;
  for (const std::string_view each : kHealthChecks) text += fmt::format("[+]{} ok\n", each);
  return mock_http::MakeResponse(200, kPlainText, text + fmt::format("{} check passed\n", endpoint));
}

Result<mock_http::Response> NonResourceHandler::Discovery(RequestContext& request,
                                                          const std::vector<std::string>& parts) {
  const bool core = parts[0] == "api";
  const bool is_get = request.http.method == "GET";
  if (parts.size() == 1) {
    if (!is_get) return std::unexpected(MethodNotAllowedError());
    bool only = false;
    const auto version = discovery::AggregatedVersion(request.Header("Accept"), &only);
    if (version && (options_.aggregated_discovery || (only && *version == "v2"))) {
      return mock_http::MakeResponse(200, discovery::AggregatedContentType(*version),
                                     discovery::Aggregated(kinds_, core, *version).dump());
    }
    return Document(request, core ? discovery::ApiVersions(server_address_) : discovery::ApiGroupList(kinds_));
  }
  const std::string group = core ? std::string() : parts[1];
  if (!core && !kinds_.HasGroup(group)) return PageNotFound();
  if (!core && parts.size() == 2) {
    const auto document = discovery::ApiGroup(kinds_, group);
    return document ? Document(request, *document) : Result<mock_http::Response>(PageNotFound());
  }
  const auto document = discovery::ApiResourceList(kinds_, group, core ? parts[1] : parts[2]);
  if (!document && IsCustomGroup(kinds_, group)) return PageNotFound();
  if (!document || parts.size() > (core ? 2U : 3U)) return std::unexpected(NoSuchPathError());
  if (!is_get) return std::unexpected(MethodNotAllowedError());
  return Document(request, *document);
}

Result<mock_http::Response> NonResourceHandler::OpenApi(RequestContext& request) {
  const std::string& path = request.info.path;
  const std::string_view accept = request.Header("Accept");
  openapi::Bytes bytes;
  std::string content_type = "application/json";
  if (path == "/openapi/v2") {
    const bool json = RouterAccepts(accept, {"application/json"});
    const bool protobuf = RouterAccepts(accept, {kOpenApiV2Protobuf, kOpenApiV2ProtobufOld});
    if (!json && !protobuf) return mock_http::Response{.status = 406, .headers = {}, .body = {}, .stream = nullptr};
    bytes = json ? openapi_.V2Json() : openapi_.V2Protobuf();
    if (!json) content_type = kOpenApiV2Protobuf;
  } else if (path == "/openapi/v3" || path == "/openapi/v3/") {
    bytes = openapi_.V3Index();
  } else if (path.starts_with("/openapi/v3/")) {
    bytes = openapi_.V3Document(std::string_view(path).substr(std::string_view("/openapi/v3/").size()));
    // What nobody serves is an empty 404 there.
    if (!bytes) return mock_http::Response{.status = 404, .headers = {}, .body = {}, .stream = nullptr};
  } else {
    return PageNotFound();
  }
  mock_http::Response response = mock_http::MakeResponse(200, content_type, *bytes);
  response.headers.Set("Vary", "Accept");
  return response;
}

}  // namespace mock_kubeapi
