#include "sim/world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include <nlohmann/json.hpp>

namespace sim {
namespace {

using std::chrono::days;

WorldSpec Quiet(int clusters, days length) {
  return DrawWorld({.seed = 5, .clusters = clusters, .days = length, .profile = Profile::kQuiet});
}

std::string Messages(const Report& report) {
  std::string text;
  for (const Violation& violation : report.violations) {
    text += violation.checker + ": " + violation.message + "\n";
  }
  return text;
}

TEST(World, OfPeaceHasOneRunADayAndNothingToRepair) {
  const Report report = PlayWorld(Quiet(3, days(20)), {});
  EXPECT_EQ(Messages(report), "");
  EXPECT_EQ(report.runs_by_outcome.size(), 1U) << ToJson(report).dump(1);
  EXPECT_GE(report.runs_by_outcome.at("exit 0"), 3U * 20U);
  EXPECT_FALSE(report.counts.contains("invalidations"));
}

TEST(World, HealsWhatTheFaultsOfItsScriptHaveBroken) {
  WorldSpec spec = Quiet(2, days(10));
  spec.script = {{.kind = FaultKind::kSecretDeleted, .cluster = 0, .start = days(2), .salt = 1},
                 {.kind = FaultKind::kAcmeDatabaseLost, .start = days(5), .salt = 1}};
  const Report report = PlayWorld(spec, {.timelines = true});
  EXPECT_EQ(Messages(report), "");
  EXPECT_EQ(report.faults_fired.at("secret-deleted"), 1U);
  EXPECT_EQ(report.counts.at("invalidations"), 3U);
  ASSERT_EQ(report.timelines.size(), 2U);
  EXPECT_EQ(report.timelines[0].invalid.size(), 2U);
  EXPECT_LE(report.worst_recovery_hours, 25);
}

TEST(World, OfTheSameSpecLeavesTheSameTraceByteForByte) {
  const WorldSpec spec =
      DrawWorld({.seed = 11, .world = 3, .clusters = 4, .days = days(60), .profile = Profile::kHostile});
  std::string first;
  std::string second;
  const Report report = PlayWorld(spec, {.trace = [&first](std::string_view line) { first += line; }});
  PlayWorld(spec, {.trace = [&second](std::string_view line) { second += line; }});
  EXPECT_EQ(Messages(report), "");
  EXPECT_GT(first.size(), 10'000U);
  EXPECT_EQ(first, second);
}

TEST(World, OfAnotherSeedLeavesAnotherTrace) {
  std::string first;
  std::string second;
  const auto play = [](std::uint64_t seed, std::string& trace) {
    PlayWorld(DrawWorld({.seed = seed, .clusters = 1, .days = days(5), .profile = Profile::kHostile}),
              {.trace = [&trace](std::string_view line) { trace += line; }});
  };
  play(1, first);
  play(2, second);
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace sim
