// What our manifests put into a cluster, and what its people do with it: they apply the manifests, suspend the CronJob,
// start a Job by hand. All of it by requests, as kubectl and Argo CD send them. What the API server refuses although it
// must not is thrown as std::runtime_error, where nothing else is said.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "harness/kube_fixture.h"
#include "manifests/manifests.h"

namespace sim {

/// The client's name in the parameter file of a simulated cluster.
inline constexpr const char* kClientName = "acme-dns";

class Workloads {
 public:
  struct Options {
    std::string scope;  ///< of the schedule
    std::string namespace_name;
    std::string endpoint;  ///< of acme-dns
    std::string username;  ///< basic auth; empty: none
    std::string password;
    std::vector<std::string> flags;  ///< of register and check
    /// The operators have taken startingDeadlineSeconds out of the CronJob: a run that is late by days is run yet.
    bool no_starting_deadline = false;
  };
  /// `kube` must outlive it.
  Workloads(harness::KubeFixture& kube, Options options) : kube_(kube), options_(std::move(options)) {}

  /// From now on the manifests are those for these FQDNs.
  void SetFqdns(const std::vector<std::string>& fqdns);
  /// Applies all but the Job, the CronJob and the Secret of the registrations.
  void ApplyRights();
  /// Applies the CronJob.
  void ApplyCheck();
  /// The spec of the CronJob's Jobs, and of the Job of `register`, as the manifests have them.
  const nlohmann::json& CheckJobSpec() const;
  const nlohmann::json& RegisterJobSpec() const;
  /// How late a run of the CronJob may be; nullopt where the operators have taken that out.
  std::optional<std::chrono::seconds> StartingDeadline() const;
  /// The Job of `register` made anew, as Argo CD does with a hook.
  void Register();
  /// The Secret of the registrations, where it is missing. Whether it was.
  bool CreateSecret();
  /// A Job from the CronJob's template, as `kubectl create job --from`. False when the CronJob is not there.
  bool StartCheck(const std::string& name);
  /// False when the CronJob is not there.
  bool Suspend(bool suspend);

 private:
  /// The manifest of that kind whose name ends so, which must be there.
  const nlohmann::json& Manifest(std::string_view kind, std::string_view name_end) const;
  void ApplyObject(const nlohmann::json& object);
  harness::KubeAnswer Batch(std::string method, const std::string& rest, nlohmann::json body,
                            std::string content_type = "application/json");

  harness::KubeFixture& kube_;
  Options options_;
  nlohmann::json objects_;
};

}  // namespace sim
