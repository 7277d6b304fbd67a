#include "mock_kubeapi/node/pod_worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

using mock_http::TimePoint;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using Phase = ContainerState::Phase;

constexpr seconds kRestartDelayFirst{10};
constexpr seconds kRestartDelayLongest{300};
/// A container that has run longer than this since it was last held back starts from the beginning.
constexpr seconds kRestartDelayForgotten = 2 * kRestartDelayLongest;
constexpr seconds kImageDelayFirst{10};
constexpr seconds kImageDelayLongest{300};
constexpr milliseconds kVolumeDelayFirst{500};
constexpr seconds kVolumeDelayLongest{122};
constexpr seconds kConfigDelay{10};
/// No container gets less time between SIGTERM and SIGKILL.
constexpr seconds kGraceShortest{2};
constexpr int kStartErrorCode = 128;

constexpr const char* kNormal = "Normal";
constexpr const char* kWarning = "Warning";

std::vector<ContainerState> StatesOf(const Json& containers, const char* waiting_reason) {
  std::vector<ContainerState> states;
  for (const Json& container : containers) {
    ContainerState state;
    state.name = TextOf(container, "name");
    state.waiting_reason = waiting_reason;
    states.push_back(std::move(state));
  }
  return states;
}

const std::string& RestartPolicy(const Json& pod) {
  return TextOf(ObjectOf(pod, "spec"), "restartPolicy");
}

/// "name_namespace(uid)", as the kubelet names Pods in texts.
std::string LongName(const Json& pod) {
  const Json& metadata = ObjectOf(pod, "metadata");
  return fmt::format("{}_{}({})", TextOf(metadata, "name"), TextOf(metadata, "namespace"), TextOf(metadata, "uid"));
}

/// A duration as Go prints it, in whole seconds.
std::string DurationText(nanoseconds duration) {
  const auto total = std::chrono::duration_cast<seconds>(duration).count();
  return total < 60 ? fmt::format("{}s", total) : fmt::format("{}m{}s", total / 60, total % 60);
}

nanoseconds Longer(nanoseconds delay, nanoseconds first, nanoseconds longest) {
  return delay == nanoseconds{0} ? first : std::min(delay * 2, longest);
}

void Wait(ContainerState& state, std::string reason, std::string message) {
  if (state.phase == Phase::kTerminated) {
    state.last = std::move(state.result);
    state.result.reset();
  }
  state.phase = Phase::kWaiting;
  state.waiting_reason = std::move(reason);
  state.waiting_message = std::move(message);
}

}  // namespace

PodWorker::PodWorker(const Json& pod, TimePoint now) {
  const Json& spec = ObjectOf(pod, "spec");
  const Json& init_containers = ListOf(spec, "initContainers");
  const char* reason = init_containers.empty() ? "ContainerCreating" : "PodInitializing";
  state_.admitted = now;
  state_.init_containers = StatesOf(init_containers, reason);
  state_.containers = StatesOf(ListOf(spec, "containers"), reason);
  init_memory_.resize(state_.init_containers.size());
  memory_.resize(state_.containers.size());
}

void PodWorker::Sync(const Json& pod, TimePoint now, PodEffects& effects) {
  due_.reset();
  CheckDeadline(pod, now, effects);
  const Json& metadata = ObjectOf(pod, "metadata");
  if (IsSet(metadata, "deletionTimestamp")) {
    Stop(seconds{IntegerOf(metadata, "deletionGracePeriodSeconds").value_or(0)}, now, effects);
    return;
  }
  if (!state_.reason.empty()) {
    Stop(seconds{IntegerOf(ObjectOf(pod, "spec"), "terminationGracePeriodSeconds").value_or(0)}, now, effects);
    return;
  }
  if (IsTerminal(PhaseOf(state_, RestartPolicy(pod)))) {
    due_.reset();
    return;
  }
  if (!SyncInit(pod, now, effects)) return;
  const Json& containers = ListOf(ObjectOf(pod, "spec"), "containers");
  for (std::size_t i = 0; i < memory_.size(); ++i) {
    SyncContainer({.state = state_.containers[i], .memory = memory_[i], .container = containers[i]}, pod, now, effects);
  }
}

void PodWorker::CheckDeadline(const Json& pod, TimePoint now, PodEffects& effects) {
  const auto limit = IntegerOf(ObjectOf(pod, "spec"), "activeDeadlineSeconds");
  if (!limit || !state_.reason.empty() || IsTerminal(PhaseOf(state_, RestartPolicy(pod)))) return;
  const TimePoint deadline = state_.admitted + seconds{*limit};
  if (now < deadline) {
    SetDue(deadline);
    return;
  }
  state_.reason = "DeadlineExceeded";
  state_.message = "Pod was active on the node longer than the specified deadline";
  effects.Tell("", {.type = kNormal, .reason = state_.reason, .message = state_.message});
}

/// False while the init containers are not done.
bool PodWorker::SyncInit(const Json& pod, TimePoint now, PodEffects& effects) {
  const Json& containers = ListOf(ObjectOf(pod, "spec"), "initContainers");
  for (std::size_t i = 0; i < init_memory_.size(); ++i) {
    ContainerState& state = state_.init_containers[i];
    if (state.Succeeded()) continue;
    SyncContainer({.state = state, .memory = init_memory_[i], .container = containers[i]}, pod, now, effects);
    return false;
  }
  return true;
}

void PodWorker::SyncContainer(const Slot& slot, const Json& pod, TimePoint now, PodEffects& effects) {
  if (slot.state.phase == Phase::kRunning) return;
  if (slot.state.phase == Phase::kTerminated) {
    const std::string& policy = RestartPolicy(pod);
    const bool restarts = policy == "Always" || (policy == "OnFailure" && !slot.state.Succeeded());
    if (!restarts) return;
  }
  if (slot.state.began && AwaitsRestart(slot, pod, now, effects)) return;
  if (slot.memory.retry_at && now < *slot.memory.retry_at) {
    SetDue(*slot.memory.retry_at);
    return;
  }
  Start(slot, now, effects);
}

/// Holds back a container that ended too often.
bool PodWorker::AwaitsRestart(const Slot& slot, const Json& pod, TimePoint now, PodEffects& effects) {
  const auto& [state, memory, container] = slot;
  const ContainerResult& ended = state.result ? *state.result : *state.last;
  if (ended.finished - memory.run_delay_since > kRestartDelayForgotten) memory.run_delay = nanoseconds{0};
  const TimePoint at = ended.finished + memory.run_delay;
  if (now >= at) return false;
  SetDue(at);
  if (state.phase == Phase::kTerminated) {
    Wait(state, "CrashLoopBackOff",
         fmt::format("back-off {} restarting failed container={} pod={}", DurationText(memory.run_delay), state.name,
                     LongName(pod)));
    effects.Tell(state.name, {.type = kWarning,
                              .reason = "BackOff",
                              .message = fmt::format("Back-off restarting failed container {} in pod {}", state.name,
                                                     LongName(pod))});
  }
  return true;
}

void PodWorker::Start(const Slot& slot, TimePoint now, PodEffects& effects) {
  const auto& [state, memory, container] = slot;
  const int attempt = state.began ? state.attempt + 1 : 0;
  auto started = effects.Start(container, attempt);
  const bool began = started || started.error().kind == StartProblem::Kind::kStart;
  if (began) {
    if (state.began) {
      memory.run_delay = Longer(memory.run_delay, kRestartDelayFirst, kRestartDelayLongest);
      memory.run_delay_since = now;
    }
    Wait(state, "", "");
    memory = {.run_delay = memory.run_delay, .run_delay_since = memory.run_delay_since};
    state.began = true;
    state.attempt = attempt;
    state.started = now;
  }
  if (!started) {
    StartFailed(slot, started.error(), now, effects);
    return;
  }
  state.phase = Phase::kRunning;
  state.container_id = *std::move(started);
  effects.Tell(state.name, {.type = kNormal,
                            .reason = "Pulled",
                            .message = fmt::format("Container image {} already present on machine",
                                                   GoQuote(TextOf(container, "image")))});
  effects.Tell(state.name, {.type = kNormal, .reason = "Created", .message = "Created container " + state.name});
  effects.Tell(state.name, {.type = kNormal, .reason = "Started", .message = "Started container " + state.name});
}

void PodWorker::StartFailed(const Slot& slot, const StartProblem& problem, TimePoint now, PodEffects& effects) {
  const auto& [state, memory, container] = slot;
  memory.awaits_objects = problem.kind == StartProblem::Kind::kVolumes || problem.kind == StartProblem::Kind::kConfig;
  switch (problem.kind) {
    case StartProblem::Kind::kImage:
      ImageMissing(slot, problem.message, now, effects);
      return;
    case StartProblem::Kind::kVolumes:
      memory.start_delay = Longer(memory.start_delay, kVolumeDelayFirst, kVolumeDelayLongest);
      Retry(slot, memory.start_delay, now);
      effects.Tell("", {.type = kWarning, .reason = "FailedMount", .message = problem.message});
      return;
    case StartProblem::Kind::kConfig:
      Retry(slot, kConfigDelay, now);
      effects.Tell(state.name, {.type = kWarning, .reason = "Failed", .message = "Error: " + problem.message});
      Wait(state, "CreateContainerConfigError", problem.message);
      return;
    case StartProblem::Kind::kStart:
      effects.Tell(state.name, {.type = kWarning, .reason = "Failed", .message = "Error: " + problem.message});
      state.phase = Phase::kTerminated;
      state.result = ContainerResult{.exit_code = kStartErrorCode,
                                     .reason = "StartError",
                                     .message = problem.message,
                                     .started = TimePoint{},
                                     .finished = now,
                                     .container_id = {}};
      // What follows from it (a restart, the Pod's end) is decided in the next Sync.
      SetDue(now);
      return;
  }
}

void PodWorker::ImageMissing(const Slot& slot, const std::string& message, TimePoint now, PodEffects& effects) {
  const auto& [state, memory, container] = slot;
  const std::string image = GoQuote(TextOf(container, "image"));
  if (TextOf(container, "imagePullPolicy") == "Never") {
    const std::string text = fmt::format("Container image {} is not present with pull policy of Never", image);
    Retry(slot, kConfigDelay, now);
    effects.Tell(state.name, {.type = kWarning, .reason = "ErrImageNeverPull", .message = text});
    Wait(state, "ErrImageNeverPull", text);
    return;
  }
  const bool is_first = memory.start_delay == nanoseconds{0};
  memory.start_delay = Longer(memory.start_delay, kImageDelayFirst, kImageDelayLongest);
  Retry(slot, memory.start_delay, now);
  effects.Tell(state.name, {.type = kNormal, .reason = "Pulling", .message = "Pulling image " + image});
  effects.Tell(
      state.name,
      {.type = kWarning, .reason = "Failed", .message = fmt::format("Failed to pull image {}: {}", image, message)});
  effects.Tell(state.name, {.type = kWarning, .reason = "Failed", .message = "Error: ErrImagePull"});
  if (is_first) {
    Wait(state, "ErrImagePull", message);
  } else {
    const std::string text = "Back-off pulling image " + image;
    effects.Tell(state.name, {.type = kNormal, .reason = "BackOff", .message = text});
    effects.Tell(state.name, {.type = kWarning, .reason = "Failed", .message = "Error: ImagePullBackOff"});
    Wait(state, "ImagePullBackOff", text);
  }
}

void PodWorker::Retry(const Slot& slot, nanoseconds delay, TimePoint now) {
  slot.memory.retry_at = now + delay;
  SetDue(now + delay);
}

void PodWorker::Stop(seconds grace, TimePoint now, PodEffects& effects) {
  if (!stop_began_) stop_began_ = now;
  const TimePoint kill_at = *stop_began_ + std::max(grace, kGraceShortest);
  due_.reset();
  const auto stop = [&](ContainerState& state, Memory& memory) {
    if (state.phase != Phase::kRunning) return;
    if (!std::exchange(memory.terminated, true)) {
      effects.Tell(state.name, {.type = kNormal, .reason = "Killing", .message = "Stopping container " + state.name});
      effects.Kill(state.name, state.attempt, /*force=*/false);
    }
    if (now < kill_at) {
      SetDue(kill_at);
    } else if (!std::exchange(memory.killed, true)) {
      effects.Kill(state.name, state.attempt, /*force=*/true);
    }
  };
  for (std::size_t i = 0; i < init_memory_.size(); ++i) stop(state_.init_containers[i], init_memory_[i]);
  for (std::size_t i = 0; i < memory_.size(); ++i) stop(state_.containers[i], memory_[i]);
}

void PodWorker::Ended(const ContainerEnd& end, TimePoint now) {
  const auto ended = [&](ContainerState& state) {
    const bool is_meant = state.name == end.id.container && state.attempt == end.id.attempt;
    if (!is_meant || state.phase != Phase::kRunning) return;
    state.phase = Phase::kTerminated;
    state.result = ContainerResult{.exit_code = end.exit_code,
                                   .reason = end.exit_code == 0 ? "Completed" : "Error",
                                   .message = end.termination_message,
                                   .started = state.started,
                                   .finished = now,
                                   .container_id = state.container_id};
  };
  std::ranges::for_each(state_.init_containers, ended);
  std::ranges::for_each(state_.containers, ended);
}

void PodWorker::ObjectsChanged() {
  for (std::vector<Memory>* memories : {&init_memory_, &memory_}) {
    for (Memory& memory : *memories) {
      if (memory.awaits_objects) memory.retry_at.reset();
    }
  }
}

std::optional<TimePoint> PodWorker::NextDue() const {
  return due_;
}

void PodWorker::SetDue(TimePoint due) {
  if (!due_ || due < *due_) due_ = due;
}

}  // namespace mock_kubeapi
