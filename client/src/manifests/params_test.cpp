#include "manifests/params.h"

#include <gmock/gmock.h>

namespace client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::string ErrorOf(const std::string& text) {
  const auto params = ParseParams(text);
  if (params) return "(no error)";
  EXPECT_EQ(params.error().kind, ErrorKind::kMisconfigured);
  return params.error().message;
}

/// With one client foo of this content.
std::string ErrorOfFoo(const std::string& client) {
  return ErrorOf("acmeClients: {foo: " + client + "}");
}

TEST(ParseParams, ReadsClientsSortedByName) {
  const auto params = ParseParams(R"(
acmeClients:
  zeta:
    api: {endpoint: acme-dns.example.com}
    fqdns: [z.example.com]
  alpha:
    api:
      endpoint: https://acme-dns.example.com/
      username: user
      password: p4ss
    fqdns: [API.example.com., '*.apps.example.com', apps.example.com, api.example.com]
  removed: null
  also-removed:
)");
  ASSERT_TRUE(params) << params.error().message;
  ASSERT_EQ(params->size(), 2U);
  const AcmeClientParams& alpha = (*params)[0];
  EXPECT_EQ(alpha.name, "alpha");
  EXPECT_EQ(alpha.endpoint, "https://acme-dns.example.com");
  EXPECT_EQ(alpha.username, "user");
  EXPECT_EQ(alpha.password, SecretText("p4ss"));
  EXPECT_THAT(alpha.fqdns, ElementsAre("api.example.com", "*.apps.example.com", "apps.example.com"));
  EXPECT_EQ((*params)[1].name, "zeta");
  EXPECT_EQ((*params)[1].endpoint, "https://acme-dns.example.com");
  EXPECT_EQ((*params)[1].username, "");
}

TEST(ParseParams, MayFindNoClients) {
  EXPECT_THAT(*ParseParams("acmeClients: {}"), IsEmpty());
  EXPECT_THAT(*ParseParams("acmeClients: {a: null}"), IsEmpty());
}

TEST(ParseParams, NamesThePathOfWhatIsWrong) {
  EXPECT_THAT(ErrorOf(""), StartsWith("acmeClients: is missing"));
  EXPECT_THAT(ErrorOf("[]"), StartsWith("parameters: must be a mapping"));
  EXPECT_THAT(ErrorOf("acmeClients: [a]"), StartsWith("acmeClients: must be a mapping"));
  EXPECT_THAT(ErrorOf("acmeClient: {}"), StartsWith("acmeClient: is unknown; there are acmeClients"));
  EXPECT_THAT(ErrorOfFoo("text"), StartsWith("acmeClients.foo: must be a mapping"));
  EXPECT_THAT(ErrorOfFoo("{fqdns: [a.b]}"), StartsWith("acmeClients.foo.api: is missing"));
  EXPECT_THAT(ErrorOfFoo("{api: {}, fqdns: [a.b]}"), StartsWith("acmeClients.foo.api.endpoint: is missing"));
  EXPECT_THAT(ErrorOfFoo("{api: {endpoint: 'ftp://x'}, fqdns: [a.b]}"), StartsWith("acmeClients.foo.api.endpoint: "));
  EXPECT_THAT(ErrorOfFoo("{api: {endpoint: [x]}, fqdns: [a.b]}"), StartsWith("acmeClients.foo.api.endpoint: must be"));
  EXPECT_THAT(ErrorOfFoo("{api: {endpoint: x, user: u}, fqdns: [a.b]}"),
              StartsWith("acmeClients.foo.api.user: is unknown; there are endpoint, username, password"));
  EXPECT_THAT(ErrorOfFoo("{api: {endpoint: x}, fqdn: [a.b]}"), StartsWith("acmeClients.foo.fqdn: is unknown"));
  EXPECT_THAT(ErrorOfFoo("{api: {endpoint: x}}"), StartsWith("acmeClients.foo.fqdns: is missing"));
  EXPECT_THAT(ErrorOfFoo("{api: {endpoint: x}, fqdns: a.b}"), StartsWith("acmeClients.foo.fqdns: must be a list"));
  EXPECT_THAT(ErrorOfFoo("{api: {endpoint: x}, fqdns: []}"), StartsWith("acmeClients.foo.fqdns: is empty"));
  EXPECT_THAT(ErrorOfFoo("{api: {endpoint: x}, fqdns: [a.b, a_b.c]}"), StartsWith("acmeClients.foo.fqdns[1]: "));
  EXPECT_THAT(ErrorOfFoo("{api: {endpoint: x}, fqdns: [{a: b}]}"),
              StartsWith("acmeClients.foo.fqdns[0]: must be text"));
}

TEST(ParseParams, WantsUserAndPasswordTogether) {
  EXPECT_THAT(ErrorOfFoo("{api: {endpoint: x, username: u}, fqdns: [a.b]}"),
              StartsWith("acmeClients.foo.api.password: is missing"));
  const std::string error = ErrorOfFoo("{api: {endpoint: x, password: p4ss}, fqdns: [a.b]}");
  EXPECT_THAT(error, StartsWith("acmeClients.foo.api.username: is missing"));
  EXPECT_THAT(error, Not(HasSubstr("p4ss")));
}

TEST(ParseParams, RefusesNamesThatMakeNoResourceNames) {
  const std::string client = ": {api: {endpoint: x}, fqdns: [a.b]}}";
  for (const char* name : {"Foo", "a_b", "-a", "a-", "a.b", "''", "ü"}) {
    EXPECT_THAT(ErrorOf(std::string("acmeClients: {") + name + client), HasSubstr("the name must be")) << name;
  }
  EXPECT_EQ(ErrorOf("acmeClients: {" + std::string(37, 'a') + client), "(no error)");
  EXPECT_THAT(ErrorOf("acmeClients: {" + std::string(38, 'a') + client),
              HasSubstr("the name has 38 characters, 37 at"));
}

TEST(ParseParams, RefusesWhatIsThereTwice) {
  const std::string client = "{api: {endpoint: x}, fqdns: [a.b]}";
  EXPECT_THAT(ErrorOf("acmeClients: {foo: " + client + ", foo: " + client + "}"),
              StartsWith("acmeClients.foo: is there twice"));
}

TEST(ParseParams, TakesOneDocumentAndOverlooksNone) {
  const std::string client = "acmeClients: {a: {api: {endpoint: x}, fqdns: [a.b]}}\n";
  for (const std::string& text : {"---\n" + client + "...\n", "# x\n---\n" + client + "---\n", "---\n---\n" + client}) {
    const auto params = ParseParams(text);
    ASSERT_TRUE(params) << params.error().message;
    EXPECT_THAT(*params, SizeIs(1));
  }
  EXPECT_THAT(ErrorOf(client + "---\nacmeClients: {b: {api: {endpoint: x}, fqdns: [b.b]}}"),
              StartsWith("has 2 YAML documents; put all clients under one acmeClients"));
}

TEST(ParseParams, ReadsScalarsAsTextWhateverTheyLookLike) {
  const auto params =
      ParseParams("acmeClients: {123: {api: {endpoint: x, username: yes, password: 007}, fqdns: [a.b]}}");
  ASSERT_TRUE(params) << params.error().message;
  EXPECT_EQ(params->front().name, "123");
  EXPECT_EQ(params->front().username, "yes");
  EXPECT_EQ(params->front().password, SecretText("007"));
}

TEST(ParseParams, RefusesPasswordsThatItWouldMisread) {
  EXPECT_THAT(ErrorOfFoo("{api: {endpoint: x, username: u, password: !!binary aGk=}, fqdns: [a.b]}"),
              StartsWith("acmeClients.foo.api.password: is !!binary"));
  EXPECT_THAT(ErrorOfFoo("{api: {endpoint: x, username: u, password: p\xe4}, fqdns: [a.b]}"),
              StartsWith("is not UTF-8 text"));
}

TEST(ParseParams, SaysWhereItIsNoYamlAndRepeatsNothingOfIt) {
  const std::string error = ErrorOf("acmeClients:\n  foo: {api: {password: p4ss");
  EXPECT_THAT(error, StartsWith("not YAML (line "));
  EXPECT_THAT(error, Not(HasSubstr("p4ss")));
}

}  // namespace
}  // namespace client
