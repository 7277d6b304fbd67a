// Keeps what `acmedns-sim plot` shows of the clusters of a world.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "sim/fault_script.h"
#include "sim/report.h"

namespace sim {

class TimelineRecorder {
 public:
  TimelineRecorder(int world, int clusters);

  void AddRun(int cluster, Timeline::Run run) { Of(cluster).runs.push_back(std::move(run)); }
  void AddInvalid(int cluster, Timeline::Span span) { Of(cluster).invalid.push_back(std::move(span)); }
  /// The script's faults, as far as they concern each cluster.
  void AddFaults(const std::vector<PlannedFault>& script);
  /// The timelines of these clusters.
  std::vector<Timeline> Take(const std::set<int>& clusters);

 private:
  Timeline& Of(int cluster) { return timelines_.at(static_cast<std::size_t>(cluster)); }

  std::vector<Timeline> timelines_;
};

}  // namespace sim
