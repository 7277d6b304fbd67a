// A run that is killed between its write and the announcement: the next one tells, and only then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include <nlohmann/json.hpp>

#include "testing/world.h"

namespace client {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class Untold : public testing::World {
 protected:
  struct Killed {};

  /// The process is gone as soon as the API server has taken the write.
  void RunAndKillAfterTheWrite(Flow flow) {
    testing::World::Told killed = told;
    killed.disturbance = [](int, Moment moment, const HttpRequest& request) -> std::optional<Error> {
      const bool is_write = request.method == "PATCH" && request.url.find("dryRun") == std::string::npos;
      if (is_write && moment == Moment::kAfter) throw Killed();
      return std::nullopt;
    };
    EXPECT_THROW(Run(flow, killed), Killed);
    ASSERT_NE(FulldomainOf("a.example.com"), "");
    ASSERT_THAT(kube.events, IsEmpty());
    ASSERT_THAT(log.Text(), Not(HasSubstr("CNAME")));
  }
  std::string Record(const std::string& fqdn) { return CnameRecord(fqdn, FulldomainOf(fqdn)); }
};

TEST_F(Untold, IsToldByTheNextRunOnce) {
  for (const Flow flow : {Flow::kRegister, Flow::kCheck}) {
    kube.objects.clear();
    kube.events.clear();
    log.lines.clear();
    RunAndKillAfterTheWrite(Flow::kRegister);
    clock.Advance(10s);
    Outcome outcome = Run(flow);
    EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
    EXPECT_THAT(outcome.records, ElementsAre(Record("a.example.com"), Record("b.example.com")));
    EXPECT_EQ(outcome.fqdns.at(0).action, Action::kKept);
    EXPECT_THAT(log.Text(), HasSubstr("WARNING CNAME record to set: " + Record("b.example.com")));
    ASSERT_THAT(kube.events, SizeIs(1));
    EXPECT_EQ(kube.events[0]["type"], "Warning");
    EXPECT_EQ(kube.events[0]["reason"], "Registered");
    EXPECT_THAT(kube.events[0]["message"].get<std::string>(),
                AllOf(HasSubstr(Record("a.example.com")), HasSubstr(Record("b.example.com"))));
    outcome = Run(flow);
    EXPECT_THAT(outcome.records, IsEmpty());
    EXPECT_THAT(kube.events, SizeIs(1));
  }
}

TEST_F(Untold, IsToldAfterAReregistration) {
  Invalidate(Furnish({"a.example.com", "b.example.com"}));
  RunAndKillAfterTheWrite(Flow::kCheck);
  EXPECT_THAT(Run(Flow::kCheck).records, SizeIs(2));
}

TEST_F(Untold, IsNothingWhenTheRunHasTold) {
  EXPECT_THAT(Run(Flow::kRegister).records, SizeIs(2));
  kube.Put("s", {{"other", "x"}}, "argocd");  // its own version of the Secret, and not our write
  EXPECT_THAT(Run(Flow::kRegister).records, IsEmpty());
  EXPECT_THAT(Run(Flow::kCheck).records, IsEmpty());
  told.options.fqdns.emplace_back("c.example.com");
  const Outcome added = Run(Flow::kRegister);
  EXPECT_THAT(added.records, ElementsAre(Record("c.example.com")));
  EXPECT_THAT(Run(Flow::kRegister).records, IsEmpty());
  EXPECT_THAT(kube.events, SizeIs(2));
}

TEST_F(Untold, IsNothingAfterAWriteThatChangesNoRecord) {
  told.options.fqdns.emplace_back("c.example.com");
  Run(Flow::kRegister);
  told.options.fqdns.pop_back();
  told.options.prune = true;
  EXPECT_THAT(Run(Flow::kRegister).records, IsEmpty());
  EXPECT_EQ(FulldomainOf("c.example.com"), "");
  ASSERT_THAT(kube.events, SizeIs(2));
  EXPECT_EQ(kube.events[1]["reason"], "Tidied");
  EXPECT_THAT(Run(Flow::kRegister).records, IsEmpty());
  EXPECT_THAT(kube.events, SizeIs(2));
}

TEST_F(Untold, IsNotAskedForWhenTheEventMayHaveExpired) {
  Run(Flow::kRegister);
  kube.events.clear();  // as the API server does after an hour
  clock.Advance(46min);
  EXPECT_THAT(Run(Flow::kRegister).records, IsEmpty());
  EXPECT_EQ(steps, 1) << "one GET";
}

TEST_F(Untold, IsNotKnownWhereEventsAreForbidden) {
  kube.allow_events = false;
  EXPECT_THAT(Run(Flow::kRegister).records, SizeIs(2));
  EXPECT_THAT(Run(Flow::kRegister).records, IsEmpty());
}

TEST_F(Untold, IsNotOursWhereSomebodyElseHasWrittenTheRegistrations) {
  Run(Flow::kRegister);
  kube.events.clear();
  kube.Put("s", {{"acmedns.json", kube.objects["s"].data["acmedns.json"] + "\n"}}, "person");
  EXPECT_THAT(Run(Flow::kRegister).records, IsEmpty());
  EXPECT_EQ(steps, 1);
}

}  // namespace
}  // namespace client
