#include "mock_http/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mock_http/control.h"
#include "mock_http/test_service.h"

namespace mock_http {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class EndpointTest : public ::testing::Test {
 protected:
  static Request Make(std::string method, std::string target, std::string body = {}) {
    Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.body = std::move(body);
    return request;
  }
  Response Control(const std::string& method, const std::string& target, const std::string& body = {}) {
    return control_.Handle(Make(method, target, body));
  }

  VirtualClock clock_;
  SeededRandom random_{1};
  TestService service_;
  Endpoint endpoint_{service_, clock_, random_};
  ControlService control_{endpoint_, &clock_};
};

TEST_F(EndpointTest, StatusFaultReplacesTheAnswerWithoutEffect) {
  endpoint_.faults().Put(
      {.id = "", .match = {.times = 1}, .action = {.status = 503, .body = "down", .retry_after = "7"}});
  const Exchange faulty = endpoint_.Serve(Make("GET", "/a"));
  EXPECT_EQ(faulty.response.status, 503);
  EXPECT_EQ(faulty.response.body, "down");
  EXPECT_EQ(faulty.response.headers.Get("Retry-After"), "7");
  EXPECT_EQ(service_.handled, 0);
  EXPECT_EQ(endpoint_.Serve(Make("GET", "/a")).response.status, 200);
}

TEST_F(EndpointTest, AfterEffectLosesOnlyTheAnswer) {
  endpoint_.faults().Put({.id = "", .match = {.times = 1}, .action = {.after_effect = true, .drop = true}});
  EXPECT_TRUE(endpoint_.Serve(Make("GET", "/a")).delivery.drop);
  EXPECT_EQ(service_.handled, 1);
  EXPECT_EQ(endpoint_.history().entries().back().status, 0);
}

TEST_F(EndpointTest, DropWithoutAfterEffectHasNoEffect) {
  endpoint_.faults().Put({.id = "", .match = {}, .action = {.drop = true}});
  EXPECT_TRUE(endpoint_.Serve(Make("GET", "/a")).delivery.drop);
  EXPECT_EQ(service_.handled, 0);
}

TEST_F(EndpointTest, DamagedAnswersHaveTheirEffect) {
  endpoint_.faults().Put({.id = "", .match = {}, .action = {.truncate_body_at = 3}});
  EXPECT_EQ(endpoint_.Serve(Make("GET", "/a")).delivery.truncate_body_at, 3U);
  EXPECT_EQ(service_.handled, 1);
}

TEST_F(EndpointTest, HistoryRedactsAndForgetsTheOldest) {
  endpoint_.history().SetCapacity(2);
  Request with_key = Make("POST", "/b", "a secret");
  with_key.headers.Add("X-Api-Key", "k3y");
  with_key.headers.Add("authorization", "Bearer t0ken");
  endpoint_.Serve(Make("GET", "/a"));
  endpoint_.Serve(with_key);
  endpoint_.Serve(Make("GET", "/c"));
  const json dump = endpoint_.history().ToJson(service_);
  ASSERT_EQ(dump.size(), 2U);
  EXPECT_EQ(dump[0]["number"], 2);
  EXPECT_EQ(dump[0]["body"], "***");
  EXPECT_EQ(dump[1]["facts"]["verb"], "get");
  EXPECT_THAT(dump.dump(), Not(HasSubstr("k3y")));
  EXPECT_THAT(dump.dump(), Not(HasSubstr("t0ken")));
  EXPECT_EQ(endpoint_.history().total(), 3U);
}

TEST_F(EndpointTest, HistoryBoundsTheBytesItKeeps) {
  for (int i = 0; i < 5; ++i) endpoint_.Serve(Make("POST", "/b", std::string(4U << 20U, 'x')));
  EXPECT_LT(endpoint_.history().entries().size(), 5U);
  EXPECT_FALSE(endpoint_.history().entries().empty());
}

TEST_F(EndpointTest, ControlPutsListsAndRemovesFaults) {
  const Response put = Control("POST", "/faults", R"({"match":{"facts":{"verb":"get"}},"action":{"status":500}})");
  EXPECT_EQ(put.status, 201);
  const std::string id = json::parse(put.body)["id"];
  EXPECT_EQ(endpoint_.Serve(Make("GET", "/")).response.status, 500);
  EXPECT_EQ(json::parse(Control("GET", "/faults").body)[0]["fired"], 1);
  EXPECT_EQ(Control("DELETE", "/faults/" + id).status, 204);
  EXPECT_EQ(Control("DELETE", "/faults/" + id).status, 404);
  EXPECT_EQ(endpoint_.Serve(Make("GET", "/")).response.status, 200);
  EXPECT_EQ(Control("PUT", "/faults/mine", R"({"action":{"status":418}})").status, 201);
  EXPECT_EQ(endpoint_.Serve(Make("GET", "/")).response.status, 418);
  EXPECT_EQ(Control("DELETE", "/faults").status, 204);
  EXPECT_EQ(endpoint_.Serve(Make("GET", "/")).response.status, 200);
}

TEST_F(EndpointTest, ControlSaysWhatIsWrong) {
  EXPECT_THAT(Control("POST", "/faults", "{").body, HasSubstr("not JSON"));
  EXPECT_THAT(Control("POST", "/faults", "{}").body, HasSubstr("action is missing"));
  EXPECT_THAT(Control("PUT", "/faults/a", R"({"id":"b","action":{"drop":true}})").body, HasSubstr("one in the path"));
  EXPECT_EQ(Control("PUT", "/faults/a", R"({"id":"a","action":{"drop":true},"seen":1,"fired":0})").status, 201);
  EXPECT_EQ(Control("PATCH", "/faults").status, 405);
  EXPECT_EQ(Control("PATCH", "/faults").headers.Get("Allow"), "GET, DELETE, POST");
  EXPECT_THAT(Control("GET", "/nowhere").body, HasSubstr("GET / lists them"));
  EXPECT_THAT(Control("GET", "/").body, HasSubstr("/clock/advance"));
}

TEST_F(EndpointTest, ControlMovesAVirtualClockOnly) {
  EXPECT_EQ(Control("POST", "/clock/advance", R"({"seconds": 86400})").status, 200);
  EXPECT_EQ(FormatRfc3339(clock_.Now()), "2024-01-02T00:00:00Z");
  EXPECT_EQ(Control("POST", "/clock/advance", R"({"seconds": -1})").status, 400);
  EXPECT_EQ(Control("POST", "/clock/advance", R"({"seconds": 1, "days": 1})").status, 400);
  EXPECT_EQ(Control("POST", "/clock/advance").status, 400);
  ControlService real(endpoint_, nullptr);
  EXPECT_EQ(real.Handle(Make("POST", "/clock/advance", R"({"seconds": 1})")).status, 409);
}

TEST_F(EndpointTest, ControlTakesFurtherRoutes) {
  control_.AddRoute("POST", "/accounts/{id}/invalidate", "invalidate", [](const auto& parameters, const json& body) {
    return ControlReply{.json_body = json{{"id", parameters[0]}, {"how", body["how"]}}.dump()};
  });
  const Response answer = Control("POST", "/accounts/a%2Fb/invalidate", R"({"how":"delete"})");
  EXPECT_EQ(json::parse(answer.body), json::parse(R"({"id":"a/b","how":"delete"})"));
}

TEST_F(EndpointTest, ControlShowsHistoryThatIsNoText) {
  endpoint_.Serve(Make("POST", "/\xff", "k8s\x8b"));
  const json history = json::parse(Control("GET", "/history").body);
  EXPECT_EQ(history[0]["body"], "<4 bytes, not text>");
  EXPECT_EQ(history[0]["target"], "/\ufffd");
}

TEST_F(EndpointTest, ControlReadsAndClearsHistory) {
  endpoint_.Serve(Make("GET", "/seen"));
  EXPECT_THAT(Control("GET", "/history").body, HasSubstr("/seen"));
  EXPECT_EQ(Control("DELETE", "/history").status, 204);
  EXPECT_EQ(json::parse(Control("GET", "/history").body), json::array());
}

}  // namespace
}  // namespace mock_http
