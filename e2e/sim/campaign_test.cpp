// The campaigns of every build: every kind of fault with a fixed seed, and something new each day.
#include "sim/campaign.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "sim/checkers/sometimes.h"
#include "sim/scenario_file.h"

namespace sim {
namespace {

using std::chrono::days;

void ExpectHeld(const CampaignOptions& options, const Report& report) {
  for (const Violation& violation : report.violations) {
    ADD_FAILURE() << Name(violation.what) << ", " << violation.checker << ": " << violation.message << "\nday "
                  << violation.day << " of cluster " << violation.cluster << "\n"
                  << "acmedns-sim" << ReplayCommand(options, violation);
  }
}

/// Small worlds, which acme-dns's and DNS's faults cost less, of one seed after the other, until all has come up that
/// can: what a change of the client makes of a seed is anybody's guess.
TEST(Campaign, WithEveryFaultHoldsEveryInvariantAndSeesEverything) {
  constexpr std::uint64_t kFirstSeed = 1;
  constexpr int kSeedsMax = 32;
  Report sum;
  for (int i = 0; i < kSeedsMax && (i == 0 || !NeverSeen(sum).empty()); ++i) {
    const CampaignOptions options{.seed = kFirstSeed + i,
                                  .clusters = 6,
                                  .days = days(75),
                                  .profile = Profile::kHostile,
                                  .all_controllers = i % 2 == 0};
    const Report report = RunCampaign(options, {});
    ExpectHeld(options, report);
    sum.Add(report);
  }
  EXPECT_THAT(NeverSeen(sum), ::testing::IsEmpty());
}

TEST(Campaign, OfTodayHoldsEveryInvariant) {
  const auto today = std::chrono::floor<days>(std::chrono::system_clock::now()).time_since_epoch();
  const CampaignOptions options{.seed = static_cast<std::uint64_t>(today.count()),
                                .clusters = 32,
                                .days = days(30),
                                .jobs = 2,
                                .all_controllers = true};
  std::printf("the seed of today is %llu\n", static_cast<unsigned long long>(options.seed));
  ExpectHeld(options, RunCampaign(options, {}));
}

TEST(Campaign, DoesNotDependOnThreadsOrShards) {
  CampaignOptions options{.seed = 3, .clusters = 20, .days = days(6), .profile = Profile::kHostile};
  Report whole = RunCampaign(options, {});
  options.jobs = 3;
  Report threads = RunCampaign(options, {});
  Report shards;
  for (int i = 0; i < 2; ++i) {
    options.shard = {.index = i, .count = 2};
    shards.Add(RunCampaign(options, {}));
  }
  for (Report* report : {&whole, &threads, &shards}) {
    report->wall_seconds = 0;
    report->timelines.clear();
  }
  EXPECT_EQ(ToJson(whole), ToJson(threads));
  EXPECT_EQ(ToJson(whole), ToJson(shards));
  EXPECT_EQ(whole.worlds, 2U);
  EXPECT_EQ(whole.clusters, 20U);
}

TEST(Shard, IsReadAsIOfN) {
  EXPECT_EQ(ParseShard("2/5")->index, 2);
  EXPECT_EQ(ParseShard("2/5")->count, 5);
  for (const char* wrong : {"", "1", "5/5", "-1/2", "1/0", "a/2", "1/2x"}) {
    EXPECT_FALSE(ParseShard(wrong)) << wrong;
  }
}

TEST(ScenarioFile, ReadsBackWhatItWrote) {
  const Scenario scenario{
      .about = "x",
      .spec = {.seed = 7,
               .world = 2,
               .clusters = 3,
               .days = days(9),
               .script = {{.kind = FaultKind::kSecretDeleted, .cluster = 2, .start = days(1), .salt = 4}}}};
  const auto read = ParseScenario(ScenarioText(scenario));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->about, "x");
  EXPECT_EQ(read->spec.seed, 7U);
  EXPECT_EQ(read->spec.world, 2);
  EXPECT_EQ(read->spec.clusters, 3);
  EXPECT_EQ(read->spec.days, days(9));
  EXPECT_EQ(read->spec.script, scenario.spec.script);
  EXPECT_EQ(read->spec.only_cluster, std::nullopt);

  Scenario alone = scenario;
  alone.spec.only_cluster = 2;
  alone.spec.all_controllers = true;
  EXPECT_EQ(ParseScenario(ScenarioText(alone))->spec.only_cluster, 2);
  EXPECT_TRUE(ParseScenario(ScenarioText(alone))->spec.all_controllers);
  EXPECT_FALSE(read->spec.all_controllers);
}

TEST(ScenarioFile, NamesTheMemberThatIsWrong) {
  const auto error = [](const std::string& text) { return ParseScenario(text).error(); };
  EXPECT_THAT(error("[]"), ::testing::HasSubstr("JSON object"));
  EXPECT_THAT(error(R"({"sed": 1})"), ::testing::HasSubstr("sed is unknown"));
  EXPECT_THAT(error(R"({"seed": 1, "world": -1})"), ::testing::HasSubstr("world must be"));
  EXPECT_THAT(error(R"({"seed": 1, "world": 0, "clusters": 1, "onlyCluster": 1, "days": 2, "faults": []})"),
              ::testing::HasSubstr("onlyCluster: there is no cluster 1"));
  EXPECT_THAT(error(R"({"seed": 1, "world": 0, "clusters": 1, "days": 2, "faults": [
                       {"kind": "secret-deleted", "cluster": 1, "start": 1}]})"),
              ::testing::HasSubstr("no cluster 1"));
  EXPECT_THAT(error(R"({"seed": 1, "world": 0, "clusters": 1, "days": 2, "controllers": true, "faults": []})"),
              ::testing::HasSubstr("controllers must be"));
}

/// What once went wrong; each file says what in its "about".
TEST(Regressions, StayMended) {
  std::size_t scenarios = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SIM_REGRESSIONS)) {
    if (entry.path().extension() != ".json") continue;
    SCOPED_TRACE(entry.path().filename().string());
    const auto scenario = ReadScenario(entry.path().string());
    ASSERT_TRUE(scenario) << scenario.error();
    ++scenarios;
    const Report report = PlayWorld(scenario->spec, {});
    for (const Violation& violation : report.violations) {
      ADD_FAILURE() << violation.checker << " again: " << violation.message << "\n" << scenario->about;
    }
  }
  EXPECT_GT(scenarios, 0U);
}

}  // namespace
}  // namespace sim
