#include "mock_kubeapi/discovery/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mock_kubeapi::discovery {
namespace {

using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Health, HasAPathForEachCheck) {
  const auto paths = HealthPaths();
  EXPECT_THAT(paths, Contains("/healthz"));
  EXPECT_THAT(paths, Contains("/livez/ping"));
  EXPECT_THAT(paths, Contains("/readyz/poststarthook/rbac/bootstrap-roles"));
  EXPECT_THAT(paths, Contains("/readyz/shutdown"));
  EXPECT_THAT(paths, Not(Contains("/livez/shutdown")));
}

TEST(Health, ReportsALineForEachCheck) {
  const std::string report = HealthReport("readyz", {});
  EXPECT_THAT(report, StartsWith("[+]ping ok\n[+]log ok\n[+]etcd ok\n[+]etcd-readiness ok\n[+]informer-sync ok\n"));
  EXPECT_THAT(report, EndsWith("[+]shutdown ok\nreadyz check passed\n"));
  EXPECT_THAT(HealthReport("healthz", {}), EndsWith("apiservice-openapiv3-controller ok\nhealthz check passed\n"));
}

TEST(Health, TellsWhatItExcludes) {
  const std::string report = HealthReport("livez", {"etcd", "b", "a", "b"});
  EXPECT_THAT(report, HasSubstr("[+]log ok\n[+]etcd excluded: ok\n"));
  EXPECT_THAT(report, EndsWith("warn: some health checks cannot be excluded: no matches for \"a\",\"b\"\n"
                               "livez check passed\n"));
}

}  // namespace
}  // namespace mock_kubeapi::discovery
