#include "mock_kubeapi/node/podman.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "mock_kubeapi/node/podman_command.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kEnvironmentFile = "/environment";
constexpr const char* kPidFile = "/pid";

/// A program of $PATH; empty where there is none.
std::string FindInPath(std::string_view name) {
  const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody here changes the environment
  std::string_view rest = path == nullptr ? "/usr/bin:/usr/sbin" : path;
  while (!rest.empty()) {
    const std::string_view folder = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
    std::string file = fmt::format("{}/{}", folder, name);
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

struct Ended {
  bool succeeded = false;
  std::string output;
};

/// Runs a command to its end, and gathers what it writes.
std::expected<Ended, std::string> RunToEnd(const ProcessSetup& setup) {
  const auto process = StartProcess(setup);
  if (!process) return std::unexpected(process.error());
  Ended ended;
  std::array<char, 4096> buffer{};
  while (true) {
    pollfd waiting{.fd = process->output_fd, .events = POLLIN, .revents = 0};
    poll(&waiting, 1, -1);
    const ssize_t length = read(process->output_fd, buffer.data(), buffer.size());
    if (length > 0) ended.output.append(buffer.data(), static_cast<std::size_t>(length));
    if (length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR)) break;
  }
  int status = 0;
  while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR) {
  }
  close(process->output_fd);
  close(process->exit_fd);
  ended.succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  while (ended.output.ends_with('\n')) ended.output.pop_back();
  return ended;
}

std::expected<void, std::string> WritePrivate(const std::string& path, std::string_view content) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return std::unexpected(fmt::format("{}: {}", path, std::strerror(errno)));
  bool written = true;
  while (written && !content.empty()) {
    const ssize_t length = write(file, content.data(), content.size());
    written = length > 0;
    if (written) content.remove_prefix(static_cast<std::size_t>(length));
  }
  const int error = errno;
  close(file);
  if (!written) return std::unexpected(fmt::format("{}: {}", path, std::strerror(error)));
  return {};
}

}  // namespace

std::expected<std::unique_ptr<Podman>, std::string> Podman::Create(const Options& options) {
  std::unique_ptr<Podman> podman(new Podman);
  podman->program_ = FindInPath("podman");
  const std::string runc = FindInPath("runc");
  if (podman->program_.empty() || runc.empty()) return std::unexpected("podman and runc must be installed");
  std::error_code failed;
  std::filesystem::create_directories(options.folder, failed);
  if (failed) return std::unexpected(fmt::format("{}: {}", options.folder, failed.message()));
  // vfs and cgroupfs ask the least of the machine.
  podman->base_ = {"podman",
                   "--root=" + options.folder + "/root",
                   "--runroot=" + options.folder + "/run",
                   "--tmpdir=" + options.folder + "/tmp",
                   "--storage-driver=vfs",
                   "--runtime=" + runc,
                   "--cgroup-manager=cgroupfs",
                   "--events-backend=none"};
  for (const auto& [image, archive] : options.archives) {
    const auto loaded = RunToEnd(podman->Command({"pull", "--quiet", "oci-archive:" + archive}));
    if (!loaded) return std::unexpected(loaded.error());
    if (!loaded->succeeded) return std::unexpected(fmt::format("podman can't load {}: {}", archive, loaded->output));
    // Warnings come before the image's id.
    podman->images_[image] = loaded->output.substr(loaded->output.rfind('\n') + 1);
  }
  return podman;
}

Podman::~Podman() {
  if (!images_.empty()) static_cast<void>(RunToEnd(Command({"rm", "--all", "--force", "--time=0"})));
}

ProcessSetup Podman::Command(std::vector<std::string> words) const {
  ProcessSetup setup;
  setup.program = program_;
  setup.arguments = base_;
  setup.arguments.insert(setup.arguments.end(), std::make_move_iterator(words.begin()),
                         std::make_move_iterator(words.end()));
  for (const char* name : {"PATH", "HOME", "XDG_RUNTIME_DIR", "TMPDIR"}) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody here changes the environment
    if (value != nullptr) setup.environment.push_back(fmt::format("{}={}", name, value));
  }
  return setup;
}

std::expected<ProcessSetup, std::string> Podman::Prepare(const ContainerSetup& setup, const ProcessPlace& place) const {
  const PodmanFiles files{.image = images_.find(setup.image)->second,
                          .environment_file = place.run_folder + kEnvironmentFile,
                          .pid_file = place.run_folder + kPidFile};
  const PodmanEnvironment environment = SplitEnvironment(setup);
  if (auto written = WritePrivate(files.environment_file, environment.file); !written) {
    return std::unexpected(written.error());
  }
  auto words = PodmanRunArguments(setup, place, files);
  if (!words) return std::unexpected(words.error());
  ProcessSetup command = Command(*std::move(words));
  for (const auto& [name, value] : environment.inherited) {
    command.environment.push_back(fmt::format("{}={}", name, value));
  }
  return command;
}

std::optional<pid_t> Podman::ContainerProcess(const std::string& run_folder) {
  std::ifstream file(run_folder + kPidFile);
  pid_t process = 0;
  if (!(file >> process) || process <= 1) return std::nullopt;
  return process;
}

}  // namespace mock_kubeapi
