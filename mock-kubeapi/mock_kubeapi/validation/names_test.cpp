#include "mock_kubeapi/validation/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace mock_kubeapi::validation {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

const std::string kSubdomainWords =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

TEST(Subdomain, AcceptsNamesOfObjects) {
  for (const std::string name : {"a", "0", "a-b.c", "a.b.c", "1-2"}) EXPECT_THAT(IsDns1123Subdomain(name), IsEmpty());
  EXPECT_THAT(IsDns1123Subdomain(std::string(253, 'a')), IsEmpty());
}

TEST(Subdomain, RefusesOthersInTheRecordedWords) {
  for (const std::string name : {"", "Upper", "under_score", "-dash", "dash-", "dots..dots", ".a", "a.", "a/b", "ä"}) {
    EXPECT_THAT(IsDns1123Subdomain(name), ElementsAre(kSubdomainWords)) << name;
  }
  EXPECT_THAT(IsDns1123Subdomain(std::string(254, 'a')), ElementsAre("must be no more than 253 characters"));
  EXPECT_THAT(IsDns1123Subdomain(std::string(254, 'A')),
              ElementsAre("must be no more than 253 characters", kSubdomainWords));
}

TEST(Label, SaysThatDotsAreWrongWhereOnlyTheyAre) {
  EXPECT_THAT(IsDns1123Label("a-1"), IsEmpty());
  EXPECT_THAT(IsDns1123Label("a.b"), ElementsAre("must not contain dots"));
  EXPECT_THAT(
      IsDns1123Label("Bad.Name"),
      ElementsAre("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
                  "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
                  "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"));
  EXPECT_THAT(IsDns1123Label(std::string(64, 'a')), ElementsAre("must be no more than 63 characters"));
}

TEST(Label, OfRfc1035BeginsWithALetter) {
  EXPECT_THAT(IsDns1035Label("a-1"), IsEmpty());
  EXPECT_THAT(IsDns1035Label("1-a"), ElementsAre(StartsWith("a DNS-1035 label must consist of")));
}

TEST(QualifiedName, HasAnOptionalPrefix) {
  for (const std::string name : {"a", "A_b.c-d", "example.com/Ok_1.x", "1"})
    EXPECT_THAT(IsQualifiedName(name), IsEmpty());
  EXPECT_THAT(IsQualifiedName("/a"), ElementsAre("prefix part must be non-empty"));
  EXPECT_THAT(IsQualifiedName("Example.com/a"), ElementsAre("prefix part " + kSubdomainWords));
  EXPECT_THAT(IsQualifiedName("a/"),
              ElementsAre("name part must be non-empty", StartsWith("name part must consist of")));
  EXPECT_THAT(IsQualifiedName(std::string(64, 'a')), ElementsAre("name part must be no more than 63 characters"));
  EXPECT_THAT(
      IsQualifiedName("a/b/c"),
      ElementsAre("a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and "
                  "end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used "
                  "for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain "
                  "prefix and '/' (e.g. 'example.com/MyName')"));
}

TEST(LabelValue, MayBeEmpty) {
  EXPECT_THAT(IsLabelValue(""), IsEmpty());
  EXPECT_THAT(IsLabelValue("a_b.C"), IsEmpty());
  EXPECT_THAT(IsLabelValue("not ok!"), ElementsAre(StartsWith("a valid label must be an empty string or consist of")));
  EXPECT_THAT(IsLabelValue(std::string(64, 'v')), ElementsAre("must be no more than 63 characters"));
}

TEST(ConfigMapKey, MayNotLeaveItsDirectory) {
  for (const std::string key : {"acmedns.json", "_A-9", ".hidden"}) EXPECT_THAT(IsConfigMapKey(key), IsEmpty());
  EXPECT_THAT(IsConfigMapKey("."), ElementsAre("must not be '.'"));
  EXPECT_THAT(IsConfigMapKey(".."), ElementsAre("must not be '..'"));
  EXPECT_THAT(IsConfigMapKey("..."), ElementsAre("must not start with '..'"));
  EXPECT_THAT(IsConfigMapKey(""), ElementsAre(StartsWith("a valid config key must consist of")));
  EXPECT_THAT(IsConfigMapKey("../a"),
              ElementsAre(StartsWith("a valid config key must consist of"), "must not start with '..'"));
}

TEST(PathSegment, RefusesWhatDoesNotFitIntoAUrl) {
  EXPECT_THAT(IsPathSegmentName("A:b.c_d"), IsEmpty());
  EXPECT_THAT(IsPathSegmentName(".."), ElementsAre("may not be '..'"));
  EXPECT_THAT(IsPathSegmentName("a/b%"), ElementsAre("may not contain '/'", "may not contain '%'"));
  EXPECT_THAT(NameIsPathSegment(".", true), IsEmpty());
}

TEST(Port, IsInRangeAndNamedWithALetter) {
  EXPECT_THAT(IsPortNumber(1), IsEmpty());
  EXPECT_THAT(IsPortNumber(65536), ElementsAre("must be between 1 and 65535, inclusive"));
  EXPECT_THAT(IsPortName("http-2"), IsEmpty());
  EXPECT_THAT(IsPortName("80"), ElementsAre("must contain at least one letter (a-z)"));
  EXPECT_THAT(IsPortName("-a--b"),
              ElementsAre("must not contain consecutive hyphens", "must not begin or end with a hyphen"));
}

TEST(GeneratedName, MayEndWithADash) {
  EXPECT_THAT(NameIsDnsSubdomain("ev-", true), IsEmpty());
  EXPECT_THAT(NameIsDnsSubdomain("ev-", false), ElementsAre(kSubdomainWords));
  EXPECT_THAT(NameIsDnsLabel("ns-", true), IsEmpty());
  EXPECT_THAT(NameIsDnsLabel("-", true), testing::SizeIs(1));
}

TEST(EnvVarName, MayNotBeginWithADigit) {
  EXPECT_THAT(IsEnvVarName("my.env-name_1"), IsEmpty());
  EXPECT_THAT(IsEnvVarName("1a"), ElementsAre(StartsWith("a valid environment variable name")));
  EXPECT_THAT(IsEnvVarName("A=B"), testing::SizeIs(1));
}

TEST(CIdentifierAndHeader, HaveTheirOwnCharacters) {
  EXPECT_THAT(IsCIdentifier("_a1"), IsEmpty());
  EXPECT_THAT(IsCIdentifier("a-b"), ElementsAre(StartsWith("a valid C identifier")));
  EXPECT_THAT(IsHttpHeaderName("X-A"), IsEmpty());
  EXPECT_THAT(IsHttpHeaderName("X_A"), ElementsAre(StartsWith("a valid HTTP header")));
}

}  // namespace
}  // namespace mock_kubeapi::validation
