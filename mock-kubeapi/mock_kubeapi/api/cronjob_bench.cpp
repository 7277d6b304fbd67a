// What a CronJob's run costs: a day passes, the CronJob makes a Job, the Job a Pod, the Pod ends well, the counts are
// kept, the run of the day before is tidied away. A simulated year has 365 of these.
#include <benchmark/benchmark.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "mock_http/clock.h"
#include "mock_http/random.h"
#include "mock_kubeapi/api/api_server.h"
#include "mock_kubeapi/authn/static_tokens.h"

namespace mock_kubeapi {
namespace {

/// As acmedns-selfreg's manifests have it.
constexpr const char* kCronJob =
    R"({"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"check","labels":{"app":"a"}},"spec":{
    "schedule":"6 1 * * *","concurrencyPolicy":"Forbid","startingDeadlineSeconds":3600,"successfulJobsHistoryLimit":1,
    "failedJobsHistoryLimit":3,"jobTemplate":{"spec":{"backoffLimit":3,"activeDeadlineSeconds":1800,
    "podFailurePolicy":{"rules":[{"action":"FailJob","onExitCodes":{"containerName":"c","operator":"In","values":[2]}},
    {"action":"Ignore","onPodConditions":[{"type":"DisruptionTarget","status":"True"}]}]},
    "template":{"metadata":{"labels":{"app":"a"}},"spec":{"serviceAccountName":"default","restartPolicy":"Never",
    "automountServiceAccountToken":false,"enableServiceLinks":false,
    "securityContext":{"runAsNonRoot":true,"runAsUser":65532,"seccompProfile":{"type":"RuntimeDefault"}},
    "containers":[{"name":"c","image":"i","args":["check","--start-jitter=59s"],
    "env":[{"name":"ACME_DNS_API","value":"https://acme-dns.example.com"},
    {"name":"ACME_DNS_FQDNS","value":"[\"a.example.com\"]"},{"name":"CLIENT_SECRET_NAME","value":"c"}],
    "resources":{"requests":{"cpu":"10m","memory":"16Mi"},"limits":{"memory":"64Mi"}},
    "securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"readOnlyRootFilesystem":true},
    "volumeMounts":[{"name":"sa","mountPath":"/var/run/secrets/kubernetes.io/serviceaccount","readOnly":true}]}],
    "volumes":[{"name":"sa","projected":{"sources":[{"serviceAccountToken":{"path":"token","expirationSeconds":1800}},
    {"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},
    {"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"fieldPath":"metadata.namespace"}}]}}]}}]}}}}}})";

/// A node on which every Pod ends well in the moment in which it comes.
class InstantNode final : public Controller {
 public:
  explicit InstantNode(const KindTable& kinds)
      : pods_(kinds.Find({.group = "", .version = "v1", .resource = "pods"})) {}
  std::string_view Name() const override { return "kubelet"; }
  void Observe(const Change& change) override {
    if (change.resource != "pods" || change.type == ChangeType::kDeleted) return;
    const Json& pod = change.json();
    if (pod["status"].value("phase", "") == "Pending") queue_.Add(pod["metadata"]["name"].get<std::string>());
  }
  bool Step(ControllerContext& context) override {
    const auto name = queue_.Take(context.clock.Now());
    if (!name) return false;
    const JsonPtr pod = context.client.store().Get({.resource = "pods", .namespace_name = "default", .name = *name});
    if (pod == nullptr) return true;
    Json ended = *pod;
    ended["status"] = {{"phase", "Succeeded"}, {"startTime", mock_http::FormatRfc3339(context.clock.Now())}};
    benchmark::DoNotOptimize(context.client.Update(*pods_, std::move(ended), "status"));
    return true;
  }

 private:
  KindPtr pods_;
  WorkQueue queue_;
};

void CronJobDay(benchmark::State& state) {
  mock_http::VirtualClock clock;
  mock_http::SeededRandom random{1};
  ApiServerOptions options;
  options.store.history_per_resource_max = 0;  // nobody watches
  options.static_tokens = StaticTokens::Parse("t,admin,u,\"system:masters\"\n").value();
  const auto api = ApiServer::Create(std::move(options), clock, random).value();
  api->AddController(std::make_unique<InstantNode>(api->kinds()));
  mock_http::Request request{.method = "POST",
                             .target = "/apis/batch/v1/namespaces/default/cronjobs",
                             .headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer t"}},
                             .body = kCronJob};
  if (api->Handle(request).status != 201) return state.SkipWithError("the CronJob is refused");
  const auto pass = [&](std::chrono::nanoseconds time) {
    const auto end = clock.Now() + time;
    for (auto due = api->NextDue(); due && *due <= end; due = api->NextDue()) {
      clock.Set(*due);
      api->RunControllers();
    }
    clock.Set(end);
  };
  pass(std::chrono::days(3));
  const std::uint64_t revision_before = api->store().revision();
  for ([[maybe_unused]] const auto iteration : state) pass(std::chrono::days(1));
  state.counters["writes"] = benchmark::Counter(static_cast<double>(api->store().revision() - revision_before),
                                                benchmark::Counter::kAvgIterations);
  state.SetItemsProcessed(state.iterations());
  state.counters["pods"] = static_cast<double>(api->store().CountOf("pods"));
}
BENCHMARK(CronJobDay)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace mock_kubeapi
