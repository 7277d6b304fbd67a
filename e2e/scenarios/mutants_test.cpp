// The proof that the checkers can fail: a client with one seeded mistake at a time (client/src/mutant.h) is put before
// the crash points and before the simulator, and each mistake must be caught. Prints by which checker, and after how
// much.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "mutant.h"
#include "scenarios/crash_points.h"
#include "sim/world.h"

namespace scenarios {
namespace {

using client::Mutant;

struct NamedMutant {
  Mutant mutant;
  const char* name;
  const char* mistake;
};

/// Names the parameter in ctest's list.
void PrintTo(const NamedMutant& mutant, std::ostream* out) {
  *out << mutant.name;
}

constexpr NamedMutant kMutants[] = {
    {Mutant::kSkipsProof, "SkipsProof", "skips the proof"},
    {Mutant::kProvesAfterWriting, "ProvesAfterWriting", "proves after writing"},
    {Mutant::kIgnoresResourceVersion, "IgnoresResourceVersion", "writes without resourceVersion"},
    {Mutant::kCreatesUnguarded, "CreatesUnguarded", "creates without a guard"},
    {Mutant::kBelievesFirst401, "BelievesFirst401", "believes the first 401"},
    {Mutant::kSkipsLastLook, "SkipsLastLook", "skips the last look"},
    {Mutant::kReregistersOnFailure, "ReregistersOnFailure", "re-registers on any failure"},
    {Mutant::kTakes5xxForValid, "Takes5xxForValid", "takes a 5xx for valid"},
    {Mutant::kDropsForeignKeys, "DropsForeignKeys", "drops foreign keys"},
    {Mutant::kDropsOtherEntries, "DropsOtherEntries", "drops other entries"},
    {Mutant::kDropsUnreadable, "DropsUnreadable", "drops what it can't read"},
    {Mutant::kRegistersAfterConflict, "RegistersAfterConflict", "registers after a conflict"},
    {Mutant::kLogsPassword, "LogsPassword", "logs a password"},
    {Mutant::kTellsNobody, "TellsNobody", "tells nobody of new records"},
    {Mutant::kNoBackOff, "NoBackOff", "has no back-off"},
    {Mutant::kNoJitter, "NoJitter", "has no jitter"},
};

/// Switches a mistake on for as long as it lives.
class Active {
 public:
  explicit Active(Mutant mutant) { client::active_mutant = mutant; }
  ~Active() { client::active_mutant = Mutant::kNone; }
  Active(const Active&) = delete;
  Active& operator=(const Active&) = delete;
};

struct Catch {
  std::string checker;  ///< empty: not caught
  std::string after;
};

Catch AtCrashPoints() {
  std::size_t cases = 0;
  std::optional<Catch> caught;
  const auto visit = [&](const Case&, const Played& played) {
    ++cases;
    if (!played.findings.empty()) {
      caught = Catch{.checker = played.findings.front().checker, .after = fmt::format("{} cases", cases)};
    }
    return !caught;
  };
  for (const Situation& situation : Situations()) {
    CrashPoints points(situation);
    EachStrike(points, visit);
    if (!caught) EachOutside(points, visit);
    if (caught) return *caught;
    cases += 2;
    if (const auto finding = FindLockstep(situation)) {
      return {.checker = finding->checker, .after = fmt::format("{} cases", cases)};
    }
  }
  return {.checker = {}, .after = fmt::format("{} cases", cases)};
}

/// Small worlds in a row, until one is violated.
Catch InSimulator() {
  constexpr int kWorlds = 6;
  constexpr int kClusters = 2;
  constexpr std::chrono::days kDays{60};
  for (int world = 0; world < kWorlds; ++world) {
    const sim::Report report = sim::PlayWorld(
        sim::DrawWorld(
            {.seed = 1, .world = world, .clusters = kClusters, .days = kDays, .profile = sim::Profile::kHostile}),
        {});
    if (report.violations.empty()) continue;
    const sim::Violation& first = report.violations.front();
    const double days = static_cast<double>(world * kDays.count()) + first.day;
    return {.checker = first.checker, .after = fmt::format("{:.0f} cluster-days", kClusters * days)};
  }
  return {.checker = {}, .after = fmt::format("{} cluster-days", kWorlds * kClusters * kDays.count())};
}

class Mutants : public ::testing::TestWithParam<NamedMutant> {
 protected:
  static void SetUpTestSuite() {
    fmt::print("{:<32}{:<42}{}\n", "mistake of the client", "found at crash points by", "in the simulator by");
  }
};

TEST_P(Mutants, IsCaughtByAChecker) {
  const auto text = [](const Catch& result) {
    return fmt::format("{} after {}", result.checker.empty() ? "nobody" : result.checker, result.after);
  };
  const Active active(GetParam().mutant);
  const Catch at_points = AtCrashPoints();
  const Catch in_simulator = InSimulator();
  fmt::print("{:<32}{:<42}{}\n", GetParam().mistake, text(at_points), text(in_simulator));
  EXPECT_FALSE(at_points.checker.empty() && in_simulator.checker.empty()) << "nobody notices";
}

INSTANTIATE_TEST_SUITE_P(Seeded, Mutants, ::testing::ValuesIn(kMutants),
                         [](const auto& mutant_info) { return mutant_info.param.name; });

TEST(NoMutant, IsAtWorkUnlessSwitchedOn) {
  ASSERT_EQ(client::active_mutant, Mutant::kNone);
  CrashPoints points(Situations().front());
  EachStrike(points, [](const Case& played, const Played& result) {
    EXPECT_TRUE(result.findings.empty()) << Describe(played, result.steps);
    return true;
  });
  EXPECT_EQ(InSimulator().checker, "");
}

}  // namespace
}  // namespace scenarios
