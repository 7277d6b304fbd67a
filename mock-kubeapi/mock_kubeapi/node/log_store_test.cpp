#include "mock_kubeapi/node/log_store.h"

#include <gtest/gtest.h>

namespace mock_kubeapi {
namespace {

const RunId kFirst{.pod_uid = "u", .container = "main", .attempt = 0};
const RunId kSecond{.pod_uid = "u", .container = "main", .attempt = 1};

std::string TextOf(const std::optional<LogSource::Snapshot>& snapshot) {
  if (!snapshot) return "(no such run)";
  std::string text;
  for (const LogLine& line : snapshot->lines) text += line.text;
  return text;
}

TEST(LogStore, KeepsWholeLinesAndTheLastPieceAtTheEnd) {
  LogStore logs("local", {});
  logs.Begin(kFirst);
  logs.Append({.id = kFirst, .text = "one\ntw"}, {});
  EXPECT_EQ(TextOf(logs.Read({.pod_uid = "u", .container = "main"}, 0)), "one\n");
  logs.Append({.id = kFirst, .text = "o\nthree"}, {});
  logs.End(kFirst, {});
  const auto log = logs.Read({.pod_uid = "u", .container = "main"}, 1);
  EXPECT_EQ(TextOf(log), "two\nthree");
  EXPECT_TRUE(log->ended);
}

TEST(LogStore, TellsTheRunBeforeFromTheCurrentOne) {
  LogStore logs("local", {});
  logs.Begin(kFirst);
  EXPECT_FALSE(logs.Read({.pod_uid = "u", .container = "main", .previous = true}, 0));
  logs.Append({.id = kFirst, .text = "first\n"}, {});
  logs.End(kFirst, {});
  logs.Begin(kSecond);
  logs.Append({.id = kSecond, .text = "second\n"}, {});
  EXPECT_EQ(TextOf(logs.Read({.pod_uid = "u", .container = "main"}, 0)), "second\n");
  EXPECT_EQ(TextOf(logs.Read({.pod_uid = "u", .container = "main", .previous = true}, 0)), "first\n");
  EXPECT_EQ(TextOf(logs.Read({.pod_uid = "u", .container = "main", .run = 0}, 0)), "first\n");
}

TEST(LogStore, DropsTheOldestLinesFirst) {
  LogStore logs("local", {.run_bytes = 8, .line_bytes = 4});
  logs.Begin(kFirst);
  logs.Append({.id = kFirst, .text = "aaaabbbbcccc"}, {});
  const auto log = logs.Read({.pod_uid = "u", .container = "main"}, 0);
  EXPECT_EQ(TextOf(log), "bbbbcccc");
  EXPECT_EQ(log->next, 3U);
}

TEST(LogStore, WakesThoseWhoFollowUntilTheyLeave) {
  LogStore logs("local", {});
  int woken = 0;
  const int handle = logs.Subscribe([&] { ++woken; });
  logs.Begin(kFirst);
  logs.Append({.id = kFirst, .text = "x\n"}, {});
  logs.End(kFirst, {});
  EXPECT_EQ(woken, 2);
  logs.Unsubscribe(handle);
  logs.Forget("u");
  EXPECT_EQ(woken, 2);
  EXPECT_FALSE(logs.Read({.pod_uid = "u", .container = "main"}, 0));
}

TEST(LogStore, GivesTheEndForATerminationMessage) {
  LogStore logs("local", {});
  logs.Begin(kFirst);
  logs.Append({.id = kFirst, .text = "one\ntwo\nthree\n"}, {});
  EXPECT_EQ(logs.Tail(kFirst, {.lines = 2, .bytes = 100}), "two\nthree\n");
  EXPECT_EQ(logs.Tail(kFirst, {.lines = 2, .bytes = 4}), "ree\n");
}

}  // namespace
}  // namespace mock_kubeapi
