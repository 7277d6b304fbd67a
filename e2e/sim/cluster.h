// One cluster of a world: its Kubernetes API with the controllers that run our manifests (or, where the plan says so, a
// timetable that starts the same containers without them), its Secret, and the people who change both.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "harness/kube_fixture.h"
#include "harness/memory_effects.h"
#include "mock_http/clock.h"
#include "mock_http/random.h"
#include "sim/acme_site.h"
#include "sim/caching_resolver.h"
#include "sim/client_words.h"
#include "sim/cluster_clock.h"
#include "sim/cluster_plan.h"
#include "sim/pod_node.h"
#include "sim/run_record.h"
#include "sim/secret_state.h"
#include "sim/timetable.h"
#include "sim/workloads.h"

namespace sim {

inline constexpr const char* kKubeUrl = "https://10.0.0.1:443";

/// Not thread-safe. What people do returns whether it changed anything.
class Cluster {
 public:
  struct Options {
    int index = 0;
    ClusterPlan plan;
    std::uint64_t kube_seed = 0;
    std::uint64_t client_seed = 0;
    bool basic_auth = false;  ///< in front of the world's acme-dns
    /// Called whenever the controllers may have something else to do at another time. Not before the constructor is
    /// over.
    std::function<void()> on_touched;
    PodNode::Host node;
  };
  /// `clock` must outlive it.
  Cluster(const mock_http::Clock& clock, Options options);
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  int index() const { return options_.index; }
  const ClusterPlan& plan() const { return options_.plan; }
  mock_http::Endpoint& endpoint() { return kube_.endpoint(); }
  const std::string& namespace_name() const { return rights_.namespace_name; }
  ClusterClock& clock() { return clock_; }
  /// A run that is no Pod's. By hand: as a person types it, without the CronJob's jitter.
  client::Config ConfigByHand(client::Command command, bool by_hand) const;
  /// Of a Pod of our manifests. Throws std::runtime_error where a Secret that it refers to is missing.
  client::Config ConfigOfPod(const nlohmann::json& pod);
  /// What the client is configured with at the moment.
  const std::vector<std::string>& fqdns() const { return fqdns_; }
  /// Applies the manifests for these.
  void SetFqdns(std::vector<std::string> fqdns);

  // --- its controllers ---------------------------------------------------------------------------------------------

  /// When they will have something to do although nobody sends a request; in the world's time.
  std::optional<mock_http::TimePoint> NextDue();
  void RunControllers();
  /// Its node hears that a Pod's container has ended.
  void PodEnded(const std::string& pod_uid, int exit_code, const std::string& termination_message);
  /// Somebody has sent a request by endpoint().
  void Touched();
  client::Random& random() { return random_; }
  ResolverCache& resolver_cache() { return resolver_cache_; }
  /// CNAME targets by FQDN, as people have set them.
  std::map<std::string, std::string>& cnames() { return cnames_; }
  /// What the Pod's token file holds.
  const std::string& token_file() const { return token_file_; }

  /// The Secret as stored; null when there is none. The pointer changes with every change.
  std::shared_ptr<const nlohmann::json> StoredSecret();
  /// The same, read.
  const SecretState& State();

  /// The Secret's change since the last call and since the last change by people; nullopt: it is as it was.
  struct Change {
    std::shared_ptr<const nlohmann::json> before;
    std::shared_ptr<const nlohmann::json> after;
  };
  std::optional<Change> TakeChange();

  /// Runs that are at work now.
  std::vector<RunRecord*>& running() { return running_; }
  const std::vector<RunRecord*>& running() const { return running_; }

  // --- what people and controllers do ------------------------------------------------------------------------------

  /// Argo CD's sync: makes the empty Secret where it is missing.
  bool CreateManagedSecret();
  /// Argo CD's sync: the Job of `register`, anew.
  void StartRegister();
  /// A check by hand, as a Job from the CronJob's template, or where a timetable runs, its container. False where there
  /// is no CronJob.
  bool StartCheck(const std::string& job_name);
  /// For as long as it is suspended, the CronJob's runs are late.
  void SuspendCron();
  void ResumeCron();
  /// Whether a run of the CronJob has been due while it was suspended.
  bool cron_was_due() const;
  /// Sets its clock forward or back. `renew_token`: the kubelet can get tokens.
  void StepClock(std::chrono::seconds by, bool renew_token);
  bool DeleteSecret();
  bool DamageSecret(std::uint64_t salt);
  bool HalfEditSecret(std::uint64_t salt);
  bool AddForeignKeys(std::uint64_t salt);
  /// Puts back one of the last contents that `salt` chooses.
  bool RestoreSecret(std::uint64_t salt);
  /// Another writer touches an annotation.
  bool TouchSecret(std::uint64_t salt);
  bool RecreateNamespace();
  /// All tokens become invalid. `renew_file`: the kubelet has a new one at once.
  void RevokeToken(bool renew_file);
  void RenewToken();
  /// The Pod's token is one that lasts no longer than Kubernetes allows at the least.
  void ShortenToken();
  /// All of them, or those to write.
  void RemoveRights(bool writes_only);
  void RestoreRights();
  /// Whether it may write its Secret.
  bool may_write() const { return held_ == Rights::kAll; }
  /// How often its rights, or its account, have come or gone.
  std::uint64_t rights_changes() const { return rights_changes_; }
  /// Keeps the Secret's content for RestoreSecret, where it has changed.
  void BackUpSecret();

  // --- what waits for its runs, which the world drives --------------------------------------------------------------

  struct Kill {
    std::uint64_t step = 0;
    bool after = false;
  };
  std::deque<Kill> kills;             ///< each for one of the next runs
  std::deque<std::uint64_t> seconds;  ///< salts: a second run beside one of the next
  std::deque<std::uint64_t> repeats;  ///< salts: the CronJob fires twice

  /// A fault that waits for the middle of a run.
  struct Strike {
    PlannedFault fault;
    std::uint64_t step = 0;  ///< from this step of a run on
    bool at_write = false;   ///< and only when that is a write of the Secret
  };
  std::vector<Strike> strikes;

  /// Pods of which the process runs although they have been deleted, and when it ends.
  std::map<std::string, mock_http::TimePoint> dying_pods;
  std::string last_job;                      ///< the Job of the Pod that was started last
  std::string recovery_job;                  ///< the Job of the last check
  std::optional<mock_http::TimePoint> wake;  ///< when the world lets the controllers run next

  // --- for the timeline --------------------------------------------------------------------------------------------

  bool was_valid = false;  ///< ever
  std::optional<mock_http::TimePoint> invalid_since;

 private:
  harness::KubeAnswer Kube(std::string method, const std::string& rest, nlohmann::json body,
                           std::string content_type = "application/json");
  void GrantRights();
  client::Environment Variables() const;
  void ApplyManifests();
  void SetTimetable();
  /// Has the node start a container of the manifests for which there is no Pod.
  void StartWithoutPod(const nlohmann::json& job_spec, const std::string& job_name);
  bool SetAcmednsJson(const std::string& text);
  bool Changed(const harness::KubeAnswer& answer);
  void NoteMeddling();

  Options options_;
  ClusterClock clock_;
  mock_http::SeededRandom kube_random_;
  harness::MemoryRandom random_;
  harness::KubeFixture kube_;
  harness::ClientRights rights_;
  Workloads workloads_;
  PodNode* node_ = nullptr;             ///< the API server's
  std::optional<Timetable> timetable_;  ///< where no controllers run the manifests
  std::uint64_t started_without_pod_ = 0;
  bool ready_ = false;
  std::optional<mock_http::TimePoint> suspended_;  ///< since when, in the cluster's own time
  struct KnownStart {
    ContainerStart start;
    client::Config config;
  };
  std::deque<KnownStart> known_starts_;  ///< the latest ones: the CronJob's are the same every day
  std::string token_file_;
  std::uint64_t rights_changes_ = 0;
  enum class Rights : std::uint8_t { kAll, kRead, kNone } held_ = Rights::kAll;
  std::vector<std::string> fqdns_;
  ResolverCache resolver_cache_;
  std::map<std::string, std::string> cnames_;
  std::shared_ptr<const nlohmann::json> seen_;
  std::shared_ptr<const nlohmann::json> state_of_;
  SecretState state_;
  bool state_known_ = false;
  std::deque<std::string> backups_;
  std::vector<RunRecord*> running_;
};

}  // namespace sim
