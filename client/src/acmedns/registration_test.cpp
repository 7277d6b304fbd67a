#include "acmedns/registration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include <nlohmann/json.hpp>

namespace client {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kPassword = "wEDeCKRWqyLrbGLXhtdUNtSKtFAYLQ8gZn6PsBC0";

json Answer() {
  return {{"username", "c36f50e8-4632-44f0-83fe-e070fef28a10"},
          {"password", kPassword},
          {"fulldomain", "8e5700ea-a4bf-41c7-8a77-e990661dcc6a.auth.example.org"},
          {"subdomain", "8e5700ea-a4bf-41c7-8a77-e990661dcc6a"},
          {"allowfrom", {"10.0.0.0/8"}}};
}

json With(const char* name, json value) {
  json answer = Answer();
  answer[name] = std::move(value);
  return answer;
}

std::string ProblemOf(const json& answer) {
  const auto registration = Registration::FromAnswer(answer.dump());
  if (registration) return "";
  EXPECT_EQ(registration.error().kind, ErrorKind::kMalformed);
  return registration.error().message;
}

TEST(Registration, ReadsAnAnswer) {
  const auto registration = Registration::FromAnswer(Answer().dump());
  ASSERT_TRUE(registration.has_value());
  EXPECT_EQ(registration->username(), "c36f50e8-4632-44f0-83fe-e070fef28a10");
  EXPECT_EQ(registration->password().Reveal(), kPassword);
  EXPECT_EQ(registration->fulldomain(), "8e5700ea-a4bf-41c7-8a77-e990661dcc6a.auth.example.org");
  EXPECT_EQ(registration->subdomain(), "8e5700ea-a4bf-41c7-8a77-e990661dcc6a");
  EXPECT_THAT(registration->allow_from(), ElementsAre("10.0.0.0/8"));
}

TEST(Registration, KeepsUnknownMembersAndGivesBackWhatCame) {
  const json answer = With("server_note", {{"since", 2}, {"list", {1.5, nullptr, true}}});
  EXPECT_EQ(Registration::FromAnswer(answer.dump())->ToJson(), answer);
}

TEST(Registration, NamesTheMemberThatAnAnswerLacks) {
  for (const char* name : {"username", "password", "fulldomain", "subdomain", "allowfrom"}) {
    json answer = Answer();
    answer.erase(name);
    EXPECT_EQ(ProblemOf(answer), std::string(name) + " is missing");
  }
}

TEST(Registration, NamesTheMemberOfAnotherType) {
  for (const char* name : {"username", "password", "fulldomain", "subdomain"}) {
    for (const json& value : {json(1), json(nullptr), json::array(), json::object(), json(true)}) {
      EXPECT_THAT(ProblemOf(With(name, value)), HasSubstr(std::string(name) + " is no string"));
    }
    EXPECT_EQ(ProblemOf(With(name, "")), std::string(name) + " is empty");
  }
  for (const json& value : {json("10.0.0.0/8"), json(nullptr), json::object(), json(1)}) {
    EXPECT_THAT(ProblemOf(With("allowfrom", value)), HasSubstr("allowfrom is no array"));
  }
  EXPECT_THAT(ProblemOf(With("allowfrom", json::array({"10.0.0.0/8", 1}))), HasSubstr("allowfrom holds number"));
}

TEST(Registration, RefusesWhatIsNoObjectOrNoJson) {
  for (const char* body : {"", "null", "[]", "\"x\"", "1", "{", "<html>", "{\"username\": \"\xff\"}"}) {
    const auto registration = Registration::FromAnswer(body);
    ASSERT_FALSE(registration.has_value()) << body;
    EXPECT_EQ(registration.error().kind, ErrorKind::kMalformed) << body;
  }
}

TEST(Registration, WantsUuids) {
  for (const char* value : {"x", "c36f50e8-4632-44f0-83fe-e070fef28a1", "c36f50e8-4632-44f0-83fe-e070fef28a100",
                            "c36f50e8x4632-44f0-83fe-e070fef28a10", "g36f50e8-4632-44f0-83fe-e070fef28a10"}) {
    EXPECT_EQ(ProblemOf(With("username", value)), "username is no UUID") << value;
    EXPECT_EQ(ProblemOf(With("subdomain", value)), "subdomain is no UUID") << value;
  }
}

TEST(Registration, BoundsThePassword) {
  EXPECT_EQ(ProblemOf(With("password", std::string(kPasswordLengthMax, 'x'))), "");
  EXPECT_THAT(ProblemOf(With("password", std::string(kPasswordLengthMax + 1, 'x'))), HasSubstr("more than 72"));
  for (const char* value : {"a b", "a\r\nX-Evil: 1", "\xc3\xa9", "\x7f"}) {
    EXPECT_THAT(ProblemOf(With("password", value)), HasSubstr("header")) << value;
  }
}

TEST(Registration, WantsAFulldomainThatContinuesTheSubdomain) {
  const std::string subdomain = "8e5700ea-a4bf-41c7-8a77-e990661dcc6a";
  EXPECT_EQ(ProblemOf(With("fulldomain", subdomain + ".org")), "");
  EXPECT_EQ(ProblemOf(With("fulldomain", subdomain + ".Auth.Example.org.")), "");
  for (const std::string& value : {subdomain, subdomain + ".", std::string("other.auth.example.org"),
                                   subdomain + "auth.example.org", "x" + subdomain + ".org"}) {
    EXPECT_THAT(ProblemOf(With("fulldomain", value)), HasSubstr("start with the subdomain")) << value;
  }
  std::string too_long = subdomain;
  while (too_long.size() <= 253) too_long += ".label";
  for (const std::string& value : {subdomain + "..org", subdomain + ".a b", subdomain + ".-a.org", subdomain + ".a\n",
                                   subdomain + "." + std::string(64, 'a'), too_long}) {
    EXPECT_THAT(ProblemOf(With("fulldomain", value)), HasSubstr("fulldomain is no DNS name")) << value;
  }
}

TEST(Registration, NormalisesTheFulldomainForUseOnly) {
  json answer = With("fulldomain", "8e5700ea-a4bf-41c7-8a77-e990661dcc6a.AUTH.example.org.");
  const auto registration = Registration::FromAnswer(answer.dump());
  EXPECT_EQ(registration->fulldomain(), "8e5700ea-a4bf-41c7-8a77-e990661dcc6a.auth.example.org");
  EXPECT_EQ(registration->ToJson(), answer);
}

TEST(Registration, IsLenientWithEntriesOfOtherTools) {
  const json entry = {{"FullDomain", "8e5700ea-a4bf-41c7-8a77-e990661dcc6a.auth.example.org"},
                      {"SubDomain", "8e5700ea-a4bf-41c7-8a77-e990661dcc6a"},
                      {"Username", "c36f50e8-4632-44f0-83fe-e070fef28a10"},
                      {"Password", kPassword}};
  const auto registration = Registration::FromEntry(entry);
  ASSERT_TRUE(registration.has_value());
  EXPECT_THAT(registration->allow_from(), IsEmpty());
  EXPECT_EQ(registration->ToJson(), entry);
  EXPECT_TRUE(registration->SameAccount(*Registration::FromAnswer(Answer().dump())));
  EXPECT_TRUE(Registration::FromEntry(With("allowfrom", nullptr)).has_value());
  EXPECT_FALSE(Registration::FromAnswer(entry.dump()).has_value());
  EXPECT_FALSE(Registration::FromEntry(With("password", "")).has_value());
}

TEST(Registration, OfAnotherKeyIsAnotherAccount) {
  const auto one = Registration::FromAnswer(Answer().dump());
  const auto other = Registration::FromAnswer(With("password", "other").dump());
  EXPECT_FALSE(one->SameAccount(*other));
  EXPECT_TRUE(one->SameAccount(*Registration::FromAnswer(With("note", 1).dump())));
}

TEST(Registration, NeverShowsThePassword) {
  std::ostringstream out;
  out << *Registration::FromAnswer(Answer().dump());
  out << Registration::FromAnswer(Answer().dump())->password();
  EXPECT_THAT(out.str(), Not(HasSubstr(kPassword)));
  EXPECT_THAT(ProblemOf(With("username", kPassword)), Not(HasSubstr(kPassword)));
  std::string broken = Answer().dump();
  broken.insert(broken.find(kPassword) + 41, " x");
  EXPECT_THAT(Registration::FromAnswer(broken).error().message, Not(HasSubstr(kPassword)));
}

}  // namespace
}  // namespace client
