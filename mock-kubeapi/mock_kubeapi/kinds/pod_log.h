// GET …/pods/NAME/log: its options, which container is meant, and how the kept output is cut to what was asked for.
// Where output comes from is the node's business (LogSource); of a Pod without a node there is none (204).
// Sources: pkg/apis/core/validation (ValidatePodLogOptions), pkg/registry/core/pod (LogLocation), pkg/kubelet
// (validateContainerLogStatus, the log reader); release 1.26.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mock_http/clock.h"
#include "mock_http/http_message.h"
#include "mock_kubeapi/kinds/kind.h"
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

/// The parameters of a query string, decoded and in order.
using LogQuery = std::vector<std::pair<std::string, std::string>>;

/// Errors: 400 for what is no number or time, 422 for values out of range; `pod_name` is for the text.
Result<PodLogOptions> ParsePodLogOptions(const LogQuery& query, std::string_view pod_name);

/// The container whose log is meant: the one asked for, or the only one. Error: 400 in the recorded words.
Result<std::string> ChooseLogContainer(const Json& pod, const std::string& asked);

/// One line of a container's output, with its line feed unless it is the unfinished last one.
struct LogLine {
  mock_http::TimePoint time;
  std::string text;
};

/// What of `lines` the options ask for, as it is sent; `now` is for sinceSeconds.
std::string FormatLog(const std::vector<LogLine>& lines, const PodLogOptions& options, mock_http::TimePoint now);

/// Which run's output: of a container of a Pod, the current one or the one before it.
struct LogName {
  std::string pod_uid;
  std::string container;
  bool previous = false;
  std::optional<int> run;  ///< this very run, whether it has become the previous one or not
};

/// Where Pods' output is kept. The node implements it; all calls happen under the API's lock.
class LogSource {
 public:
  virtual ~LogSource() = default;

  struct Snapshot {
    std::vector<LogLine> lines;  ///< those from index `first` on
    bool ended = false;          ///< the run has ended: nothing will follow
    int run = 0;                 ///< which run this is
    std::size_t next = 0;        ///< the index of the line that will come next
  };
  /// Whether it runs the Pods of the node of that name.
  virtual bool Serves(std::string_view node_name) const = 0;
  /// The run's output from line `first` on; nullopt when there was no such run.
  virtual std::optional<Snapshot> Read(const LogName& name, std::size_t first) const = 0;
  /// Calls `wake` after each new line and at the end of any run, until Unsubscribe with the returned handle. `wake`
  /// only posts.
  virtual int Subscribe(std::function<void()> wake) = 0;
  virtual void Unsubscribe(int handle) = 0;
};

/// The whole answer, for Subresource::get. With `follow` it carries a stream.
Result<mock_http::Response> AnswerPodLog(const Json& pod, const LogQuery& query, const KindContext& context);

}  // namespace mock_kubeapi
