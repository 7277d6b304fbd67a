#include "mock_kubeapi/node/process_runtime.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "mock_kubeapi/node/process_setup.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kPodmanFolder = "/podman";
/// Output that waits to be taken; beyond it, a container has to wait.
constexpr std::size_t kNewsBytesMax = std::size_t{4} << 20U;
constexpr std::size_t kReadBytes = std::size_t{64} << 10U;
/// What Kubernetes takes of a termination message.
constexpr std::size_t kTerminationBytesMax = 4096;
constexpr int kSignalExitBase = 128;

std::string ReadTerminationMessage(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kTerminationBytesMax, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return text;
}

}  // namespace

std::expected<std::unique_ptr<ProcessRuntime>, std::string> ProcessRuntime::Create(Options options) {
  std::error_code failed;
  std::string folder = (std::filesystem::temp_directory_path(failed) / "mock-kubeapi-pods-XXXXXX").string();
  if (failed) return std::unexpected(fmt::format("folder for temporary files: {}", failed.message()));
  if (mkdtemp(folder.data()) == nullptr) return std::unexpected(fmt::format("{}: {}", folder, std::strerror(errno)));
  const int wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd < 0) return std::unexpected(fmt::format("eventfd: {}", std::strerror(errno)));
  std::unique_ptr<ProcessRuntime> runtime(new ProcessRuntime(std::move(options), std::move(folder), wake_fd));
  if (runtime->options_.use_podman) {
    auto podman = Podman::Create({.archives = runtime->options_.programs, .folder = runtime->folder_ + kPodmanFolder});
    if (!podman) return std::unexpected(podman.error());
    runtime->podman_ = *std::move(podman);
  }
  return runtime;
}

ProcessRuntime::ProcessRuntime(Options options, std::string folder, int wake_fd)
    : options_(std::move(options)), folder_(std::move(folder)), wake_fd_(wake_fd), thread_([this] { Watch(); }) {}

ProcessRuntime::~ProcessRuntime() {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  Signal();
  thread_.join();
  for (Run& run : runs_) {
    kill(-run.process.pid, SIGKILL);
    Reap(run);
  }
  close(wake_fd_);
  podman_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

bool ProcessRuntime::HasImage(std::string_view image) const {
  return options_.programs.contains(image);
}

std::expected<void, std::string> ProcessRuntime::Start(const ContainerSetup& setup) {
  const PodFolder folder = FolderOf(setup.id.pod_uid);
  if (auto written = folder.Write(setup.volumes); !written) return std::unexpected(written.error());
  auto run_folder = folder.MakeRun(setup.id);
  if (!run_folder) return std::unexpected(run_folder.error());
  ProcessPlace place{.program = options_.programs.find(setup.image)->second,
                     .isolation = options_.isolation,
                     .run_folder = *run_folder,
                     .sources = {}};
  for (const Mount& mount : setup.mounts) {
    auto source = folder.SourceOf(mount, setup.volumes);
    if (!source) return std::unexpected(source.error());
    place.sources[mount.path] = *std::move(source);
  }
  const auto process_setup = Prepare(setup, place);
  if (!process_setup) return std::unexpected(process_setup.error());
  const auto process = StartProcess(*process_setup);
  if (!process) return std::unexpected(process.error());
  {
    const std::scoped_lock lock(mutex_);
    runs_.push_back(
        {.id = setup.id, .process = *process, .folder = *run_folder, .started = std::chrono::steady_clock::now()});
  }
  Signal();
  return {};
}

std::expected<ProcessSetup, std::string> ProcessRuntime::Prepare(const ContainerSetup& setup,
                                                                 const ProcessPlace& place) const {
  return podman_ ? podman_->Prepare(setup, place) : MakeProcessSetup(setup, place);
}

void ProcessRuntime::Kill(const RunId& id, bool force) {
  const std::scoped_lock lock(mutex_);
  const auto run = std::ranges::find(runs_, id, &Run::id);
  if (run == runs_.end()) return;
  // podman would not live to hand on a SIGKILL. The container's other processes go with its first one.
  const auto inside = podman_ ? Podman::ContainerProcess(run->folder) : std::nullopt;
  if (inside && kill(*inside, force ? SIGKILL : SIGTERM) == 0) return;
  // SIGTERM is for the container's first process, SIGKILL for all of them.
  kill(force ? -run->process.pid : run->process.pid, force ? SIGKILL : SIGTERM);
}

void ProcessRuntime::UpdateVolumes(const std::string& pod_uid, const Volumes& volumes) {
  // A volume that can't be written now is brought up to date at the next occasion, as a kubelet does.
  static_cast<void>(FolderOf(pod_uid).Write(volumes));
}

void ProcessRuntime::RemovePod(const std::string& pod_uid) {
  FolderOf(pod_uid).Remove();
}

RuntimeNews ProcessRuntime::TakeNews() {
  bool was_full = false;
  RuntimeNews news;
  {
    const std::scoped_lock lock(mutex_);
    was_full = news_bytes_ >= kNewsBytesMax;
    news = std::exchange(news_, {});
    news_bytes_ = 0;
  }
  if (was_full) Signal();
  return news;
}

std::optional<mock_http::TimePoint> ProcessRuntime::NextNews() const {
  const std::scoped_lock lock(mutex_);
  if (news_.output.empty() && news_.ends.empty()) return std::nullopt;
  return mock_http::TimePoint{};
}

void ProcessRuntime::SetWake(std::function<void()> wake) {
  const std::scoped_lock lock(wake_mutex_);
  wake_ = std::move(wake);
}

bool ProcessRuntime::IsSettled(std::chrono::steady_clock::duration patience) const {
  const auto since = std::chrono::steady_clock::now() - patience;
  const std::scoped_lock lock(mutex_);
  return news_.output.empty() && news_.ends.empty() &&
         std::ranges::none_of(runs_, [&](const Run& run) { return run.started > since; });
}

void ProcessRuntime::Signal() const {
  const std::uint64_t one = 1;
  static_cast<void>(!write(wake_fd_, &one, sizeof one));
}

void ProcessRuntime::Watch() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    std::vector<pollfd> waiting = {{.fd = wake_fd_, .events = POLLIN, .revents = 0}};
    const std::size_t count = runs_.size();
    const bool has_room = news_bytes_ < kNewsBytesMax;
    for (const Run& run : runs_) {
      waiting.push_back({.fd = run.process.exit_fd, .events = POLLIN, .revents = 0});
      waiting.push_back({.fd = has_room ? run.process.output_fd : -1, .events = POLLIN, .revents = 0});
    }
    lock.unlock();
    poll(waiting.data(), waiting.size(), -1);
    std::uint64_t signals = 0;
    static_cast<void>(!read(wake_fd_, &signals, sizeof signals));
    lock.lock();
    // Runs are added at the end by others and removed here alone.
    bool has_news = false;
    std::deque<Run> still_running;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      Run& run = runs_[i];
      const bool has_ended = i < count && waiting[1 + 2 * i].revents != 0;
      if (i < count && waiting[2 + 2 * i].revents != 0) has_news = ReadOutput(run) || has_news;
      if (has_ended) {
        Reap(run);
        has_news = true;
      } else {
        still_running.push_back(std::move(run));
      }
    }
    runs_ = std::move(still_running);
    if (!has_news) continue;
    lock.unlock();
    {
      const std::scoped_lock waking(wake_mutex_);
      if (wake_) wake_();
    }
    lock.lock();
  }
}

/// Takes what the run has written. False when that was nothing.
bool ProcessRuntime::ReadOutput(Run& run) {
  if (run.process.output_fd < 0) return false;
  std::string text(kReadBytes, '\0');
  const ssize_t length = read(run.process.output_fd, text.data(), text.size());
  if (length > 0) {
    text.resize(static_cast<std::size_t>(length));
    news_bytes_ += text.size();
    news_.output.push_back({.id = run.id, .text = std::move(text)});
    return true;
  }
  const bool is_over = length == 0 || (errno != EAGAIN && errno != EINTR);
  if (is_over) close(std::exchange(run.process.output_fd, -1));
  return false;
}

void ProcessRuntime::Reap(Run& run) {
  // What the container's first process has left behind goes with it. Until it is waited for, its group is its own.
  kill(-run.process.pid, SIGKILL);
  while (ReadOutput(run)) {
  }
  if (run.process.output_fd >= 0) close(run.process.output_fd);
  siginfo_t ended{};
  while (waitid(P_PIDFD, static_cast<id_t>(run.process.exit_fd), &ended, WEXITED) != 0 && errno == EINTR) {
  }
  close(run.process.exit_fd);
  const int signal = ended.si_code == CLD_EXITED ? 0 : ended.si_status;
  news_.ends.push_back({.id = run.id,
                        .exit_code = signal == 0 ? ended.si_status : kSignalExitBase + signal,
                        .signal = signal,
                        .termination_message = ReadTerminationMessage(run.folder + "/termination-log")});
}

}  // namespace mock_kubeapi
