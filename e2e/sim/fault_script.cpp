#include "sim/fault_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

namespace sim {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<Profile, std::string_view>, 4> kProfiles = {{{Profile::kQuiet, "quiet"},
                                                                            {Profile::kFlaky, "flaky"},
                                                                            {Profile::kHostile, "hostile"},
                                                                            {Profile::kSwarm, "swarm"}}};

/// Kinds that nobody causes on purpose.
bool IsFlakiness(FaultKind kind) {
  using enum FaultKind;
  switch (kind) {
    case kAcmeServerError:
    case kAcmeSlow:
    case kAcmeLostRequest:
    case kAcmeLostReply:
    case kAcmeTooManyRequests:
    case kDnsServFail:
    case kDnsTimeout:
    case kKubeConflict:
    case kKubeTooManyRequests:
    case kKubeServerError:
    case kKubeUnavailable:
    case kKubeLostReply:
    case kProcessKilled:
      return true;
    default:
      return false;
  }
}

/// Exponentially distributed with that mean: the time to the next of events that come independently.
double DrawExponential(mock_http::Random& random, double mean) {
  return -mean * std::log1p(-random.Unit());
}

void DrawFaults(const FaultKindRow& row, double rate, int cluster, std::chrono::days days, mock_http::Random& random,
                std::vector<PlannedFault>& script) {
  constexpr double kSecondsPerYear = 365.0 * 86'400;
  const double end = static_cast<double>(Offset(days).count());
  const double mean_gap = kSecondsPerYear / (row.per_year * rate);
  double at = DrawExponential(random, mean_gap);
  while (at < end) {
    PlannedFault fault{.kind = row.kind,
                       .cluster = cluster,
                       .start = Offset(static_cast<std::int64_t>(at)),
                       .salt = random.Next() >> 11U};
    if (row.lasts) {
      fault.duration = Offset(1 + static_cast<std::int64_t>(DrawExponential(random, row.hours * 3600)));
    }
    script.push_back(fault);
    at += DrawExponential(random, mean_gap);
  }
}

}  // namespace

std::optional<Profile> ProfileFromName(std::string_view name) {
  for (const auto& [profile, text] : kProfiles) {
    if (text == name) return profile;
  }
  return std::nullopt;
}

std::string_view Name(Profile profile) {
  for (const auto& [known, text] : kProfiles) {
    if (known == profile) return text;
  }
  return "";
}

Rates DrawRates(Profile profile, mock_http::Random& random) {
  Rates rates{};
  for (const FaultKindRow& row : FaultKindTable()) {
    double& rate = rates.at(static_cast<std::size_t>(row.kind));
    switch (profile) {
      case Profile::kQuiet:
        rate = 0;
        break;
      case Profile::kFlaky:
        rate = IsFlakiness(row.kind) ? 1 : 0;
        break;
      case Profile::kHostile:
        rate = 1;
        break;
      case Profile::kSwarm:
        // Leaving kinds out altogether is what lets the others get far: a world in which everything fails at once
        // never comes to the states behind the first failure.
        rate = random.Unit() < 0.5 ? 0 : std::exp2(random.Unit() * 5 - 2);
        break;
    }
  }
  return rates;
}

std::vector<PlannedFault> DrawScript(const Rates& rates, const ScriptOptions& options, mock_http::Random& random) {
  std::vector<PlannedFault> script;
  for (const FaultKindRow& row : FaultKindTable()) {
    const double rate = rates.at(static_cast<std::size_t>(row.kind));
    if (rate <= 0) continue;
    if (!row.per_cluster) {
      DrawFaults(row, rate, -1, options.days, random, script);
      continue;
    }
    for (int cluster = 0; cluster < options.clusters; ++cluster) {
      DrawFaults(row, rate, cluster, options.days, random, script);
    }
  }
  std::ranges::stable_sort(
      script, {}, [](const PlannedFault& fault) { return std::tuple(fault.start, fault.kind, fault.cluster); });
  return script;
}

json ToJson(const std::vector<PlannedFault>& script) {
  json list = json::array();
  for (const PlannedFault& fault : script) {
    json item = {{"kind", RowOf(fault.kind).name}, {"start", fault.start.count()}, {"salt", fault.salt}};
    if (fault.cluster >= 0) item["cluster"] = fault.cluster;
    if (fault.duration.count() > 0) item["duration"] = fault.duration.count();
    list.push_back(std::move(item));
  }
  return list;
}

std::expected<std::vector<PlannedFault>, std::string> ScriptFromJson(const json& list) {
  if (!list.is_array()) return std::unexpected("faults must be a list");
  std::vector<PlannedFault> script;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const json& item = list[i];
    const auto fail = [i](std::string_view what) { return std::unexpected(fmt::format("faults[{}]: {}", i, what)); };
    if (!item.is_object()) return fail("must be an object");
    PlannedFault fault;
    for (const auto& [key, value] : item.items()) {
      if (key == "kind") {
        const auto kind = value.is_string() ? FaultKindFromName(value.get<std::string>()) : std::nullopt;
        if (!kind) return fail(fmt::format("kind {} is unknown", value.dump()));
        fault.kind = *kind;
        continue;
      }
      if (!value.is_number_integer() || value.get<std::int64_t>() < 0) return fail(key + " must be a whole number");
      if (key == "cluster")
        fault.cluster = value.get<int>();
      else if (key == "start")
        fault.start = Offset(value.get<std::int64_t>());
      else if (key == "duration")
        fault.duration = Offset(value.get<std::int64_t>());
      else if (key == "salt")
        fault.salt = value.get<std::uint64_t>();
      else
        return fail(key + " is unknown");
    }
    if (!item.contains("kind") || !item.contains("start")) return fail("kind and start are needed");
    const FaultKindRow& row = RowOf(fault.kind);
    if (row.per_cluster != item.contains("cluster")) {
      return fail(row.per_cluster ? "needs a cluster" : "strikes the whole world: cluster makes no sense");
    }
    if (row.lasts != (fault.duration.count() > 0)) {
      return fail(row.lasts ? "needs a duration" : "happens once: duration makes no sense");
    }
    script.push_back(fault);
  }
  return script;
}

}  // namespace sim
