#include "mock_kubeapi/kinds/lease.h"

#include <gtest/gtest.h>

#include "mock_kubeapi/kinds/simple_kinds_fixture.h"

namespace mock_kubeapi {
namespace {

TEST(Lease, ChecksItsNumbers) {
  const Kind kind = LeaseKind(nullptr);
  KindWorld world;
  EXPECT_EQ(world.Complaints(kind, {{"spec", {{"leaseDurationSeconds", 15}, {"leaseTransitions", 0}}}}), "");
  const Json bad = {{"spec", {{"leaseDurationSeconds", 0}, {"leaseTransitions", -1}}}};
  const char* words =
      "[spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0, spec.leaseTransitions: Invalid value: -1: "
      "must be greater than or equal to 0]";
  EXPECT_EQ(world.Complaints(kind, bad), words);
  EXPECT_EQ(world.Complaints(kind, bad, bad), words);
}

TEST(Lease, IsTakenByPutAndShowsItsHolder) {
  const Kind kind = LeaseKind(nullptr);
  const KindWorld world;
  EXPECT_TRUE(kind.create_on_update);
  EXPECT_FALSE(kind.unconditional_update);
  EXPECT_EQ(kind.row({{"metadata", {{"name", "lock"}}}, {"spec", {{"holderIdentity", "me"}}}}, world.clock.Now()),
            Json::array({"lock", "me", "<unknown>"}));
}

}  // namespace
}  // namespace mock_kubeapi
