// A night of many clients: what `manifests` prints, on a cluster whose clock the control endpoint moves.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "io/curl_transport.h"
#include "io/stop.h"
#include "manifests/manifests.h"
#include "manifests/params.h"
#include "manifests/schedule.h"
#include "mock_http/clock.h"
#include "mock_kubeapi/server/mock_kube_api.h"

namespace scenarios {
namespace {

using Json = nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;

constexpr const char* kImage = "acmedns-selfreg:dev";
constexpr const char* kScope = "tenant/cluster";
constexpr int kClients = 8;

/// A cluster on a virtual clock, with a node on which the client's image is /bin/true.
class Cluster {
 public:
  Cluster() {
    mock_kubeapi::MockKubeApiOptions options;
    options.virtual_clock = &clock_;
    options.control_listen = "127.0.0.1:0";
    options.run_pods = {{kImage, "/bin/true"}};
    mock_ = mock_kubeapi::MockKubeApi::Start(std::move(options)).value();
    stop_ = client::Stop::Create().value();
    control_ = client::CurlTransport::Create({.peer = "the control endpoint"}, *stop_).value();
  }

  Json Ask(const std::string& method, const std::string& path, const Json& body = {}) {
    mock_http::Request request{.method = method, .target = path, .headers = {{"Content-Type", "application/json"}}};
    request.headers.Set("Authorization", "Bearer " + mock_->AdminToken());
    if (!body.is_null()) request.body = body.dump();
    const mock_http::Response response = mock_->endpoint().Serve(request).response;
    EXPECT_LT(response.status, 300) << method << " " << path << ": " << response.body;
    return Json::parse(response.body);
  }

  void Apply(const Json& list) {
    const std::map<std::string, std::string> collections = {
        {"ServiceAccount", "/api/v1/namespaces/default/serviceaccounts"},
        {"Secret", "/api/v1/namespaces/default/secrets"},
        {"Role", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles"},
        {"RoleBinding", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings"},
        {"Job", "/apis/batch/v1/namespaces/default/jobs"},
        {"CronJob", "/apis/batch/v1/namespaces/default/cronjobs"}};
    for (const Json& object : list.at("items")) Ask("POST", collections.at(object.at("kind")), object);
  }

  void Advance(std::chrono::seconds by) {
    const auto answer = control_->Send({.method = "POST",
                                        .url = mock_->ControlUrl() + "/clock/advance",
                                        .headers = {{"Content-Type", "application/json"}},
                                        .body = fmt::format(R"({{"seconds": {}}})", by.count()),
                                        .timeout = minutes(1)});
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    ASSERT_EQ(answer->status, 200) << answer->body;
  }

  auto Now() const { return clock_.Now(); }

 private:
  mock_http::VirtualClock clock_;
  std::unique_ptr<mock_kubeapi::MockKubeApi> mock_;
  std::unique_ptr<client::Stop> stop_;
  std::unique_ptr<client::CurlTransport> control_;
};

TEST(Night, EachClientsCheckRunsOnceAtItsOwnMinuteInOrder) {
  std::string params = "acmeClients:\n";
  for (int i = 0; i < kClients; ++i) {
    params += fmt::format("  c{}: {{api: {{endpoint: acme-dns.example.com}}, fqdns: [c{}.example.com]}}\n", i, i);
  }
  const auto clients = client::ParseParams(params).value();
  const std::string manifests =
      client::RenderManifests(clients, {.namespace_name = "default", .image = kImage, .scope = kScope},
                              client::ManifestFormat::kJson)
          .value();

  Cluster cluster;
  cluster.Advance(hours(12));  // noon, so that every minute of the night is still to come
  cluster.Apply(Json::parse(manifests));
  const auto midnight = std::chrono::ceil<std::chrono::days>(cluster.Now());
  cluster.Advance(hours(24));

  std::map<std::string, std::string> expected;  // the Jobs' names by CronJob: scheduled minutes since the epoch
  std::multimap<int, std::string> in_order;
  for (const auto& each : clients) {
    const int minute = client::MinuteOfDay({.scope = kScope, .client_name = each.name});
    const std::string cronjob = fmt::format("acme-dns-{}-check", each.name);
    const auto due = std::chrono::floor<minutes>(midnight + minutes(minute)).time_since_epoch();
    expected[cronjob] = fmt::format("{}-{}", cronjob, std::chrono::duration_cast<minutes>(due).count());
    in_order.emplace(minute, cronjob);
  }

  std::map<std::string, std::string> found;
  std::multimap<std::string, std::string> started;  // CronJobs by the time of their Job
  const Json jobs = cluster.Ask("GET", "/apis/batch/v1/namespaces/default/jobs");
  for (const Json& job : jobs.at("items")) {
    const Json& metadata = job.at("metadata");
    EXPECT_EQ(job.at("status").value("succeeded", 0), 1) << job.dump();
    if (!metadata.contains("ownerReferences")) continue;  // a register Job
    const std::string owner = metadata.at("ownerReferences").at(0).at("name");
    EXPECT_TRUE(found.emplace(owner, metadata.at("name")).second) << owner << " ran twice";
    started.emplace(metadata.at("creationTimestamp"), owner);
  }
  EXPECT_EQ(found, expected);
  // Clients of one minute may come in any order among themselves.
  auto next = started.begin();
  for (auto at = in_order.begin(); at != in_order.end();) {
    const auto end = in_order.upper_bound(at->first);
    std::vector<std::string> due;
    std::vector<std::string> ran;
    for (; at != end; ++at, ++next) {
      ASSERT_NE(next, started.end());
      due.push_back(at->second);
      ran.push_back(next->second);
    }
    EXPECT_THAT(ran, testing::UnorderedElementsAreArray(due));
  }
}

}  // namespace
}  // namespace scenarios
