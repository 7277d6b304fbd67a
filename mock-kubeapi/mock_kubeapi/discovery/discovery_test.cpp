#include "mock_kubeapi/discovery/discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "mock_kubeapi/discovery/version_order.h"

namespace mock_kubeapi::discovery {
namespace {

using testing::IsSupersetOf;

const std::vector<std::string> kStatusVerbs = {"get", "patch", "update"};

Kind Row(std::string group, std::string kind, std::string plural) {
  Kind row;
  row.group = std::move(group);
  row.version = "v1";
  row.kind = std::move(kind);
  row.plural = std::move(plural);
  return row;
}

KindTable Table() {
  Kind secret = Row("", "Secret", "secrets");
  Kind account = Row("", "ServiceAccount", "serviceaccounts");
  account.short_names = {"sa"};
  account.subresources = {{.name = "token",
                           .kind = "TokenRequest",
                           .group = "authentication.k8s.io",
                           .version = "v1",
                           .verbs = {"create"}}};
  Kind job = Row("batch", "Job", "jobs");
  job.categories = {"all"};
  job.subresources = {{.name = "status", .kind = "Job", .verbs = kStatusVerbs}};
  Kind cronjob = Row("batch", "CronJob", "cronjobs");
  cronjob.short_names = {"cj"};
  cronjob.categories = {"all"};
  cronjob.subresources = {{.name = "status", .kind = "CronJob", .verbs = kStatusVerbs}};
  Kind review = Row("authentication.k8s.io", "TokenReview", "tokenreviews");
  review.namespaced = false;
  review.verbs = {"create"};
  return KindTable({secret, account, job, cronjob, review});
}

TEST(Discovery, ListsTheRootsAsRecorded) {
  const KindTable table = Table();
  EXPECT_EQ(ApiVersions("127.0.0.1:1"), Json::parse(R"({"kind":"APIVersions","versions":["v1"],
      "serverAddressByClientCIDRs":[{"clientCIDR":"0.0.0.0/0","serverAddress":"127.0.0.1:1"}]})"));
  EXPECT_EQ(ApiGroupList(table)["groups"][0], Json::parse(R"({"name":"batch",
      "versions":[{"groupVersion":"batch/v1","version":"v1"}],
      "preferredVersion":{"groupVersion":"batch/v1","version":"v1"}})"));
  EXPECT_EQ(ApiGroup(table, "batch"), Json::parse(R"({"kind":"APIGroup","apiVersion":"v1","name":"batch",
      "versions":[{"groupVersion":"batch/v1","version":"v1"}],
      "preferredVersion":{"groupVersion":"batch/v1","version":"v1"}})"));
  EXPECT_FALSE(ApiGroup(table, "example.org").has_value());
  EXPECT_FALSE(ApiGroup(table, "").has_value());
  EXPECT_THAT(RootPaths(table)["paths"].get<std::vector<std::string>>(),
              IsSupersetOf({"/api", "/api/v1", "/apis", "/apis/", "/apis/batch", "/apis/batch/v1", "/healthz", "/livez",
                            "/openapi/v2", "/openapi/v3", "/readyz", "/version"}));
}

TEST(Discovery, ListsTheResourcesOfAGroupAsRecorded) {
  EXPECT_EQ(ApiResourceList(Table(), "batch", "v1"), Json::parse(R"({"kind":"APIResourceList","apiVersion":"v1",
      "groupVersion":"batch/v1","resources":[
      {"name":"cronjobs","singularName":"","namespaced":true,"kind":"CronJob","verbs":["create","delete",
       "deletecollection","get","list","patch","update","watch"],"shortNames":["cj"],"categories":["all"],
       "storageVersionHash":"sd5LIXh4Fjs="},
      {"name":"cronjobs/status","singularName":"","namespaced":true,"kind":"CronJob","verbs":["get","patch","update"]},
      {"name":"jobs","singularName":"","namespaced":true,"kind":"Job","verbs":["create","delete","deletecollection",
       "get","list","patch","update","watch"],"categories":["all"],"storageVersionHash":"mudhfqk/qZY="},
      {"name":"jobs/status","singularName":"","namespaced":true,"kind":"Job","verbs":["get","patch","update"]}]})"));
  EXPECT_FALSE(ApiResourceList(Table(), "batch", "v2").has_value());
}

TEST(Discovery, NamesTheGroupOfASubresourcesKind) {
  const Json list = *ApiResourceList(Table(), "", "v1");
  EXPECT_EQ(list["groupVersion"], "v1");
  EXPECT_EQ(list["resources"][2], Json::parse(R"({"name":"serviceaccounts/token","singularName":"","namespaced":true,
      "kind":"TokenRequest","verbs":["create"],"group":"authentication.k8s.io","version":"v1"})"));
}

TEST(Discovery, HasNoStorageVersionForKindsThatAreOnlyAnswered) {
  EXPECT_EQ((*ApiResourceList(Table(), "authentication.k8s.io", "v1"))["resources"][0],
            Json::parse(R"({"name":"tokenreviews","singularName":"","namespaced":false,"kind":"TokenReview",
                            "verbs":["create"]})"));
}

TEST(Discovery, ShowsCustomKindsAsTheyAreDefined) {
  const schema::Type custom{.shape = schema::Shape::kObject, .custom = true};
  std::vector<Kind> rows;
  for (const char* version : {"v1alpha1", "v1", "v1beta1"}) {
    Kind row = Row("example.org", "Widget", "widgets");
    row.version = version;
    row.singular = "widget";
    row.verbs = {"delete", "get", "create"};
    row.type = &custom;
    rows.push_back(row);
  }
  KindTable table = Table();
  table.SetCustom("widgets.example.org", rows);
  const Json group = *ApiGroup(table, "example.org");
  EXPECT_EQ(group["preferredVersion"]["version"], "v1");
  EXPECT_EQ(group["versions"][2]["version"], "v1alpha1");
  const Json list = *ApiResourceList(table, "example.org", "v1");
  EXPECT_EQ(list["resources"][0]["singularName"], "widget");
  EXPECT_EQ(list["resources"][0]["verbs"], Json::parse(R"(["delete","get","create"])"));
}

TEST(AggregatedDiscovery, IsServedToThoseWhoAskForItFirst) {
  bool only = false;
  const char* kubectl =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
      "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";
  EXPECT_EQ(AggregatedVersion(kubectl, &only), "v2");
  EXPECT_FALSE(only);
  EXPECT_EQ(AggregatedVersion("application/json; g=apidiscovery.k8s.io; v=v2beta1; as=APIGroupDiscoveryList", &only),
            "v2beta1");
  EXPECT_TRUE(only);
  for (const char* accept : {"application/json", "*/*", "", "application/json;as=Table;v=v1;g=meta.k8s.io",
                             "application/json,application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"}) {
    EXPECT_EQ(AggregatedVersion(accept, &only), std::nullopt) << accept;
    EXPECT_FALSE(only);
  }
}

TEST(AggregatedDiscovery, HasEverythingInOneDocument) {
  const Json document = Aggregated(Table(), false, "v2");
  EXPECT_EQ(document["apiVersion"], "apidiscovery.k8s.io/v2");
  EXPECT_EQ(document["items"][0]["metadata"]["name"], "batch");
  EXPECT_EQ(document["items"][0]["versions"][0]["resources"][1]["subresources"][0], Json::parse(R"({"subresource":
      "status","responseKind":{"group":"batch","version":"v1","kind":"Job"},"verbs":["get","patch","update"]})"));
  const Json core = Aggregated(Table(), true, "v2beta1");
  ASSERT_EQ(core["items"].size(), 1U);
  EXPECT_EQ(core["items"][0]["versions"][0]["resources"][0]["responseKind"]["kind"], "Secret");
}

TEST(VersionOrder, PrefersStableThenNewer) {
  const std::vector<const char*> ordered = {"v10",     "v2",       "v1",       "v2beta1", "v1beta2",
                                            "v1beta1", "v2alpha1", "v1alpha1", "foo",     "v01"};
  for (std::size_t i = 0; i + 1 < ordered.size(); ++i) {
    EXPECT_TRUE(IsPreferredVersion(ordered[i], ordered[i + 1])) << ordered[i] << " " << ordered[i + 1];
    EXPECT_FALSE(IsPreferredVersion(ordered[i + 1], ordered[i])) << ordered[i] << " " << ordered[i + 1];
  }
}

}  // namespace
}  // namespace mock_kubeapi::discovery
