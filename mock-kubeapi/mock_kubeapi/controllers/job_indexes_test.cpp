#include "mock_kubeapi/controllers/job_indexes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace mock_kubeapi {
namespace {

using testing::ElementsAre;

TEST(JobIndexes, AreWrittenAndReadAsRanges) {
  for (const std::string text : {"", "0", "0,1", "0-2", "1,3-5,7", "0,2,4", "10-12,14,15,20"}) {
    EXPECT_EQ(FormatIndexes(ParseIndexes(text, 100)), text);
  }
}

TEST(JobIndexes, LeaveOutWhatIsTooHighOrUnreadable) {
  EXPECT_THAT(ParseIndexes("1-5,7,x,9", 4), ElementsAre(1, 2, 3));
  EXPECT_THAT(ParseIndexes("0-1,9", 10), ElementsAre(0, 1, 9));
}

TEST(JobIndexes, AreTakenFromTheAnnotation) {
  const auto index = [](const std::string& value) {
    return CompletionIndexOf({{"metadata", {{"annotations", {{"batch.kubernetes.io/job-completion-index", value}}}}}});
  };
  EXPECT_EQ(index("3"), 3);
  EXPECT_EQ(index("-1"), std::nullopt);
  EXPECT_EQ(index("x"), std::nullopt);
  EXPECT_EQ(CompletionIndexOf(Json::object()), std::nullopt);
}

TEST(JobIndexes, ArePendingWhereNoPodRunsAndNoneSucceeded) {
  const auto pod = std::make_shared<const Json>(
      Json::parse(R"({"metadata":{"annotations":{"batch.kubernetes.io/job-completion-index":"1"}}})"));
  EXPECT_THAT(FirstPendingIndexes({pod}, {0, 3}, 2, 10), ElementsAre(2, 4));
  EXPECT_THAT(FirstPendingIndexes({pod}, {0}, 5, 3), ElementsAre(2));
}

TEST(JobIndexes, LeaveRoomInNames) {
  EXPECT_EQ(IndexedGenerateName("renew", 12), "renew-12-");
  EXPECT_EQ(IndexedGenerateName(std::string(63, 'a'), 12), std::string(54, 'a') + "-12-");
}

}  // namespace
}  // namespace mock_kubeapi
