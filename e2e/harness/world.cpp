#include "harness/world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace harness {
namespace {

constexpr const char* kBasicPassword = "basic-auth-password-of-the-operator";

mock_acmedns::Config AcmeConfig(const WorldOptions& options) {
  mock_acmedns::Config config;
  config.domain = "auth.example.net";
  config.records = {std::string("auth.example.net. A ") + kAcmeDnsAddress, "auth.example.net. NS auth.example.net."};
  if (options.basic_auth) config.basic_auth = {.user = "operator", .password = kBasicPassword};
  return config;
}

std::unique_ptr<mock_acmedns::AcmeDns> MakeAcme(const WorldOptions& options, const mock_http::Clock& clock,
                                                mock_http::Random& random) {
  auto made = mock_acmedns::AcmeDns::Create(AcmeConfig(options), clock, random);
  if (!made) ADD_FAILURE() << made.error();
  return made ? std::move(*made) : nullptr;
}

}  // namespace

World::World(const WorldOptions& options)
    : random_(options.seed),
      client_random_(options.seed + 1),
      acme_(MakeAcme(options, clock_, random_)),
      kube_(clock_, random_) {
  kube_.GrantRights(rights_);
  token_file_.Replace(kube_.IssueToken(rights_));
  config_.acmedns.endpoint = kAcmeDnsUrl;
  if (options.basic_auth) {
    config_.acmedns.basic_auth = {.username = "operator", .password = client::SecretText(kBasicPassword)};
    secrets_.insert(kBasicPassword);
  }
  config_.secret = {.namespace_name = rights_.namespace_name, .name = rights_.secret_name};
  config_.run.fqdns = options.fqdns;
  std::ranges::sort(config_.run.fqdns);
}

World::~World() = default;

void World::Reset(std::uint64_t seed) {
  client_random_ = MemoryRandom(seed);
  const std::string objects = "/api/v1/namespaces/" + rights_.namespace_name;
  kube_.Ask({.method = "DELETE", .path = objects + "/secrets/" + rights_.secret_name});
  kube_.Ask({.method = "DELETE", .path = objects + "/events"});
  kube_.endpoint().faults().Clear();
  kube_.endpoint().history().Clear();
  acme_->database().SetState(mock_acmedns::DatabaseState::kUp);
  acme_->database().DeleteAll();
  acme_->endpoint().faults().Clear();
  acme_->endpoint().history().Clear();
  acme_->dns_faults().Clear();
  // Thousands of cases last longer than a token.
  token_file_.Replace(kube_.IssueToken(rights_));
  outputs_.clear();
  secrets_.clear();
  if (config_.acmedns.basic_auth) secrets_.insert(kBasicPassword);
}

RunResult World::Run(client::Command command, StepPlan plan) {
  config_.command = command;
  AdvancingWaiter waiter(clock_);
  return Run(config_, plan, waiter);
}

RunResult World::Run(const client::Config& config, StepPlan& plan, Waiter& waiter) {
  MemoryClock client_clock(clock_, waiter, plan);
  MemoryLog log;
  MemoryTransport to_acme(acme_->endpoint(), waiter, plan, {.kind = StepKind::kAcmeDns, .base_url = kAcmeDnsUrl});
  MemoryTransport to_kube(kube_.endpoint(), waiter, plan, {.kind = StepKind::kKubernetes, .base_url = kKubeUrl});
  MemoryResolver resolver(*acme_, waiter, plan, kAcmeDnsAddress);
  for (const auto& [key, data] : foreign_records_) resolver.SetRecord(key.first, key.second, data);
  if (!token_file_.Reload()) ADD_FAILURE() << "the token file can't be read";
  const client::Effects effects{
      .acmedns = to_acme,
      .kube = {.transport = to_kube, .credentials = token_file_, .server = kKubeUrl, .default_namespace = ""},
      .resolver = resolver,
      .clock = client_clock,
      .random = client_random_,
      .log = log};
  RunResult run;
  try {
    run.result = client::RunCommand(config, effects);
  } catch (const ProcessKilled&) {
    // As after SIGKILL: only what was effected and logged before counts.
    run.result.reset();
  }
  run.log = log.Text();
  run.steps = plan.steps();
  run.faults_fired = plan.fired();
  outputs_.push_back(run.log);
  if (run.result) {
    outputs_.push_back(run.result->output);
    outputs_.push_back(run.result->termination_message);
  }
  CollectSecrets();
  return run;
}

std::map<std::string, AcmeDnsAccount> World::Accounts() {
  const auto secret = kube_.Secret(rights_);
  const auto text = secret ? DecodedValue(*secret, "acmedns.json") : std::nullopt;
  if (!text) return {};
  auto accounts = ReadAsCertManager(*text);
  if (accounts) return std::move(*accounts);
  ADD_FAILURE() << "cert-manager would refuse the Secret: " << accounts.error();
  return {};
}

bool World::IsAccepted(const AcmeDnsAccount& account) {
  const mock_acmedns::Account* found = acme_->database().Find(account.username);
  return found != nullptr && found->password == account.password && found->subdomain.Text() == account.subdomain;
}

bool World::IsSettled() {
  const auto accounts = Accounts();
  return std::ranges::all_of(config_.run.fqdns, [&](const std::string& fqdn) {
    const auto found = accounts.find(fqdn);
    return found != accounts.end() && IsAccepted(found->second);
  });
}

std::uint64_t World::registrations() {
  return acme_->database().registrations();
}

std::size_t World::AcmeRequests(std::string_view method, std::string_view path) {
  return static_cast<std::size_t>(std::ranges::count_if(acme_->endpoint().history().entries(), [&](const auto& entry) {
    return entry.request.method == method && entry.request.RawPath() == path;
  }));
}

void World::CollectSecrets() {
  for (const mock_acmedns::Account* account : acme_->database().Accounts()) secrets_.insert(account->password);
  if (const auto token = token_file_.BearerToken(); token && !token->empty()) secrets_.insert(*token);
}

const std::set<std::string>& World::Secrets() {
  CollectSecrets();
  return secrets_;
}

std::string World::AllOutput() {
  std::string all;
  for (const std::string& output : outputs_) all += output + "\n";
  all += acme_->endpoint().history().ToJson(acme_->endpoint().service()).dump() + "\n";
  all += kube_.endpoint().history().ToJson(kube_.endpoint().service()).dump() + "\n";
  all += kube_.Events(rights_).dump() + "\n";
  return all;
}

}  // namespace harness
