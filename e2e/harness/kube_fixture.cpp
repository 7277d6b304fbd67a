#include "harness/kube_fixture.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>
#include <vector>

#include "mock_kubeapi/api/api_server.h"
#include "mock_kubeapi/authn/static_tokens.h"
#include "mock_kubeapi/server/mock_kube_api.h"

namespace harness {
namespace {

constexpr const char* kAdminToken = "administrator-of-the-harness";

std::unique_ptr<mock_kubeapi::ApiServer> MakeServer(const mock_http::Clock& clock, mock_http::Random& random,
                                                    mock_kubeapi::Store::Options store = {}) {
  mock_kubeapi::ApiServerOptions options;
  options.store = store;
  auto tokens = mock_kubeapi::StaticTokens::Parse(fmt::format("{},admin,admin-uid,\"system:masters\"\n", kAdminToken));
  if (!tokens) throw std::runtime_error(tokens.error());
  options.static_tokens = std::move(*tokens);
  auto server = mock_kubeapi::ApiServer::Create(std::move(options), clock, random);
  if (!server) throw std::runtime_error(server.error());
  return std::move(*server);
}

std::string NamespacedPath(const ClientRights& rights, std::string_view collection) {
  return fmt::format("/api/v1/namespaces/{}/{}", rights.namespace_name, collection);
}

std::string RbacPath(const ClientRights& rights, std::string_view collection) {
  return fmt::format("/apis/rbac.authorization.k8s.io/v1/namespaces/{}/{}", rights.namespace_name, collection);
}

Json RoleOf(const ClientRights& rights, const std::vector<std::string>& verbs) {
  const Json secret_rule = {
      {"apiGroups", {""}}, {"resources", {"secrets"}}, {"resourceNames", {rights.secret_name}}, {"verbs", verbs}};
  const Json event_rule = {{"apiGroups", {""}}, {"resources", {"events"}}, {"verbs", {"create"}}};
  return {{"metadata", {{"name", rights.service_account}}}, {"rules", Json::array({secret_rule, event_rule})}};
}

}  // namespace

struct KubeFixture::Parts {
  virtual ~Parts() = default;
  virtual mock_kubeapi::ApiServer& server() = 0;
  virtual mock_http::Endpoint& endpoint() = 0;
  virtual mock_http::Response Handle(const mock_http::Request& request) = 0;
  virtual std::string AdminToken() const = 0;
  void RunControllers() {
    endpoint().Locked([this](mock_http::Endpoint&) { server().RunControllers(); });
  }
};

struct KubeFixture::InMemory final : Parts {
  InMemory(mock_http::VirtualClock& virtual_clock, mock_http::Random& random)
      : watched(&virtual_clock),
        api(MakeServer(virtual_clock, random)),
        way_in(*api, virtual_clock, random),
        observer(virtual_clock.AddObserver([this, &virtual_clock] {
          const auto due = api->NextDue();
          if (due && *due <= virtual_clock.Now()) RunControllers();
        })) {}
  InMemory(const mock_http::Clock& clock, mock_http::Random& random, const Unwatched& options)
      : api(MakeServer(clock, random, {.history_per_resource_max = options.history_max})),
        way_in(*api, clock, random) {}
  ~InMemory() override {
    if (watched != nullptr) watched->RemoveObserver(observer);
  }
  InMemory(const InMemory&) = delete;
  InMemory& operator=(const InMemory&) = delete;

  mock_kubeapi::ApiServer& server() override { return *api; }
  mock_http::Endpoint& endpoint() override { return way_in; }
  mock_http::Response Handle(const mock_http::Request& request) override { return api->Handle(request); }
  std::string AdminToken() const override { return kAdminToken; }

  mock_http::VirtualClock* watched = nullptr;
  std::unique_ptr<mock_kubeapi::ApiServer> api;
  mock_http::Endpoint way_in;
  int observer = 0;
};

struct KubeFixture::OnSocket final : Parts {
  explicit OnSocket(mock_kubeapi::MockKubeApi& served) : mock(served) {}

  mock_kubeapi::ApiServer& server() override { return mock.kube().server(); }
  mock_http::Endpoint& endpoint() override { return mock.endpoint(); }
  mock_http::Response Handle(const mock_http::Request& request) override {
    return mock.Locked([&](mock_kubeapi::KubeApi& kube) { return kube.server().Handle(request); });
  }
  std::string AdminToken() const override { return mock.AdminToken(); }

  mock_kubeapi::MockKubeApi& mock;
};

KubeFixture::KubeFixture(mock_http::VirtualClock& clock, mock_http::Random& random)
    : parts_(std::make_unique<InMemory>(clock, random)) {}
KubeFixture::KubeFixture(const mock_http::Clock& clock, mock_http::Random& random, const Unwatched& options)
    : parts_(std::make_unique<InMemory>(clock, random, options)) {}
KubeFixture::KubeFixture(mock_kubeapi::MockKubeApi& mock) : parts_(std::make_unique<OnSocket>(mock)) {}
KubeFixture::~KubeFixture() = default;

mock_http::Endpoint& KubeFixture::endpoint() {
  return parts_->endpoint();
}

mock_kubeapi::ApiServer& KubeFixture::server() {
  return parts_->server();
}

void KubeFixture::RunControllers() {
  parts_->RunControllers();
}

std::optional<mock_http::TimePoint> KubeFixture::NextDue() {
  return parts_->endpoint().Locked([this](mock_http::Endpoint&) { return parts_->server().NextDue(); });
}

KubeAnswer KubeFixture::Ask(const KubeRequest& request) {
  mock_http::Request http;
  http.method = request.method;
  http.target = request.path;
  http.headers.Add("Host", "10.0.0.1");
  http.headers.Add("User-Agent", request.user_agent);
  http.headers.Add("Accept", "application/json");
  http.headers.Add("Authorization", "Bearer " + (request.token.empty() ? parts_->AdminToken() : request.token));
  if (!request.body.is_null()) {
    http.headers.Add("Content-Type", request.content_type);
    http.body = request.body.dump();
  }
  const mock_http::Response response = parts_->Handle(http);
  return {.status = response.status, .body = Json::parse(response.body, nullptr, false)};
}

void KubeFixture::GrantRights(const ClientRights& rights) {
  const auto make = [this](const std::string& path, const Json& body) {
    const KubeAnswer answer = Ask({.method = "POST", .path = path, .body = body});
    if (answer.status != 201 && answer.status != 409) {
      throw std::runtime_error(fmt::format("POST {} answers {}: {}", path, answer.status, answer.body.dump()));
    }
  };
  make("/api/v1/namespaces", {{"metadata", {{"name", rights.namespace_name}}}});
  make(NamespacedPath(rights, "serviceaccounts"), {{"metadata", {{"name", rights.service_account}}}});
  make(RbacPath(rights, "roles"), RoleOf(rights, {"get", "patch", "create"}));
  const Json subject = {
      {"kind", "ServiceAccount"}, {"name", rights.service_account}, {"namespace", rights.namespace_name}};
  make(RbacPath(rights, "rolebindings"),
       {{"metadata", {{"name", rights.service_account}}},
        {"roleRef", {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "Role"}, {"name", rights.service_account}}},
        {"subjects", Json::array({subject})}});
}

void KubeFixture::RevokeRights(const ClientRights& rights) {
  Ask({.method = "DELETE", .path = RbacPath(rights, "rolebindings/" + rights.service_account)});
  Ask({.method = "DELETE", .path = RbacPath(rights, "roles/" + rights.service_account)});
}

void KubeFixture::RevokeWrites(const ClientRights& rights) {
  Ask({.method = "DELETE", .path = RbacPath(rights, "roles/" + rights.service_account)});
  Ask({.method = "POST", .path = RbacPath(rights, "roles"), .body = RoleOf(rights, {"get"})});
}

std::string KubeFixture::IssueToken(const ClientRights& rights, std::chrono::seconds lifetime) {
  const KubeAnswer answer = Ask({.method = "POST",
                                 .path = NamespacedPath(rights, "serviceaccounts/" + rights.service_account + "/token"),
                                 .body = {{"apiVersion", "authentication.k8s.io/v1"},
                                          {"kind", "TokenRequest"},
                                          {"spec", {{"expirationSeconds", lifetime.count()}}}}});
  return answer.status == 201 ? answer.body["status"]["token"].get<std::string>() : std::string();
}

std::optional<Json> KubeFixture::Secret(const ClientRights& rights) {
  KubeAnswer answer = Ask({.path = NamespacedPath(rights, "secrets/" + rights.secret_name)});
  if (answer.status != 200) return std::nullopt;
  return std::move(answer.body);
}

Json KubeFixture::Events(const ClientRights& rights) {
  return Ask({.path = NamespacedPath(rights, "events")}).body.value("items", Json::array());
}

}  // namespace harness
