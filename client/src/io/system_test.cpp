// The small effects: stop, clock, random, files, log.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <nlohmann/json.hpp>

#include "io/files.h"
#include "io/log.h"
#include "io/stop.h"
#include "io/system_clock.h"
#include "io/system_random.h"

namespace client {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Stop, IsSeenByEveryWaitFromTheFirstRequestOn) {
  const auto stop = *Stop::Create();
  EXPECT_FALSE(stop->Requested());
  EXPECT_EQ(stop->Signal(), 0);
  stop->Request(SIGTERM);
  stop->Request(SIGINT);
  EXPECT_TRUE(stop->Requested());
  EXPECT_EQ(stop->Signal(), SIGTERM);
  pollfd wait = {.fd = stop->descriptor(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&wait, 1, 0), 1);
}

TEST(StopOnSignals, RequestsTheStopAndPutsTheFormerHandlersBack) {
  struct sigaction before = {};
  ::sigaction(SIGTERM, nullptr, &before);
  const auto stop = *Stop::Create();
  {
    const StopOnSignals signals(*stop);
    ::raise(SIGTERM);
    EXPECT_EQ(stop->Signal(), SIGTERM);
    struct sigaction now = {};
    ::sigaction(SIGTERM, nullptr, &now);
    EXPECT_EQ(now.sa_handler, SIG_DFL);  // a second signal ends the process
  }
  struct sigaction after = {};
  ::sigaction(SIGTERM, nullptr, &after);
  EXPECT_EQ(after.sa_handler, before.sa_handler);
}

TEST(SystemClock, SleepsAtLeastAsLongAsAsked) {
  const auto stop = *Stop::Create();
  SystemClock clock(*stop);
  const auto started = clock.Monotonic();
  EXPECT_TRUE(clock.Sleep(20ms));
  EXPECT_GE(clock.Monotonic() - started, 19ms);
  EXPECT_TRUE(clock.Sleep(0ms));
  EXPECT_TRUE(clock.Sleep(-5ms));
}

TEST(SystemClock, EndsASleepWhenStopped) {
  const auto stop = *Stop::Create();
  SystemClock clock(*stop);
  std::thread stopper([&] { stop->Request(); });
  const auto started = clock.Monotonic();
  const auto slept = clock.Sleep(60s);
  stopper.join();
  ASSERT_FALSE(slept);
  EXPECT_EQ(slept.error().kind, ErrorKind::kCancelled);
  EXPECT_LT(clock.Monotonic() - started, 10s);
}

TEST(SystemClock, KnowsTheTime) {
  const auto stop = *Stop::Create();
  const auto difference = std::chrono::system_clock::now() - SystemClock(*stop).Now();
  EXPECT_LT(std::chrono::abs(difference), 5s);
}

TEST(SystemRandom, DoesNotRepeatItself) {
  SystemRandom random;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.Next());
  EXPECT_EQ(seen.size(), 1000U);
}

class Files : public ::testing::Test {
 protected:
  Files() { std::filesystem::create_directories(folder_); }
  ~Files() override { std::filesystem::remove_all(folder_); }
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  void Write(const std::string& name, const std::string& content) const { std::ofstream(Path(name)) << content; }

  std::string folder_ = ::testing::TempDir() + "files_test." + std::to_string(::getpid());
};

TEST_F(Files, AreReadWhole) {
  Write("a", std::string(100'000, 'x'));
  EXPECT_EQ(ReadFile(Path("a")), std::string(100'000, 'x'));
  Write("empty", "");
  EXPECT_EQ(ReadFile(Path("empty")), "");
}

TEST_F(Files, ThatCantBeReadAreNamed) {
  const auto absent = ReadFile(Path("absent"));
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(absent.error().message, HasSubstr(Path("absent")));
  const auto folder = ReadFile(folder_);
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().kind, ErrorKind::kMisconfigured);
  Write("long", std::string(kFileBytesMax + 1, 'x'));
  const auto over_long = ReadFile(Path("long"));
  ASSERT_FALSE(over_long);
  EXPECT_EQ(over_long.error().kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(over_long.error().message, HasSubstr("longer than 4 MiB"));
}

TEST_F(Files, TakeTheTerminationMessageInPlace) {
  Write("message", "an older and longer message");
  struct stat before = {};
  ::stat(Path("message").c_str(), &before);
  EXPECT_TRUE(WriteTerminationMessage(Path("message"), "{}", false));
  EXPECT_EQ(ReadFile(Path("message")), "{}");
  struct stat after = {};
  ::stat(Path("message").c_str(), &after);
  EXPECT_EQ(before.st_ino, after.st_ino);
}

TEST_F(Files, AreMadeForTheTerminationMessageOnlyWhereWanted) {
  const auto absent = WriteTerminationMessage(Path("message"), "{}", false);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(WriteTerminationMessage(Path("message"), "{}", true));
  EXPECT_EQ(ReadFile(Path("message")), "{}");
  EXPECT_EQ(WriteTerminationMessage(folder_, "{}", true).error().kind, ErrorKind::kMisconfigured);
}

constexpr const char* kTime = "2026-01-02T03:04:05.678Z";

TEST(FormatLogLine, WritesTextForPeople) {
  EXPECT_EQ(FormatLogLine(LogFormat::kText, kTime, LogLevel::kWarning, "set the record",
                          {{"fqdn", "a.example.org"}, {"note", "two words"}, {"empty", ""}}),
            "2026-01-02T03:04:05.678Z warning set the record fqdn=a.example.org note=\"two words\" empty=\"\"");
}

TEST(FormatLogLine, WritesJsonForMachines) {
  const std::string line = FormatLogLine(LogFormat::kJson, kTime, LogLevel::kInfo, "a \"b\"", {{"k", "v\n"}});
  EXPECT_EQ(line, R"({"time":"2026-01-02T03:04:05.678Z","level":"info","msg":"a \"b\"","k":"v\n"})");
  EXPECT_TRUE(nlohmann::json::accept(line));
}

TEST(FormatLogLine, StaysOneLineWhateverIsIn) {
  const std::string nasty = "x\ny\r\x1b[31m\x7f\xff\xfe z";
  for (const LogFormat format : {LogFormat::kText, LogFormat::kJson}) {
    const std::string line = FormatLogLine(format, kTime, LogLevel::kError, nasty, {{nasty, nasty}});
    EXPECT_THAT(line, AllOf(Not(HasSubstr("\n")), Not(HasSubstr("\r")), Not(HasSubstr("\x1b"))));
  }
}

TEST(StderrLog, LeavesOutWhatIsBelowItsLevel) {
  ::testing::internal::CaptureStderr();
  const auto log = MakeStderrLog({.level = LogLevel::kInfo});
  log->Write(LogLevel::kDebug, "hidden");
  log->Write(LogLevel::kInfo, "shown {} %v");
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(text, AllOf(Not(HasSubstr("hidden")), EndsWith("Z info    shown {} %v\n")));
}

}  // namespace
}  // namespace client
