// The controllers of every cluster, seen through the API.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mock_kubeapi/server/test_api.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kMaps = "/api/v1/namespaces/default/configmaps";

std::string MapPath(const std::string& name) {
  return std::string(kMaps) + "/" + name;
}

class ControllersTest : public testing::Test {
 protected:
  /// Makes a ConfigMap and returns its uid.
  std::string Make(const std::string& name, const Json& owners = Json::array()) {
    const Answer made = api_.Post(kMaps, {{"metadata", {{"name", name}, {"ownerReferences", owners}}}});
    EXPECT_EQ(made.status, 201) << made.body;
    return made.Text("/metadata/uid");
  }
  static Json OwnedBy(const std::string& name, const std::string& uid, bool blocks = false) {
    return Json::array(
        {{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"name", name}, {"uid", uid}, {"blockOwnerDeletion", blocks}}});
  }
  bool Exists(const std::string& name) { return api_.Get(MapPath(name)).status == 200; }

  TestApi api_;
};

TEST_F(ControllersTest, DeleteWhatADeletedObjectOwned) {
  const std::string owner = Make("owner");
  const std::string child = Make("child", OwnedBy("owner", owner));
  Make("grandchild", OwnedBy("child", child));
  api_.Delete(MapPath("owner"));
  EXPECT_FALSE(Exists("child"));
  EXPECT_FALSE(Exists("grandchild"));
}

TEST_F(ControllersTest, DeleteAnObjectWhoseOwnerNeverWas) {
  Make("child", OwnedBy("owner", "11111111-1111-1111-1111-111111111111"));
  EXPECT_FALSE(Exists("child"));
}

TEST_F(ControllersTest, KeepAnObjectThatHasAnotherOwner) {
  const std::string first = Make("first");
  const std::string second = Make("second");
  Json owners = OwnedBy("first", first);
  owners.push_back(OwnedBy("second", second)[0]);
  Make("child", owners);
  api_.Delete(MapPath("first"));
  const Answer child = api_.Get(MapPath("child"));
  ASSERT_EQ(child.status, 200);
  ASSERT_EQ(child.body["metadata"]["ownerReferences"].size(), 1U);
  EXPECT_EQ(child.body["metadata"]["ownerReferences"][0]["name"], "second");
}

TEST_F(ControllersTest, KeepAnObjectWhoseOwnersKindNobodyServes) {
  Json owners = OwnedBy("x", "11111111-1111-1111-1111-111111111111");
  owners[0]["apiVersion"] = "apps/v1";
  owners[0]["kind"] = "Deployment";
  Make("child", owners);
  EXPECT_TRUE(Exists("child"));
}

TEST_F(ControllersTest, OrphanDependentsWhenAsked) {
  const std::string owner = Make("owner");
  Make("child", OwnedBy("owner", owner));
  api_.Delete(MapPath("owner"), {{"propagationPolicy", "Orphan"}});
  EXPECT_FALSE(Exists("owner"));
  const Answer child = api_.Get(MapPath("child"));
  ASSERT_EQ(child.status, 200);
  EXPECT_FALSE(child.body["metadata"].contains("ownerReferences"));
}

TEST_F(ControllersTest, DeleteBlockingDependentsFirstInTheForeground) {
  const std::string owner = Make("owner");
  api_.Post(kMaps, {{"metadata",
                     {{"name", "child"},
                      {"finalizers", {"example.com/hold"}},
                      {"ownerReferences", OwnedBy("owner", owner, true)}}}});
  const Answer deleted = api_.Delete(MapPath("owner"), {{"propagationPolicy", "Foreground"}});
  EXPECT_EQ(deleted.body["metadata"]["finalizers"], Json::array({"foregroundDeletion"}));
  EXPECT_TRUE(Exists("owner")) << "its dependent is held";
  EXPECT_TRUE(api_.Get(MapPath("child")).body["metadata"].contains("deletionTimestamp"));
  api_.MergePatch(MapPath("child"), {{"metadata", {{"finalizers", nullptr}}}});
  EXPECT_FALSE(Exists("child"));
  EXPECT_FALSE(Exists("owner"));
}

TEST_F(ControllersTest, GiveEachNamespaceItsAccountAndRootCertificate) {
  api_.Post("/api/v1/namespaces", {{"metadata", {{"name", "n"}}}});
  EXPECT_EQ(api_.Get("/api/v1/namespaces/n/serviceaccounts/default").status, 200);
  const std::string path = "/api/v1/namespaces/n/configmaps/kube-root-ca.crt";
  EXPECT_EQ(api_.Get(path).body["data"]["ca.crt"], "CA");
  api_.MergePatch(path, {{"data", {{"ca.crt", "other"}}}});
  EXPECT_EQ(api_.Get(path).body["data"]["ca.crt"], "CA");
  api_.Delete(path);
  EXPECT_EQ(api_.Get(path).status, 200);
}

TEST_F(ControllersTest, EmptyANamespaceThatIsDeleted) {
  api_.Post("/api/v1/namespaces", {{"metadata", {{"name", "n"}}}});
  api_.Post("/api/v1/namespaces/n/secrets", {{"metadata", {{"name", "s"}}}});
  const Answer deleted = api_.Delete("/api/v1/namespaces/n");
  EXPECT_EQ(deleted.Text("/status/phase"), "Terminating");
  EXPECT_EQ(api_.Get("/api/v1/namespaces/n").status, 404);
  EXPECT_EQ(api_.store().Find({"secrets", "n", "s"}), nullptr);
  EXPECT_EQ(api_.store().Find({"serviceaccounts", "n", "default"}), nullptr);
}

TEST_F(ControllersTest, LeaveTheOtherNamespacesAlone) {
  api_.Post("/api/v1/namespaces", {{"metadata", {{"name", "n"}}}});
  api_.Post("/api/v1/namespaces", {{"metadata", {{"name", "n-b"}}}});
  api_.Post("/api/v1/namespaces/n-b/secrets", {{"metadata", {{"name", "s"}}}});
  api_.Delete("/api/v1/namespaces/n");
  EXPECT_EQ(api_.Get("/api/v1/namespaces/n-b/secrets/s").status, 200);
}

TEST_F(ControllersTest, RefuseToDeleteTheNamespacesOfEveryCluster) {
  for (const char* name : {"default", "kube-system", "kube-public"}) {
    EXPECT_EQ(api_.Delete(std::string("/api/v1/namespaces/") + name).status, 403) << name;
  }
}

TEST_F(ControllersTest, ServeTheKindsOfADefinitionAsLongAsItIsThere) {
  const Json definition = {
      {"metadata", {{"name", "things.example.org"}}},
      {"spec",
       {{"group", "example.org"},
        {"scope", "Namespaced"},
        {"names", {{"plural", "things"}, {"kind", "Thing"}}},
        {"versions",
         {{{"name", "v1"},
           {"served", true},
           {"storage", true},
           {"schema",
            {{"openAPIV3Schema", {{"type", "object"}, {"x-kubernetes-preserve-unknown-fields", true}}}}}}}}}}};
  const std::string definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const std::string things = "/apis/example.org/v1/namespaces/default/things";
  EXPECT_EQ(api_.Get(things).status, 404);
  ASSERT_EQ(api_.Post(definitions, definition).status, 201);
  EXPECT_EQ(
      api_.Post(things, {{"apiVersion", "example.org/v1"}, {"kind", "Thing"}, {"metadata", {{"name", "t"}}}}).status,
      201);
  api_.Delete(definitions + "/things.example.org");
  EXPECT_EQ(api_.Get(definitions + "/things.example.org").status, 404);
  EXPECT_EQ(api_.Get(things).status, 404);
  EXPECT_EQ(api_.store().CountOf("things.example.org"), 0U);
}

}  // namespace
}  // namespace mock_kubeapi
