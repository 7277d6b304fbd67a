// What containers have written, of their current run and the one before, for GET …/log.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mock_kubeapi/kinds/pod_log.h"
#include "mock_kubeapi/node/container_runtime.h"

namespace mock_kubeapi {

class LogStore final : public LogSource {
 public:
  struct Limits {
    std::size_t run_bytes = std::size_t{10} << 20U;   ///< kept of a run; the oldest lines go first
    std::size_t line_bytes = std::size_t{16} << 10U;  ///< a longer line is cut into pieces, as a runtime does
  };
  LogStore(std::string node_name, Limits limits) : node_name_(std::move(node_name)), limits_(limits) {}

  /// A run begins; the one before the previous one is forgotten.
  void Begin(const RunId& id);
  void Append(const OutputChunk& chunk, mock_http::TimePoint now);
  /// The run has ended: what it wrote of an unfinished line counts.
  void End(const RunId& id, mock_http::TimePoint now);
  /// The ended run counts as the previous one although none has followed it yet.
  void Retire(const std::string& pod_uid, const std::string& container);
  /// The Pod is gone.
  void Forget(const std::string& pod_uid);
  /// The end of a run's output, at most so many lines and bytes: what FallbackToLogsOnError shows.
  struct TailSize {
    std::size_t lines = 80;
    std::size_t bytes = 2048;
  };
  std::string Tail(const RunId& id, TailSize size) const;

  bool Serves(std::string_view node_name) const override { return node_name == node_name_; }
  std::optional<Snapshot> Read(const LogName& name, std::size_t first) const override;
  int Subscribe(std::function<void()> wake) override;
  void Unsubscribe(int handle) override;

 private:
  struct Run {
    int attempt = 0;
    std::deque<LogLine> lines;
    std::size_t dropped = 0;  ///< lines that were before the first one kept
    std::size_t bytes = 0;
    std::string unfinished;  ///< the beginning of a line whose end has not come
    bool ended = false;
  };
  struct Container {
    std::deque<Run> runs;  ///< the previous one and the current one
    bool retired = false;
  };

  Run* Find(const RunId& id);
  void AddLine(Run& run, std::string text, mock_http::TimePoint now);
  void Wake();

  std::string node_name_;
  Limits limits_;
  std::map<std::pair<std::string, std::string>, Container> containers_;  ///< by the Pod's uid and the name
  std::map<int, std::function<void()>> subscribers_;
  int next_handle_ = 1;
};

}  // namespace mock_kubeapi
