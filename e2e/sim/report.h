// What a campaign found and counted: as values that add up, as JSON for `merge` and `plot`, as a table for people.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace sim {

enum class ViolationClass : std::uint8_t {
  kSafety,    ///< something was lost, broken or told that must not be
  kLiveness,  ///< faults stopped, and yet something did not become valid
  kCrash,     ///< the client threw, or a simulated part failed
};

struct Violation {
  ViolationClass what = ViolationClass::kSafety;
  std::string checker;  ///< "credentials-kept"
  std::string message;
  std::uint64_t seed = 0;  ///< of the campaign
  int world = 0;
  int cluster = 0;
  double day = 0;  ///< since the world began
};

/// One cluster's year, for the plot.
struct Timeline {
  struct Run {
    double start_day = 0;
    double end_day = 0;
    std::string command;
    int exit_code = 0;  ///< -1: killed
    bool reregistered = false;
  };
  struct Span {
    double start_day = 0;
    double end_day = 0;
    std::string name;
  };
  int world = 0;
  int cluster = 0;
  std::vector<Run> runs;
  std::vector<Span> faults;
  std::vector<Span> invalid;  ///< when the Secret held no credentials that acme-dns accepts
};

/// Counts of any number of worlds. Everything adds up, so shards merge in any order.
struct Report {
  std::uint64_t seed = 0;
  std::string profile;
  double days_per_cluster = 0;
  std::uint64_t worlds = 0;
  std::uint64_t clusters = 0;
  double cluster_days = 0;
  std::map<std::string, std::uint64_t> runs_by_outcome;  ///< "exit 0", "killed" …
  std::map<std::string, std::uint64_t> faults_planned;   ///< by kind
  std::map<std::string, std::uint64_t> faults_fired;     ///< by kind: that struck something
  std::map<std::string, std::uint64_t> faults_at_work;   ///< by kind: in the middle of a run
  std::map<std::string, std::uint64_t> branches;         ///< of the check's decision table
  std::map<std::string, std::uint64_t> counts;           ///< accounts, invalidations, re-registrations …
  double worst_recovery_hours = 0;                       ///< from faults' end or invalidation to valid credentials
  double wall_seconds = 0;
  std::map<std::uint64_t, std::set<int>> played;  ///< the worlds, by the campaign's seed
  std::vector<Violation> violations;
  std::vector<Timeline> timelines;

  void Add(const Report& other);
  /// A world that both hold, as seed and number; nullopt: none.
  std::optional<std::pair<std::uint64_t, int>> SharedWith(const Report& other) const;
};

nlohmann::json ToJson(const Report& report);
std::expected<Report, std::string> ReportFromJson(const nlohmann::json& json);
/// The summary table.
std::string ToText(const Report& report);
/// The first violations, each with the command that `replay` gives for it. Empty when there is none.
std::string ViolationsText(const Report& report, const std::function<std::string(const Violation&)>& replay);
/// "safety", "liveness", "crash".
std::string_view Name(ViolationClass what);

}  // namespace sim
