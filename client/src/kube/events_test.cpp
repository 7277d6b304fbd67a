#include "kube/events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "testing/fakes.h"
#include "testing/secret_api.h"

namespace client {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Events : public ::testing::Test {
 protected:
  EventRecorder Make(const std::string& secret = "s") {
    return {client_, random_, log_, {.secret = {"ns", secret}, .component = "acmedns-selfreg"}};
  }

  testing::FakeSecretApi api_;
  testing::FunctionTransport transport_{[this](const HttpRequest& request) { return api_.Handle(request); }};
  StaticCredentials credentials_{"kube-token"};
  testing::FakeClock clock_;
  testing::SeededRandom random_;
  testing::MemoryLog log_;
  Retrier retrier_{clock_, random_, log_, {}};
  ApiClient client_{transport_, credentials_, retrier_, {.server = "https://k", .user_agent = "t"}};
  SecretView view_{.exists = true, .uid = "uid-1", .resource_version = "7"};
};

TEST_F(Events, TellOfARegistrationOnTheSecret) {
  EXPECT_EQ(Make().Record(view_, {.message = "set the record"}), EventFate::kCreated);
  ASSERT_THAT(api_.events, SizeIs(1));
  json event = api_.events[0];
  EXPECT_THAT(event["metadata"]["name"].get<std::string>(), StartsWith("s."));
  EXPECT_EQ(event["metadata"]["namespace"], "ns");
  EXPECT_EQ(event["involvedObject"], json({{"apiVersion", "v1"},
                                           {"kind", "Secret"},
                                           {"namespace", "ns"},
                                           {"name", "s"},
                                           {"uid", "uid-1"},
                                           {"resourceVersion", "7"}}));
  EXPECT_EQ(event["type"], "Normal");
  EXPECT_EQ(event["reason"], "Registered");
  EXPECT_EQ(event["message"], "set the record");
  EXPECT_EQ(event["source"], json({{"component", "acmedns-selfreg"}}));
  EXPECT_EQ(event["firstTimestamp"], "2026-01-02T00:00:00Z");
  EXPECT_EQ(event["lastTimestamp"], "2026-01-02T00:00:00Z");
  EXPECT_EQ(event["count"], 1);
}

TEST_F(Events, WarnWhereSomebodyMustChangeARecord) {
  for (const auto& [reason, type, name] : {std::tuple(EventReason::kReregistered, "Warning", "Reregistered"),
                                           {EventReason::kUntold, "Warning", "Registered"},
                                           {EventReason::kTidied, "Normal", "Tidied"}}) {
    Make().Record(view_, {.reason = reason, .message = "x"});
    EXPECT_EQ(api_.events.back()["type"], type);
    EXPECT_EQ(api_.events.back()["reason"], name);
  }
}

TEST_F(Events, AreMadeOnceForEachId) {
  EXPECT_EQ(Make().Record(view_, {.message = "first", .id = 7}), EventFate::kCreated);
  EXPECT_EQ(Make().Record(view_, {.message = "second", .id = 7}), EventFate::kWasThere);
  EXPECT_EQ(Make().Record(view_, {.message = "another", .id = 8}), EventFate::kCreated);
  ASSERT_THAT(api_.events, SizeIs(2));
  EXPECT_EQ(api_.events[0]["message"], "first");
  EXPECT_EQ(api_.events[0]["metadata"]["name"], "s.0000000000000007");
  EXPECT_THAT(log_.lines, IsEmpty());
}

TEST_F(Events, HaveNamesAndMessagesThatTheServerTakes) {
  Make(std::string(235, 'a') + "-" + std::string(17, 'b')).Record(view_, {.message = std::string(5'000, 'x')});
  const json& event = api_.events.at(0);
  const auto name = event["metadata"]["name"].get<std::string>();
  EXPECT_LE(name.size(), 253U);
  EXPECT_THAT(name, Not(HasSubstr("-.")));
  EXPECT_EQ(event["message"].get<std::string>().size(), 1'024U);
}

TEST_F(Events, AreTriedAgainWhereSomebodyInsists) {
  int left = 1;
  testing::FunctionTransport flaky([&](const HttpRequest& request) -> Result<HttpResponse> {
    if (left-- > 0) return Fail(ErrorKind::kTemporary, "connection reset");
    return api_.Handle(request);
  });
  ApiClient client(flaky, credentials_, retrier_, {.server = "https://k", .user_agent = "t"});
  EventRecorder events(client, random_, log_, {.secret = {"ns", "s"}});
  EXPECT_EQ(events.Record(view_, {.message = "x", .id = 7, .insist = true}), EventFate::kCreated);
  left = 1;
  EXPECT_EQ(events.Record(view_, {.message = "x", .id = 8}), EventFate::kUnknown);
  EXPECT_THAT(api_.events, SizeIs(1));
}

TEST_F(Events, AreACourtesy) {
  api_.allow_events = false;
  EXPECT_EQ(Make().Record(view_, {.message = "x"}), EventFate::kUnknown);
  ASSERT_THAT(log_.lines, SizeIs(1));
  EXPECT_THAT(log_.lines[0], StartsWith("DEBUG"));
  EXPECT_THAT(log_.lines[0], HasSubstr("403"));
  EXPECT_THAT(clock_.slept, IsEmpty());
  EXPECT_THAT(transport_.requests, SizeIs(1));
}

}  // namespace
}  // namespace client
