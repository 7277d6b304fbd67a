// Enumerations of crash_points.h as expectations of a test.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <ostream>

#include "scenarios/crash_points.h"

namespace scenarios {

/// Names the parameter in ctest's list.
inline void PrintTo(const Situation& situation, std::ostream* out) {
  *out << situation.name;
}

/// Plays all cases of an enumeration and prints how many there were. Every strike must have met a step, or the number
/// would count what never happened. Ends after some findings, which mostly have one cause.
inline void ExpectNoFindings(CrashPoints& points, void (*each)(CrashPoints&, const Visit&), const char* what) {
  constexpr std::size_t kFindingsMax = 5;
  std::size_t cases = 0;
  std::size_t findings = 0;
  each(points, [&](const Case& played, const Played& result) {
    ++cases;
    EXPECT_EQ(result.fired, played.strikes.size()) << Describe(played, result.steps) << ": a strike met no step";
    for (const Finding& finding : result.findings) {
      ADD_FAILURE() << finding.checker << ": " << finding.message << "\n  " << Describe(played, result.steps);
    }
    findings += result.findings.size();
    return findings < kFindingsMax;
  });
  fmt::print("{}: {} cases of {}\n", points.situation().name, cases, what);
  EXPECT_GT(cases, 0U);
}

}  // namespace scenarios
