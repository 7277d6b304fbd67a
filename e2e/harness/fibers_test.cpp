#include "harness/fibers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/step_plan.h"

namespace harness {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

class SchedulerTest : public ::testing::Test {
 protected:
  mock_http::TimePoint In(int ms) const { return start_ + milliseconds(ms); }
  auto Note(std::string what) { trace_.push_back(std::move(what)); }

  mock_http::VirtualClock clock_;
  mock_http::TimePoint start_ = clock_.Now();
  Scheduler scheduler_{clock_};
  std::vector<std::string> trace_;
};

TEST_F(SchedulerTest, InterleavesRunsByTheirVirtualTimes) {
  for (const auto& [name, step] : {std::pair("a", 10), std::pair("b", 15)}) {
    scheduler_.Spawn(In(0), [this, name = std::string(name), step = step] {
      for (int i = 0; i < 3; ++i) {
        Note(name + std::to_string((clock_.Now() - start_) / milliseconds(1)));
        scheduler_.waiter().Wait(milliseconds(step));
      }
    });
  }
  scheduler_.At(In(12), [this] { Note("event"); });
  scheduler_.RunUntil(In(100));
  EXPECT_THAT(trace_, ElementsAre("a0", "b0", "a10", "event", "b15", "a20", "b30"));
  EXPECT_EQ(scheduler_.running(), 0U);
  EXPECT_EQ(clock_.Now(), In(100));
}

TEST_F(SchedulerTest, GoesOnInTheNextCallWithFibersThatStillWait) {
  scheduler_.Spawn(In(0), [this] {
    scheduler_.waiter().Wait(milliseconds(50));
    Note("done");
  });
  scheduler_.RunUntil(In(49));
  EXPECT_EQ(scheduler_.running(), 1U);
  EXPECT_TRUE(trace_.empty());
  scheduler_.RunUntil(In(50));
  EXPECT_THAT(trace_, ElementsAre("done"));
}

TEST_F(SchedulerTest, ExceptionsThatEndARunUnwindItsOwnStack) {
  struct OnExit {
    std::vector<std::string>& trace;
    ~OnExit() { trace.emplace_back("unwound"); }
  };
  for (int i = 0; i < 100; ++i) {
    scheduler_.Spawn(In(i), [this] {
      try {
        const OnExit guard{trace_};
        scheduler_.waiter().Wait(milliseconds(1));
        throw ProcessKilled{};
      } catch (const ProcessKilled&) {
        Note("killed");
      }
    });
  }
  scheduler_.RunUntil(In(1000));
  EXPECT_EQ(trace_.size(), 200U);
  EXPECT_EQ(scheduler_.running(), 0U);
}

TEST_F(SchedulerTest, FibersMaySpawnFibers) {
  scheduler_.Spawn(In(5), [this] {
    scheduler_.Spawn(clock_.Now(), [this] { Note("child"); });
    Note("parent");
    scheduler_.waiter().Wait(milliseconds(0));
    Note("parent again");
  });
  scheduler_.RunUntil(In(10));
  EXPECT_THAT(trace_, ElementsAre("parent", "child", "parent again"));
}

}  // namespace
}  // namespace harness
