// How many applies a second: the part of a request that server-side apply itself takes.
#include <benchmark/benchmark.h>

#include "mock_kubeapi/decode/normalise.h"
#include "mock_kubeapi/merge/apply.h"
#include "mock_kubeapi/merge/patch.h"
#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi::merge {
namespace {

using nlohmann::literals::operator""_json;

constexpr schema::KindKey kSecret{.group = "", .version = "v1", .kind = "Secret"};
constexpr schema::KindKey kJob{.group = "batch", .version = "v1", .kind = "Job"};

FieldManager ManagerOf(const schema::KindKey& key, const char* api_version) {
  return FieldManager({.type = schema::FindKind(key),
                       .api_version = api_version,
                       .kind = std::string(key.kind),
                       .subresource = {},
                       .reset_fields = {},
                       .converter = nullptr});
}

/// What is stored after `config` has been applied.
Json Stored(const FieldManager& manager, const schema::KindKey& key, const Json& config) {
  Json applied = *manager.Apply(nullptr, config, {.manager = "a", .force = false, .now = {}});
  Json stored = decode::Normalise(*schema::FindKind(key), applied)->object;
  stored["metadata"]["uid"] = "11111111-1111-1111-1111-111111111111";
  return stored;
}

Json SecretConfig(const char* value) {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata", {{"name", "acmedns"}, {"labels", {{"app", "acmedns"}}}}},
          {"data", {{"acmedns.json", value}}}};
}

Json JobConfig(const char* image) {
  Json config = R"({"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"register","labels":{"app":"acmedns"},
      "annotations":{"argocd.argoproj.io/hook":"Sync"}},"spec":{"backoffLimit":6,"template":{"metadata":{"labels":{"app":"a"}},
      "spec":{"restartPolicy":"OnFailure","serviceAccountName":"acmedns","containers":[{"name":"main","image":"x",
      "args":["register"],"env":[{"name":"ACME_DNS_API","value":"https://acme-dns.example.com"},
      {"name":"ACME_DNS_FQDNS","value":"[\"a.example.com\"]"},{"name":"CLIENT_SECRET_NAME","value":"c"},
      {"name":"NAMESPACE","valueFrom":{"fieldRef":{"fieldPath":"metadata.namespace"}}}],
      "resources":{"requests":{"cpu":"10m","memory":"16Mi"}},"volumeMounts":[{"name":"auth","mountPath":"/auth"}]}],
      "volumes":[{"name":"auth","secret":{"secretName":"c-register"}}]}}}})"_json;
  config["spec"]["template"]["spec"]["containers"][0]["image"] = image;
  return config;
}

void ApplyBoth(benchmark::State& state, const FieldManager& manager, const schema::KindKey& key, const Json& first,
               const Json& second) {
  const Json live = Stored(manager, key, first);
  for ([[maybe_unused]] const auto iteration : state) {
    benchmark::DoNotOptimize(manager.Apply(&live, second, {.manager = "a", .force = false, .now = {}}));
  }
  state.SetItemsProcessed(state.iterations());
}

void ApplySecretThatChanges(benchmark::State& state) {
  ApplyBoth(state, ManagerOf(kSecret, "v1"), kSecret, SecretConfig("e30="), SecretConfig("e30K"));
}
void ApplySecretThatIsTheSame(benchmark::State& state) {
  ApplyBoth(state, ManagerOf(kSecret, "v1"), kSecret, SecretConfig("e30="), SecretConfig("e30="));
}
void ApplySecretThatGivesUpAField(benchmark::State& state) {
  Json without = SecretConfig("e30=");
  without["metadata"].erase("labels");
  ApplyBoth(state, ManagerOf(kSecret, "v1"), kSecret, SecretConfig("e30="), without);
}
void ApplyJobThatChanges(benchmark::State& state) {
  ApplyBoth(state, ManagerOf(kJob, "batch/v1"), kJob, JobConfig("image:1"), JobConfig("image:2"));
}
void UpdateSecret(benchmark::State& state) {
  const FieldManager manager = ManagerOf(kSecret, "v1");
  const Json live = Stored(manager, kSecret, SecretConfig("e30="));
  Json object = live;
  object["data"]["acmedns.json"] = "e30K";
  for ([[maybe_unused]] const auto iteration : state) {
    benchmark::DoNotOptimize(manager.Update(&live, object, {.manager = "b", .now = {}}));
  }
  state.SetItemsProcessed(state.iterations());
}
void MergePatchSecret(benchmark::State& state) {
  const Json live = Stored(ManagerOf(kSecret, "v1"), kSecret, SecretConfig("e30="));
  for ([[maybe_unused]] const auto iteration : state) {
    benchmark::DoNotOptimize(ApplyMergePatch(live, R"({"data":{"acmedns.json":"e30K"}})"));
  }
  state.SetItemsProcessed(state.iterations());
}
void StrategicPatchJob(benchmark::State& state) {
  const schema::Type& type = *schema::FindKind(kJob);
  const Json live = Stored(ManagerOf(kJob, "batch/v1"), kJob, JobConfig("image:1"));
  for ([[maybe_unused]] const auto iteration : state) {
    benchmark::DoNotOptimize(ApplyStrategicMergePatch(
        live, R"({"spec":{"template":{"spec":{"containers":[{"name":"main","image":"image:2"}]}}}})", type));
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(ApplySecretThatChanges);
BENCHMARK(ApplySecretThatIsTheSame);
BENCHMARK(ApplySecretThatGivesUpAField);
BENCHMARK(ApplyJobThatChanges);
BENCHMARK(UpdateSecret);
BENCHMARK(MergePatchSecret);
BENCHMARK(StrategicPatchJob);

}  // namespace
}  // namespace mock_kubeapi::merge
