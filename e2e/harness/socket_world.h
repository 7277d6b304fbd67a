// Both mock servers on loopback sockets with TLS, acme-dns's DNS, and the client as the program that users run: what
// the scenarios in memory can't show, wire formats, TLS, processes and their environment, shows here.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/testing/subprocess.h"
#include "harness/cert_manager.h"
#include "harness/kube_fixture.h"
#include "mock_acmedns/mock_acmedns.h"
#include "mock_http/fault_plan.h"
#include "mock_kubeapi/server/mock_kube_api.h"

namespace harness {

class SocketWorld {
 public:
  /// Starts everything on ports of the system's choice, and grants the rights that our manifests grant.
  SocketWorld();
  ~SocketWorld();
  SocketWorld(const SocketWorld&) = delete;
  SocketWorld& operator=(const SocketWorld&) = delete;

  /// Starts `acmedns-selfreg arguments…` with the Job's environment.
  std::unique_ptr<client::testing::Subprocess> Start(const std::vector<std::string>& arguments);
  /// Waits for its end, for 30 s at most, and keeps what it said for AllOutput.
  client::testing::ProgramResult Wait(client::testing::Subprocess& program);
  client::testing::ProgramResult Run(const std::vector<std::string>& arguments);

  mock_acmedns::MockAcmeDns& acme() { return *acme_; }
  KubeFixture& kube() { return *kube_; }
  const ClientRights& rights() const { return rights_; }
  /// The Job's environment; a test changes it before Run.
  std::map<std::string, std::string>& environment() { return environment_; }
  /// What the client wrote as its termination message last.
  std::string TerminationMessage() const;
  /// Writes a file into the world's folder; its path.
  std::string Write(const std::string& name, const std::string& content) const;
  /// The kubeconfig of the client with another token; the next requests read it.
  void ReplaceToken(const std::string& token);

  /// The Secret's accounts; fails the test when cert-manager would refuse the Secret.
  std::map<std::string, AcmeDnsAccount> Accounts();
  bool IsAccepted(const AcmeDnsAccount& account);
  /// Every configured FQDN has credentials, and acme-dns accepts them.
  bool IsSettled();
  /// Accounts that acme-dns has ever made.
  std::uint64_t registrations();
  /// Puts a fault for the requests to acme-dns, or to the Kubernetes API.
  void PutAcmeFault(mock_http::Fault fault);
  void PutKubeFault(mock_http::Fault fault);
  void ClearFaults();
  /// Requests that the server has answered so far.
  std::uint64_t AcmeRequests();
  std::uint64_t KubeRequests();

  /// Everything that came out of the client, the histories and the events.
  std::string AllOutput();
  /// Every password and token that ever was.
  std::vector<std::string> Secrets();

 private:
  std::string folder_;
  std::unique_ptr<mock_acmedns::MockAcmeDns> acme_;
  std::unique_ptr<mock_kubeapi::MockKubeApi> api_;
  std::unique_ptr<KubeFixture> kube_;
  ClientRights rights_;
  std::map<std::string, std::string> environment_;
  std::vector<std::string> secrets_;
  std::string outputs_;
};

}  // namespace harness
