// podman as what runs the containers: the real images, from archives as ci/image writes them, in a folder of their own,
// so that nothing of the machine's images and containers is touched.
#pragma once

#include <sys/types.h>

#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/node/container_runtime.h"
#include "mock_kubeapi/node/process_setup.h"
#include "mock_kubeapi/node/run_process.h"

namespace mock_kubeapi {

class Podman {
 public:
  struct Options {
    std::map<std::string, std::string, std::less<>> archives;  ///< OCI archives by the image's name
    std::string folder;                                        ///< is made; the caller removes it after the end
  };
  /// Loads the archives; blocks meanwhile. The error says what podman said, or that there is none.
  static std::expected<std::unique_ptr<Podman>, std::string> Create(const Options& options);
  /// Removes what is left of the containers.
  ~Podman();
  Podman(const Podman&) = delete;
  Podman& operator=(const Podman&) = delete;

  bool HasImage(std::string_view image) const { return images_.contains(image); }
  /// The `podman run` that stands for the container: it ends when the container ends, with its code. (125 to 127:
  /// podman or runc could not start it; the container's log says why.)
  std::expected<ProcessSetup, std::string> Prepare(const ContainerSetup& setup, const ProcessPlace& place) const;
  /// The first process of the container of that run folder; nullopt as long as it isn't there.
  static std::optional<pid_t> ContainerProcess(const std::string& run_folder);

 private:
  Podman() = default;
  ProcessSetup Command(std::vector<std::string> words) const;

  std::string program_;
  std::vector<std::string> base_;  ///< the words before the command
  std::map<std::string, std::string, std::less<>> images_;
};

}  // namespace mock_kubeapi
