#include "selfreg/acmedns_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "testing/registrations.h"

namespace client {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::RegistrationJson;
using testing::RegistrationNumber;

AcmednsJson Parse(const json& map) {
  return AcmednsJson::Parse(SecretText(map.dump()));
}

TEST(AcmednsJson, IsEmptyWhereNothingIsWritten) {
  for (const std::optional<SecretText>& text :
       {std::optional<SecretText>(), std::optional(SecretText("")), std::optional(SecretText(" \n")),
        std::optional(SecretText("null")), std::optional(SecretText("{}"))}) {
    const AcmednsJson map = AcmednsJson::Parse(text);
    EXPECT_FALSE(map.unreadable());
    EXPECT_THAT(map.Fqdns(), IsEmpty());
    EXPECT_EQ(map.Text(), SecretText("{}"));
  }
}

TEST(AcmednsJson, IsUnreadableWhenItIsNoObject) {
  for (const char* text : {"{", "hunter2", "[]", "\"hunter2\"", "1", "{\"a\": \"\xff\"}"}) {
    const AcmednsJson map = AcmednsJson::Parse(SecretText(text));
    EXPECT_TRUE(map.unreadable()) << text;
    EXPECT_THAT(map.problem(), Not(HasSubstr("hunter2")));
    EXPECT_THAT(map.Fqdns(), IsEmpty());
  }
}

TEST(AcmednsJson, FindsWellFormedEntriesByTheExactName) {
  const AcmednsJson map = Parse({{"a.example.com", RegistrationJson(1)}, {"B.example.com", RegistrationJson(2)}});
  ASSERT_NE(map.Find("a.example.com"), nullptr);
  EXPECT_TRUE(map.Find("a.example.com")->SameAccount(RegistrationNumber(1)));
  EXPECT_EQ(map.Find("b.example.com"), nullptr);
  EXPECT_EQ(map.Find("example.com"), nullptr);
  EXPECT_THAT(map.Fqdns(), ElementsAre("B.example.com", "a.example.com"));
  EXPECT_TRUE(map.Holds(RegistrationNumber(2)));
  EXPECT_FALSE(map.Holds(RegistrationNumber(3)));
}

TEST(AcmednsJson, SaysWhatIsWrongWithAnEntry) {
  json lacking = RegistrationJson(1);
  lacking.erase("password");
  const AcmednsJson map = Parse({{"a", lacking}, {"b", nullptr}, {"c", 1}, {"d", RegistrationJson(1)}});
  EXPECT_EQ(map.ProblemOf("a"), "password is missing");
  EXPECT_THAT(map.ProblemOf("b"), HasSubstr("not an object"));
  EXPECT_THAT(map.ProblemOf("c"), HasSubstr("not an object"));
  EXPECT_EQ(map.ProblemOf("d"), "");
  EXPECT_EQ(map.ProblemOf("e"), "");
  EXPECT_EQ(map.Find("a"), nullptr);
}

TEST(AcmednsJson, KnowsTheEntriesForWhichCertManagerRefusesTheMap) {
  json numeric = RegistrationJson(1);
  numeric["Password"] = 1;
  json url = RegistrationJson(1);
  url["server_url"] = 1;
  json note = RegistrationJson(1);
  note["note"] = 1;
  const AcmednsJson map = Parse({{"a", numeric},
                                 {"b", "text"},
                                 {"c", json::array()},
                                 {"d", nullptr},
                                 {"e", json::object()},
                                 {"f", url},
                                 {"g", note}});
  EXPECT_THAT(map.PoisonedFqdns(), ElementsAre("a", "b", "c", "f"));
  EXPECT_EQ(map.Find("f"), nullptr);
  EXPECT_THAT(map.ProblemOf("f"), HasSubstr("cert-manager"));
}

TEST(AcmednsJson, KeepsWhatNobodySets) {
  json kept = RegistrationJson(1);
  kept["note"] = {{"deep", {1, 2.5, nullptr}}};
  AcmednsJson map = Parse({{"a", kept}, {"odd", {{"username", "x"}}}, {"gone", RegistrationJson(2)}});
  map.Set("b", RegistrationNumber(3));
  map.Set("odd", RegistrationNumber(3));
  map.Erase("gone");
  map.Erase("never was");
  EXPECT_EQ(json::parse(map.Text().Reveal()),
            json({{"a", kept}, {"b", RegistrationJson(3)}, {"odd", RegistrationJson(3)}}));
}

TEST(AcmednsJson, HasOneTextPerMap) {
  AcmednsJson one;
  one.Set("b", RegistrationNumber(1));
  one.Set("a", RegistrationNumber(2));
  AcmednsJson other = AcmednsJson::Parse(one.Text());
  EXPECT_EQ(other.Text(), one.Text());
  EXPECT_THAT(one.Text().Reveal(), ::testing::StartsWith(R"({"a":)"));
}

TEST(AcmednsJson, ReadsALargeMapInNoTime) {
  AcmednsJson map;
  for (int i = 0; i < 3'000; ++i) map.Set("name" + std::to_string(i) + ".example.com", RegistrationNumber(i % 7));
  EXPECT_EQ(AcmednsJson::Parse(map.Text()).Fqdns().size(), 3'000U);
}

}  // namespace
}  // namespace client
