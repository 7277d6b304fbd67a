#include "sim/timelines.h"

#include <utility>

namespace sim {
namespace {

double Days(Offset offset) {
  return std::chrono::duration<double, std::ratio<86'400>>(offset).count();
}

}  // namespace

TimelineRecorder::TimelineRecorder(int world, int clusters) {
  for (int cluster = 0; cluster < clusters; ++cluster) timelines_.push_back({.world = world, .cluster = cluster});
}

void TimelineRecorder::AddFaults(const std::vector<PlannedFault>& script) {
  for (const PlannedFault& fault : script) {
    for (Timeline& timeline : timelines_) {
      if (fault.cluster >= 0 && fault.cluster != timeline.cluster) continue;
      timeline.faults.push_back({.start_day = Days(fault.start),
                                 .end_day = Days(fault.start + fault.duration),
                                 .name = std::string(RowOf(fault.kind).name)});
    }
  }
}

std::vector<Timeline> TimelineRecorder::Take(const std::set<int>& clusters) {
  std::vector<Timeline> taken;
  taken.reserve(clusters.size());
  for (const int cluster : clusters) taken.push_back(std::move(Of(cluster)));
  return taken;
}

}  // namespace sim
