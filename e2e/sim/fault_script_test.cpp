#include "sim/fault_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include <nlohmann/json.hpp>

#include "sim/shrink.h"

namespace sim {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(FaultKindTable, IsInOrderOfTheEnumerationWithDistinctNames) {
  ASSERT_EQ(FaultKindTable().size(), kFaultKinds);
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kFaultKinds; ++i) {
    const FaultKindRow& row = FaultKindTable()[i];
    EXPECT_EQ(static_cast<std::size_t>(row.kind), i);
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(FaultKindFromName(row.name), row.kind);
    EXPECT_EQ(row.lasts, row.hours > 0) << row.name;
  }
  EXPECT_EQ(FaultKindFromName("no-such"), std::nullopt);
}

TEST(DrawScript, IsAFunctionOfTheSeed) {
  const auto draw = [](std::uint64_t seed) {
    mock_http::SeededRandom random(seed);
    const Rates rates = DrawRates(Profile::kSwarm, random);
    return DrawScript(rates, {.clusters = 4, .days = std::chrono::days(365)}, random);
  };
  EXPECT_EQ(draw(1), draw(1));
  EXPECT_NE(draw(1), draw(2));
}

TEST(DrawScript, KeepsToTheRatesOfTheTable) {
  mock_http::SeededRandom random(3);
  const auto script =
      DrawScript(DrawRates(Profile::kHostile, random), {.clusters = 50, .days = std::chrono::days(365)}, random);
  const auto kills = std::ranges::count(script, FaultKind::kProcessKilled, &PlannedFault::kind);
  EXPECT_NEAR(static_cast<double>(kills), 12 * 50, 120);
  EXPECT_TRUE(std::ranges::is_sorted(script, {}, &PlannedFault::start));
}

TEST(DrawRates, QuietWorldsHaveNoFaultsAndSwarmLeavesSomeOut) {
  mock_http::SeededRandom random(5);
  EXPECT_THAT(DrawScript(DrawRates(Profile::kQuiet, random), {.days = std::chrono::days(365)}, random), IsEmpty());
  const Rates rates = DrawRates(Profile::kSwarm, random);
  const auto off = std::ranges::count(rates, 0.0);
  EXPECT_GT(off, 5);
  EXPECT_LT(off, static_cast<std::ptrdiff_t>(kFaultKinds) - 5);
}

TEST(ScriptJson, ReadsBackWhatItWrote) {
  mock_http::SeededRandom random(7);
  const auto script =
      DrawScript(DrawRates(Profile::kHostile, random), {.clusters = 3, .days = std::chrono::days(30)}, random);
  EXPECT_EQ(ScriptFromJson(ToJson(script)), script);
}

TEST(ScriptJson, SaysWhatIsWrong) {
  const auto error = [](const char* text) {
    const auto script = ScriptFromJson(json::parse(text));
    return script ? "accepted" : script.error();
  };
  EXPECT_THAT(error("{}"), HasSubstr("must be a list"));
  EXPECT_THAT(error(R"([{"kind":"boom","start":1}])"), HasSubstr("faults[0]: kind \"boom\" is unknown"));
  EXPECT_THAT(error(R"([{"kind":"secret-deleted","start":1}])"), HasSubstr("needs a cluster"));
  EXPECT_THAT(error(R"([{"kind":"dns-servfail","start":1}])"), HasSubstr("needs a duration"));
  EXPECT_THAT(error(R"([{"kind":"secret-deleted","cluster":0,"start":-1}])"),
              HasSubstr("start must be a whole number"));
  EXPECT_THAT(error(R"([{"kind":"secret-deleted","cluster":0,"start":1,"x":1}])"), HasSubstr("x is unknown"));
}

TEST(Shrink, FindsTheTwoFaultsThatMatter) {
  std::vector<PlannedFault> script;
  script.reserve(200);
  for (int i = 0; i < 200; ++i) script.push_back({.kind = FaultKind::kSecretDeleted, .cluster = i, .start = Offset(i)});
  int calls = 0;
  const auto shrunk = Shrink(script, [&calls](const std::vector<PlannedFault>& part) {
    ++calls;
    const auto has = [&part](int cluster) { return std::ranges::count(part, cluster, &PlannedFault::cluster) > 0; };
    return has(17) && has(150);
  });
  EXPECT_THAT(shrunk, ElementsAre(script[17], script[150]));
  EXPECT_LT(calls, 200);
}

TEST(Shrink, LeavesNothingWhenNoFaultIsNeeded) {
  EXPECT_THAT(Shrink({PlannedFault{}}, [](const auto&) { return true; }), IsEmpty());
}

}  // namespace
}  // namespace sim
