// The commands of the program, run as a user runs them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "app/testing/subprocess.h"
#include "sim/exit_code.h"
#include "sim/report.h"

namespace sim {
namespace {

using client::testing::ProgramResult;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

Report Sample(int cluster, ViolationClass violation) {
  Report report;
  report.seed = 7;
  report.profile = "swarm";
  report.days_per_cluster = 10;
  report.worlds = 1;
  report.clusters = 2;
  report.cluster_days = 20;
  report.runs_by_outcome = {{"exit 0", 5}};
  report.violations = {{.what = violation, .checker = "recovery", .message = "m", .seed = 7, .cluster = cluster}};
  report.timelines = {
      {.cluster = cluster, .runs = {{.start_day = 1, .end_day = 1.1, .command = "check", .exit_code = 3}}}};
  return report;
}

class Commands : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "acmedns-sim-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) { return (folder_ / name).string(); }
  std::string Put(const std::string& name, const std::string& text) {
    std::ofstream(Path(name)) << text;
    return Path(name);
  }
  std::string Put(const std::string& name, const Report& report) { return Put(name, ToJson(report).dump()); }
  std::string Read(const std::string& name) {
    std::ifstream file(Path(name));
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  static ProgramResult Run(std::vector<std::string> arguments) {
    client::testing::Subprocess program({.program = SIM_PROGRAM, .arguments = std::move(arguments)});
    return program.Wait(std::chrono::seconds(60));
  }
  /// One line on standard error that says `what`, nothing on standard output, exit 2.
  static void ExpectRefused(const std::vector<std::string>& arguments, const std::string& what) {
    const ProgramResult result = Run(arguments);
    EXPECT_EQ(result.exit_code, static_cast<int>(SimExit::kUsage)) << what;
    EXPECT_THAT(result.errors, HasSubstr(what));
    EXPECT_THAT(result.output, IsEmpty());
  }

  std::filesystem::path folder_;
};

TEST_F(Commands, FleetShowsThatTheMinuteAloneIsNotEnough) {
  const ProgramResult result = Run({"fleet", "--clusters", "50000", "--svg", Path("fleet.svg")});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, AllOf(HasSubstr("all at midnight"), HasSubstr("md5 minute, jitter 59 s"),
                                   HasSubstr("30.3 updates a second"), HasSubstr("#####")));
  EXPECT_THAT(Read("fleet.svg"), AllOf(StartsWith("<svg"), HasSubstr("jitter 59 s")));
}

TEST_F(Commands, FleetOfTheSameSeedIsTheSame) {
  const std::vector<std::string> arguments = {"fleet", "--clusters", "2000", "--seed", "4"};
  EXPECT_EQ(Run(arguments).output, Run(arguments).output);
}

TEST_F(Commands, FleetRefusesWhatMakesNoSense) {
  ExpectRefused({"fleet", "--clusters", "0"}, "--clusters");
  ExpectRefused({"fleet", "--clusters", "many"}, "--clusters");
  ExpectRefused({"fleet", "--jitter", "-1"}, "--jitter");
  ExpectRefused({"fleet", "--what"}, "--what");
  EXPECT_THAT(Run({"fleet", "--clusters", "1", "--svg", Path("absent/x.svg")}).errors, HasSubstr("can't be written"));
}

TEST_F(Commands, PlotDrawsTheClusterThatIsAskedFor) {
  const std::string report = Put("r.json", Sample(3, ViolationClass::kSafety));
  const ProgramResult shown = Run({"plot", report});
  EXPECT_EQ(shown.exit_code, 0) << shown.errors;
  EXPECT_THAT(shown.output, AllOf(StartsWith("<svg"), HasSubstr("world 0 cluster 3: 10 days")));
  const ProgramResult written = Run({"plot", report, "--cluster", "3", "-o", Path("p.svg")});
  EXPECT_EQ(written.exit_code, 0) << written.errors;
  EXPECT_EQ(Read("p.svg"), shown.output);
}

TEST_F(Commands, PlotRefusesWhatItCantDraw) {
  const std::string report = Put("r.json", Sample(3, ViolationClass::kSafety));
  ExpectRefused({"plot"}, "report");
  ExpectRefused({"plot", Path("absent")}, "can't be read");
  ExpectRefused({"plot", folder_.string()}, "can't be read");
  ExpectRefused({"plot", Put("broken", "{")}, "is no JSON");
  ExpectRefused({"plot", Put("other", "{}")}, "no report");
  ExpectRefused({"plot", report, "--cluster", "4"}, "(world/cluster) 0/3");
  ExpectRefused({"plot", report, "--cluster", "x"}, "--cluster");
  ExpectRefused({"plot", report, "-o", Path("absent/p.svg")}, "can't be written");
  Report empty = Sample(3, ViolationClass::kSafety);
  empty.timelines.clear();
  ExpectRefused({"plot", Put("empty.json", empty)}, "no timelines");
}

TEST_F(Commands, MergeAddsUpAndExitsByTheWorst) {
  const std::string a = Put("a.json", Sample(1, ViolationClass::kLiveness));
  const std::string b = Put("b.json", Sample(2, ViolationClass::kSafety));
  const std::string c = Put("c.json", Sample(2, ViolationClass::kCrash));
  EXPECT_EQ(Run({"merge", a}).exit_code, static_cast<int>(SimExit::kLiveness));
  EXPECT_EQ(Run({"merge", a, b, c}).exit_code, static_cast<int>(SimExit::kCrash));
  const ProgramResult result = Run({"merge", a, b, "-o", Path("sum.json")});
  EXPECT_EQ(result.exit_code, static_cast<int>(SimExit::kSafety));
  EXPECT_THAT(result.output, AllOf(HasSubstr("4 clusters in 2 worlds"), HasSubstr("violations: 2")));
  EXPECT_THAT(result.output, AllOf(HasSubstr("liveness violation: recovery: m"),
                                   HasSubstr("acmedns-sim run --seed 7 --clusters 16 --days 10 --profile swarm")));
  EXPECT_EQ(Run({"merge", Path("sum.json")}).output, result.output);
}

TEST_F(Commands, MergeOfWhatHeldExitsZeroUnlessSomethingNeverCameUp) {
  Report held = Sample(1, ViolationClass::kSafety);
  held.violations.clear();
  const std::string path = Put("held.json", held);
  EXPECT_EQ(Run({"merge", path}).exit_code, 0);
  EXPECT_EQ(Run({"merge", path, "--sometimes"}).exit_code, static_cast<int>(SimExit::kNeverSeen));
}

TEST_F(Commands, ShardsTellTheirReportsInTheirLogsAndMergeJudges) {
  std::string logs;
  for (const char* shard : {"0/2", "1/2"}) {
    const ProgramResult result = Run({"run", "--clusters", "17", "--days", "1", "--profile", "quiet", "--shard", shard,
                                      "--report", "-", "--verdict-later"});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    logs += result.errors + result.output;
  }
  const std::string path = Put("shards.log", logs);
  const ProgramResult merged = Run({"merge", path, "--shards", "2"});
  EXPECT_EQ(merged.exit_code, 0) << merged.errors;
  EXPECT_THAT(merged.output, HasSubstr("17 clusters in 2 worlds"));
  ExpectRefused({"merge", path, "--shards", "3"}, "there are 2 reports, not 3");
  ExpectRefused({"merge", path, path}, "both hold world 0 of seed 1; give each shard's report once");
  ExpectRefused({"merge", Put("none.log", "no report\nat all\n")}, "none of its lines is a report");
  ExpectRefused({"merge", Put("cut.log", "text\n{\"seed\": 1\n")}, "line 2 is no JSON");
  EXPECT_EQ(Run({"merge", Put("bad.json", Sample(1, ViolationClass::kSafety)), "--shards", "1"}).exit_code,
            static_cast<int>(SimExit::kSafety));
}

TEST_F(Commands, RunHasTheControllersInSomeClustersOrInAll) {
  const auto run = [](const char* controllers) {
    return Run({"run", "--clusters", "3", "--days", "2", "--profile", "quiet", "--controllers", controllers});
  };
  EXPECT_THAT(run("all").output, HasSubstr("Pods"));
  EXPECT_EQ(run("some").exit_code, 0);
  ExpectRefused({"run", "--controllers", "few"}, "--controllers");
}

TEST_F(Commands, HelpOfEachHasExamples) {
  for (const char* command : {"run", "shrink", "plot", "merge", "fleet", "faults"}) {
    const ProgramResult result = Run({command, "--help"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.output, HasSubstr(std::string("  acmedns-sim ") + command));
  }
}

TEST_F(Commands, MergeRefusesWhatDoesNotAddUp) {
  const std::string a = Put("a.json", Sample(1, ViolationClass::kSafety));
  Report other = Sample(1, ViolationClass::kSafety);
  other.profile = "flaky";
  ExpectRefused({"merge"}, "reports");
  ExpectRefused({"merge", a, Path("absent")}, "absent can't be read");
  ExpectRefused({"merge", a, Put("other.json", other)}, "another campaign");
  EXPECT_EQ(Run({"merge", a, "-o", Path("absent/sum.json")}).exit_code, static_cast<int>(SimExit::kUsage));
}

TEST_F(Commands, AnUnknownOneIsRefused) {
  ExpectRefused({"flot"}, "there is no subcommand \"flot\"; there are: run shrink plot merge fleet faults");
  ExpectRefused({}, "subcommand");
}

}  // namespace
}  // namespace sim
