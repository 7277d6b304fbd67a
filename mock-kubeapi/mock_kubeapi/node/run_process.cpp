#include "mock_kubeapi/node/run_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

namespace mock_kubeapi {
namespace {

/// What a child was at when it failed.
enum class Stage : std::uint8_t { kNamespace, kRoot, kUser, kFolder, kExec };

struct ChildFailure {
  Stage stage = Stage::kExec;
  int error = 0;
};

/// All that a child needs, made before the fork: after it, until exec, only system calls are safe, because another
/// thread may have held the allocator's lock.
struct ChildPlan {
  struct Step {
    RootStep::Kind kind;
    const char* source;
    std::string path;  ///< below the new root, as the machine sees it
  };

  explicit ChildPlan(const ProcessSetup& setup_in) : setup(setup_in) {
    for (const RootStep& step : setup.root_plan) {
      steps.push_back({.kind = step.kind, .source = step.source.c_str(), .path = setup.root + step.path});
    }
    for (const std::string& argument : setup.arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    for (const std::string& variable : setup.environment) envp.push_back(const_cast<char*>(variable.c_str()));
    envp.push_back(nullptr);
    // In a user namespace the only user is the one that this process is outside, under the name that is asked for.
    user_map = fmt::format("{} {} 1", setup.user.value_or(geteuid()), geteuid());
    group_map = fmt::format("{} {} 1", setup.group.value_or(getegid()), getegid());
  }

  const ProcessSetup& setup;
  std::vector<Step> steps;
  std::vector<char*> argv;
  std::vector<char*> envp;
  std::string user_map;
  std::string group_map;
};

bool WriteText(const char* path, std::string_view text) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int error = errno;
  close(file);
  errno = error;
  return written;
}

bool EnterNamespace(Isolation isolation, std::string_view user_map, std::string_view group_map) {
  if (isolation == Isolation::kMountNamespace) {
    if (unshare(CLONE_NEWNS) != 0) return false;
  } else {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    if (!WriteText("/proc/self/setgroups", "deny") || !WriteText("/proc/self/uid_map", user_map) ||
        !WriteText("/proc/self/gid_map", group_map)) {
      return false;
    }
  }
  return mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

bool Carry(const ChildPlan::Step& step) {
  const char* path = step.path.c_str();
  switch (step.kind) {
    case RootStep::Kind::kFolder:
      return mkdir(path, S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH) == 0 || errno == EEXIST;
    case RootStep::Kind::kFile: {
      const int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
      if (file < 0) return false;
      close(file);
      return true;
    }
    case RootStep::Kind::kLink:
      return symlink(step.source, path) == 0;
    case RootStep::Kind::kBind:
      // What can't be shown (a file that has gone meanwhile, one that nobody may see) stays an empty one.
      return mount(step.source, path, nullptr, MS_BIND | MS_REC, nullptr) == 0 || errno == ENOENT || errno == EACCES;
    case RootStep::Kind::kReadOnly:
      return mount(nullptr, path, nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, nullptr) == 0;
  }
  return false;
}

bool EnterRoot(const ChildPlan& plan) {
  const char* root = plan.setup.root.c_str();
  if (mount("root", root, "tmpfs", 0, "mode=755") != 0) return false;
  for (const ChildPlan::Step& step : plan.steps) {
    if (!Carry(step)) return false;
  }
  return chroot(root) == 0;
}

bool BecomeUser(const ProcessSetup& setup) {
  if (setup.isolation != Isolation::kMountNamespace) return true;
  if (setup.group || setup.user) {
    if (setgroups(0, nullptr) != 0) return false;
    if (setgid(static_cast<gid_t>(setup.group.value_or(0))) != 0) return false;
  }
  return !setup.user || setuid(static_cast<uid_t>(*setup.user)) == 0;
}

struct ChildEnds {
  int output = -1;
  int failure = -1;
  int program = -1;  ///< the program's file, opened: a volume may lie over its path
};

[[noreturn]] void Fail(int failure_fd, Stage stage) {
  const ChildFailure failure{.stage = stage, .error = errno};
  static_cast<void>(!write(failure_fd, &failure, sizeof failure));
  _exit(127);
}

/// The child's way from fork to exec.
[[noreturn]] void RunChild(const ChildPlan& plan, const ChildEnds& ends) {
  setsid();
  sigset_t none;
  sigemptyset(&none);
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction usual{};
    usual.sa_handler = SIG_DFL;
    sigaction(signal, &usual, nullptr);  // fails for SIGKILL and SIGSTOP, which nobody can change
  }
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(ends.output, STDOUT_FILENO);
  dup2(ends.output, STDERR_FILENO);
  close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  umask(S_IWGRP | S_IWOTH);

  const ProcessSetup& setup = plan.setup;
  if (setup.isolation != Isolation::kNone) {
    if (!EnterNamespace(setup.isolation, plan.user_map, plan.group_map)) Fail(ends.failure, Stage::kNamespace);
    if (!EnterRoot(plan)) Fail(ends.failure, Stage::kRoot);
  }
  if (!BecomeUser(setup)) Fail(ends.failure, Stage::kUser);
  if (chdir(setup.working_folder.empty() ? "/" : setup.working_folder.c_str()) != 0) {
    Fail(ends.failure, Stage::kFolder);
  }
  execve(setup.program.c_str(), plan.argv.data(), plan.envp.data());
  if (errno == ENOENT || errno == EACCES) {
    // Hidden by a volume, or in a folder that the container's user may not enter.
    const int error = errno;
    syscall(SYS_execveat, ends.program, "", plan.argv.data(), plan.envp.data(), AT_EMPTY_PATH);
    errno = error;
  }
  Fail(ends.failure, Stage::kExec);
}

std::string Describe(const ChildFailure& failure, const ProcessSetup& setup) {
  const char* reason = std::strerror(failure.error);
  switch (failure.stage) {
    case Stage::kNamespace:
      return fmt::format("mount namespace: {}", reason);
    case Stage::kRoot:
      return fmt::format("root folder {}: {}", setup.root, reason);
    case Stage::kUser:
      return fmt::format("user {}: {}", setup.user.value_or(0), reason);
    case Stage::kFolder:
      return fmt::format("working folder {}: {}", setup.working_folder, reason);
    case Stage::kExec:
      break;
  }
  return fmt::format("exec \"{}\": {}", setup.program, reason);
}

/// Both ends of a pipe; what is not taken is closed.
class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) ends_ = {-1, -1};
  }
  ~Pipe() {
    CloseRead();
    CloseWrite();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  bool good() const { return ends_[0] >= 0; }
  int read_end() const { return ends_[0]; }
  int write_end() const { return ends_[1]; }
  int TakeRead() { return std::exchange(ends_[0], -1); }
  void CloseRead() {
    if (ends_[0] >= 0) close(std::exchange(ends_[0], -1));
  }
  void CloseWrite() {
    if (ends_[1] >= 0) close(std::exchange(ends_[1], -1));
  }

 private:
  std::array<int, 2> ends_{};
};

}  // namespace

bool CanIsolate(Isolation isolation) {
  if (isolation == Isolation::kNone) return true;
  if (isolation == Isolation::kMountNamespace && geteuid() != 0) return false;
  const std::string user_map = fmt::format("{0} {0} 1", geteuid());
  const std::string group_map = fmt::format("{0} {0} 1", getegid());
  const pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) {
    const bool works =
        EnterNamespace(isolation, user_map, group_map) && mount("root", "/tmp", "tmpfs", 0, nullptr) == 0;
    _exit(works ? 0 : 1);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Isolation FindIsolation() {
  if (CanIsolate(Isolation::kMountNamespace)) return Isolation::kMountNamespace;
  if (CanIsolate(Isolation::kUserNamespace)) return Isolation::kUserNamespace;
  return Isolation::kNone;
}

std::expected<RunningProcess, std::string> StartProcess(const ProcessSetup& setup) {
  const ChildPlan plan(setup);
  Pipe output;
  Pipe failures;
  if (!output.good() || !failures.good()) return std::unexpected(fmt::format("pipe: {}", std::strerror(errno)));
  const int program = open(setup.program.c_str(), O_PATH | O_CLOEXEC);
  const ChildEnds ends{.output = output.write_end(), .failure = failures.write_end(), .program = program};
  const pid_t child = fork();
  if (child == 0) RunChild(plan, ends);
  const int fork_error = errno;
  if (program >= 0) close(program);
  if (child < 0) return std::unexpected(fmt::format("fork: {}", std::strerror(fork_error)));
  output.CloseWrite();
  failures.CloseWrite();
  ChildFailure failure;
  ssize_t length = 0;
  while ((length = read(failures.read_end(), &failure, sizeof failure)) < 0 && errno == EINTR) {
  }
  if (length == sizeof failure) {
    waitpid(child, nullptr, 0);
    return std::unexpected(Describe(failure, setup));
  }
  // glibc 2.36 declares pidfd_open without C linkage.
  const int exit_fd = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  if (exit_fd < 0) {
    const int error = errno;
    kill(-child, SIGKILL);
    waitpid(child, nullptr, 0);
    return std::unexpected(fmt::format("pidfd: {}", std::strerror(error)));
  }
  fcntl(exit_fd, F_SETFD, FD_CLOEXEC);
  fcntl(output.read_end(), F_SETFL, O_NONBLOCK);
  return RunningProcess{.pid = child, .exit_fd = exit_fd, .output_fd = output.TakeRead()};
}

}  // namespace mock_kubeapi
