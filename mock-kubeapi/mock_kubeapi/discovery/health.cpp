#include "mock_kubeapi/discovery/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi::discovery {
namespace {

constexpr std::array<std::string_view, 3> kEndpoints = {"healthz", "livez", "readyz"};
constexpr std::array<std::string_view, 3> kFirst = {"ping", "log", "etcd"};
constexpr std::array<std::string_view, 2> kOnlyWhenReady = {"etcd-readiness", "informer-sync"};
constexpr std::array<std::string_view, 23> kHooks = {
    "poststarthook/start-kube-apiserver-admission-initializer",
    "poststarthook/generic-apiserver-start-informers",
    "poststarthook/priority-and-fairness-config-consumer",
    "poststarthook/priority-and-fairness-filter",
    "poststarthook/storage-object-count-tracker-hook",
    "poststarthook/start-apiextensions-informers",
    "poststarthook/start-apiextensions-controllers",
    "poststarthook/crd-informer-synced",
    "poststarthook/bootstrap-controller",
    "poststarthook/rbac/bootstrap-roles",
    "poststarthook/scheduling/bootstrap-system-priority-classes",
    "poststarthook/priority-and-fairness-config-producer",
    "poststarthook/start-cluster-authentication-info-controller",
    "poststarthook/start-kube-apiserver-identity-lease-controller",
    "poststarthook/start-kube-apiserver-identity-lease-garbage-collector",
    "poststarthook/aggregator-reload-proxy-client-cert",
    "poststarthook/start-kube-aggregator-informers",
    "poststarthook/apiservice-registration-controller",
    "poststarthook/apiservice-status-available-controller",
    "poststarthook/kube-apiserver-autoregistration",
    "autoregister-completion",
    "poststarthook/apiservice-openapi-controller",
    "poststarthook/apiservice-openapiv3-controller"};

std::vector<std::string_view> ChecksOf(std::string_view endpoint) {
  const bool readiness = endpoint == "readyz";
  std::vector<std::string_view> checks(kFirst.begin(), kFirst.end());
  // One by one: optimised, g++ 12 takes an insert of a range for a write beyond the end.
  if (readiness) std::ranges::copy(kOnlyWhenReady, std::back_inserter(checks));
  std::ranges::copy(kHooks, std::back_inserter(checks));
  if (readiness) checks.emplace_back("shutdown");
  return checks;
}

}  // namespace

std::vector<std::string> HealthPaths() {
  std::vector<std::string> paths;
  for (const std::string_view endpoint : kEndpoints) {
    paths.push_back(fmt::format("/{}", endpoint));
    for (const std::string_view check : ChecksOf(endpoint)) paths.push_back(fmt::format("/{}/{}", endpoint, check));
  }
  return paths;
}

std::string HealthReport(std::string_view endpoint, const std::vector<std::string_view>& excluded) {
  std::set<std::string_view> left(excluded.begin(), excluded.end());
  std::string text;
  for (const std::string_view check : ChecksOf(endpoint)) {
    text += fmt::format("[+]{} {}ok\n", check, left.erase(check) > 0 ? "excluded: " : "");
  }
  if (!left.empty()) {
    std::vector<std::string> names;
    names.reserve(left.size());
    for (const std::string_view name : left) names.push_back(GoQuote(name));
    text += fmt::format("warn: some health checks cannot be excluded: no matches for {}\n", fmt::join(names, ","));
  }
  return text + fmt::format("{} check passed\n", endpoint);
}

}  // namespace mock_kubeapi::discovery
