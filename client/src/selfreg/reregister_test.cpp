#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "testing/world.h"

namespace client {
namespace {

using nlohmann::json;
using ::testing::Each;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Reregister : public testing::World {};

TEST_F(Reregister, ReplacesAValidRegistration) {
  const json old = Furnish({"a.example.com", "b.example.com"});
  const Outcome outcome = Run(Flow::kReregister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
  EXPECT_NE(FulldomainOf("a.example.com"), old["fulldomain"].get<std::string>());
  EXPECT_EQ(acme.registrations, 1);
  EXPECT_THAT(outcome.fqdns, Each(Field(&FqdnReport::action, Action::kReregistered)));
  EXPECT_EQ(clock.slept.size(), 0U) << "nothing has to be confirmed";
}

TEST_F(Reregister, KeepsApartWhatWasApart) {
  Furnish({"a.example.com"});
  Furnish({"b.example.com"});
  EXPECT_EQ(Run(Flow::kReregister).exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
  EXPECT_NE(FulldomainOf("a.example.com"), FulldomainOf("b.example.com"));
  EXPECT_EQ(acme.registrations, 2);
}

TEST_F(Reregister, RegistersWhereThereIsNothing) {
  const Outcome outcome = Run(Flow::kReregister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
  EXPECT_THAT(outcome.fqdns, Each(Field(&FqdnReport::action, Action::kRegistered)));
}

TEST_F(Reregister, FurnishesAnAddedFqdnToo) {
  Furnish({"a.example.com"});
  EXPECT_EQ(Run(Flow::kReregister).exit_code(), ExitCode::kDone);
  ExpectAllAccepted();
  EXPECT_EQ(FulldomainOf("a.example.com"), FulldomainOf("b.example.com"));
  EXPECT_EQ(acme.registrations, 1);
}

TEST_F(Reregister, KeepsTheOldOneWhenTheNewOneCannotBeProven) {
  const json old = Furnish({"a.example.com", "b.example.com"});
  acme.refuses_new_accounts = true;
  const Outcome outcome = Run(Flow::kReregister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kAcmeDnsUnavailable);
  EXPECT_EQ(FulldomainOf("a.example.com"), old["fulldomain"].get<std::string>());
  ExpectAllAccepted();
  EXPECT_THAT(outcome.unused, SizeIs(1));
  EXPECT_THAT(kube.events, IsEmpty());
}

TEST_F(Reregister, MakesNoSecondAccountAfterOneThatCannotBeProven) {
  Furnish({"a.example.com"});
  Furnish({"b.example.com"});
  acme.refuses_new_accounts = true;
  const Outcome outcome = Run(Flow::kReregister);
  EXPECT_EQ(outcome.exit_code(), ExitCode::kAcmeDnsUnavailable);
  EXPECT_EQ(acme.registrations, 1) << "the next one would be left unused, too";
  EXPECT_THAT(outcome.unused, SizeIs(1));
  ExpectAllAccepted();
}

}  // namespace
}  // namespace client
