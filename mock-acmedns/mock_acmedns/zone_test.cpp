#include "mock_acmedns/zone.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace mock_acmedns {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Knows one label.
class OneLabel final : public TxtSource {
 public:
  void Find(std::string_view label, std::vector<std::string_view>& values) const override {
    if (label == "known-1") values.emplace_back("value");
  }
};

class ZoneTest : public ::testing::Test {
 protected:
  static Zone Make(std::vector<std::string> records) {
    Config config;
    config.records = std::move(records);
    return Zone::Create(config.Complete().value(), mock_http::VirtualClock().Now()).value();
  }
  static std::vector<std::string> Data(const Resolution& resolution) {
    std::vector<std::string> data;
    data.reserve(resolution.records.size() + resolution.txt.size());
    for (const ZoneRecord* record : resolution.records) data.push_back(record->data);
    data.insert(data.end(), resolution.txt.begin(), resolution.txt.end());
    return data;
  }

  OneLabel source_;
};

TEST(ParseRecord, ReadsZoneFileSyntaxInLowerCase) {
  const auto record = ParseRecord("WWW.Auth.Example.org. 60 IN TXT \"Hello World\" two");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->owner, "www.auth.example.org.");
  EXPECT_EQ(record->type, kTypeTxt);
  EXPECT_EQ(record->ttl_seconds, 60U);
  EXPECT_EQ(record->data, "hello worldtwo");
  EXPECT_EQ(ParseRecord("a. AAAA 2001:DB8::1")->data, "2001:db8::1");
  EXPECT_EQ(ParseRecord("a. A 1.2.3.4")->ttl_seconds, 3600U);
  EXPECT_EQ(ParseRecord("a. MX 10 b.")->data, "10 b.");
}

TEST(ParseRecord, ReadsWhatTheLibraryOfTheRealServerReads) {
  for (const char* text :
       {"a.test. 7 IN A 1.2.3.4", "a.test. IN 7 A 1.2.3.4", "a.test. ( 7 A 1.2.3.4 ) ; (\"", "a.test. 7 a 1.2.3.4"}) {
    const auto record = ParseRecord(text);
    ASSERT_TRUE(record) << record.error();
    EXPECT_EQ(record->data, "1.2.3.4") << text;
    EXPECT_EQ(record->ttl_seconds, 7U) << text;
  }
  EXPECT_EQ(ParseRecord("a.test. TXT \"(a) \\\" in 5\"")->data, "(a) \" in 5");
  for (const char* text : {"$ORIGIN x.", "a.test. TXT \"open", "a.test. TXT a\\\\\"b"})
    EXPECT_FALSE(ParseRecord(text)) << text;
}

TEST(ParseRecord, NamesTheRecordThatIsWrong) {
  for (const char* text : {"", "bogus", "a. A 1.2.3", "a. A", "a. NOTYPE x", "a..b. A 1.2.3.4", "; comment"}) {
    const auto record = ParseRecord(text);
    ASSERT_FALSE(record) << text;
    EXPECT_THAT(record.error(), HasSubstr(text));
  }
}

TEST_F(ZoneTest, AnswersStaticRecords) {
  const Zone zone =
      Make({"auth.example.org. A 10.0.0.1", "auth.example.org. A 10.0.0.2", "mail.auth.example.org. MX 5 x."});
  EXPECT_THAT(Data(zone.Resolve("AUTH.example.org.", kTypeA, source_)), ElementsAre("10.0.0.1", "10.0.0.2"));
  EXPECT_EQ(zone.Resolve("mail.auth.example.org.", kTypeA, source_).rcode, rcode::kNoError);
  EXPECT_THAT(Data(zone.Resolve("mail.auth.example.org.", kTypeA, source_)), IsEmpty());
  EXPECT_THAT(Data(zone.Resolve("auth.example.org.", kTypeSoa, source_)),
              ElementsAre("auth.example.org. admin.example.org. 2024010100 28800 7200 604800 86400"));
}

TEST_F(ZoneTest, AnswersACnameToEveryTypeWithoutARecord) {
  const Zone zone = Make({"w.auth.example.org. CNAME target.example.com.", "w.auth.example.org. A 10.0.0.1"});
  EXPECT_THAT(Data(zone.Resolve("w.auth.example.org.", kTypeTxt, source_)), ElementsAre("target.example.com."));
  EXPECT_THAT(Data(zone.Resolve("w.auth.example.org.", 255, source_)), ElementsAre("target.example.com."));
  EXPECT_THAT(Data(zone.Resolve("w.auth.example.org.", kTypeA, source_)), ElementsAre("10.0.0.1"));
}

TEST_F(ZoneTest, IsAuthoritativeBelowEveryNameThatHasRecords) {
  const Zone zone = Make({"other.test. A 10.0.0.1"});
  EXPECT_TRUE(zone.Resolve("x.y.other.test.", kTypeA, source_).authoritative);
  EXPECT_TRUE(zone.Resolve("x.auth.example.org.", kTypeA, source_).authoritative);
  EXPECT_FALSE(zone.Resolve("test.", kTypeA, source_).authoritative);
  EXPECT_FALSE(zone.Resolve(".", kTypeA, source_).authoritative);
  EXPECT_EQ(zone.Resolve(".", kTypeA, source_).rcode, rcode::kNxDomain);
}

TEST_F(ZoneTest, LooksRegisteredNamesUpByTheirFirstLabelAlone) {
  const Zone zone = Make({});
  EXPECT_THAT(Data(zone.Resolve("KNOWN-1.auth.example.org.", kTypeTxt, source_)), ElementsAre("value"));
  const Resolution elsewhere = zone.Resolve("known-1.example.com.", kTypeTxt, source_);
  EXPECT_THAT(Data(elsewhere), ElementsAre("value"));
  EXPECT_FALSE(elsewhere.authoritative);
  EXPECT_THAT(Data(zone.Resolve("kno\\@wn-1.auth.example.org.", kTypeTxt, source_)), ElementsAre("value"));
  EXPECT_EQ(zone.Resolve("x.known-1.auth.example.org.", kTypeTxt, source_).rcode, rcode::kNxDomain);
  EXPECT_EQ(zone.Resolve("known-1.auth.example.org.", kTypeA, source_).rcode, rcode::kNxDomain);
}

TEST_F(ZoneTest, HasTheChallengeNameOfItsOwnDomain) {
  const Zone zone = Make({});
  EXPECT_THAT(Data(zone.Resolve("_ACME-challenge.auth.example.org.", kTypeTxt, source_)), ElementsAre(""));
  EXPECT_EQ(zone.Resolve("_acme-challenge.auth.example.org.", kTypeA, source_).rcode, rcode::kNoError);
  EXPECT_EQ(zone.Resolve("_acme-challenge.x.auth.example.org.", kTypeTxt, source_).rcode, rcode::kNxDomain);
}

TEST(Config, FillsInTheDefaults) {
  const auto complete = Config{.domain = "Auth.Example.Org."}.Complete();
  ASSERT_TRUE(complete);
  EXPECT_EQ(complete->domain, "auth.example.org");
  EXPECT_EQ(complete->nsname, "auth.example.org");
  EXPECT_EQ(complete->nsadmin, "admin.example.org");
  EXPECT_EQ(Config{.domain = "auth.test"}.Complete()->nsadmin, "admin.auth.test");
}

TEST(Config, NamesWhatIsWrong) {
  EXPECT_THAT(Config{.domain = "a..b"}.Complete().error(), HasSubstr("domain"));
  EXPECT_THAT(Config{.domain = "."}.Complete().error(), HasSubstr("domain"));
  EXPECT_THAT(Config{.nsname = "a b"}.Complete().error(), HasSubstr("nsname"));
  EXPECT_THAT(Config{.nsadmin = "x@y"}.Complete().error(), HasSubstr("nsadmin"));
  EXPECT_THAT(Config{.use_header = "a:b"}.Complete().error(), HasSubstr("use-header"));
  EXPECT_THAT((Config{.basic_auth = BasicAuth{.user = "a:b", .password = "x"}}.Complete().error()),
              HasSubstr("basic-auth"));
  EXPECT_THAT((Config{.basic_auth = BasicAuth{.user = "a", .password = ""}}.Complete().error()),
              HasSubstr("basic-auth"));
}

}  // namespace
}  // namespace mock_acmedns
