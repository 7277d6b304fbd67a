#include "mock_kubeapi/kinds/namespace.h"

#include <gtest/gtest.h>

#include <string>

#include "mock_kubeapi/kinds/simple_kinds_fixture.h"

namespace mock_kubeapi {
namespace {

class NamespaceTest : public testing::Test {
 protected:
  const Kind kind_ = NamespaceKind(nullptr);
  KindWorld world_;
};

TEST_F(NamespaceTest, BeginsActiveWithItsLabelAndFinalizer) {
  Json object = {{"metadata", {{"name", "a"}}}, {"status", {{"phase", "Terminating"}}}};
  ASSERT_TRUE(kind_.prepare_create(object, world_.Context()));
  EXPECT_EQ(object, Json({{"metadata", {{"name", "a"}, {"labels", {{"kubernetes.io/metadata.name", "a"}}}}},
                          {"spec", {{"finalizers", {"kubernetes"}}}},
                          {"status", {{"phase", "Active"}}}}));
  Json own = {{"metadata", {{"name", "a"}}}, {"spec", {{"finalizers", {"example.com/x"}}}}};
  ASSERT_TRUE(kind_.prepare_create(own, world_.Context()));
  EXPECT_EQ(own["spec"]["finalizers"], Json({"example.com/x", "kubernetes"}));
}

TEST_F(NamespaceTest, KeepsWhatOnlySubresourcesChange) {
  const Json old = {
      {"metadata", {{"name", "a"}}}, {"spec", {{"finalizers", {"kubernetes"}}}}, {"status", {{"phase", "Active"}}}};
  const Json wanted = {{"metadata", {{"name", "a"}, {"labels", {{"kubernetes.io/metadata.name", "other"}}}}},
                       {"spec", {{"finalizers", Json::array()}}},
                       {"status", {{"phase", "Terminating"}}}};
  Json object = wanted;
  ASSERT_TRUE(kind_.prepare_update(object, old, "", world_.Context()));
  EXPECT_EQ(object["spec"], old["spec"]);
  EXPECT_EQ(object["status"], old["status"]);
  EXPECT_EQ(object["metadata"]["labels"]["kubernetes.io/metadata.name"], "a");
  object = wanted;
  ASSERT_TRUE(kind_.prepare_update(object, old, "finalize", world_.Context()));
  EXPECT_EQ(object["spec"], wanted["spec"]);
  EXPECT_EQ(object["status"], old["status"]);
  object = wanted;
  ASSERT_TRUE(kind_.prepare_update(object, old, "status", world_.Context()));
  EXPECT_EQ(object["spec"], old["spec"]);
  EXPECT_EQ(object["status"], wanted["status"]);
}

TEST_F(NamespaceTest, ChecksFinalizersAndPhase) {
  const Json bad = {{"spec", {{"finalizers", {"bare"}}}}};
  EXPECT_EQ(world_.Complaints(kind_, bad),
            "spec.finalizers: Invalid value: \"bare\": name is neither a standard finalizer name nor is it fully "
            "qualified");
  EXPECT_EQ(world_.Complaints(kind_, bad, bad, "finalize"),
            "spec.finalizers[0]: Invalid value: \"bare\": name is neither a standard finalizer name nor is it fully "
            "qualified");
  EXPECT_EQ(world_.Complaints(kind_, bad, bad), world_.Complaints(kind_, bad));
  const Json phase = {{"status", {{"phase", "Terminating"}}}};
  EXPECT_EQ(world_.Complaints(kind_, phase, phase, "status"),
            "status.Phase: Invalid value: \"Terminating\": may only be 'Active' if `deletionTimestamp` is empty");
}

TEST_F(NamespaceTest, TerminatesUntilItsFinalizersAreGone) {
  Json object = {{"spec", {{"finalizers", {"kubernetes"}}}}};
  EXPECT_TRUE(kind_.begin_delete(object, world_.Context()));
  EXPECT_EQ(object["status"]["phase"], "Terminating");
  object["spec"]["finalizers"].clear();
  EXPECT_FALSE(kind_.begin_delete(object, world_.Context()));
}

}  // namespace
}  // namespace mock_kubeapi
