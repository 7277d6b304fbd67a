#include "mock_http/fault_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "mock_http/glob.h"

namespace mock_http {
namespace {

bool Matches(const FaultMatch& match, const Request& request, const Facts& facts) {
  if (!match.method.empty() && match.method != request.method) return false;
  if (!match.path.empty() && !FitsGlob(match.path, request.RawPath())) return false;
  return std::ranges::all_of(match.facts, [&facts](const auto& wanted) {
    const auto found = facts.find(wanted.first);
    return found != facts.end() && FitsGlob(wanted.second, found->second);
  });
}

}  // namespace

std::string FaultPlan::Put(Fault fault) {
  if (fault.id.empty()) fault.id = fmt::format("fault-{}", next_id_++);
  std::string id = fault.id;
  const auto same = std::ranges::find(entries_, id, [](const Entry& entry) { return entry.fault.id; });
  if (same != entries_.end()) {
    *same = Entry{.fault = std::move(fault)};
  } else {
    entries_.push_back(Entry{.fault = std::move(fault)});
  }
  return id;
}

bool FaultPlan::Remove(std::string_view id) {
  return std::erase_if(entries_, [id](const Entry& entry) { return entry.fault.id == id; }) > 0;
}

void FaultPlan::Clear() {
  entries_.clear();
}

std::optional<Fault> FaultPlan::Next(const Request& request, const Facts& facts) {
  std::optional<Fault> acting;
  for (Entry& entry : entries_) {
    const FaultMatch& match = entry.fault.match;
    if (!Matches(match, request, facts)) continue;
    const std::uint64_t position = entry.seen++;
    if (acting || position < match.skip) continue;
    if (match.times && entry.fired >= *match.times) continue;
    if (match.probability < 1 && random_.Unit() >= match.probability) continue;
    ++entry.fired;
    acting = entry.fault;
  }
  return acting;
}

nlohmann::json FaultPlan::ToJson() const {
  nlohmann::json list = nlohmann::json::array();
  for (const Entry& entry : entries_) {
    nlohmann::json item = FaultToJson(entry.fault);
    item["seen"] = entry.seen;
    item["fired"] = entry.fired;
    list.push_back(std::move(item));
  }
  return list;
}

}  // namespace mock_http
