#include "conformance/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "mock_http/random.h"
#include "mock_http/server.h"

namespace mock_http::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Ticks once a second on the mock's clock, three times.
class Ticks final : public BodyStream {
 public:
  explicit Ticks(const Clock& clock) : clock_(clock), next_(clock.Now() + std::chrono::seconds(1)) {}
  State Pull(std::string& out) override {
    if (clock_.Now() < next_) return State::kPending;
    out += "{\"tick\": " + std::to_string(++count_) + "}\n";
    next_ += std::chrono::seconds(1);
    return count_ == 3 ? State::kEnd : State::kPending;
  }
  void SetWake(std::function<void()> wake) override { static_cast<void>(wake); }

 private:
  const Clock& clock_;
  TimePoint next_;
  int count_ = 0;
};

/// A little server: POST /things makes one, GET /things/ID shows it, GET /late is 404 until the controller has worked
/// for a second, GET /ticks streams, the rest is 404.
class Things final : public Service {
 public:
  explicit Things(const Clock& clock, Random& random) : clock_(clock), random_(random) {}
  Response Handle(const Request& request) override {
    if (request.target == "/api/v1/namespaces") {
      caller_ = std::string(request.headers.Get("Authorization").value_or("nobody"));
      return MakeResponse(201, "application/json", "{}");
    }
    if (request.method == "POST" && request.target == "/things") {
      id_ = RandomUuid(random_);
      return MakeResponse(201, "application/json", R"({"id": ")" + id_ + R"(", "at": "2024-01-01T00:00:00Z"})");
    }
    if (!id_.empty() && request.target == "/things/" + id_) {
      return MakeResponse(200, "application/json", R"({"self": "/things/)" + id_ + R"("})");
    }
    if (request.target == "/who") return MakeResponse(200, "text/plain", caller_);
    if (request.target == "/late" && worked_ >= 10) return MakeResponse(200, "text/plain", "done");
    if (request.target == "/ticks") {
      Response response = MakeResponse(200, "application/json", "");
      response.stream = std::make_shared<Ticks>(clock_);
      return response;
    }
    return MakeResponse(404, "text/plain", "no such thing");
  }
  std::string RedactBody(const Request& request, std::string_view body, bool is_request) const override {
    static_cast<void>(request);
    static_cast<void>(is_request);
    return std::string(body);
  }
  void Work() { ++worked_; }

 private:
  const Clock& clock_;
  Random& random_;
  std::string id_;
  std::string caller_;
  int worked_ = 0;
};

class ThingsTarget final : public Target {
 public:
  Endpoint& endpoint() override { return endpoint_; }
  VirtualClock& clock() override { return clock_; }
  void AfterAdvance() override { things_.Work(); }
  std::optional<SocketAddress> http_address() override {
    if (!server_) server_ = Server::Start(endpoint_, {}).value();
    return SocketAddress{.host = "127.0.0.1", .port = server_->port()};
  }

 private:
  VirtualClock clock_;
  SeededRandom random_{7};
  Things things_{clock_, random_};
  Endpoint endpoint_{things_, clock_, random_};
  std::unique_ptr<Server> server_;
};

std::vector<std::string> RunSteps(const std::string& steps, const std::string& target = "acme-dns") {
  ThingsTarget things;
  const Scenario scenario{.stem = "test", .about = "", .target = target, .steps = Json::parse(steps)};
  RunOptions options;
  options.tokens["admin"] = "admin-token";
  options.time_per_request = std::chrono::milliseconds(0);
  return RunScenario(scenario, things, options);
}

TEST(Runner, SavesSubstitutesAndBinds) {
  EXPECT_THAT(RunSteps(R"([
    {"do": {"method": "POST", "path": "/things"}, "save": {"id": "/id"},
     "expect": {"status": 201, "body": {"id": "<uuid#1>", "at": "<time>"}}},
    {"do": {"method": "GET", "path": "/things/${id}"},
     "expect": {"status": 200, "headers": {"content-type": "application/json"}, "body": {"self": "/things/<saved id>"}}},
    {"do": {"method": "POST", "path": "/things"}, "expect": {"body": {"id": "<uuid#2>", "at": "<time>"}}}])"),
              IsEmpty());
}

TEST(Runner, NamesTheStepThatDiffers) {
  EXPECT_THAT(RunSteps(R"([
    {"do": {"method": "POST", "path": "/things"}, "expect": {"status": 201}},
    {"do": {"method": "GET", "path": "/nothing"}, "expect": {"status": 200, "text": "no such thing"}},
    {"do": {"method": "GET", "path": "/nothing"}, "absent": ["content-type"], "expect": {}},
    {"do": {"method": "GET", "path": "/nothing"}, "save": {"x": "/y"}, "expect": {}}])"),
              ElementsAre(HasSubstr("step 1 ({\"method\":\"GET\",\"path\":\"/nothing\"}): /status: got 404, want 200"),
                          HasSubstr("step 2"), HasSubstr("step 3")));
}

TEST(Runner, RetriesWhileControllersWork) {
  EXPECT_THAT(
      RunSteps(R"([{"do": {"method": "GET", "path": "/late"}, "retry_seconds": 2, "expect": {"status": 200}}])"),
      IsEmpty());
  EXPECT_THAT(
      RunSteps(R"([{"do": {"method": "GET", "path": "/late"}, "retry_seconds": 0.5, "expect": {"status": 200}}])"),
      ElementsAre(HasSubstr("/status: got 404, want 200")));
  EXPECT_THAT(RunSteps(R"([{"wait": 1.5}, {"do": {"method": "GET", "path": "/late"}, "expect": {"status": 200}}])"),
              IsEmpty());
}

TEST(Runner, ReadsStreamsForAsLongAsTheStepSays) {
  EXPECT_THAT(RunSteps(R"([{"do": {"method": "GET", "path": "/ticks", "stream_seconds": 2.5},
                            "expect": {"status": 200, "lines": [{"tick": 1}, {"tick": 2}]}},
                           {"do": {"method": "GET", "path": "/ticks", "stream_seconds": 9},
                            "expect": {"lines": [{"tick": 1}, {"tick": 2}, {"tick": 3}]}}])"),
              IsEmpty());
}

TEST(Runner, WaitsForTheNextSecond) {
  ThingsTarget things;
  things.clock().Advance(std::chrono::milliseconds(250));
  const Scenario scenario{
      .stem = "wait", .about = "", .target = "acme-dns", .steps = Json::parse(R"([{"wait": "next-second"}])")};
  EXPECT_THAT(RunScenario(scenario, things, {}), IsEmpty());
  EXPECT_EQ(things.clock().Now().time_since_epoch() % std::chrono::seconds(1), std::chrono::milliseconds(3));
}

TEST(Runner, MakesTheNamespaceOfAKubeScenarioAsAdmin) {
  EXPECT_THAT(RunSteps(R"([{"do": {"method": "GET", "path": "/who"},
                            "expect": {"status": 200, "text": "Bearer admin-token"}}])",
                       "kube"),
              IsEmpty());
}

TEST(Runner, SendsRawOctetsOverAConnection) {
  EXPECT_THAT(RunSteps(R"([{"do": {"raw": "GET /a HTTP/1.1\r\nHost: x\r\n\r\nHEAD /b HTTP/1.1\r\nHost: x\r\n\r\n",
                                   "answers": 2, "connection": true},
                            "expect": {"connection": "open", "answers": [
                              {"status": 404, "headers": {"content-type": "text/plain"}, "text": "no such thing"},
                              {"status": 404, "headers": {"content-type": "text/plain"}}]}},
                           {"do": {"raw": "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                                   "answers": 1, "connection": true},
                            "expect": {"connection": "closed"}}])"),
              IsEmpty());
}

}  // namespace
}  // namespace mock_http::conformance
