// What a person does with a violation, on a client that has a seeded mistake: play the printed command, shrink, replay.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include <nlohmann/json.hpp>

#include "app/testing/subprocess.h"
#include "sim/exit_code.h"
#include "sim/files.h"
#include "sim/scenario_file.h"

namespace sim {
namespace {

using client::testing::ProgramResult;
using ::testing::HasSubstr;

constexpr const char* kMistake = "BelievesFirst401";
constexpr const char* kChecker = "rejection-confirmed";

class Violations : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "acmedns-sim-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static ProgramResult Run(const std::string& program, std::vector<std::string> arguments) {
    client::testing::Subprocess running({.program = program, .arguments = std::move(arguments)});
    return running.Wait(std::chrono::seconds(120));
  }
  static ProgramResult RunMutant(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--mutant", kMistake});
    return Run(SIM_MUTANTS_PROGRAM, std::move(arguments));
  }
  /// The words of the line that begins with two blanks and the program's name, without that.
  static std::vector<std::string> PrintedCommand(const std::string& output) {
    const std::string start = "\n  acmedns-sim-mutants ";
    const std::size_t at = output.find(start);
    if (at == std::string::npos) return {};
    std::istringstream line(output.substr(at + start.size(), output.find('\n', at + 1) - at - start.size()));
    return {std::istream_iterator<std::string>(line), std::istream_iterator<std::string>()};
  }

  std::filesystem::path folder_;
};

TEST_F(Violations, ArePlayedAgainByTheirCommandAndShrunkToTheFewestFaults) {
  const ProgramResult found = RunMutant({"run", "--clusters", "3", "--days", "60", "--profile", "hostile"});
  ASSERT_EQ(found.exit_code, static_cast<int>(SimExit::kSafety)) << found.output;
  EXPECT_THAT(found.output, HasSubstr("seed 1, world 0, cluster "));

  const auto command = PrintedCommand(found.output);
  ASSERT_FALSE(command.empty()) << found.output;
  const ProgramResult again = Run(SIM_MUTANTS_PROGRAM, command);
  EXPECT_EQ(again.exit_code, found.exit_code);
  EXPECT_THAT(again.output, HasSubstr(std::string("VIOLATION ") + kChecker)) << "in the event log";

  const std::string file = (folder_ / "shrunk.json").string();
  const ProgramResult shrunk = RunMutant({"shrink", "--clusters", "3", "--days", "60", "--profile", "hostile",
                                          "--world", "0", "--checker", kChecker, "--out", file});
  ASSERT_EQ(shrunk.exit_code, 0) << shrunk.errors;
  EXPECT_EQ(RunMutant({"run", "--scenario", file}).exit_code, found.exit_code);
  EXPECT_EQ(Run(SIM_PROGRAM, {"run", "--scenario", file}).exit_code, 0) << "without the mistake it holds";

  Scenario scenario = ReadScenario(file).value();
  ASSERT_FALSE(scenario.spec.script.empty());
  EXPECT_LE(scenario.spec.script.size(), 3U);
  const auto faults = scenario.spec.script;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    scenario.spec.script = faults;
    scenario.spec.script.erase(scenario.spec.script.begin() + static_cast<std::ptrdiff_t>(i));
    const std::string fewer = (folder_ / "fewer.json").string();
    ASSERT_TRUE(WriteTextFile(fewer, ScenarioText(scenario)));
    EXPECT_THAT(RunMutant({"run", "--scenario", fewer}).output, ::testing::Not(HasSubstr(kChecker)))
        << "fault " << i << " is one too many";
  }
}

}  // namespace
}  // namespace sim
