#include "mock_kubeapi/node/root_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace mock_kubeapi {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using StepKind = RootStep::Kind;

class FakeHost final : public HostFiles {
 public:
  std::vector<Entry> List(const std::string& folder) const override {
    const auto found = folders_.find(folder);
    return found == folders_.end() ? std::vector<Entry>() : found->second;
  }

 private:
  std::map<std::string, std::vector<Entry>> folders_ = {
      {"/",
       {{.name = "bin", .kind = Kind::kLink, .link_target = "usr/bin"},
        {.name = "etc", .kind = Kind::kFolder},
        {.name = "run", .kind = Kind::kFolder},
        {.name = "usr", .kind = Kind::kFolder}}},
      {"/run", {{.name = "lock", .kind = Kind::kFolder}, {.name = "pid", .kind = Kind::kFile}}},
  };
};

TEST(RootPlan, ShowsTheMachineAsItIs) {
  EXPECT_THAT(PlanRoot(FakeHost(), {}),
              ElementsAre(RootStep{.kind = StepKind::kLink, .path = "/bin", .source = "usr/bin"},
                          RootStep{.kind = StepKind::kFolder, .path = "/etc"},
                          RootStep{.kind = StepKind::kBind, .path = "/etc", .source = "/etc"},
                          RootStep{.kind = StepKind::kFolder, .path = "/run"},
                          RootStep{.kind = StepKind::kBind, .path = "/run", .source = "/run"},
                          RootStep{.kind = StepKind::kFolder, .path = "/usr"},
                          RootStep{.kind = StepKind::kBind, .path = "/usr", .source = "/usr"}));
}

TEST(RootPlan, MakesTheFoldersAboveAMountAroundWhatTheyHold) {
  const auto steps = PlanRoot(FakeHost(), {{.path = "/run/secrets/sa", .source = "/v/sa", .read_only = true}});
  EXPECT_THAT(steps, Not(Contains(RootStep{.kind = StepKind::kBind, .path = "/run", .source = "/run"})));
  EXPECT_THAT(steps, Contains(RootStep{.kind = StepKind::kBind, .path = "/run/lock", .source = "/run/lock"}));
  EXPECT_THAT(steps, Contains(RootStep{.kind = StepKind::kFile, .path = "/run/pid"}));
  EXPECT_THAT(steps, Contains(RootStep{.kind = StepKind::kFolder, .path = "/run/secrets"}));
  EXPECT_THAT(steps, Contains(RootStep{.kind = StepKind::kBind, .path = "/run/secrets/sa", .source = "/v/sa"}));
  EXPECT_EQ(steps.back(), (RootStep{.kind = StepKind::kReadOnly, .path = "/run/secrets/sa"}));
}

TEST(RootPlan, LaysAMountOverAFolderOfTheMachine) {
  const auto steps = PlanRoot(FakeHost(), {{.path = "/etc", .source = "/v/etc"}});
  EXPECT_THAT(steps, Contains(RootStep{.kind = StepKind::kBind, .path = "/etc", .source = "/v/etc"}));
  EXPECT_THAT(steps, Not(Contains(RootStep{.kind = StepKind::kBind, .path = "/etc", .source = "/etc"})));
}

TEST(RootPlan, LaysMountsIntoMountsAndFilesOverFiles) {
  const auto steps = PlanRoot(FakeHost(), {{.path = "/data", .source = "/v/data"},
                                           {.path = "/data/in/sub", .source = "/v/sub"},
                                           {.path = "/run/pid", .source = "/v/pid", .is_folder = false}});
  const auto place = [&](const RootStep& step) { return std::ranges::find(steps, step) - steps.begin(); };
  EXPECT_LT(place({.kind = StepKind::kBind, .path = "/data", .source = "/v/data"}),
            place({.kind = StepKind::kFolder, .path = "/data/in"}));
  EXPECT_LT(place({.kind = StepKind::kFolder, .path = "/data/in"}),
            place({.kind = StepKind::kBind, .path = "/data/in/sub", .source = "/v/sub"}));
  EXPECT_THAT(steps, Contains(RootStep{.kind = StepKind::kFile, .path = "/run/pid"}));
  EXPECT_THAT(steps, Contains(RootStep{.kind = StepKind::kBind, .path = "/run/pid", .source = "/v/pid"}));
}

}  // namespace
}  // namespace mock_kubeapi
