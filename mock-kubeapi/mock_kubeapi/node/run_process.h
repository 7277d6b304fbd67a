// Starts a program as a container's process: in a process group of its own, with its output on a pipe, and, where the
// machine allows it, in a root folder of its own (a mount namespace) and as the user that the Pod asks for.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "mock_kubeapi/node/root_plan.h"

namespace mock_kubeapi {

/// What this process may do to give its children a root folder of their own.
enum class Isolation : std::uint8_t {
  kNone,            ///< nothing: mount paths are rewritten
  kMountNamespace,  ///< as root
  kUserNamespace,   ///< as anyone, where user namespaces are allowed
};

/// Whether the machine allows it; found out by trying, in a child.
bool CanIsolate(Isolation isolation);
/// The best one that it allows.
Isolation FindIsolation();

struct ProcessSetup {
  std::string program;                   ///< a file on the machine
  std::vector<std::string> arguments;    ///< argv[0] first
  std::vector<std::string> environment;  ///< NAME=value
  std::string working_folder;            ///< empty: "/"
  Isolation isolation = Isolation::kNone;
  std::string root;                 ///< an empty folder, for the new root
  std::vector<RootStep> root_plan;  ///< with an isolation
  std::optional<std::int64_t> user;
  std::optional<std::int64_t> group;
};

struct RunningProcess {
  pid_t pid = -1;      ///< also its process group
  int exit_fd = -1;    ///< a pidfd: readable when the process has ended; the caller closes both
  int output_fd = -1;  ///< what it writes to stdout and stderr, non-blocking
};

/// Returns when the program runs or could not be run. The error says why, as a container runtime does
/// (`exec "/bin/x": no such file or directory`).
std::expected<RunningProcess, std::string> StartProcess(const ProcessSetup& setup);

}  // namespace mock_kubeapi
