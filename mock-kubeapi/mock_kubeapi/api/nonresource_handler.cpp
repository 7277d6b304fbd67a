#include "mock_kubeapi/api/nonresource_handler.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mock_kubeapi/api/negotiation.h"
#include "mock_kubeapi/api/renderer.h"
#include "mock_kubeapi/api/routes.h"
#include "mock_kubeapi/authn/token_issuer.h"
#include "mock_kubeapi/discovery/discovery.h"
#include "mock_kubeapi/discovery/health.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kPlainText = "text/plain; charset=utf-8";
/// As it is sent; requests also name it with '@' before the version, which isn't a media type to Go's parser.
constexpr std::string_view kOpenApiV2Protobuf = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
constexpr std::string_view kOpenApiV2ProtobufOld = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

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

const std::vector<std::string_view> kObjectTypes = {"application/json", "application/yaml",
                                                    "application/vnd.kubernetes.protobuf"};

/// go-restful's look at Accept, for paths that it routes.
Result<void> CheckRouterAccepts(const RequestContext& request, const std::vector<std::string_view>& produces) {
  if (RouterAccepts(request.Header("Accept"), produces)) return {};
  ApiError error =
      PlainError(406, "NotAcceptable",
                 fmt::format("406: Not Acceptable\n\nAvailable representations: {}", fmt::join(produces, ", ")));
  error.details = Json::object();
  return std::unexpected(std::move(error));
}

/// For a path of the router that is read alone.
Result<mock_http::Response> RawJson(const RequestContext& request, std::string_view content_type, std::string text) {
  if (request.http.method != "GET") return std::unexpected(MethodNotAllowedError());
  if (auto fits = CheckRouterAccepts(request, {content_type}); !fits) return std::unexpected(fits.error());
  return mock_http::MakeResponse(200, content_type, std::move(text));
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

Result<mock_http::Response> NonResourceHandler::Document(const RequestContext& request, const Json& value,
                                                         bool routed) const {
  if (routed) {
    if (auto fits = CheckRouterAccepts(request, kObjectTypes); !fits) return std::unexpected(fits.error());
  }
  auto form = Negotiate(request.Header("Accept"), {.transforms = false});
  if (!form) return std::unexpected(form.error());
  form->pretty = form->pretty || WantsPretty(request.http, request.query);
  return ValueResponse(200, value, *form);
}

Result<mock_http::Response> NonResourceHandler::Handle(RequestContext& request) {
  const std::vector<std::string> parts = NonEmptyParts(request.info.path);
  const std::string root = parts.empty() ? std::string() : parts[0];
  if (parts.empty() || request.info.path == "/index.html") {
    return mock_http::MakeResponse(200, "application/json", discovery::RootPaths(kinds_).dump(2));
  }
  if (root == "healthz" || root == "livez" || root == "readyz") return Health(request, root);
  if (root == "api" || root == "apis") return Discovery(request, parts);
  if (root == "version" && parts.size() == 1) {
    return RawJson(request, "application/json", VersionJson(options_.git_version).dump(2));
  }
  if (request.info.path == "/metrics") {
    return mock_http::MakeResponse(200, "text/plain; version=0.0.4; charset=utf-8", metrics_.Text(store_));
  }
  if (root == "openapi") return OpenApi(request);
  if (tokens_ != nullptr && request.info.path == "/.well-known/openid-configuration") {
    return RawJson(request, "application/json", tokens_->OpenIdConfiguration().dump());
  }
  if (tokens_ != nullptr && request.info.path == "/openid/v1/jwks") {
    return RawJson(request, "application/jwk-set+json", tokens_->JsonWebKeySet().dump());
  }
  return PageNotFound();
}

Result<mock_http::Response> NonResourceHandler::Health(RequestContext& request, const std::string& endpoint) const {
  static const std::vector<std::string> kPaths = discovery::HealthPaths();
  if (std::find(kPaths.begin(), kPaths.end(), request.info.path) == kPaths.end()) return PageNotFound();
  const bool is_whole = request.info.path == "/" + endpoint;
  const std::string text = is_whole && request.query.Has("verbose")
                               ? discovery::HealthReport(endpoint, request.query.GetAll("exclude"))
                               : std::string("ok");
  mock_http::Response response = mock_http::MakeResponse(200, kPlainText, text);
  if (is_whole) response.headers.Set("X-Content-Type-Options", "nosniff");
  return response;
}

Result<mock_http::Response> NonResourceHandler::Discovery(RequestContext& request,
                                                          const std::vector<std::string>& parts) {
  const bool core = parts[0] == "api";
  const bool is_get = request.http.method == "GET";
  if (parts.size() == 1) {
    // /apis and what is of one group alone are the aggregator's and answer any method; the router has the rest.
    if (core && !is_get) return std::unexpected(MethodNotAllowedError());
    bool only = false;
    const auto version = discovery::AggregatedVersion(request.Header("Accept"), &only);
    if (version && (options_.aggregated_discovery || (only && *version == "v2"))) {
      return mock_http::MakeResponse(200, discovery::AggregatedContentType(*version),
                                     discovery::Aggregated(kinds_, core, *version).dump());
    }
    return core ? Document(request, discovery::ApiVersions(server_address_), true)
                : Document(request, discovery::ApiGroupList(kinds_), false);
  }
  const std::string group = core ? std::string() : parts[1];
  if (!core && !kinds_.HasGroup(group)) return PageNotFound();
  if (!core && parts.size() == 2) {
    const auto document = discovery::ApiGroup(kinds_, group);
    return document ? Document(request, *document, false) : Result<mock_http::Response>(PageNotFound());
  }
  const auto document = discovery::ApiResourceList(kinds_, group, core ? parts[1] : parts[2]);
  if (!document && IsCustomGroup(kinds_, group)) return PageNotFound();
  if (!document || parts.size() > (core ? 2U : 3U)) return std::unexpected(NoSuchPathError());
  const bool routed = !IsCustomGroup(kinds_, group);
  if (routed && !is_get) return std::unexpected(MethodNotAllowedError());
  return Document(request, *document, routed);
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
