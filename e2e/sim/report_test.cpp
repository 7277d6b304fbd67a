#include "sim/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/plot.h"

namespace sim {
namespace {

using ::testing::HasSubstr;

Report Sample(std::uint64_t runs) {
  Report report;
  report.seed = 7;
  report.profile = "swarm";
  report.worlds = 1;
  report.clusters = 2;
  report.cluster_days = 20;
  report.runs_by_outcome = {{"exit 0", runs}, {"killed", 1}};
  report.faults_planned = {{"secret-deleted", 2}};
  report.faults_fired = {{"secret-deleted", 1}};
  report.faults_at_work = {{"secret-deleted", 1}};
  report.worst_recovery_hours = static_cast<double>(runs);
  report.wall_seconds = 0.5;
  report.played = {{7, {3, 5}}};
  report.violations = {
      {.what = ViolationClass::kLiveness, .checker = "recovery", .message = "m", .seed = 7, .cluster = 1, .day = 3}};
  report.timelines = {{.cluster = 1,
                       .runs = {{.start_day = 1, .end_day = 1.1, .command = "check", .exit_code = 3}},
                       .faults = {{.start_day = 1, .end_day = 2, .name = "acme-slow"}},
                       .invalid = {{.start_day = 4, .end_day = 5, .name = "deleted"}}}};
  return report;
}

TEST(Report, ReadsBackWhatItWrote) {
  const Report report = Sample(5);
  const auto read = ReportFromJson(ToJson(report));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(ToJson(*read), ToJson(report));
}

TEST(Report, MergesByAddingUp) {
  Report sum;
  sum.Add(Sample(5));
  sum.Add(Sample(9));
  EXPECT_EQ(sum.clusters, 4U);
  EXPECT_EQ(sum.runs_by_outcome.at("exit 0"), 14U);
  EXPECT_EQ(sum.faults_planned.at("secret-deleted"), 4U);
  EXPECT_EQ(sum.worst_recovery_hours, 9);
  EXPECT_EQ(sum.violations.size(), 2U);
  EXPECT_EQ(sum.profile, "swarm");
}

TEST(Report, KnowsWhichWorldsItHolds) {
  Report sum = Sample(5);
  Report other = Sample(9);
  other.played = {{7, {4}}, {8, {3}}};
  EXPECT_FALSE(sum.SharedWith(other));
  sum.Add(other);
  EXPECT_EQ(sum.played, (std::map<std::uint64_t, std::set<int>>{{7, {3, 4, 5}}, {8, {3}}}));
  EXPECT_EQ(sum.SharedWith(other), std::pair(std::uint64_t{7}, 4));
}

TEST(Report, RefusesWhatIsNoReport) {
  EXPECT_THAT(ReportFromJson(nlohmann::json::parse("{\"seed\": 1}")).error(), HasSubstr("no report"));
}

TEST(ReportText, ShowsCountsAndSpeed) {
  const std::string text = ToText(Sample(5));
  EXPECT_THAT(text, HasSubstr("runs of the client: 6"));
  EXPECT_THAT(text, HasSubstr("40 simulated days and 12 client runs per second and core"));
  EXPECT_THAT(text, HasSubstr("violations: 1"));
}

TEST(TimelineSvg, ShowsRunsFaultsAndInvalidSpans) {
  const std::string svg = TimelineSvg(Sample(1).timelines[0], 10);
  EXPECT_THAT(svg, HasSubstr("<title>day 1.00: check exit 3</title>"));
  EXPECT_THAT(svg, HasSubstr("acme-slow"));
  EXPECT_THAT(svg, HasSubstr("deleted: day 4.00 to 5.00"));
}

}  // namespace
}  // namespace sim
