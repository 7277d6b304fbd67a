#include "harness/socket_world.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace harness {
namespace {

constexpr const char* kBasicPassword = "basic-auth-password-of-the-operator";
constexpr const char* kFqdns = R"(["api.example.com", "*.apps.example.com"])";
constexpr std::chrono::seconds kPatience{30};

template <class Started>
auto Expect(Started started) {
  if (!started) throw std::runtime_error(started.error());
  return std::move(*started);
}

std::string MakeFolder() {
  std::string path = (std::filesystem::temp_directory_path() / "selfreg-e2e-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("can't make a folder like " + path);
  return path;
}

mock_acmedns::MockAcmeDnsOptions AcmeOptions() {
  mock_acmedns::MockAcmeDnsOptions options;
  options.config.domain = "auth.example.net";
  options.config.basic_auth = {.user = "operator", .password = kBasicPassword};
  options.tls = true;
  return options;
}

}  // namespace

SocketWorld::SocketWorld()
    : folder_(MakeFolder()),
      acme_(Expect(mock_acmedns::MockAcmeDns::Start(AcmeOptions()))),
      api_(Expect(mock_kubeapi::MockKubeApi::Start({}))),
      kube_(std::make_unique<KubeFixture>(*api_)) {
  kube_->GrantRights(rights_);
  ReplaceToken(kube_->IssueToken(rights_));
  secrets_.insert(secrets_.end(), {kBasicPassword, api_->AdminToken()});
  environment_ = {{"KUBECONFIG", folder_ + "/kubeconfig"},
                  {"NAMESPACE", rights_.namespace_name},
                  {"CLIENT_SECRET_NAME", rights_.secret_name},
                  {"ACME_DNS_API", acme_->BaseUrl()},
                  {"ACME_DNS_CA_FILE", Write("ca.crt", acme_->ca_certificate())},
                  {"ACME_DNS_FQDNS", kFqdns},
                  {"REG_USERNAME", "operator"},
                  {"REG_PASSWORD", kBasicPassword},
                  {"TERMINATION_LOG", folder_ + "/termination-log"}};
}

SocketWorld::~SocketWorld() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::unique_ptr<client::testing::Subprocess> SocketWorld::Start(const std::vector<std::string>& arguments) {
  // A minute of patience with a 401 is right in production; the question asked here is the same within a second.
  std::vector<std::string> words = arguments;
  words.insert(words.end(), {"--resolver", acme_->DnsAddress(), "--confirm-spread", "200ms"});
  return std::make_unique<client::testing::Subprocess>(client::testing::Subprocess::Options{
      .program = SELFREG_PROGRAM, .arguments = std::move(words), .environment = environment_, .input = ""});
}

client::testing::ProgramResult SocketWorld::Wait(client::testing::Subprocess& program) {
  client::testing::ProgramResult result = program.Wait(kPatience);
  outputs_ += result.output + "\n" + result.errors + "\n" + TerminationMessage() + "\n";
  return result;
}

client::testing::ProgramResult SocketWorld::Run(const std::vector<std::string>& arguments) {
  return Wait(*Start(arguments));
}

std::string SocketWorld::TerminationMessage() const {
  std::ifstream file(folder_ + "/termination-log");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string SocketWorld::Write(const std::string& name, const std::string& content) const {
  const std::string path = folder_ + "/" + name;
  std::ofstream(path) << content;
  return path;
}

void SocketWorld::ReplaceToken(const std::string& token) {
  secrets_.push_back(token);
  Write("kubeconfig", api_->KubeconfigForToken(token));
}

std::map<std::string, AcmeDnsAccount> SocketWorld::Accounts() {
  const auto secret = kube_->Secret(rights_);
  const auto text = secret ? DecodedValue(*secret, "acmedns.json") : std::nullopt;
  if (!text) return {};
  auto accounts = ReadAsCertManager(*text);
  if (accounts) return std::move(*accounts);
  ADD_FAILURE() << "cert-manager would refuse the Secret: " << accounts.error();
  return {};
}

bool SocketWorld::IsAccepted(const AcmeDnsAccount& account) {
  return acme_->Locked([&](mock_acmedns::AcmeDns& acme) {
    const mock_acmedns::Account* found = acme.database().Find(account.username);
    return found != nullptr && found->password == account.password && found->subdomain.Text() == account.subdomain;
  });
}

bool SocketWorld::IsSettled() {
  const auto accounts = Accounts();
  // A wildcard is solved under the name it stands for.
  return std::ranges::all_of(std::vector<std::string>{"api.example.com", "apps.example.com"}, [&](const auto& fqdn) {
    const auto found = accounts.find(fqdn);
    return found != accounts.end() && IsAccepted(found->second);
  });
}

std::uint64_t SocketWorld::registrations() {
  return acme_->Locked([](mock_acmedns::AcmeDns& acme) { return acme.database().registrations(); });
}

void SocketWorld::PutAcmeFault(mock_http::Fault fault) {
  acme_->Locked([&](mock_acmedns::AcmeDns& acme) { acme.endpoint().faults().Put(std::move(fault)); });
}

void SocketWorld::PutKubeFault(mock_http::Fault fault) {
  api_->endpoint().Locked([&](mock_http::Endpoint& endpoint) { endpoint.faults().Put(std::move(fault)); });
}

void SocketWorld::ClearFaults() {
  acme_->Locked([](mock_acmedns::AcmeDns& acme) { acme.endpoint().faults().Clear(); });
  api_->endpoint().Locked([](mock_http::Endpoint& endpoint) { endpoint.faults().Clear(); });
}

std::uint64_t SocketWorld::AcmeRequests() {
  return acme_->Locked([](mock_acmedns::AcmeDns& acme) { return acme.endpoint().history().total(); });
}

std::uint64_t SocketWorld::KubeRequests() {
  return api_->endpoint().Locked([](mock_http::Endpoint& endpoint) { return endpoint.history().total(); });
}

std::string SocketWorld::AllOutput() {
  std::string all = outputs_;
  all += acme_->Locked([](mock_acmedns::AcmeDns& acme) {
    return acme.endpoint().history().ToJson(acme.endpoint().service()).dump() + "\n";
  });
  all += api_->endpoint().Locked(
      [](mock_http::Endpoint& endpoint) { return endpoint.history().ToJson(endpoint.service()).dump() + "\n"; });
  return all + kube_->Events(rights_).dump() + "\n";
}

std::vector<std::string> SocketWorld::Secrets() {
  std::vector<std::string> all = secrets_;
  acme_->Locked([&](mock_acmedns::AcmeDns& acme) {
    for (const mock_acmedns::Account* account : acme.database().Accounts()) all.push_back(account->password);
  });
  return all;
}

}  // namespace harness
