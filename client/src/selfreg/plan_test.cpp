#include "selfreg/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "testing/registrations.h"

namespace client {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::RegistrationJson;
using testing::RegistrationNumber;

AcmednsJson Map(const json& map) {
  return AcmednsJson::Parse(SecretText(map.dump()));
}

class PlanOf : public ::testing::Test {
 protected:
  Plan Make(const AcmednsJson& now) {
    return MakePlan(now, {.fqdns = fqdns_, .replacements = replacements_, .first = first_, .prune = prune_});
  }
  static std::vector<std::string> Text(const Plan& plan) {
    std::vector<std::string> lines;
    for (const Change& change : plan.changes) {
      std::string line = change.fqdn + " " + change.registration.fulldomain().substr(32, 4);
      line += change.action == Action::kReregistered ? " reregistered"
              : change.action == Action::kRegistered ? " registered"
                                                     : " added";
      lines.push_back(line);
    }
    return lines;
  }

  std::vector<std::string> fqdns_{"a", "b", "c"};
  std::vector<Replacement> replacements_;
  std::optional<Registration> first_;
  bool prune_ = false;
};

TEST_F(PlanOf, ACompleteSecretIsToLeaveItAlone) {
  const Plan plan = Make(Map({{"a", RegistrationJson(1)}, {"b", RegistrationJson(1)}, {"c", RegistrationJson(2)}}));
  EXPECT_FALSE(plan.should_write());
  EXPECT_FALSE(plan.needs_registration());
}

TEST_F(PlanOf, AnEmptySecretNeedsARegistrationAndThenUsesIt) {
  EXPECT_TRUE(Make({}).needs_first);
  EXPECT_FALSE(Make({}).should_write());
  first_ = RegistrationNumber(5);
  const Plan plan = Make({});
  EXPECT_THAT(Text(plan), ElementsAre("a 0005 registered", "b 0005 registered", "c 0005 registered"));
  EXPECT_TRUE(plan.should_write());
  EXPECT_FALSE(plan.keep_former);
  EXPECT_NE(plan.after.Find("c"), nullptr);
}

TEST_F(PlanOf, MissingFqdnsIsToShareWhatMostHave) {
  fqdns_ = {"a", "b", "c", "d"};
  first_ = RegistrationNumber(9);
  const Plan plan = Make(Map({{"a", RegistrationJson(1)}, {"b", RegistrationJson(2)}, {"d", RegistrationJson(2)}}));
  EXPECT_THAT(Text(plan), ElementsAre("c 0002 added"));
}

TEST_F(PlanOf, MissingFqdnsTakesTheFirstOfATie) {
  EXPECT_THAT(Text(Make(Map({{"b", RegistrationJson(2)}, {"c", RegistrationJson(1)}}))), ElementsAre("a 0002 added"));
}

TEST_F(PlanOf, MissingFqdnsDoesNotShareWithFqdnsThatAreNotConfigured) {
  EXPECT_TRUE(Make(Map({{"z", RegistrationJson(1)}})).needs_first);
}

TEST_F(PlanOf, MissingFqdnsSharesWhatWonARace) {
  first_ = RegistrationNumber(5);
  const Plan plan = Make(Map({{"a", RegistrationJson(1)}}));
  EXPECT_THAT(Text(plan), ElementsAre("b 0001 added", "c 0001 added"));
  EXPECT_FALSE(plan.after.Holds(*first_));
}

TEST_F(PlanOf, ARejectedRegistrationReplacesExactlyTheEntriesThatHoldIt) {
  const AcmednsJson now = Map({{"a", RegistrationJson(1)}, {"b", RegistrationJson(2)}, {"c", RegistrationJson(1)}});
  replacements_ = {{.old = RegistrationNumber(1)}};
  EXPECT_EQ(Make(now).needs_replacement, 0U);
  EXPECT_FALSE(Make(now).should_write());
  replacements_[0].fresh = RegistrationNumber(7);
  const Plan plan = Make(now);
  EXPECT_THAT(Text(plan), ElementsAre("a 0007 reregistered", "c 0007 reregistered"));
  EXPECT_EQ(plan.changes[0].previous_fulldomain, RegistrationNumber(1).fulldomain());
  EXPECT_FALSE(plan.needs_registration());
}

TEST_F(PlanOf, ReplacementsTakesOneAfterTheOther) {
  const AcmednsJson now = Map({{"a", RegistrationJson(1)}, {"b", RegistrationJson(2)}, {"c", RegistrationJson(3)}});
  replacements_ = {{.old = RegistrationNumber(1), .fresh = RegistrationNumber(7)}, {.old = RegistrationNumber(2)}};
  const Plan plan = Make(now);
  EXPECT_THAT(Text(plan), ElementsAre("a 0007 reregistered"));
  EXPECT_EQ(plan.needs_replacement, 1U);
  EXPECT_TRUE(plan.should_write()) << "what is at hand is saved before the next account is made";
}

TEST_F(PlanOf, MissingFqdnsWaitsForTheReplacementOfTheSharedOne) {
  const AcmednsJson now = Map({{"a", RegistrationJson(1)}, {"b", RegistrationJson(1)}});
  replacements_ = {{.old = RegistrationNumber(1)}};
  EXPECT_FALSE(Make(now).needs_first);
  EXPECT_TRUE(Make(now).needs_replacement);
  replacements_[0].fresh = RegistrationNumber(7);
  EXPECT_THAT(Text(Make(now)), ElementsAre("a 0007 reregistered", "b 0007 reregistered", "c 0007 added"));
}

TEST_F(PlanOf, AFailedReplacementLeavesTheEntriesAsTheyAre) {
  replacements_ = {{.old = RegistrationNumber(1), .fresh = {}, .failed = true}};
  const Plan plan = Make(Map({{"a", RegistrationJson(1)}, {"b", RegistrationJson(1)}}));
  EXPECT_FALSE(plan.needs_registration());
  EXPECT_FALSE(plan.should_write()) << "nobody is given a registration that is known to be bad";
}

TEST_F(PlanOf, AnUnreadableMapKeepsTheFormerTextOnceThereIsSomethingToWrite) {
  const AcmednsJson now = AcmednsJson::Parse(SecretText("broken"));
  EXPECT_FALSE(Make(now).should_write());
  first_ = RegistrationNumber(1);
  EXPECT_TRUE(Make(now).should_write());
  EXPECT_TRUE(Make(now).keep_former);
}

TEST_F(PlanOf, AMalformedEntryFurnishesItAndKeepsTheFormerText) {
  const Plan plan = Make(Map({{"a", RegistrationJson(1)}, {"b", {{"username", "half"}}}, {"c", RegistrationJson(1)}}));
  EXPECT_THAT(Text(plan), ElementsAre("b 0001 added"));
  EXPECT_TRUE(plan.keep_former);
}

TEST_F(PlanOf, APoisonedForeignEntryMovesItAside) {
  const Plan plan = Make(Map({{"a", RegistrationJson(1)},
                              {"b", RegistrationJson(1)},
                              {"c", RegistrationJson(1)},
                              {"y", {{"username", "odd but readable"}}},
                              {"z", "text"}}));
  EXPECT_TRUE(plan.should_write());
  EXPECT_TRUE(plan.keep_former);
  EXPECT_THAT(plan.changes, IsEmpty());
  EXPECT_THAT(plan.after.Fqdns(), ElementsAre("a", "b", "c", "y"));
}

TEST_F(PlanOf, FqdnsThatAreNoLongerConfiguredKeepsThemUnlessPruned) {
  const AcmednsJson now = Map(
      {{"a", RegistrationJson(1)}, {"b", RegistrationJson(1)}, {"c", RegistrationJson(1)}, {"z", RegistrationJson(2)}});
  EXPECT_FALSE(Make(now).should_write());
  prune_ = true;
  const Plan plan = Make(now);
  EXPECT_TRUE(plan.should_write());
  EXPECT_FALSE(plan.keep_former);
  EXPECT_THAT(plan.after.Fqdns(), ElementsAre("a", "b", "c"));
}

TEST_F(PlanOf, PruningAloneDoesNotGoAheadOfARegistration) {
  prune_ = true;
  EXPECT_FALSE(Make(Map({{"z", RegistrationJson(2)}})).should_write());
}

TEST(AccountsOf, NamesEachOnceInTheOrderOfTheFqdns) {
  const AcmednsJson map = Map({{"a", RegistrationJson(2)}, {"b", RegistrationJson(1)}, {"c", RegistrationJson(2)}});
  const auto accounts = AccountsOf(map, {"a", "b", "c", "d"});
  ASSERT_EQ(accounts.size(), 2U);
  EXPECT_TRUE(accounts[0].SameAccount(RegistrationNumber(2)));
  EXPECT_TRUE(accounts[1].SameAccount(RegistrationNumber(1)));
}

}  // namespace
}  // namespace client
