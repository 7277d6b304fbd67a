// GET …/pods/NAME/log: its options, which container is meant, and how the kept output is cut to what was asked for.
// Where output comes from is the node's business (LogSource); without a node a Pod has none and the answer is 204.
// Sources: pkg/apis/core/validation (ValidatePodLogOptions), pkg/registry/core/pod (LogLocation), kubelet's log reader.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mock_http/clock.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

struct PodLogOptions {
  std::string container;
  bool follow = false;
  bool previous = false;
  bool timestamps = false;
  std::optional<std::int64_t> tail_lines;
  std::optional<std::int64_t> limit_bytes;
  std::optional<std::int64_t> since_seconds;
  std::optional<mock_http::TimePoint> since_time;
};

/// The options in a query string (decoded pairs). Errors: 400 for what is no number, boolean or time, 422 for values
/// out of range; `pod_name` is for the text.
Result<PodLogOptions> ParsePodLogOptions(const std::vector<std::pair<std::string, std::string>>& query,
                                         std::string_view pod_name);

/// The container whose log is meant: the one named, or the only one, or the one that the annotation
/// kubectl.kubernetes.io/default-container names. Error: 400 in the recorded words.
Result<std::string> ChooseLogContainer(const Json& pod, const PodLogOptions& options);

/// One line of a container's output, with its line feed unless it is the unfinished last one.
struct LogLine {
  mock_http::TimePoint time;
  std::string text;
};

/// What of `lines` the options ask for, as it is sent; `now` is for sinceSeconds.
std::string FormatLog(const std::vector<LogLine>& lines, const PodLogOptions& options, mock_http::TimePoint now);

/// Where a Pod's output is kept. The node implements it; calls happen under the API's lock.
class LogSource {
 public:
  virtual ~LogSource() = default;

  struct Snapshot {
    std::vector<LogLine> lines;  ///< those from index `first` on
    bool ended = false;          ///< the container has ended, nothing will follow
  };
  /// The output of a container's current run (of the one before it, with `previous`), from line `first` on. Nullopt
  /// when that run has never been.
  virtual std::optional<Snapshot> Read(const std::string& pod_uid, const std::string& container, bool previous,
                                       std::size_t first) const = 0;
};

}  // namespace mock_kubeapi
