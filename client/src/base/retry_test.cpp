#include "base/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/fakes.h"

namespace client {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class Retry : public ::testing::Test {
 protected:
  Retrier Make(const RetryPolicy& policy) { return {clock_, random_, log_, policy}; }

  testing::FakeClock clock_;
  testing::SeededRandom random_;
  testing::MemoryLog log_;
};

Error Temporary(std::optional<seconds> retry_after = std::nullopt) {
  return {.kind = ErrorKind::kTemporary, .message = "no answer", .http_status = {}, .retry_after = retry_after};
}

TEST_F(Retry, ReturnsTheFirstSuccess) {
  Retrier retrier = Make({});
  int tries = 0;
  const auto result = retrier.Run("x", [&](milliseconds) -> Result<int> {
    if (++tries < 3) return std::unexpected(Temporary());
    return 7;
  });
  EXPECT_EQ(result, 7);
  EXPECT_EQ(tries, 3);
  EXPECT_THAT(clock_.slept, SizeIs(2));
}

TEST_F(Retry, GivesUpAfterTheAttemptsWithTheLastError) {
  Retrier retrier = Make({.attempts = 4});
  int tries = 0;
  const auto result = retrier.Run("x", [&](milliseconds) -> Result<int> {
    ++tries;
    return std::unexpected(Temporary());
  });
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(tries, 4);
  EXPECT_EQ(result.error().kind, ErrorKind::kTemporary);
  EXPECT_THAT(result.error().message, HasSubstr("no answer; gave up after 4 tries"));
}

TEST_F(Retry, DoesNotRepeatWhatIsNotTemporary) {
  Retrier retrier = Make({});
  int tries = 0;
  const auto result = retrier.Run("x", [&](milliseconds) -> Result<int> {
    ++tries;
    return Fail(ErrorKind::kRejected, "no");
  });
  EXPECT_EQ(result.error().kind, ErrorKind::kRejected);
  EXPECT_EQ(tries, 1);
}

TEST_F(Retry, DoublesTheBoundOfTheJitterUpToTheMaximum) {
  Retrier retrier = Make({.back_off_first = milliseconds(100), .back_off_max = milliseconds(1'000)});
  const milliseconds bounds[] = {milliseconds(100), milliseconds(200),   milliseconds(400),
                                 milliseconds(800), milliseconds(1'000), milliseconds(1'000)};
  for (int tries = 1; tries <= 6; ++tries) {
    milliseconds longest{0};
    for (int i = 0; i < 300; ++i) longest = std::max(longest, retrier.BackOff(tries, std::nullopt));
    EXPECT_LE(longest, bounds[tries - 1]);
    EXPECT_GT(longest, bounds[tries - 1] * 8 / 10) << "full jitter reaches nearly up to the bound";
  }
  EXPECT_LE(retrier.BackOff(1'000'000, std::nullopt), milliseconds(1'000));
}

TEST_F(Retry, WaitsAtLeastAsLongAsTheServerAsks) {
  Retrier retrier = Make({.attempts = 2, .back_off_first = milliseconds(500)});
  static_cast<void>(
      retrier.Run("x", [&](milliseconds) -> Result<int> { return std::unexpected(Temporary(seconds(30))); }));
  ASSERT_THAT(clock_.slept, SizeIs(1));
  EXPECT_GE(clock_.slept[0], seconds(30));
  EXPECT_LE(clock_.slept[0], milliseconds(30'500));
}

TEST_F(Retry, DoesNotStartAWaitThatWouldPassTheDeadline) {
  Retrier retrier = Make({.deadline = seconds(20)});
  const auto result =
      retrier.Run("x", [&](milliseconds) -> Result<int> { return std::unexpected(Temporary(seconds(3'600))); });
  EXPECT_THAT(clock_.slept, SizeIs(0));
  EXPECT_EQ(result.error().kind, ErrorKind::kTemporary);
  EXPECT_THAT(result.error().message, HasSubstr("deadline"));
}

TEST_F(Retry, BoundsEachTryByWhatIsLeft) {
  Retrier retrier = Make({.timeout = seconds(10), .deadline = seconds(25)});
  EXPECT_EQ(retrier.NextTimeout(), milliseconds(10'000));
  clock_.Advance(seconds(21));
  EXPECT_EQ(retrier.NextTimeout(), milliseconds(4'000));
  clock_.Advance(seconds(4));
  EXPECT_EQ(retrier.NextTimeout().error().kind, ErrorKind::kCancelled);
  EXPECT_EQ(retrier.Remaining(), milliseconds(0));
  const auto result = retrier.Run("x", [&](milliseconds) -> Result<int> { return 1; });
  EXPECT_EQ(result.error().kind, ErrorKind::kCancelled);
}

TEST_F(Retry, EndsAtOnceWhenStoppedWhileWaiting) {
  Retrier retrier = Make({});
  clock_.cancelled = true;
  const auto result = retrier.Run("x", [&](milliseconds) -> Result<int> { return std::unexpected(Temporary()); });
  EXPECT_EQ(result.error().kind, ErrorKind::kCancelled);
  EXPECT_EQ(retrier.Sleep(seconds(1)).error().kind, ErrorKind::kCancelled);
}

}  // namespace
}  // namespace client
