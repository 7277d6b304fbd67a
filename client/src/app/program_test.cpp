// The real program, as a subprocess, against small servers on real sockets.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>

#include <nlohmann/json.hpp>

#include "app/settings.h"
#include "app/testing/subprocess.h"
#include "io/testing/certificates.h"
#include "io/testing/dns_responder.h"
#include "io/testing/socket_server.h"
#include "testing/acme_dns.h"
#include "testing/secret_api.h"

namespace client {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using testing::CertificatePair;
using testing::DnsRequest;
using testing::DnsResponder;
using testing::FakeAcmeDns;
using testing::FakeSecretApi;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MakeCertificate;
using ::testing::Not;
using testing::Peer;
using testing::ProgramResult;
using testing::ServerTls;
using ::testing::SizeIs;
using testing::SocketServer;
using ::testing::StartsWith;
using testing::Subprocess;

/// The request's bytes as a value; the URL is its path.
HttpRequest ParseRequest(const std::string& bytes) {
  HttpRequest request;
  const std::size_t head_end = bytes.find("\r\n\r\n");
  request.body = bytes.substr(head_end + 4);
  std::size_t start = bytes.find("\r\n") + 2;
  const std::string line = bytes.substr(0, start - 2);
  const std::size_t space = line.find(' ');
  request.method = line.substr(0, space);
  request.url = line.substr(space + 1, line.rfind(' ') - space - 1);
  while (start < head_end) {
    const std::size_t end = bytes.find("\r\n", start);
    const std::size_t colon = bytes.find(": ", start);
    request.headers.emplace_back(bytes.substr(start, colon - start), bytes.substr(colon + 2, end - colon - 2));
    start = end + 2;
  }
  return request;
}

class Program : public ::testing::Test {
 protected:
  Program() : ca_(MakeCertificate({.common_name = "test CA"})) {
    tls_.identity = MakeCertificate({.host = "127.0.0.1", .ca = &ca_});
    std::filesystem::create_directories(folder_);
    Write("ca.pem", ca_.certificate_pem);
    Write("token", "kube-token\n");
    acmedns_server_.emplace(Serve(acmedns_), &tls_);
    kube_server_.emplace(Serve(kube_), &tls_);
    dns_server_.emplace([this](const DnsRequest& request) { return AnswerDns(request); });
    Write("kubeconfig", fmt::format(R"(
current-context: lab
contexts: [{{name: lab, context: {{cluster: lab, user: lab, namespace: ns}}}}]
clusters: [{{name: lab, cluster: {{server: "{}", certificate-authority: ca.pem}}}}]
users: [{{name: lab, user: {{tokenFile: token}}}}]
)",
                                    kube_server_->Url()));
    environment_ = {{"KUBECONFIG", Path("kubeconfig")},   {"ACME_DNS_API", acmedns_server_->Url()},
                    {"ACME_DNS_CA_FILE", Path("ca.pem")}, {"ACME_DNS_FQDNS", R"(["a.example.com", "*.b.example.com"])"},
                    {"CLIENT_SECRET_NAME", "creds"},      {"TERMINATION_LOG", Path("termination-log")}};
  }
  ~Program() override {
    acmedns_server_.reset();
    kube_server_.reset();
    dns_server_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  void Write(const std::string& name, const std::string& content) const { std::ofstream(Path(name)) << content; }
  std::string Read(const std::string& name) const {
    std::ifstream file(Path(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }

  /// Answers every request by the fake's rules, after `before_answer_`.
  template <class Fake>
  SocketServer::Handler Serve(Fake& fake) {
    return [this, &fake](Peer& peer) {
      for (std::string bytes = peer.ReadRequest(); !bytes.empty(); bytes = peer.ReadRequest()) {
        const HttpRequest request = ParseRequest(bytes);
        if (before_answer_ && !before_answer_(request, peer)) return;
        const std::lock_guard lock(mutex_);
        const HttpResponse response = fake.Handle(request);
        std::string headers;
        for (const auto& [name, value] : response.headers) headers += fmt::format("{}: {}\r\n", name, value);
        peer.Write(testing::Answer(response.status, response.body, headers));
      }
    };
  }

  std::vector<std::string> AnswerDns(const DnsRequest& request) {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> records;
    for (const auto& [user, account] : acmedns_.accounts) {
      if (request.name != account.subdomain + ".auth.example.org.") continue;
      for (const std::string& text : account.texts) records.push_back(request.name + " 1 IN TXT \"" + text + "\"");
    }
    return {Reply(request, {.records = std::move(records)})};
  }

  Subprocess Start(std::vector<std::string> arguments) {
    return Subprocess({.program = SELFREG_PROGRAM, .arguments = std::move(arguments), .environment = environment_});
  }
  ProgramResult Run(std::vector<std::string> arguments) {
    ProgramResult result = Start(std::move(arguments)).Wait(30s);
    for (const std::string& text : {result.output, result.errors, Read("termination-log")}) {
      EXPECT_THAT(text, AllOf(Not(HasSubstr("pAsSwOrD")), Not(HasSubstr("kube-token"))));
    }
    return result;
  }
  /// With DNS checked against the small DNS server and no long waits.
  ProgramResult RunQuickly(const std::string& command) {
    return Run({command, "--resolver", dns_server_->Address(), "--verify-dns", "required", "--confirm-spread", "10ms",
                "--output", "json"});
  }
  nlohmann::json Saved() { return nlohmann::json::parse(kube_.objects.at("creds").data.at("acmedns.json")); }

  std::string folder_ = ::testing::TempDir() + "program_test." + std::to_string(::getpid());
  CertificatePair ca_;
  ServerTls tls_;
  std::mutex mutex_;
  FakeAcmeDns acmedns_;
  FakeSecretApi kube_;
  std::function<bool(const HttpRequest&, Peer&)> before_answer_;
  std::optional<SocketServer> acmedns_server_;
  std::optional<SocketServer> kube_server_;
  std::optional<DnsResponder> dns_server_;
  std::map<std::string, std::string> environment_;
};

TEST_F(Program, RegistersChecksAndRegistersAnew) {
  const ProgramResult first = RunQuickly("register");
  ASSERT_EQ(first.exit_code, 0) << first.errors;
  const nlohmann::json before = Saved();
  EXPECT_THAT(before, SizeIs(2));
  EXPECT_THAT(before["a.example.com"]["fulldomain"], before["b.example.com"]["fulldomain"]);

  const ProgramResult check = RunQuickly("check");
  EXPECT_EQ(check.exit_code, 0) << check.errors;
  EXPECT_EQ(Saved(), before);

  acmedns_.accounts.clear();
  const ProgramResult anew = RunQuickly("check");
  EXPECT_EQ(anew.exit_code, 0) << anew.errors;
  EXPECT_NE(Saved(), before);
  const std::string record = fmt::format("_acme-challenge.a.example.com. IN CNAME {}.",
                                         Saved()["a.example.com"]["fulldomain"].get<std::string>());
  EXPECT_THAT(anew.errors, HasSubstr(record));
  EXPECT_EQ(nlohmann::json::parse(anew.output)["records"][0], record);
  EXPECT_EQ(nlohmann::json::parse(Read("termination-log"))["records"][0], record);
  EXPECT_EQ(acmedns_.registrations, 2);
  EXPECT_THAT(kube_.events, SizeIs(2));

  const ProgramResult forced = RunQuickly("reregister");
  EXPECT_EQ(forced.exit_code, 0) << forced.errors;
  EXPECT_EQ(acmedns_.registrations, 3);
}

TEST_F(Program, ShowsTheStatusAsATableAndAsJson) {
  ASSERT_EQ(RunQuickly("register").exit_code, 0);
  const ProgramResult table = Run({"status", "--verify-dns", "off"});
  EXPECT_EQ(table.exit_code, 0) << table.errors;
  EXPECT_THAT(table.output, AllOf(StartsWith("Secret ns/creds\n"), HasSubstr("a.example.com"), HasSubstr("valid")));
  const ProgramResult json = Run({"status", "--resolver", dns_server_->Address(), "--output", "json"});
  EXPECT_EQ(json.exit_code, 0) << json.errors;
  EXPECT_TRUE(nlohmann::json::accept(json.output)) << json.output;
}

TEST_F(Program, WorksWithThePodsServiceAccount) {
  environment_.erase("KUBECONFIG");
  environment_["KUBERNETES_SERVICE_HOST"] = "127.0.0.1";
  environment_["KUBERNETES_SERVICE_PORT"] = std::to_string(kube_server_->port());
  environment_["SERVICE_ACCOUNT_DIR"] = folder_;
  Write("ca.crt", ca_.certificate_pem);
  Write("namespace", "ns");
  const ProgramResult result = RunQuickly("register");
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_TRUE(kube_.objects.contains("creds"));
}

TEST_F(Program, ReadsTheTokenAgainWhenItWasReplacedMeanwhile) {
  std::atomic<bool> rotated = false;
  before_answer_ = [&](const HttpRequest& request, Peer&) {
    // While acme-dns is asked, the token that the Secret was read with dies.
    if (request.url == "/register" && !rotated.exchange(true)) {
      const std::lock_guard lock(mutex_);
      kube_.token = "kube-token-2";
      Write("token", "kube-token-2");
    }
    return true;
  };
  const ProgramResult result = RunQuickly("register");
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_TRUE(rotated);
  EXPECT_TRUE(kube_.objects.contains("creds"));
}

TEST_F(Program, EndsPromptlyOnSigtermAndLeavesNothingHalfWritten) {
  for (const std::string& step : {std::string("/register"), std::string("/update"), std::string("/api/")}) {
    std::promise<void> reached;
    std::atomic<bool> held = false;
    before_answer_ = [&](const HttpRequest& request, Peer& peer) {
      if (request.url.find(step) == std::string::npos || held.exchange(true)) return true;
      reached.set_value();
      peer.WaitForEnd();
      return false;
    };
    Subprocess program = Start({"register", "--resolver", dns_server_->Address()});
    ASSERT_EQ(reached.get_future().wait_for(30s), std::future_status::ready) << "the program does not come to " << step;
    const auto signalled = std::chrono::steady_clock::now();
    program.Signal(SIGTERM);
    const ProgramResult result = program.Wait(30s);
    EXPECT_LT(std::chrono::steady_clock::now() - signalled, 5s) << step;
    EXPECT_EQ(result.exit_code, 128 + SIGTERM) << step << result.errors;
    EXPECT_THAT(result.errors, AllOf(HasSubstr("stopped by a signal"), HasSubstr("exit_code=143")));
    EXPECT_EQ(nlohmann::json::parse(Read("termination-log"))["exitCode"], 128 + SIGTERM);
    EXPECT_FALSE(kube_.objects.contains("creds")) << step;
  }
  before_answer_ = nullptr;
  EXPECT_EQ(RunQuickly("register").exit_code, 0);
}

TEST_F(Program, SaysWhichCaIsMissing) {
  environment_.erase("ACME_DNS_CA_FILE");
  const ProgramResult result = Run({"register", "--verify-dns", "off"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.errors, AllOf(HasSubstr("signed by an unknown CA"), HasSubstr("--ca-file (ACME_DNS_CA_FILE)")));
  EXPECT_FALSE(kube_.objects.contains("creds"));
}

TEST_F(Program, HasAnExitCodeForEachPartThatFails) {
  kube_server_.reset();
  EXPECT_EQ(Run({"check", "--attempts", "1"}).exit_code, 4);
  kube_server_.emplace(Serve(kube_), &tls_);
  Write("kubeconfig", "{}");
  EXPECT_EQ(Run({"check"}).exit_code, 2);
  Write("kubeconfig",
        fmt::format("{{current-context: c, contexts: [{{name: c, context: {{cluster: c, user: c, "
                    "namespace: ns}}}}], clusters: [{{name: c, cluster: {{server: '{}', "
                    "certificate-authority: ca.pem}}}}], users: [{{name: c, user: {{tokenFile: token}}}}]}}",
                    kube_server_->Url()));
  acmedns_.database_down = true;
  EXPECT_EQ(Run({"check", "--attempts", "1"}).exit_code, 3);
  acmedns_.database_down = false;
  acmedns_.registration_disabled = true;
  EXPECT_EQ(Run({"check"}).exit_code, 5);
  acmedns_.registration_disabled = false;
  dns_server_.emplace([](const DnsRequest& request) { return std::vector{Reply(request, {.code = 3})}; });
  EXPECT_EQ(Run({"check", "--resolver", dns_server_->Address(), "--verify-dns", "required", "--dns-patience", "10ms"})
                .exit_code,
            6);
}

TEST_F(Program, SendsThePasswordOfTheProxyInFrontToRegisterOnly) {
  acmedns_.basic_auth = "Basic dXNlcjpvcGVuOnNlc2FtZQ==";
  environment_["REG_USERNAME"] = "user";
  const ProgramResult missing = Run({"register"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.errors, HasSubstr("REG_PASSWORD"));
  Write("password", "open:sesame\n");
  before_answer_ = [](const HttpRequest& request, Peer&) {
    EXPECT_TRUE(request.url == "/register" || request.url.starts_with("/api/") ||
                !HttpResponse{.headers = request.headers}.Header("Authorization"));
    return true;
  };
  const ProgramResult result = Run({"register", "--verify-dns", "off", "--password-file", Path("password")});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output + result.errors, Not(HasSubstr("sesame")));
}

TEST_F(Program, LogsInJsonWhenTold) {
  const ProgramResult result = Run({"register", "--verify-dns", "off", "--log-format", "json", "--verbose"});
  EXPECT_EQ(result.exit_code, 0);
  std::size_t lines = 0;
  for (std::size_t start = 0; start < result.errors.size(); ++lines) {
    const std::size_t end = result.errors.find('\n', start);
    EXPECT_TRUE(nlohmann::json::accept(result.errors.substr(start, end - start)));
    start = end + 1;
  }
  EXPECT_GT(lines, 1U);
}

TEST_F(Program, NamesWhatIsMissingInTheWantedForm) {
  environment_.erase("ACME_DNS_API");
  const ProgramResult text = Run({"check"});
  EXPECT_EQ(text.exit_code, 2);
  EXPECT_THAT(text.output, IsEmpty());
  EXPECT_THAT(text.errors, HasSubstr("error   --api (ACME_DNS_API): is missing"));
  const ProgramResult json = Run({"check", "--output", "json"});
  EXPECT_EQ(nlohmann::json::parse(json.output)["exitCode"], 2);
  EXPECT_EQ(nlohmann::json::parse(Read("termination-log"))["exitCode"], 2);
}

TEST_F(Program, TellsOfAPathThatIsNoText) {
  const ProgramResult result = Run({"check", "--ca-file", "/absent\xff\n", "--output", "json"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(nlohmann::json::parse(result.output)["error"]["message"].get<std::string>(), HasSubstr("/absent"));
}

TEST_F(Program, FailsWhereItsOutputCantBeWrittenAndIsAllThatItIsRunFor) {
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"-c", "exec \"$0\" \"$@\" > /dev/full", SELFREG_PROGRAM});
    return Subprocess({.program = "/bin/sh", .arguments = arguments, .environment = environment_}).Wait(30s);
  };
  for (const char* command : {"version", "solver", "status"}) {
    const ProgramResult result = run({command});
    EXPECT_EQ(result.exit_code, 2) << command;
    EXPECT_THAT(result.errors, HasSubstr("error   standard output can't be written"));
  }
  const ProgramResult registered = run({"register", "--verify-dns", "off"});
  EXPECT_EQ(registered.exit_code, 0) << registered.errors;
  EXPECT_THAT(registered.errors, HasSubstr("warning standard output can't be written"));
}

TEST_F(Program, PrintsHelpVersionSolverAndManifests) {
  for (const Command command : kCommands) {
    const ProgramResult help = Run({CommandName(command), "--help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_THAT(help.output, HasSubstr("Examples:"));
    EXPECT_THAT(help.errors, IsEmpty());
  }
  EXPECT_THAT(Run({"version"}).output, StartsWith("acmedns-selfreg "));
  EXPECT_THAT(Run({"--version"}).output, StartsWith("acmedns-selfreg "));
  EXPECT_TRUE(nlohmann::json::accept(Run({"version", "--output", "json"}).output));
  EXPECT_THAT(Run({"solver"}).output, AllOf(HasSubstr("acmeDNS"), HasSubstr("creds")));
  EXPECT_TRUE(nlohmann::json::accept(Run({"solver", "--output", "json"}).output));
  Write("params", "acmeClients: {a: {api: {endpoint: x}, fqdns: [a.b, c.d, e.f]}}");
  const ProgramResult manifests = Run({"manifests", "--params", Path("params")});
  EXPECT_THAT(manifests.output, HasSubstr("acme-dns-a-check"));
  EXPECT_THAT(manifests.errors, HasSubstr("acme-dns keeps two TXT values"));
  EXPECT_EQ(Run({"manifests", "--params", Path("params"), "--client", "b"}).exit_code, 2);
}

TEST_F(Program, RefusesUnknownWords) {
  EXPECT_EQ(Run({}).exit_code, 2);
  const ProgramResult result = Run({"chekc"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.errors, HasSubstr("did you mean check?"));
  EXPECT_THAT(result.output, IsEmpty());
}

}  // namespace
}  // namespace client
