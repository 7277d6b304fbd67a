#include <fmt/format.h>
#include <gtest/gtest.h>

#include <exception>
#include <set>
#include <string>
#include <utility>

#include "conformance/runner.h"

namespace mock_http::conformance {
namespace {

class ScenarioTest final : public ::testing::Test {
 public:
  ScenarioTest(const Suite& suite, Scenario scenario) : suite_(suite), scenario_(std::move(scenario)) {}

  void TestBody() override {
    const auto target = suite_.make_target(scenario_);
    ASSERT_NE(target, nullptr) << "the suite has no target for this scenario";
    std::string found;
    try {
      for (const std::string& line : RunScenario(scenario_, *target, suite_.options)) found += line + "\n";
    } catch (const std::exception& error) {
      found += fmt::format("the scenario can't be run: {}\n", error.what());
    }
    EXPECT_TRUE(found.empty()) << scenario_.about << "\n" << found;
  }

 private:
  const Suite& suite_;
  Scenario scenario_;
};

class BrokenScenario final : public ::testing::Test {
 public:
  explicit BrokenScenario(std::string why) : why_(std::move(why)) {}
  void TestBody() override { FAIL() << why_; }

 private:
  std::string why_;
};

/// Registers the scenarios of `suite` and adds their full names to `names`.
void Register(const Suite& suite, std::set<std::string>& names) {
  const auto files = ListScenarios(suite.folder);
  for (const auto& file : files) {
    auto scenario = LoadScenario(file);
    if (scenario && suite.skip && suite.skip(*scenario)) continue;
    const std::string stem = file.stem().string();
    names.insert(suite.name + "." + stem);
    const auto make = [&suite, scenario]() -> ::testing::Test* {
      if (!scenario) return new BrokenScenario(scenario.error());
      return new ScenarioTest(suite, *scenario);
    };
    ::testing::RegisterTest(suite.name.c_str(), stem.c_str(), nullptr, nullptr, file.c_str(), 1, make);
  }
  if (!files.empty()) return;
  const std::string why = fmt::format("{}: no scenarios there", suite.folder.string());
  ::testing::RegisterTest(suite.name.c_str(), "HasScenarios", nullptr, nullptr, __FILE__, __LINE__,
                          [why]() -> ::testing::Test* { return new BrokenScenario(why); });
}

}  // namespace

int RunScenarioTests(int argc, char** argv, const std::vector<Suite>& suites) {
  ::testing::InitGoogleTest(&argc, argv);
  std::set<std::string> names;
  for (const Suite& suite : suites) Register(suite, names);

  // gtest takes what follows a hyphen for what to leave out, and ctest passes one test's full name: '?' fits a hyphen.
  std::string filter = ::testing::GTEST_FLAG(filter);
  if (names.contains(filter)) {
    for (char& c : filter) c = c == '-' ? '?' : c;
    ::testing::GTEST_FLAG(filter) = filter;
  }
  return RUN_ALL_TESTS();
}

}  // namespace mock_http::conformance
