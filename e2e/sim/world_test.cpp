#include "sim/world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/cluster_plan.h"
#include "sim/seeds.h"

namespace sim {
namespace {

using std::chrono::days;
using std::chrono::hours;
using ::testing::_;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::unique_ptr<mock_http::Random> PlanRandom(std::uint64_t seed, int world) {
  return std::make_unique<mock_http::SeededRandom>(SeedOf(seed, Stream::kPlan, world, 0));
}

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

std::vector<std::string> LinesWith(const std::string& trace, std::string_view what) {
  std::vector<std::string> lines;
  std::istringstream text(trace);
  for (std::string line; std::getline(text, line);) {
    if (line.find(what) != std::string::npos) lines.push_back(line);
  }
  return lines;
}

std::string TraceOf(const WorldSpec& spec) {
  std::string trace;
  const Report report = PlayWorld(spec, {.trace = [&trace](std::string_view line) { trace += line; }});
  EXPECT_EQ(Messages(report), "");
  return trace;
}

TEST(World, RunsWhatTheControllersMakeOfTheManifests) {
  WorldSpec spec = Quiet(1, days(10));
  spec.all_controllers = true;
  const std::string trace = TraceOf(spec);
  // The Job's names are those that the CronJob controller gives.
  EXPECT_THAT(LinesWith(trace, "the node starts a Pod of acme-dns-acme-dns-check-"), SizeIs(AllOf(Ge(9), Le(10))));
  EXPECT_THAT(LinesWith(trace, "the node starts a Pod of acme-dns-acme-dns-register"), SizeIs(Ge(1)));
  EXPECT_THAT(LinesWith(trace, "the node starts a Pod of last-check"), SizeIs(1));
}

TEST(World, TriesAFailedCheckAgainAsItsJobSays) {
  WorldSpec spec = Quiet(1, days(4));
  spec.all_controllers = true;
  spec.script = {{.kind = FaultKind::kAcmeAddressChange, .start = days(1), .duration = days(2), .salt = 2}};
  const std::string trace = TraceOf(spec);
  // backoffLimit 3: four tries a night, of one Job.
  const auto starts = LinesWith(trace, "the node starts a Pod of acme-dns-acme-dns-check-");
  std::map<std::string, int> tries;
  for (const std::string& line : starts) ++tries[line.substr(line.rfind(' '))];
  EXPECT_THAT(tries, Contains(Pair(_, 4)));
  EXPECT_THAT(tries, Each(Pair(_, Le(4))));
}

class SuspendedCronJob : public ::testing::TestWithParam<bool> {};

TEST_P(SuspendedCronJob, RunsLateOrNotAtAll) {
  for (const bool no_deadline : {false, true}) {
    // A cluster of the one kind and one of the other.
    int world = 0;
    while (
        DrawClusterPlan({.world = world, .cluster = 0, .days = days(6)}, *PlanRandom(5, world)).no_starting_deadline !=
        no_deadline) {
      ++world;
    }
    WorldSpec spec = DrawWorld({.seed = 5, .world = world, .clusters = 1, .days = days(6), .profile = Profile::kQuiet});
    spec.all_controllers = GetParam();
    spec.script = {
        {.kind = FaultKind::kCronLate, .cluster = 0, .start = days(2) + hours(12), .duration = hours(44), .salt = 1}};
    std::string trace;
    const Report report = PlayWorld(spec, {.trace = [&trace](std::string_view line) { trace += line; }});
    EXPECT_EQ(Messages(report), "");
    EXPECT_EQ(report.faults_fired.at("cron-late"), 1U);
    // Of two nights that were missed the last one's check comes in the morning, or none does.
    EXPECT_THAT(LinesWith(trace, "day 3 "), IsEmpty());
    EXPECT_THAT(LinesWith(trace, "day 4 08:00:00.000 c00 check starts"), SizeIs(no_deadline ? 1 : 0));
    EXPECT_THAT(LinesWith(trace, "check starts"), Contains(StartsWith("day 5 0")));
  }
}

INSTANTIATE_TEST_SUITE_P(ByControllersAndByTimetable, SuspendedCronJob, ::testing::Bool());

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
