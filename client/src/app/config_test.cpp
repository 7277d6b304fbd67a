#include "app/config.h"

#include <gmock/gmock.h>

#include "testing/fake_files.h"

namespace client {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Configuration : public ::testing::Test {
 protected:
  Result<Config> Make(Command command = Command::kCheck) {
    return MakeConfig(Settings(command, flags_, environment_), files_.Reader());
  }
  /// The error with one flag set so; empty when there is none.
  std::string ErrorWith(const std::string& flag, const std::string& value, Command command = Command::kCheck) {
    const Flags saved = flags_;
    flags_[flag] = {value};
    const auto config = Make(command);
    flags_ = saved;
    if (config) return {};
    EXPECT_EQ(config.error().kind, ErrorKind::kMisconfigured);
    return config.error().message;
  }

  Flags flags_ = {{"--api", {"acme-dns.example.org"}}, {"--fqdns", {"a.example.org"}}, {"--secret", {"creds"}}};
  Environment environment_;
  testing::FakeFiles files_;
};

TEST_F(Configuration, HasTheDocumentedDefaults) {
  const auto config = Make();
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->acmedns.endpoint, "https://acme-dns.example.org");
  EXPECT_THAT(config->run.fqdns, ElementsAre("a.example.org"));
  EXPECT_EQ(config->secret.name, "creds");
  EXPECT_EQ(config->secret.namespace_name, "");
  EXPECT_EQ(config->run.reregister_on, ReregisterOn::kRejected);
  EXPECT_EQ(config->run.probe, ProbeMode::kUpdate);
  EXPECT_EQ(config->run.verify_dns, DnsCheck::kAuto);
  EXPECT_FALSE(config->run.verify_cname);
  EXPECT_FALSE(config->run.prune);
  EXPECT_EQ(config->field_manager, "acmedns-selfreg");
  EXPECT_EQ(config->output, OutputFormat::kText);
  EXPECT_EQ(config->log.format, LogFormat::kText);
  EXPECT_EQ(config->in_cluster.folder, "/var/run/secrets/kubernetes.io/serviceaccount");
}

TEST_F(Configuration, TakesAllFromTheEnvironmentAsTheScriptsDid) {
  flags_.clear();
  environment_ = {{"ACME_DNS_API", "https://api"},
                  {"ACME_DNS_FQDNS", R"(["B.example.org","*.a.example.org"])"},
                  {"CLIENT_SECRET_NAME", "creds"},
                  {"NAMESPACE", "cert-manager"},
                  {"REG_USERNAME", "user"},
                  {"REG_PASSWORD", "p4ss"},
                  {"ACME_DNS_ALLOWFROM", R"(["192.0.2.0/24"])"},
                  {"HTTP_PROXY", "http://upper"},
                  {"https_proxy", "http://lower"},
                  {"HTTPS_PROXY", "http://upper"},
                  {"NO_PROXY", "localhost"},
                  {"KUBERNETES_SERVICE_HOST", "10.0.0.1"},
                  {"KUBERNETES_SERVICE_PORT", "443"},
                  {"CONFIG_PATH", "/x"},
                  {"HOME", "/root"}};
  const auto config = Make(Command::kRegister);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->acmedns.endpoint, "https://api");
  EXPECT_THAT(config->run.fqdns, ElementsAre("a.example.org", "b.example.org"));
  EXPECT_EQ(config->secret.namespace_name, "cert-manager");
  ASSERT_TRUE(config->acmedns.basic_auth);
  EXPECT_EQ(config->acmedns.basic_auth->username, "user");
  EXPECT_EQ(config->acmedns.basic_auth->password, SecretText("p4ss"));
  EXPECT_THAT(config->acmedns.allow_from, ElementsAre("192.0.2.0/24"));
  EXPECT_EQ(config->proxy.http, "http://upper");
  EXPECT_EQ(config->proxy.https, "http://lower");
  EXPECT_EQ(config->proxy.no_proxy, "localhost");
  EXPECT_EQ(config->in_cluster.host, "10.0.0.1");
}

TEST_F(Configuration, PutsFlagsBeforeTheEnvironment) {
  environment_["ACME_DNS_API"] = "https://environment";
  EXPECT_EQ(Make()->acmedns.endpoint, "https://acme-dns.example.org");
}

TEST_F(Configuration, TakesAnEmptyVariableAsNotSet) {
  environment_["NAMESPACE"] = "";
  environment_["REG_USERNAME"] = "";
  EXPECT_TRUE(Make());
}

TEST_F(Configuration, NamesFlagAndVariableOfWhatIsMissing) {
  for (const auto& [flag, variable] :
       {std::pair{"--api", "ACME_DNS_API"}, {"--fqdns", "ACME_DNS_FQDNS"}, {"--secret", "CLIENT_SECRET_NAME"}}) {
    const Flags saved = flags_;
    flags_.erase(flag);
    const auto config = Make();
    flags_ = saved;
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().kind, ErrorKind::kMisconfigured);
    EXPECT_THAT(config.error().message, AllOf(HasSubstr(flag), HasSubstr(variable), HasSubstr("is missing")));
  }
}

TEST_F(Configuration, NamesFlagAndVariableOfWhatIsWrong) {
  EXPECT_THAT(ErrorWith("--api", "ftp://x"), HasSubstr("--api (ACME_DNS_API): "));
  EXPECT_THAT(ErrorWith("--fqdns", "under_score.example.org"), HasSubstr("--fqdns (ACME_DNS_FQDNS): "));
  EXPECT_THAT(ErrorWith("--fqdns", "[1]"), HasSubstr("--fqdns (ACME_DNS_FQDNS): "));
  EXPECT_THAT(ErrorWith("--secret", "Upper"), HasSubstr("--secret (CLIENT_SECRET_NAME): must be a Kubernetes object"));
  EXPECT_THAT(ErrorWith("--namespace", "a.b"), HasSubstr("--namespace (NAMESPACE): must be a Kubernetes namespace"));
  EXPECT_THAT(ErrorWith("--allow-from", "10.0.0.1"), HasSubstr("--allow-from (ACME_DNS_ALLOWFROM): must be CIDR"));
  EXPECT_THAT(ErrorWith("--ca-file", "/absent"),
              AllOf(HasSubstr("--ca-file (ACME_DNS_CA_FILE)"), HasSubstr("/absent")));
  EXPECT_THAT(ErrorWith("--reregister-on", "always"),
              HasSubstr("--reregister-on: must be rejected or failure, not al"));
  EXPECT_THAT(ErrorWith("--probe", "write"), HasSubstr("--probe: must be update or readonly"));
  EXPECT_THAT(ErrorWith("--verify-dns", "yes"), HasSubstr("--verify-dns: must be auto or required or off"));
  EXPECT_THAT(ErrorWith("--attempts", "0"), HasSubstr("--attempts: must be a whole number from 1 to 100"));
  EXPECT_THAT(ErrorWith("--timeout", "1x"), HasSubstr("--timeout: must be a time"));
  EXPECT_THAT(ErrorWith("--deadline", "60s"), HasSubstr("--deadline: must be longer than --confirm-spread"));
  for (const char* resolver : {"a b", ":::", "1:2:3", "a/b", "[a]", "a:99999"}) {
    EXPECT_THAT(ErrorWith("--resolver", resolver), HasSubstr("--resolver: must be HOST or HOST:PORT")) << resolver;
  }
  EXPECT_THAT(ErrorWith("--output", "xml"), HasSubstr("--output: must be text or json"));
  EXPECT_THAT(ErrorWith("--log-format", "xml"), HasSubstr("--log-format: must be text or json"));
  EXPECT_THAT(ErrorWith("--field-manager", std::string(129, 'x')), HasSubstr("--field-manager: must be 1 to 128"));
  EXPECT_THAT(ErrorWith("--context", "lab"), HasSubstr("--context: needs a kubeconfig"));
  files_.contents["/params"] = "acmeClients: {}";
  flags_["--params"] = {"/params"};
  const auto manifests = Command::kManifests;
  EXPECT_THAT(ErrorWith("--image", "a b", manifests), HasSubstr("--image: must be one word"));
  EXPECT_THAT(ErrorWith("--time-zone", "Local", manifests), HasSubstr("--time-zone: must be the name of a time zone"));
  EXPECT_THAT(ErrorWith("--issuer", "A", manifests), HasSubstr("--issuer: must be a Kubernetes object name"));
  EXPECT_THAT(ErrorWith("--email", "a@b", manifests), HasSubstr("--email: is of use with --issuer only"));
  EXPECT_THAT(ErrorWith("--email", "ab", manifests), HasSubstr("--email: must be an e-mail address"));
  EXPECT_THAT(ErrorWith("--acme-server", "http://a", manifests), HasSubstr("--acme-server: must be an https:// URL"));
  EXPECT_THAT(ErrorWith("--arg", "--nonsense", manifests), HasSubstr("--arg: must be a flag of register"));
  EXPECT_THAT(ErrorWith("--arg", "--help", manifests), HasSubstr("--arg: must be a flag of register"));
  EXPECT_THAT(ErrorWith("--arg", "--start-jitter=1s", manifests), HasSubstr("--arg: must be a flag of register"));
  EXPECT_THAT(ErrorWith("--arg", "--probe=write", manifests), HasSubstr("--arg: --probe: must be update or readonly"));
  EXPECT_THAT(ErrorWith("--arg", "--deadline=10s", manifests), HasSubstr("--arg: --deadline: must be longer than"));
  EXPECT_THAT(ErrorWith("--arg", "--username=\xff", manifests), HasSubstr("--arg: must be UTF-8"));
  EXPECT_EQ(ErrorWith("--arg", "--ca-file=/in/the/pod", manifests), "");
  files_.contents["/pem"] = "-----BEGIN CERTIFICATE-----\n\xff\n";
  EXPECT_THAT(ErrorWith("--acme-ca-file", "/pem", manifests), HasSubstr("--acme-ca-file: /pem: must be UTF-8"));
  files_.contents["/pem"] = "no certificate";
  EXPECT_THAT(ErrorWith("--acme-ca-file", "/pem", manifests), HasSubstr("--acme-ca-file: /pem: must be CA certificat"));
  files_.contents["/pem"] = "";
  EXPECT_THAT(ErrorWith("--acme-ca-file", "/pem", manifests), HasSubstr("--acme-ca-file: /pem is empty"));
  EXPECT_THAT(ErrorWith("--acme-ca-file", "/absent", manifests), HasSubstr("--acme-ca-file: can't read /absent"));
  EXPECT_THAT(ErrorWith("--username", "us:er"), HasSubstr("--username (REG_USERNAME): must have no colon"));
}

TEST_F(Configuration, WantsUserAndPasswordTogether) {
  EXPECT_THAT(ErrorWith("--username", "user"), AllOf(HasSubstr("--password-file"), HasSubstr("REG_PASSWORD")));
  environment_["REG_PASSWORD"] = "p4ss";
  const auto config = Make();
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message, AllOf(HasSubstr("--username (REG_USERNAME)"), Not(HasSubstr("p4ss"))));
}

TEST_F(Configuration, ReadsThePasswordFileWithoutItsLineBreak) {
  flags_["--username"] = {"user"};
  flags_["--password-file"] = {"/pw"};
  files_.contents["/pw"] = " p4ss \r\n";
  environment_["REG_PASSWORD"] = "other";
  const auto config = Make();
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->acmedns.basic_auth->password, SecretText(" p4ss "));

  files_.contents["/pw"] = "p4\nss";
  EXPECT_THAT(Make().error().message, AllOf(HasSubstr("--password-file"), Not(HasSubstr("p4"))));
  files_.contents["/pw"] = "\n";
  EXPECT_THAT(Make().error().message, HasSubstr("/pw is empty"));
}

TEST_F(Configuration, LooksOnlyAtWhatTheCommandTakes) {
  environment_ = {{"ACME_DNS_ALLOWFROM", "nonsense"}, {"REG_USERNAME", "user"}};
  EXPECT_TRUE(Make(Command::kStatus));
  EXPECT_TRUE(Make(Command::kSolver));
  flags_.clear();
  EXPECT_TRUE(Make(Command::kVersion));
}

TEST_F(Configuration, LetsStatusDoWithoutFqdns) {
  flags_.erase("--fqdns");
  const auto config = Make(Command::kStatus);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_THAT(config->run.fqdns, IsEmpty());
}

TEST_F(Configuration, SplitsTheListOfKubeconfigs) {
  environment_["KUBECONFIG"] = "/a:/b";
  flags_["--context"] = {"lab"};
  const auto config = Make();
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_THAT(config->kubeconfig.paths, ElementsAre("/a", "/b"));
  EXPECT_EQ(config->kubeconfig.context, "lab");
}

TEST_F(Configuration, TakesTheRetryBudget) {
  flags_.insert({{"--attempts", {"2"}},
                 {"--timeout", {"500ms"}},
                 {"--deadline", {"2m"}},
                 {"--confirm-tries", {"3"}},
                 {"--confirm-spread", {"1"}},
                 {"--start-jitter", {"59s"}},
                 {"--dns-patience", {"5s"}}});
  const auto config = Make();
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->retry.attempts, 2);
  EXPECT_EQ(config->retry.timeout, 500ms);
  EXPECT_EQ(config->retry.deadline, 120s);
  EXPECT_EQ(config->run.confirm.tries, 3);
  EXPECT_EQ(config->run.confirm.spread, 1s);
  EXPECT_EQ(config->run.dns_patience, 5s);
  EXPECT_EQ(config->run.start_jitter, 59s);
}

TEST_F(Configuration, ReadsTheParametersOfManifestsFromAFile) {
  EXPECT_THAT(ErrorWith("--params", "/absent", Command::kManifests), HasSubstr("--params: can't read /absent"));
  files_.contents["-"] = "acmeClients: {}";
  flags_ = {{"--params", {"-"}}, {"--client", {"a", "b"}}, {"--output", {"yaml"}}};
  const auto config = Make(Command::kManifests);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_THAT(config->manifests.params, IsEmpty());
  EXPECT_THAT(config->manifests.options.clients, ElementsAre("a", "b"));
  EXPECT_EQ(config->manifests.options.namespace_name, "cert-manager");
  files_.contents["-"] = "acmeClients: {a: {}}";
  EXPECT_THAT(Make(Command::kManifests).error().message,
              HasSubstr("--params: standard input: acmeClients.a.api: is missing"));
}

}  // namespace
}  // namespace client
