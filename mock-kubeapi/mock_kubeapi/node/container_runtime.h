// What a node needs of whatever runs its containers: start, signal, and hear of output and ends. A process on this
// machine, podman, or a function in this process on the virtual clock: the node can't tell.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mock_http/clock.h"

namespace mock_kubeapi {

/// A run of a container: a restart is another run.
struct RunId {
  std::string pod_uid;
  std::string container;
  int attempt = 0;

  auto operator<=>(const RunId&) const = default;
};

struct VolumeFile {
  std::string content;
  unsigned mode = 0644;
  std::optional<std::int64_t> owner = {};  ///< absent: the node's own user

  bool operator==(const VolumeFile&) const = default;
};

/// The files of a volume that the API's objects fill; of an emptyDir there are none.
struct VolumeContent {
  bool writable = false;                    ///< emptyDir: the containers' own
  std::string host_path;                    ///< not empty: this folder or file of the machine
  std::map<std::string, VolumeFile> files;  ///< by relative path
  std::optional<std::int64_t> group;        ///< fsGroup: who may read (and write an emptyDir) besides the owner

  bool operator==(const VolumeContent&) const = default;
};
using Volumes = std::map<std::string, VolumeContent>;  ///< by volume name

struct Mount {
  std::string volume;
  std::string path;      ///< absolute, in the container
  std::string sub_path;  ///< within the volume; empty: all of it
  bool read_only = false;
};

/// What a container may do. Only a runtime of real containers can hold it to that.
struct ContainerSecurity {
  bool read_only_root = false;
  bool may_gain_privileges = true;
  std::vector<std::string> dropped_capabilities;  ///< "ALL", or names without "CAP_"
  std::vector<std::string> added_capabilities;
};

/// Everything that is known of a container when it starts; nothing is left to look up.
struct ContainerSetup {
  RunId id;
  std::string namespace_name;
  std::string pod_name;
  std::string host_name;
  std::string image;
  /// As in the Pod: empty means the image's own.
  std::vector<std::string> command;
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;  ///< in order; holds secrets
  std::vector<Mount> mounts;
  Volumes volumes;
  std::string working_folder;
  std::string termination_message_path;
  std::optional<std::int64_t> user;
  std::optional<std::int64_t> group;
  ContainerSecurity security;
};

struct OutputChunk {
  RunId id;
  std::string text;
};

struct ContainerEnd {
  RunId id;
  int exit_code = 0;  ///< 128 + the signal's number for one that a signal ended
  int signal = 0;
  std::string termination_message;  ///< what was written to terminationMessagePath
};

/// News since the last call, in order.
struct RuntimeNews {
  std::vector<OutputChunk> output;
  std::vector<ContainerEnd> ends;
};

/// All calls happen under the API's lock and don't block. Runs are ended by their own doing, or after Kill.
class ContainerRuntime {
 public:
  virtual ~ContainerRuntime() = default;
  /// Whether it can run that image.
  virtual bool HasImage(std::string_view image) const = 0;
  /// Begins a run. The error says why it could not begin ("exec /bin/x: no such file or directory").
  virtual std::expected<void, std::string> Start(const ContainerSetup& setup) = 0;
  /// Sends SIGTERM (or SIGKILL with `force`) to a run; one that has ended takes no notice.
  virtual void Kill(const RunId& id, bool force) = 0;
  /// Brings the volumes of a Pod's runs up to date: a Secret was changed, a token is renewed.
  virtual void UpdateVolumes(const std::string& pod_uid, const Volumes& volumes) = 0;
  /// The Pod is gone: its volumes may go. None of its runs is under way.
  virtual void RemovePod(const std::string& pod_uid) = 0;
  virtual RuntimeNews TakeNews() = 0;
  /// When TakeNews has something: a time in the past where it has now; nullopt where that isn't known yet.
  virtual std::optional<mock_http::TimePoint> NextNews() const = 0;
  /// Calls `wake` whenever there are news, from any thread; it only posts.
  virtual void SetWake(std::function<void()> wake) = 0;
};

}  // namespace mock_kubeapi
