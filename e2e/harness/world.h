// Client, acme-dns, Kubernetes API and DNS in one process and on one virtual clock, without sockets: the world in which
// the scenarios play.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "app/run.h"
#include "harness/cert_manager.h"
#include "harness/kube_fixture.h"
#include "harness/memory_effects.h"
#include "harness/memory_resolver.h"
#include "harness/memory_transport.h"
#include "harness/step_plan.h"
#include "harness/waiter.h"
#include "kube/credentials.h"
#include "mock_acmedns/acme_dns.h"
#include "mock_http/clock.h"
#include "mock_http/random.h"

namespace harness {

inline constexpr const char* kAcmeDnsUrl = "https://acme-dns.example.net";
inline constexpr const char* kKubeUrl = "https://10.0.0.1:443";
inline constexpr const char* kAcmeDnsAddress = "192.0.2.53";

/// The pod's token file: a value that a test can replace while the client holds an older one.
class TokenFile final : public client::KubeCredentials {
 public:
  void Replace(std::string token) { on_disk_ = std::move(token); }
  std::optional<std::string> BearerToken() const override { return in_memory_; }
  client::Result<bool> Reload() override {
    const bool changed = in_memory_ != on_disk_;
    in_memory_ = on_disk_;
    return changed;
  }

 private:
  std::string on_disk_;
  std::string in_memory_;
};

struct WorldOptions {
  std::uint64_t seed = 1;
  std::vector<std::string> fqdns = {"api.example.com", "apps.example.com"};
  /// A basic-auth proxy in front of /register; the client knows its password.
  bool basic_auth = false;
};

struct RunResult {
  std::optional<client::CommandResult> result;  ///< absent when the process was killed
  std::string log;
  std::size_t steps = 0;
  std::size_t faults_fired = 0;
  bool killed() const { return !result; }
  /// -1 when killed.
  int exit_code() const { return result ? result->exit_code : -1; }
};

class World {
 public:
  explicit World(const WorldOptions& options = {});
  ~World();

  /// As new but for the clock, for a small part of the time that a new one takes: no Secret, no Events, no accounts, no
  /// faults, nothing remembered of what came out. The client's randomness starts again from `seed`.
  void Reset(std::uint64_t seed);

  /// Runs a command to its end, or to the step at which the plan kills it.
  RunResult Run(client::Command command, StepPlan plan = {});
  /// The same on a fiber's stack or with another configuration; `waiter` says how time passes.
  RunResult Run(const client::Config& config, StepPlan& plan, Waiter& waiter);

  mock_http::VirtualClock& clock() { return clock_; }
  mock_acmedns::AcmeDns& acme() { return *acme_; }
  KubeFixture& kube() { return kube_; }
  TokenFile& token_file() { return token_file_; }
  const ClientRights& rights() const { return rights_; }
  /// What the Job's environment says; a test changes it before Run.
  client::Config& config() { return config_; }
  /// Zones that aren't acme-dns's: SetRecord for the next runs.
  std::map<std::pair<std::string, client::DnsType>, std::string>& foreign_records() { return foreign_records_; }

  /// The Secret's accounts; fails the test when the Secret is there with an acmedns.json that cert-manager refuses.
  std::map<std::string, AcmeDnsAccount> Accounts();
  /// Whether acme-dns takes an update with these credentials, without making one.
  bool IsAccepted(const AcmeDnsAccount& account);
  /// Distinct accounts that the Secret holds for the configured FQDNs; each must be accepted by acme-dns for true.
  bool IsSettled();
  /// Accounts that acme-dns has ever made.
  std::uint64_t registrations();
  /// Requests the client has sent to acme-dns with this method and path so far.
  std::size_t AcmeRequests(std::string_view method, std::string_view path);

  /// Every text that came out of the client or the mocks so far, histories included.
  std::string AllOutput();
  /// Every secret that ever was: acme-dns passwords, tokens, the basic-auth password.
  const std::set<std::string>& Secrets();

 private:
  void CollectSecrets();

  mock_http::VirtualClock clock_;
  mock_http::SeededRandom random_;
  MemoryRandom client_random_;
  std::unique_ptr<mock_acmedns::AcmeDns> acme_;
  KubeFixture kube_;
  ClientRights rights_;
  TokenFile token_file_;
  client::Config config_;
  std::map<std::pair<std::string, client::DnsType>, std::string> foreign_records_;
  std::vector<std::string> outputs_;
  std::set<std::string> secrets_;
};

}  // namespace harness
