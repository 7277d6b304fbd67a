// A Kubernetes API, in memory or behind a socket, with what the client's namespace needs, and the requests by which a
// test plays the people and controllers around the client.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "mock_http/clock.h"
#include "mock_http/endpoint.h"
#include "mock_http/random.h"

namespace mock_kubeapi {
class ApiServer;
class MockKubeApi;
}  // namespace mock_kubeapi

namespace harness {

using Json = nlohmann::json;

struct KubeAnswer {
  int status = 0;
  Json body;
};

struct KubeRequest {
  std::string method = "GET";
  std::string path;
  Json body;          ///< null: none
  std::string token;  ///< empty: the administrator's
  std::string content_type = "application/json";
  std::string user_agent = "harness";
};

/// Namespace, ServiceAccount, Role and RoleBinding as our manifests make them: get, patch and create on one Secret,
/// create on events.
struct ClientRights {
  std::string namespace_name = "cert-manager";
  std::string secret_name = "acme-dns-test-client";
  std::string service_account = "acmedns-selfreg";
};

class KubeFixture {
 public:
  /// What is due happens whenever the clock moves. `clock` and `random` must outlive it.
  KubeFixture(mock_http::VirtualClock& clock, mock_http::Random& random);
  struct Unwatched {
    /// Changes that are kept per collection.
    std::size_t history_max = 1000;
  };
  /// On a clock of any kind: whoever moves it calls RunControllers() when NextDue() has come.
  KubeFixture(const mock_http::Clock& clock, mock_http::Random& random, const Unwatched& options);
  /// On a server that listens on a socket; it must outlive the fixture.
  explicit KubeFixture(mock_kubeapi::MockKubeApi& mock);
  ~KubeFixture();
  KubeFixture(const KubeFixture&) = delete;
  KubeFixture& operator=(const KubeFixture&) = delete;

  mock_http::Endpoint& endpoint();
  mock_kubeapi::ApiServer& server();
  void RunControllers();
  /// In the fixture's own time.
  std::optional<mock_http::TimePoint> NextDue();
  /// Sends a request past faults and history. Status and body as answered.
  KubeAnswer Ask(const KubeRequest& request);

  /// Makes the namespace and the rights in it; what is there stays.
  void GrantRights(const ClientRights& rights);
  void RevokeRights(const ClientRights& rights);
  /// Leaves the right to read the Secret.
  void RevokeWrites(const ClientRights& rights);
  /// A new token of the service account, by TokenRequest. Empty when the account is not there.
  std::string IssueToken(const ClientRights& rights, std::chrono::seconds lifetime = std::chrono::days(365));
  /// The Secret as stored; nullopt when there is none.
  std::optional<Json> Secret(const ClientRights& rights);
  /// Events in the namespace, oldest first.
  Json Events(const ClientRights& rights);

 private:
  struct Parts;
  struct InMemory;
  struct OnSocket;
  std::unique_ptr<Parts> parts_;
};

/// A value of a Secret's data, decoded; nullopt when the key is absent or no base64.
std::optional<std::string> DecodedValue(const Json& secret, const std::string& key);
std::string Base64(std::string_view text);
std::optional<std::string> FromBase64(std::string_view text);

}  // namespace harness
