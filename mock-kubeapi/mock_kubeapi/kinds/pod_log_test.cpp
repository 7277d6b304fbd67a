#include "mock_kubeapi/kinds/pod_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>

#include "mock_kubeapi/kinds/kind_test_support.h"

namespace mock_kubeapi {
namespace {

using namespace std::chrono_literals;

std::string Refusal(const LogQuery& query) {
  const auto parsed = ParsePodLogOptions(query, "p");
  return parsed ? "" : std::to_string(parsed.error().code) + " " + parsed.error().message;
}

TEST(PodLogOptions, AreRead) {
  const auto options = ParsePodLogOptions({{"container", "c"},
                                           {"follow", "true"},
                                           {"previous", "false"},
                                           {"timestamps", ""},
                                           {"tailLines", "5"},
                                           {"limitBytes", "10"},
                                           {"sinceTime", "2024-01-01T00:00:00Z"},
                                           {"pretty", "true"}},
                                          "p");
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->container, "c");
  EXPECT_TRUE(options->follow);
  EXPECT_FALSE(options->previous);
  EXPECT_TRUE(options->timestamps);
  EXPECT_EQ(options->tail_lines, 5);
  EXPECT_EQ(options->limit_bytes, 10);
  EXPECT_TRUE(options->since_time.has_value());
}

TEST(PodLogOptions, AreRefusedInTheServersWords) {
  EXPECT_EQ(Refusal({{"tailLines", "x"}}), "400 strconv.ParseInt: parsing \"x\": invalid syntax");
  EXPECT_EQ(Refusal({{"tailLines", "99999999999999999999"}}),
            "400 strconv.ParseInt: parsing \"99999999999999999999\": value out of range");
  EXPECT_EQ(Refusal({{"tailLines", "-1"}}),
            "422 PodLogOptions \"p\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0");
  EXPECT_EQ(Refusal({{"limitBytes", "0"}}),
            "422 PodLogOptions \"p\" is invalid: limitBytes: Invalid value: 0: must be greater than 0");
  EXPECT_EQ(Refusal({{"sinceSeconds", "0"}}),
            "422 PodLogOptions \"p\" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0");
  EXPECT_EQ(Refusal({{"sinceSeconds", "1"}, {"sinceTime", "2024-01-01T00:00:00Z"}}),
            "422 PodLogOptions \"p\" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be "
            "specified");
  EXPECT_THAT(Refusal({{"sinceTime", "yesterday"}}), testing::StartsWith("400 parsing time \"yesterday\""));
}

TEST(PodLogContainer, IsTheOnlyOneOrMustBeNamed) {
  const Json one = Json::parse(R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"main"}]}})");
  EXPECT_EQ(*ChooseLogContainer(one, ""), "main");
  EXPECT_EQ(ChooseLogContainer(one, "other").error().message, "container other is not valid for pod p");
  const Json two = Json::parse(R"({"metadata":{"name":"two"},"spec":{"containers":[{"name":"a"},{"name":"b"}],
                                   "initContainers":[{"name":"i"}]}})");
  EXPECT_EQ(ChooseLogContainer(two, "").error().message,
            "a container name must be specified for pod two, choose one of: [a b] or one of the init containers: [i]");
  EXPECT_EQ(*ChooseLogContainer(two, "i"), "i");
}

const mock_http::TimePoint kStart{std::chrono::sys_days{std::chrono::year{2024} / 1 / 1}};

std::vector<LogLine> ThreeLines() {
  return {{kStart, "one\n"}, {kStart + 1s, "two\n"}, {kStart + 2s + 5ns, "three"}};
}

TEST(PodLog, IsCutToWhatWasAskedFor) {
  EXPECT_EQ(FormatLog(ThreeLines(), {}, kStart), "one\ntwo\nthree");
  EXPECT_EQ(FormatLog(ThreeLines(), {.tail_lines = 2}, kStart), "two\nthree");
  EXPECT_EQ(FormatLog(ThreeLines(), {.tail_lines = 0}, kStart), "");
  EXPECT_EQ(FormatLog(ThreeLines(), {.limit_bytes = 6}, kStart), "one\ntw");
  EXPECT_EQ(FormatLog(ThreeLines(), {.since_seconds = 1}, kStart + 2s), "two\nthree");
  EXPECT_EQ(FormatLog(ThreeLines(), {.since_time = kStart + 2s}, kStart), "three");
  EXPECT_EQ(FormatLog(ThreeLines(), {.timestamps = true, .tail_lines = 1}, kStart),
            "2024-01-01T00:00:02.000000005Z three");
}

/// A log of one container, written by the test.
class FakeLogs final : public LogSource {
 public:
  bool Serves(std::string_view node_name) const override { return node_name == "local"; }
  std::optional<Snapshot> Read(const LogName& name, std::size_t first) const override {
    if (!exists || name.container != "main" || name.previous) return std::nullopt;
    Snapshot snapshot{.lines = {}, .ended = ended, .run = 0, .next = lines.size()};
    for (std::size_t i = first; i < lines.size(); ++i) snapshot.lines.push_back(lines[i]);
    return snapshot;
  }
  int Subscribe(std::function<void()> wake) override {
    wakes[next_handle] = std::move(wake);
    return next_handle++;
  }
  void Unsubscribe(int handle) override { wakes.erase(handle); }
  void Add(const std::string& text) {
    lines.push_back({kStart, text});
    for (const auto& [handle, wake] : wakes) wake();
  }

  bool exists = true;
  bool ended = false;
  std::vector<LogLine> lines;
  std::map<int, std::function<void()>> wakes;
  int next_handle = 1;
};

class PodLogAnswer : public testing::Test {
 protected:
  Result<mock_http::Response> Get(const LogQuery& query = {}) {
    KindContext context = context_.context();
    context.logs = &logs_;
    return AnswerPodLog(pod_, query, context);
  }

  FakeLogs logs_;
  KindTestContext context_;
  Json pod_ =
      Json::parse(R"({"metadata":{"name":"p","uid":"u"},"spec":{"nodeName":"local","containers":[{"name":"main"}]},
    "status":{"containerStatuses":[{"name":"main","state":{"waiting":{"reason":"ContainerCreating"}}}]}})");
};

TEST_F(PodLogAnswer, IsNothingWithoutANode) {
  pod_["spec"].erase("nodeName");
  EXPECT_EQ(Get()->status, 204);
  EXPECT_EQ(Get({{"follow", "true"}})->stream, nullptr);
}

TEST_F(PodLogAnswer, KnowsOnlyTheNodesThatRun) {
  pod_["spec"]["nodeName"] = "no-such-node";
  EXPECT_EQ(Get().error().message, "nodes \"no-such-node\" not found");
}

TEST_F(PodLogAnswer, SaysWhyThereIsNoLog) {
  logs_.exists = false;
  EXPECT_EQ(Get().error().message, "container \"main\" in pod \"p\" is waiting to start: ContainerCreating");
  EXPECT_EQ(Get({{"previous", "true"}}).error().message,
            "previous terminated container \"main\" in pod \"p\" not found");
}

TEST_F(PodLogAnswer, IsTheLogAsText) {
  logs_.Add("one\n");
  logs_.Add("two\n");
  const auto response = Get({{"tailLines", "1"}});
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->body, "two\n");
  EXPECT_EQ(response->headers.Get("Content-Type"), "text/plain");
}

TEST_F(PodLogAnswer, FollowsToTheEndOfTheRun) {
  logs_.Add("one\n");
  logs_.Add("two\n");
  const auto response = Get({{"follow", "true"}, {"tailLines", "1"}});
  ASSERT_TRUE(response.has_value());
  ASSERT_NE(response->stream, nullptr);
  int wakes = 0;
  response->stream->SetWake([&] { ++wakes; });
  std::string out;
  EXPECT_EQ(response->stream->Pull(out), mock_http::BodyStream::State::kPending);
  EXPECT_EQ(out, "two\n");
  logs_.Add("three\n");
  EXPECT_EQ(wakes, 1);
  logs_.ended = true;
  EXPECT_EQ(response->stream->Pull(out), mock_http::BodyStream::State::kEnd);
  EXPECT_EQ(out, "two\nthree\n");
  response->stream->SetWake({});
  EXPECT_TRUE(logs_.wakes.empty());
}

TEST_F(PodLogAnswer, OfAnEndedRunNeedsNoStream) {
  logs_.Add("one\n");
  logs_.ended = true;
  const auto response = Get({{"follow", "true"}});
  EXPECT_EQ(response->body, "one\n");
  EXPECT_EQ(response->stream, nullptr);
}

}  // namespace
}  // namespace mock_kubeapi
