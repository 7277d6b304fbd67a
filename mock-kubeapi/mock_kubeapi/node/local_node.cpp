#include "mock_kubeapi/node/local_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/node/container_setup.h"
#include "mock_kubeapi/node/downward.h"
#include "mock_kubeapi/node/pod_references.h"
#include "mock_kubeapi/node/pod_status.h"
#include "mock_kubeapi/node/pod_volumes.h"

namespace mock_kubeapi {
namespace {

using mock_http::TimePoint;
using std::chrono::nanoseconds;
using std::chrono::seconds;

/// When a write that was refused is tried again.
constexpr seconds kWriteAgain{1};
/// A projected token is replaced when this part of its time is over.
constexpr int kTokenRefreshPercent = 80;

/// Bytes that are no UTF-8 as U+FFFD: a container may print anything, the API's objects hold text.
std::string ValidUtf8(std::string_view text) {
  std::string out;
  for (const GoRune& rune : GoRunes(text)) {
    out += rune.valid ? text.substr(rune.position, rune.length) : std::string_view("\uFFFD");
  }
  return out;
}

bool HasEnded(const Json& pod) {
  const std::string& phase = TextOf(ObjectOf(pod, "status"), "phase");
  return phase == "Succeeded" || phase == "Failed";
}

}  // namespace

/// What the node knows of one Pod.
struct LocalNode::Pod {
  Pod(const Json& json, TimePoint now) : worker(json, now), references(ObjectsOf(json)), last(json) {}

  PodWorker worker;
  std::set<std::string> references;
  Json last;                            ///< as it was when it was last seen
  Json written;                         ///< the status that was written last
  bool admitted = false;                ///< the worker has begun
  bool gone = false;                    ///< the API has it no more
  bool runs_any = false;                ///< something of it was started: there are volumes to be cleared away
  std::optional<TimePoint> refresh_at;  ///< when its tokens are to be replaced
};

/// Does for one Pod what its worker wants.
class LocalNode::Effects final : public PodEffects {
 public:
  Effects(LocalNode& node, Pod& pod, const Json& json, ControllerContext& context)
      : node_(node), pod_(pod), json_(json), context_(context) {}

  std::expected<std::string, StartProblem> Start(const Json& container, int attempt) override {
    const std::string& image = TextOf(container, "image");
    if (!node_.options_.runtime.HasImage(image)) {
      return Problem(StartProblem::Kind::kImage, fmt::format("this node has no program for the image {}", image));
    }
    const PodInputs inputs{
        .pod = json_, .store = context_.client.store(), .node = node_.options_.facts, .tokens = node_.options_.tokens};
    auto volumes = FillVolumes(inputs);
    if (!volumes) return Problem(StartProblem::Kind::kVolumes, volumes.error());
    auto setup = MakeContainerSetup(inputs, container, attempt, *std::move(volumes));
    if (!setup) return Problem(StartProblem::Kind::kConfig, setup.error());
    node_.options_.logs.Begin(setup->id);
    pod_.runs_any = true;
    if (auto started = node_.options_.runtime.Start(*setup); !started) {
      node_.options_.logs.End(setup->id, context_.clock.Now());
      return Problem(StartProblem::Kind::kStart, started.error());
    }
    if (const auto lifetime = TokenLifetime(json_); lifetime && !pod_.refresh_at) {
      pod_.refresh_at = context_.clock.Now() + *lifetime * kTokenRefreshPercent / 100;
    }
    return fmt::format("process://{}/{}/{}", setup->id.pod_uid, setup->id.container, attempt);
  }

  void Kill(const std::string& container, int attempt, bool force) override {
    node_.options_.runtime.Kill({.pod_uid = UidOf(json_), .container = container, .attempt = attempt}, force);
  }

  void Tell(const std::string& container, const EventText& text) override {
    if (pod_.gone) return;
    EventText told = text;
    if (!container.empty()) {
      const Json& init_containers = ListOf(ObjectOf(json_, "spec"), "initContainers");
      const bool is_init =
          std::ranges::any_of(init_containers, [&](const Json& each) { return TextOf(each, "name") == container; });
      told.field_path = fmt::format("spec.{}{{{}}}", is_init ? "initContainers" : "containers", container);
    }
    const KindPtr kind = context_.client.FindKind({.group = "", .version = "v1", .resource = "pods"});
    node_.events_.Record(context_, *kind, json_, told);
  }

 private:
  static std::unexpected<StartProblem> Problem(StartProblem::Kind kind, std::string message) {
    return std::unexpected(StartProblem{.kind = kind, .message = std::move(message)});
  }

  LocalNode& node_;
  Pod& pod_;
  const Json& json_;
  ControllerContext& context_;
};

LocalNode::LocalNode(Options options)
    : options_(std::move(options)), events_(std::string("kubelet"), options_.facts.node_name) {}

LocalNode::~LocalNode() = default;

void LocalNode::Observe(const Change& change) {
  if (change.resource == "secrets" || change.resource == "configmaps") {
    ObserveReferred(change);
    return;
  }
  if (change.resource != "pods") return;
  const Json& json = change.object->json();
  const std::string uid = UidOf(json);
  const auto known = pods_.find(uid);
  if (known != pods_.end()) {
    known->second->last = json;
    known->second->gone = change.type == ChangeType::kDeleted;
    queue_.Add(uid);
    return;
  }
  const bool is_ours = TextOf(ObjectOf(json, "spec"), "nodeName") == options_.facts.node_name;
  if (!is_ours || change.type == ChangeType::kDeleted || HasEnded(json)) return;
  // The worker begins in Sync, which knows the time.
  auto [entry, added] = pods_.try_emplace(uid);
  entry->second = std::make_unique<Pod>(json, TimePoint{});
  queue_.Add(uid);
}

void LocalNode::ObserveReferred(const Change& change) {
  const std::string key = ReferenceKey(change.resource, change.json());
  for (const auto& [uid, pod] : pods_) {
    if (!pod->references.contains(key)) continue;
    pod->worker.ObjectsChanged();
    if (pod->worker.state().HasRunning()) pod->refresh_at = TimePoint{};
    queue_.Add(uid);
  }
}

std::optional<TimePoint> LocalNode::NextDue() const {
  auto due = queue_.NextDue();
  const auto news = options_.runtime.NextNews();
  if (news && (!due || *news < *due)) due = news;
  return due;
}

bool LocalNode::Step(ControllerContext& context) {
  if (!std::exchange(registered_, true)) Register(context);
  const TimePoint now = context.clock.Now();
  const auto news = options_.runtime.NextNews();
  if (news && *news <= now && TakeNews(now)) return true;
  const auto uid = queue_.Take(now);
  if (!uid) return false;
  Sync(*uid, context);
  return true;
}

/// Makes the Node that kubectl shows.
void LocalNode::Register(ControllerContext& context) {
  const KindPtr kind = context.client.FindKind({.group = "", .version = "v1", .resource = "nodes"});
  if (kind == nullptr) return;
  const std::string stamp = mock_http::FormatRfc3339(context.clock.Now());
  const Json labels = {{"kubernetes.io/hostname", options_.facts.node_name}, {"kubernetes.io/os", "linux"}};
  const auto made =
      context.client.Create(*kind, {{"metadata", {{"name", options_.facts.node_name}, {"labels", labels}}}});
  if (!made) return;
  Json node = **made;
  node["status"] = {{"conditions",
                     {{{"type", "Ready"},
                       {"status", "True"},
                       {"reason", "KubeletReady"},
                       {"message", "processes of this machine stand for containers"},
                       {"lastHeartbeatTime", stamp},
                       {"lastTransitionTime", stamp}}}},
                    {"addresses", {{{"type", "InternalIP"}, {"address", options_.facts.host_ip}}}},
                    {"nodeInfo", {{"kubeletVersion", options_.version}, {"operatingSystem", "linux"}}}};
  static_cast<void>(context.client.Update(*kind, std::move(node), "status"));
}

bool LocalNode::TakeNews(TimePoint now) {
  RuntimeNews news = options_.runtime.TakeNews();
  for (const OutputChunk& chunk : news.output) options_.logs.Append(chunk, now);
  for (ContainerEnd& end : news.ends) RunEnded(std::move(end), now);
  return !news.output.empty() || !news.ends.empty();
}

void LocalNode::RunEnded(ContainerEnd end, TimePoint now) {
  options_.logs.End(end.id, now);
  const auto found = pods_.find(end.id.pod_uid);
  if (found == pods_.end()) return;
  Pod& pod = *found->second;
  const Json* container = FindContainer(pod.last, end.id.container);
  if (container != nullptr && end.termination_message.empty() && end.exit_code != 0 &&
      TextOf(*container, "terminationMessagePolicy") == "FallbackToLogsOnError") {
    end.termination_message = options_.logs.Tail(end.id, {});
  }
  end.termination_message = ValidUtf8(end.termination_message);
  pod.worker.Ended(end, now);
  queue_.Add(end.id.pod_uid);
}

void LocalNode::Sync(const std::string& uid, ControllerContext& context) {
  const auto found = pods_.find(uid);
  if (found == pods_.end()) return;
  Pod& pod = *found->second;
  const TimePoint now = context.clock.Now();
  if (!std::exchange(pod.admitted, true)) pod.worker = PodWorker(pod.last, now);
  const Json json = pod.last;
  Effects effects(*this, pod, json, context);
  if (pod.gone) {
    pod.worker.Stop(seconds{0}, now, effects);
    if (!pod.worker.state().HasRunning()) {
      Forget(uid);
      return;
    }
  } else {
    pod.worker.Sync(json, now, effects);
    if (pod.refresh_at && *pod.refresh_at <= now) RefreshVolumes(pod, json, context);
    if (!WriteStatus(pod, json, context)) queue_.AddAt(uid, now + kWriteAgain);
    FinishDeletion(pod, json, context);
  }
  if (const auto due = pod.worker.NextDue()) queue_.AddAt(uid, *due);
  if (pod.refresh_at && pod.worker.state().HasRunning()) queue_.AddAt(uid, *pod.refresh_at);
}

bool LocalNode::WriteStatus(Pod& pod, const Json& json, ControllerContext& context) {
  Json status = MakePodStatus(json, pod.worker.state(), options_.facts, context.clock.Now());
  if (status == pod.written) return true;
  const KindPtr kind = context.client.FindKind({.group = "", .version = "v1", .resource = "pods"});
  Json changed = json;
  changed["status"] = status;
  changed["metadata"].erase("resourceVersion");
  if (const auto updated = context.client.Update(*kind, std::move(changed), "status"); !updated) {
    return updated.error().code == 404;
  }
  pod.written = std::move(status);
  return true;
}

void LocalNode::FinishDeletion(Pod& pod, const Json& json, ControllerContext& context) {
  const Json& metadata = ObjectOf(json, "metadata");
  // With no grace left the API has let go of it, or waits for finalizers that are not the node's.
  const bool is_ours =
      IsSet(metadata, "deletionTimestamp") && IntegerOf(metadata, "deletionGracePeriodSeconds").value_or(0) > 0;
  if (!is_ours || pod.worker.state().HasRunning()) return;
  const KindPtr kind = context.client.FindKind({.group = "", .version = "v1", .resource = "pods"});
  DeleteRequest request;
  request.grace_period_seconds = 0;
  request.uid = TextOf(metadata, "uid");
  static_cast<void>(context.client.Delete(*kind, TextOf(metadata, "namespace"), TextOf(metadata, "name"), request));
}

void LocalNode::RefreshVolumes(Pod& pod, const Json& json, ControllerContext& context) {
  pod.refresh_at.reset();
  if (!pod.worker.state().HasRunning()) return;
  const TimePoint now = context.clock.Now();
  const auto volumes =
      FillVolumes({.pod = json, .store = context.client.store(), .node = options_.facts, .tokens = options_.tokens});
  // What can't be filled any more stays as it is, as long as the Pod runs.
  if (volumes) options_.runtime.UpdateVolumes(UidOf(json), *volumes);
  if (const auto lifetime = TokenLifetime(json)) pod.refresh_at = now + *lifetime * kTokenRefreshPercent / 100;
}

void LocalNode::Forget(const std::string& uid) {
  if (pods_.at(uid)->runs_any) options_.runtime.RemovePod(uid);
  options_.logs.Forget(uid);
  pods_.erase(uid);
}

}  // namespace mock_kubeapi
