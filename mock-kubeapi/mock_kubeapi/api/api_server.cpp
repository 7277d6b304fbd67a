#include "mock_kubeapi/api/api_server.h"

#include <fmt/format.h>

#include <utility>

#include "mock_kubeapi/api/deadline.h"
#include "mock_kubeapi/api/redaction.h"
#include "mock_kubeapi/api/response_finish.h"
#include "mock_kubeapi/api/routes.h"
#include "mock_kubeapi/api/writer_client.h"
#include "mock_kubeapi/authz/builtin_roles.h"
#include "mock_kubeapi/authz/impersonation.h"
#include "mock_kubeapi/authz/policy_rule.h"
#include "mock_kubeapi/authz/rbac.h"
#include "mock_kubeapi/controllers/builtin_controllers.h"
#include "mock_kubeapi/controllers/workload_controllers.h"
#include "mock_kubeapi/kinds/builtin.h"

namespace mock_kubeapi {
namespace {

/// Field manager of the objects that are there from the start.
constexpr std::string_view kServerManager = "kube-apiserver";

/// What Go's server answers a path that can't be decoded, before any handler is asked.
mock_http::Response BadRequestLine() {
  mock_http::Response response = mock_http::MakeResponse(400, "text/plain; charset=utf-8", "400 Bad Request");
  response.headers.Set("Connection", "close");
  return response;
}

}  // namespace

std::expected<std::unique_ptr<ApiServer>, std::string> ApiServer::Create(ApiServerOptions options,
                                                                         const mock_http::Clock& clock,
                                                                         mock_http::Random& random) {
  std::unique_ptr<ApiServer> server(new ApiServer(std::move(options), clock, random));
  if (auto started = server->Start(); !started) return std::unexpected(started.error());
  return server;
}

ApiServer::ApiServer(ApiServerOptions options, const mock_http::Clock& clock, mock_http::Random& random)
    : options_(std::move(options)), clock_(clock), random_(random), store_(options_.store), kinds_(BuiltinKinds()) {}

ApiServer::~ApiServer() = default;

std::expected<void, std::string> ApiServer::Start() {
  auto tokens = TokenIssuer::Create(options_.tokens, clock_, store_);
  if (!tokens) return std::unexpected(tokens.error());
  tokens_ = std::move(*tokens);
  authenticator_ = std::make_unique<Authenticator>(
      AuthenticatorOptions{.static_tokens = options_.static_tokens, .allow_anonymous = options_.allow_anonymous},
      *tokens_);
  if (options_.authorization == ApiServerOptions::Authorization::kAlwaysAllow) {
    authorizer_ = std::make_unique<AlwaysAllowAuthorizer>();
  } else {
    authorizer_ = std::make_unique<RbacAuthorizer>(store_);
  }
  writer_ = std::make_unique<ObjectWriter>(WriteServices{.store = store_,
                                                         .clock = clock_,
                                                         .random = random_,
                                                         .kinds = kinds_,
                                                         .authorizer = authorizer_.get(),
                                                         .authenticator = authenticator_.get(),
                                                         .tokens = tokens_.get()});
  resources_ = std::make_unique<ResourceHandler>(*writer_);
  nonresource_ = std::make_unique<NonResourceHandler>(
      NonResourceOptions{.git_version = options_.git_version, .aggregated_discovery = options_.aggregated_discovery},
      kinds_, store_, metrics_, tokens_.get());
  controllers_ = std::make_unique<ControllerManager>(store_, clock_, random_, [this](const Controller& controller) {
    return std::make_unique<WriterClient>(*writer_, std::string(controller.Name()));
  });
  if (options_.controllers) AddBuiltinControllers();
  CreateBuiltinObjects();
  RunControllers();
  return {};
}

void ApiServer::AddBuiltinControllers() {
  for (auto& controller :
       BuiltinControllers({.kinds = kinds_, .tokens = *tokens_, .ca_certificate = options_.ca_certificate})) {
    controllers_->Add(std::move(controller));
  }
  for (auto& controller : WorkloadControllers()) controllers_->Add(std::move(controller));
}

void ApiServer::CreateBuiltinObjects() {
  WriterClient client(*writer_, std::string(kServerManager));
  const auto create = [&](const GroupVersionResource& resource, Json object) {
    const KindPtr kind = kinds_.Find(resource);
    // These objects are ours: that one is refused is a mistake in this program.
    if (auto created = client.Create(*kind, std::move(object)); !created) {
      throw std::logic_error("built-in object refused: " + created.error().message);
    }
  };
  for (const char* name : {"default", "kube-node-lease", "kube-public", "kube-system"}) {
    create({.group = "", .version = "v1", .resource = "namespaces"}, {{"metadata", {{"name", name}}}});
  }
  for (Json& role : BuiltinClusterRoles()) {
    create({.group = kRbacGroup, .version = "v1", .resource = "clusterroles"}, std::move(role));
  }
  for (Json& binding : BuiltinClusterRoleBindings()) {
    create({.group = kRbacGroup, .version = "v1", .resource = "clusterrolebindings"}, std::move(binding));
  }
}

mock_http::Response ApiServer::Handle(const mock_http::Request& request) {
  if (!mock_http::PercentDecode(request.RawPath())) return BadRequestLine();
  QueryParameters query(request.RawQuery());
  RequestInfo info = ParseRequestInfo(request, query);
  RequestContext context{
      .http = request, .query = std::move(query), .info = std::move(info), .user = {}, .warnings = {}};
  mock_http::Response response;
  if (auto answer = Authorized(context)) {
    response = std::move(*answer);
  } else {
    response = ErrorResponse(answer.error(), request, context.query);
  }
  metrics_.CountRequest(context, response.status);
  FinishResponse(request, context.warnings, random_, response);
  RunControllers();
  return response;
}

Result<mock_http::Response> ApiServer::Authorized(RequestContext& request) {
  if (!request.info.problem.empty()) {
    return std::unexpected(
        PlainTextError(fmt::format("failed to create RequestInfo: {}, {}", request.info.problem, request.http.target)));
  }
  if (auto timely = CheckTimeout(request.info, request.query); !timely) return std::unexpected(timely.error());
  auto authentication = authenticator_->Authenticate(request.http);
  if (!authentication) return std::unexpected(authentication.error());
  request.user = std::move(authentication->user);
  request.warnings = std::move(authentication->warnings);
  auto other = ImpersonatedUser(request.http.headers, request.user, *authorizer_);
  if (!other) return std::unexpected(other.error());
  if (*other) request.user = std::move(**other);
  const Attributes attributes = request.AuthorizationAttributes();
  const Verdict verdict = authorizer_->Authorize(attributes);
  if (!verdict.allowed) return std::unexpected(ForbiddenRequestError(attributes, verdict.reason));
  return Dispatch(request);
}

Result<mock_http::Response> ApiServer::Dispatch(RequestContext& request) {
  // Authorisation doesn't mind empty parts at the beginning; nobody serves such a path.
  if (request.info.path.starts_with("//")) return PageNotFound();
  if (!request.info.is_resource) return nonresource_->Handle(request);
  if (IsPageNotFound(kinds_, request.info)) return PageNotFound();
  auto route = FindRoute(kinds_, request);
  if (!route) return std::unexpected(route.error());
  return resources_->Handle(route->kind, request);
}

mock_http::Facts ApiServer::Describe(const mock_http::Request& request) const {
  const QueryParameters query(request.RawQuery());
  const RequestInfo info = ParseRequestInfo(request, query);
  mock_http::Facts facts;
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) facts[key] = value;
  };
  add("verb", info.verb);
  add("group", info.group);
  add("resource", info.resource);
  add("subresource", info.subresource);
  add("namespace", info.namespace_name);
  add("name", info.name);
  if (const auto authentication = authenticator_->Authenticate(request)) add("caller", authentication->user.name);
  return facts;
}

std::string ApiServer::RedactBody(const mock_http::Request& request, std::string_view body, bool /*is_request*/) const {
  return Redact(ParseRequestInfo(request, QueryParameters(request.RawQuery())), body);
}

void ApiServer::RunControllers() {
  controllers_->Run();
}

std::optional<mock_http::TimePoint> ApiServer::NextDue() const {
  return controllers_->NextDue();
}

void ApiServer::AddController(std::unique_ptr<Controller> controller) {
  controllers_->Add(std::move(controller));
}

}  // namespace mock_kubeapi
