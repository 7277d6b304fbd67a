// A container's setup in podman's words. The words alone: podman.cpp runs them.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "mock_kubeapi/node/container_runtime.h"
#include "mock_kubeapi/node/process_setup.h"

namespace mock_kubeapi {

/// A container's variables, as podman takes them without showing them to the machine's other users.
struct PodmanEnvironment {
  std::string file;  ///< for --env-file: a line each
  /// Those of more than one line, which such a file can't hold: podman's own environment hands them on.
  std::vector<std::pair<std::string, std::string>> inherited;
};
PodmanEnvironment SplitEnvironment(const ContainerSetup& setup);

struct PodmanFiles {
  std::string image;             ///< as podman knows it
  std::string environment_file;  ///< with PodmanEnvironment::file
  std::string pid_file;          ///< where podman writes the process id of the container's first process
};

/// The arguments from "run" on. The container shares the machine's network and has of the rest what its security
/// context leaves it; the environment's values are not among the words. The error names a path that podman can't mount.
std::expected<std::vector<std::string>, std::string> PodmanRunArguments(const ContainerSetup& setup,
                                                                        const ProcessPlace& place,
                                                                        const PodmanFiles& files);

}  // namespace mock_kubeapi
