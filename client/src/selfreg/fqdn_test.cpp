#include "selfreg/fqdn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace client {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Fqdn, BecomesTheKeyThatCertManagerLooksUp) {
  EXPECT_EQ(NormaliseFqdn("api.example.com"), "api.example.com");
  EXPECT_EQ(NormaliseFqdn("API.Example.COM."), "api.example.com");
  EXPECT_EQ(NormaliseFqdn("*.apps.example.com"), "apps.example.com");
  EXPECT_EQ(NormaliseFqdn(" api.example.com\n"), "api.example.com");
  EXPECT_EQ(NormaliseFqdn("a--b.0.example1"), "a--b.0.example1");
}

TEST(Fqdn, IsWrittenInALabels) {
  EXPECT_EQ(NormaliseFqdn("B\xc3\xbc"
                          "cher.example"),
            "xn--bcher-kva.example");
  EXPECT_EQ(NormaliseFqdn("*.bu\xcc\x88"
                          "cher.example"),
            "xn--bcher-kva.example")
      << "decomposed";
  EXPECT_EQ(NormaliseFqdn("fa\xc3\x9f.de"), "xn--fa-hia.de") << "non-transitional";
  EXPECT_EQ(NormaliseFqdn("\xe4\xbe\x8b.\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88"), "xn--fsq.xn--zckzah");
  EXPECT_EQ(NormaliseFqdn("\xe4\xbe\x8b\xe3\x80\x82"
                          "example"),
            "xn--fsq.example")
      << "ideographic full stop";
  EXPECT_EQ(NormaliseFqdn("XN--Bcher-KVA.example"), "xn--bcher-kva.example");
}

TEST(Fqdn, KeepsTheChallengeNameWithinDnssLimits) {
  std::string name = "com";
  while (name.size() + 2 <= kFqdnLengthMax) name.insert(0, "a.");
  EXPECT_TRUE(NormaliseFqdn(name).has_value()) << name.size();
  EXPECT_TRUE(NormaliseFqdn(std::string(63, 'a') + ".example").has_value());
  EXPECT_FALSE(NormaliseFqdn("a." + name).has_value());
  EXPECT_FALSE(NormaliseFqdn(std::string(64, 'a') + ".example").has_value());
}

TEST(Fqdn, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> bad[] = {
      {"", "empty"},
      {"localhost", "one label"},
      {"*.com", "one label"},
      {"*", "wildcard"},
      {"*.*.example.com", "wildcard"},
      {"a.*.example.com", "wildcard"},
      {"a*.example.com", "wildcard"},
      {"a..example.com", "label is empty"},
      {".example.com", "label is empty"},
      {"example.com..", "label is empty"},
      {"-a.example.com", "hyphen"},
      {"a-.example.com", "hyphen"},
      {"a_b.example.com", "characters"},
      {"a b.example.com", "characters"},
      {"https://example.com", "characters"},
      {"example.com/path", "characters"},
      {"example.com:443", "characters"},
      {"10.0.0.1", "IP address"},
      {"::1", "characters"},
      {"_acme-challenge.example.com", "without _acme-challenge"},
      {"xn--\x7f.example", "internationalised"},
      {"xn--a-\xc3\xa4.example", "internationalised"},
      {"a\xff.example.com", "internationalised"},
  };
  for (const auto& [text, reason] : bad) {
    const auto fqdn = NormaliseFqdn(text);
    ASSERT_FALSE(fqdn.has_value()) << text;
    EXPECT_EQ(fqdn.error().kind, ErrorKind::kMisconfigured);
    EXPECT_THAT(fqdn.error().message, AllOf(HasSubstr(reason), HasSubstr("is no FQDN to register: "))) << text;
  }
  EXPECT_FALSE(NormaliseFqdn(std::string_view("a\0.example.com", 14)).has_value());
}

TEST(Fqdns, ComeAsJsonOrSeparatedByCommas) {
  EXPECT_THAT(*ParseFqdns(R"( ["b.example.com", "*.a.example.com"] )"), ElementsAre("a.example.com", "b.example.com"));
  EXPECT_THAT(*ParseFqdns("b.example.com, *.a.example.com,"), ElementsAre("a.example.com", "b.example.com"));
  EXPECT_THAT(*ParseFqdns("b.example.com\na.example.com"), ElementsAre("a.example.com", "b.example.com"));
}

TEST(Fqdns, MergeDuplicates) {
  EXPECT_THAT(*ParseFqdns("a.example.com,*.A.example.com.,a.example.com"), ElementsAre("a.example.com"));
}

TEST(Fqdns, AreAtLeastOne) {
  for (const char* text : {"", " ", ",", "[]"}) {
    EXPECT_THAT(ParseFqdns(text).error().message, HasSubstr("no FQDN")) << text;
  }
}

TEST(Fqdns, AreRefusedAsAWholeWhenOneIsBad) {
  for (const char* text : {"a.example.com,b", R"(["a.example.com", 1])", R"(["a.example.com")", R"([""])",
                           R"({"a": 1})", R"("a.example.com")"}) {
    const auto fqdns = ParseFqdns(text);
    ASSERT_FALSE(fqdns.has_value()) << text;
    EXPECT_EQ(fqdns.error().kind, ErrorKind::kMisconfigured) << text;
  }
}

}  // namespace
}  // namespace client
