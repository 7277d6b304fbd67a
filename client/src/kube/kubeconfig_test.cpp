#include "kube/kubeconfig.h"

#include <gmock/gmock.h>

#include <string>

#include "testing/fake_files.h"
#include "testing/fakes.h"

namespace client {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kPath = "/home/me/.kube/config";

constexpr const char* kConfig = R"(
apiVersion: v1
kind: Config
current-context: lab
contexts:
- name: lab
  context: {cluster: lab-cluster, user: lab-user, namespace: cert-manager}
- name: other
  context: {cluster: other-cluster, user: other-user}
clusters:
- name: lab-cluster
  cluster:
    server: https://127.0.0.1:6443/
    certificate-authority-data: Y2EtcGVt
    tls-server-name: kubernetes
    proxy-url: http://proxy:3128
- name: other-cluster
  cluster: {server: "https://other:6443", certificate-authority: pki/ca.crt}
users:
- name: lab-user
  user: {token: s3cr3t}
- name: other-user
  user: {client-certificate-data: Y2VydA==, client-key: /etc/key.pem}
)";

class Kubeconfig : public ::testing::Test {
 protected:
  Result<KubeAccess> Load(const std::string& context = {}) {
    return LoadKubeconfig({.paths = paths_, .context = context}, files_.Reader());
  }
  /// The error of a kubeconfig that has this cluster and user, and a reference to the key.
  std::string ErrorWith(const std::string& cluster, const std::string& user) {
    files_.contents[kPath] =
        "{current-context: c, contexts: [{name: c, context: {cluster: k, user: u}}], clusters: "
        "[{name: k, cluster: " +
        cluster + "}], users: [{name: u, user: " + user + "}]}";
    const auto access = Load();
    if (access) return "(no error)";
    EXPECT_EQ(access.error().kind, ErrorKind::kMisconfigured);
    return access.error().message;
  }

  std::vector<std::string> paths_ = {kPath};
  testing::FakeFiles files_{{{kPath, kConfig}, {"/home/me/.kube/pki/ca.crt", "other-ca"}, {"/etc/key.pem", "key"}}};
};

TEST_F(Kubeconfig, GivesClusterAndUserOfTheCurrentContext) {
  const auto access = Load();
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->server, "https://127.0.0.1:6443");
  EXPECT_EQ(access->ca_pem, "ca-pem");
  EXPECT_EQ(access->tls_server_name, "kubernetes");
  EXPECT_EQ(access->proxy_url, "http://proxy:3128");
  EXPECT_EQ(access->default_namespace, "cert-manager");
  EXPECT_EQ(access->token, SecretText("s3cr3t"));
  EXPECT_EQ(access->source, "context lab of /home/me/.kube/config");
}

TEST_F(Kubeconfig, TakesPathsFromTheFileThatHoldsThem) {
  const auto access = Load("other");
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->ca_pem, "other-ca");
  EXPECT_EQ(access->client_certificate_pem, "cert");
  EXPECT_EQ(access->client_key_pem, SecretText("key"));
  EXPECT_TRUE(access->token.empty());
}

TEST_F(Kubeconfig, ReadsTheTokenFileAndPrefersItToTheToken) {
  files_.contents["/home/me/.kube/token"] = "from-file\n";
  files_.contents[kPath] = R"({current-context: c, contexts: [{name: c, context: {cluster: k, user: u}}],
    clusters: [{name: k, cluster: {server: "https://k"}}], users: [{name: u, user: {token: t, tokenFile: token}}]})";
  const auto access = Load();
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->token, SecretText("from-file"));
}

TEST_F(Kubeconfig, MergesFilesAndTheFirstThatNamesAThingDefinesIt) {
  paths_ = {"/absent", "/a", kPath};
  files_.contents["/a"] = R"({current-context: other, users: [{name: other-user, user: {token: a}}]})";
  const auto access = Load();
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->server, "https://other:6443");
  EXPECT_EQ(access->token, SecretText("a"));
  EXPECT_THAT(access->client_certificate_pem, IsEmpty());
}

TEST_F(Kubeconfig, MayBeJson) {
  files_.contents[kPath] = R"({"current-context":"c","contexts":[{"name":"c","context":{"cluster":"k","user":"u"}}],
    "clusters":[{"name":"k","cluster":{"server":"https://k"}}],"users":[{"name":"u","user":{}}]})";
  EXPECT_TRUE(Load());
}

TEST_F(Kubeconfig, NamesTheFlagAndTheVariableWhenNoFileIsThere) {
  paths_ = {"/absent"};
  const auto access = Load();
  ASSERT_FALSE(access);
  EXPECT_EQ(access.error().kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(access.error().message, AllOf(HasSubstr("/absent"), HasSubstr("--kubeconfig (KUBECONFIG)")));
}

TEST_F(Kubeconfig, NamesTheContextsThatThereAre) {
  const auto access = Load("lba");
  ASSERT_FALSE(access);
  EXPECT_THAT(access.error().message, HasSubstr("no context named lba (there is: lab, other)"));
}

TEST_F(Kubeconfig, AsksForAContextWhereNoneIsCurrent) {
  files_.contents[kPath] = "{contexts: []}";
  ASSERT_FALSE(Load());
  EXPECT_THAT(Load().error().message, HasSubstr("--context"));
}

TEST_F(Kubeconfig, SaysWhereItIsNotYamlAndShowsNothingOfIt) {
  files_.contents[kPath] = "users:\n- token: s3cr3t\n  : [";
  const auto access = Load();
  ASSERT_FALSE(access);
  EXPECT_THAT(access.error().message, AllOf(HasSubstr("not YAML (line "), Not(HasSubstr("s3cr3t"))));
}

TEST_F(Kubeconfig, RefusesWhatItDoesNotDo) {
  const std::string cluster = "{server: 'https://k'}";
  EXPECT_THAT(ErrorWith(cluster, "{exec: {command: aws}}"),
              AllOf(HasSubstr("users[0].user.exec is not supported"), HasSubstr("kubectl create token")));
  EXPECT_THAT(ErrorWith(cluster, "{auth-provider: {name: gcp}}"), HasSubstr("users[0].user.auth-provider is not"));
  EXPECT_THAT(ErrorWith(cluster, "{username: me, password: p4ss}"),
              AllOf(HasSubstr("users[0].user.username is not supported"), Not(HasSubstr("p4ss"))));
  EXPECT_THAT(ErrorWith(cluster, "{token: t, as: admin}"), HasSubstr("users[0].user.as is not supported"));
  EXPECT_THAT(ErrorWith("{server: 'https://k', insecure-skip-tls-verify: true}", "{}"),
              AllOf(HasSubstr("insecure-skip-tls-verify is not supported"), HasSubstr("certificate-authority")));
  EXPECT_THAT(ErrorWith("{server: 'http://k'}", "{token: t}"), HasSubstr("sent unencrypted"));
}

TEST_F(Kubeconfig, AcceptsWhatIsSwitchedOff) {
  EXPECT_EQ(ErrorWith("{server: 'https://k', insecure-skip-tls-verify: false}", "{exec: null, as: ''}"), "(no error)");
}

TEST_F(Kubeconfig, NamesTheValueThatIsWrong) {
  EXPECT_THAT(ErrorWith("{}", "{}"), HasSubstr("clusters[0].cluster.server is missing"));
  EXPECT_THAT(ErrorWith("{server: 'ftp://k'}", "{}"), HasSubstr("clusters[0].cluster.server must be"));
  EXPECT_THAT(ErrorWith("{server: [k]}", "{}"), HasSubstr("clusters[0].cluster.server must be text"));
  EXPECT_THAT(ErrorWith("{server: k, certificate-authority-data: '?'}", "{}"),
              HasSubstr("certificate-authority-data must be base64"));
  EXPECT_THAT(ErrorWith("{server: k, certificate-authority: gone.pem}", "{}"), HasSubstr("/home/me/.kube/gone.pem"));
  EXPECT_THAT(ErrorWith("{server: k}", "{client-certificate-data: Y2VydA==}"), HasSubstr("belong together"));
  EXPECT_THAT(ErrorWith("{server: k}", "{tokenFile: gone}"), HasSubstr("users[0].user.tokenFile"));
  EXPECT_THAT(ErrorWith("{server: k}", "{token: \"s3c\\nr3t\"}"),
              AllOf(HasSubstr("users[0].user.token holds"), Not(HasSubstr("r3t"))));
  EXPECT_THAT(ErrorWith("text", "{}"), HasSubstr("clusters[0].cluster must be a mapping"));
}

TEST_F(Kubeconfig, NamesAbsentClustersAndUsers) {
  files_.contents[kPath] = "{current-context: c, contexts: [{name: c, context: {cluster: k, user: u}}]}";
  EXPECT_THAT(Load().error().message, HasSubstr("no cluster named k (there is: none)"));
  files_.contents[kPath] =
      "{current-context: c, contexts: [{name: c, context: {cluster: k, user: u}}], "
      "clusters: [{name: k, cluster: {server: k}}]}";
  EXPECT_THAT(Load().error().message, HasSubstr("no user named u"));
}

TEST_F(Kubeconfig, GivesOneClearErrorForAnyDamagedText) {
  const std::string good = kConfig;
  testing::SeededRandom random(7);
  for (int round = 0; round < 2'000; ++round) {
    std::string damaged = good;
    const auto edits = 1 + random.Next() % 4;
    for (std::uint64_t edit = 0; edit < edits; ++edit) {
      const std::size_t at = random.Next() % damaged.size();
      switch (random.Next() % 3) {
        case 0:
          damaged.erase(at, 1 + random.Next() % 30);
          break;
        case 1:
          damaged[at] = static_cast<char>(random.Next());
          break;
        default:
          damaged.insert(at, std::string(1, "[]{}:-&*!|>'\"%@`,#?\n\t "[random.Next() % 22]));
      }
      if (damaged.empty()) damaged = "x";
    }
    files_.contents[kPath] = damaged;
    const auto access = Load();
    if (access) continue;
    EXPECT_EQ(access.error().kind, ErrorKind::kMisconfigured);
    EXPECT_FALSE(access.error().message.empty());
  }
}

TEST(SplitKubeconfigPaths, LeavesEmptyOnesOut) {
  EXPECT_THAT(SplitKubeconfigPaths("/a::b/c:"), ElementsAre("/a", "b/c"));
  EXPECT_THAT(SplitKubeconfigPaths(""), IsEmpty());
}

}  // namespace
}  // namespace client
