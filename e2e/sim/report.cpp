#include "sim/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

namespace sim {
namespace {

using nlohmann::json;
using Counts = std::map<std::string, std::uint64_t>;

void AddCounts(Counts& into, const Counts& other) {
  for (const auto& [name, count] : other) into[name] += count;
}

constexpr std::array<std::pair<ViolationClass, std::string_view>, 3> kClasses = {
    {{ViolationClass::kSafety, "safety"}, {ViolationClass::kLiveness, "liveness"}, {ViolationClass::kCrash, "crash"}}};

json ToJson(const Violation& violation) {
  return {{"class", Name(violation.what)}, {"checker", violation.checker}, {"message", violation.message},
          {"seed", violation.seed},        {"world", violation.world},     {"cluster", violation.cluster},
          {"day", violation.day}};
}

Violation ViolationFromJson(const json& item) {
  Violation violation{.checker = item.at("checker"),
                      .message = item.at("message"),
                      .seed = item.at("seed"),
                      .world = item.at("world"),
                      .cluster = item.at("cluster"),
                      .day = item.at("day")};
  for (const auto& [what, name] : kClasses) {
    if (item.at("class") == name) violation.what = what;
  }
  return violation;
}

json SpansToJson(const std::vector<Timeline::Span>& spans) {
  json list = json::array();
  for (const auto& span : spans)
    list.push_back({{"start", span.start_day}, {"end", span.end_day}, {"name", span.name}});
  return list;
}

std::vector<Timeline::Span> SpansFromJson(const json& list) {
  std::vector<Timeline::Span> spans;
  for (const json& item : list) {
    spans.push_back({.start_day = item.at("start"), .end_day = item.at("end"), .name = item.at("name")});
  }
  return spans;
}

json ToJson(const Timeline& timeline) {
  json runs = json::array();
  for (const auto& run : timeline.runs) {
    runs.push_back({{"start", run.start_day},
                    {"end", run.end_day},
                    {"command", run.command},
                    {"exit_code", run.exit_code},
                    {"reregistered", run.reregistered}});
  }
  return {{"world", timeline.world},
          {"cluster", timeline.cluster},
          {"runs", std::move(runs)},
          {"faults", SpansToJson(timeline.faults)},
          {"invalid", SpansToJson(timeline.invalid)}};
}

Timeline TimelineFromJson(const json& item) {
  Timeline timeline{.world = item.at("world"), .cluster = item.at("cluster")};
  for (const json& run : item.at("runs")) {
    timeline.runs.push_back({.start_day = run.at("start"),
                             .end_day = run.at("end"),
                             .command = run.at("command"),
                             .exit_code = run.at("exit_code"),
                             .reregistered = run.at("reregistered")});
  }
  timeline.faults = SpansFromJson(item.at("faults"));
  timeline.invalid = SpansFromJson(item.at("invalid"));
  return timeline;
}

std::string Rows(std::string_view title, const Counts& counts) {
  std::string text = fmt::format("{}\n", title);
  for (const auto& [name, count] : counts) text += fmt::format("  {:<34}{:>12}\n", name, count);
  return text;
}

}  // namespace

std::string_view Name(ViolationClass what) {
  for (const auto& [known, name] : kClasses) {
    if (known == what) return name;
  }
  return "";
}

void Report::Add(const Report& other) {
  if (worlds == 0) {
    seed = other.seed;
    profile = other.profile;
    days_per_cluster = other.days_per_cluster;
  }
  worlds += other.worlds;
  clusters += other.clusters;
  cluster_days += other.cluster_days;
  AddCounts(runs_by_outcome, other.runs_by_outcome);
  AddCounts(faults_planned, other.faults_planned);
  AddCounts(faults_fired, other.faults_fired);
  AddCounts(faults_at_work, other.faults_at_work);
  AddCounts(branches, other.branches);
  AddCounts(counts, other.counts);
  worst_recovery_hours = std::max(worst_recovery_hours, other.worst_recovery_hours);
  wall_seconds += other.wall_seconds;
  for (const auto& [their_seed, numbers] : other.played) played[their_seed].insert(numbers.begin(), numbers.end());
  violations.insert(violations.end(), other.violations.begin(), other.violations.end());
  timelines.insert(timelines.end(), other.timelines.begin(), other.timelines.end());
}

std::optional<std::pair<std::uint64_t, int>> Report::SharedWith(const Report& other) const {
  for (const auto& [their_seed, numbers] : other.played) {
    const auto ours = played.find(their_seed);
    if (ours == played.end()) continue;
    for (const int number : numbers) {
      if (ours->second.contains(number)) return std::pair(their_seed, number);
    }
  }
  return std::nullopt;
}

json ToJson(const Report& report) {
  json played = json::array();
  for (const auto& [seed, numbers] : report.played) played.push_back({{"seed", seed}, {"worlds", numbers}});
  json violations = json::array();
  for (const Violation& violation : report.violations) violations.push_back(ToJson(violation));
  json timelines = json::array();
  for (const Timeline& timeline : report.timelines) timelines.push_back(ToJson(timeline));
  return {{"seed", report.seed},
          {"profile", report.profile},
          {"days_per_cluster", report.days_per_cluster},
          {"worlds", report.worlds},
          {"clusters", report.clusters},
          {"cluster_days", report.cluster_days},
          {"runs_by_outcome", report.runs_by_outcome},
          {"faults_planned", report.faults_planned},
          {"faults_fired", report.faults_fired},
          {"faults_at_work", report.faults_at_work},
          {"branches", report.branches},
          {"counts", report.counts},
          {"worst_recovery_hours", report.worst_recovery_hours},
          {"wall_seconds", report.wall_seconds},
          {"played", std::move(played)},
          {"violations", std::move(violations)},
          {"timelines", std::move(timelines)}};
}

std::expected<Report, std::string> ReportFromJson(const json& item) {
  try {
    Report report;
    report.seed = item.at("seed");
    report.profile = item.at("profile");
    report.days_per_cluster = item.at("days_per_cluster");
    report.worlds = item.at("worlds");
    report.clusters = item.at("clusters");
    report.cluster_days = item.at("cluster_days");
    report.runs_by_outcome = item.at("runs_by_outcome").get<Counts>();
    report.faults_planned = item.at("faults_planned").get<Counts>();
    report.faults_fired = item.at("faults_fired").get<Counts>();
    report.faults_at_work = item.at("faults_at_work").get<Counts>();
    report.branches = item.at("branches").get<Counts>();
    report.counts = item.at("counts").get<Counts>();
    report.worst_recovery_hours = item.at("worst_recovery_hours");
    report.wall_seconds = item.at("wall_seconds");
    for (const json& part : item.at("played")) {
      report.played[part.at("seed").get<std::uint64_t>()] = part.at("worlds").get<std::set<int>>();
    }
    for (const json& violation : item.at("violations")) report.violations.push_back(ViolationFromJson(violation));
    for (const json& timeline : item.at("timelines")) report.timelines.push_back(TimelineFromJson(timeline));
    return report;
  } catch (const json::exception& error) {
    return std::unexpected(fmt::format("this is no report of acmedns-sim run: {}", error.what()));
  }
}

std::string ToText(const Report& report) {
  std::uint64_t runs = 0;
  for (const auto& [outcome, count] : report.runs_by_outcome) runs += count;
  std::string text = fmt::format("{} clusters in {} worlds, {:.0f} cluster-days, profile {}, seed {}\n",
                                 report.clusters, report.worlds, report.cluster_days, report.profile, report.seed);
  text += Rows(fmt::format("runs of the client: {}", runs), report.runs_by_outcome);
  text += "faults                                  planned       fired in mid-run\n";
  const auto count = [](const Counts& counts, const std::string& name) {
    const auto found = counts.find(name);
    return found == counts.end() ? 0 : found->second;
  };
  for (const auto& [name, planned] : report.faults_planned) {
    text += fmt::format("  {:<34}{:>12}{:>12}{:>11}\n", name, planned, count(report.faults_fired, name),
                        count(report.faults_at_work, name));
  }
  text += Rows("branches of the decision table", report.branches);
  text += Rows("counts", report.counts);
  text += fmt::format("worst recovery: {:.1f} hours from the loss of valid credentials to valid ones\n",
                      report.worst_recovery_hours);
  if (report.wall_seconds > 0) {
    text +=
        fmt::format("{:.1f} s of processor time; {:.0f} simulated days and {:.0f} client runs per second and core\n",
                    report.wall_seconds, report.cluster_days / report.wall_seconds,
                    static_cast<double>(runs) / report.wall_seconds);
  }
  text += fmt::format("violations: {}\n", report.violations.size());
  return text;
}

std::string ViolationsText(const Report& report, const std::function<std::string(const Violation&)>& replay) {
  constexpr std::size_t kShownMax = 10;  // the report has all of them
  std::string text;
  for (std::size_t i = 0; i < std::min(kShownMax, report.violations.size()); ++i) {
    const Violation& violation = report.violations[i];
    text += fmt::format("\n{} violation: {}: {}\n  seed {}, world {}, cluster {}, day {:.3f}\n  {}\n",
                        Name(violation.what), violation.checker, violation.message, violation.seed, violation.world,
                        violation.cluster, violation.day, replay(violation));
  }
  if (report.violations.size() > kShownMax)
    text += fmt::format("\nand {} more\n", report.violations.size() - kShownMax);
  return text;
}

}  // namespace sim
