#include "mock_kubeapi/node/expansion.h"

#include <gtest/gtest.h>

namespace mock_kubeapi {
namespace {

std::string Expand(std::string_view text) {
  return ExpandVariables(text, [](std::string_view name) -> std::optional<std::string> {
    if (name == "A") return "one";
    if (name == "EMPTY") return "";
    return std::nullopt;
  });
}

TEST(Expansion, ReplacesWhatIsKnownAndKeepsTheRest) {
  EXPECT_EQ(Expand("$(A)-$(A)"), "one-one");
  EXPECT_EQ(Expand("[$(EMPTY)]"), "[]");
  EXPECT_EQ(Expand("$(B)"), "$(B)");
}

TEST(Expansion, TakesTwoDollarsForOne) {
  EXPECT_EQ(Expand("$$(A)"), "$(A)");
  EXPECT_EQ(Expand("$$$(A)"), "$one");
}

TEST(Expansion, LeavesWhatIsNoReferenceAsItStands) {
  EXPECT_EQ(Expand("$A $(A"), "$A $(A");
  EXPECT_EQ(Expand("cost: 5$"), "cost: 5$");
}

}  // namespace
}  // namespace mock_kubeapi
