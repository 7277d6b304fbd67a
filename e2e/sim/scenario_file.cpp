#include "sim/scenario_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

namespace sim {
namespace {

using nlohmann::json;

/// A whole number from `min` on; the error names the member.
std::expected<std::int64_t, std::string> Number(const json& object, const char* member, std::int64_t min) {
  const auto found = object.find(member);
  const bool right = found != object.end() && found->is_number_integer() &&
                     (found->is_number_unsigned() || found->get<std::int64_t>() >= min) &&
                     found->get<std::int64_t>() >= min && found->get<std::int64_t>() <= std::numeric_limits<int>::max();
  if (!right) return std::unexpected(fmt::format("{} must be a whole number from {} on", member, min));
  return found->get<std::int64_t>();
}

}  // namespace

std::string ScenarioText(const Scenario& scenario) {
  const WorldSpec& spec = scenario.spec;
  nlohmann::ordered_json text = {
      {"about", scenario.about}, {"seed", spec.seed}, {"world", spec.world}, {"clusters", spec.clusters}};
  if (spec.only_cluster) text["onlyCluster"] = *spec.only_cluster;
  text["days"] = spec.days.count();
  if (spec.all_controllers) text["controllers"] = "all";
  text["faults"] = nlohmann::ordered_json(ToJson(spec.script));
  return text.dump(2) + "\n";
}

std::expected<Scenario, std::string> ParseScenario(const std::string& text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return std::unexpected("a scenario must be a JSON object");
  for (const auto& [member, value] : object.items()) {
    static constexpr std::string_view kMembers[] = {"about",       "seed", "world",       "clusters",
                                                    "onlyCluster", "days", "controllers", "faults"};
    if (std::ranges::find(kMembers, member) == std::end(kMembers)) return std::unexpected(member + " is unknown");
  }
  if (!object.contains("seed") || !object["seed"].is_number_unsigned()) {
    return std::unexpected("seed must be a whole number from 0 on");
  }
  if (object.contains("about") && !object["about"].is_string()) return std::unexpected("about must be a text");
  const auto world = Number(object, "world", 0);
  if (!world) return std::unexpected(world.error());
  const auto clusters = Number(object, "clusters", 1);
  if (!clusters) return std::unexpected(clusters.error());
  std::optional<int> only_cluster;
  if (object.contains("onlyCluster")) {
    const auto only = Number(object, "onlyCluster", 0);
    if (!only) return std::unexpected(only.error());
    if (*only >= *clusters) return std::unexpected(fmt::format("onlyCluster: there is no cluster {}", *only));
    only_cluster = static_cast<int>(*only);
  }
  const auto days = Number(object, "days", 1);
  if (!days) return std::unexpected(days.error());
  if (object.contains("controllers") && object["controllers"] != "all" && object["controllers"] != "some") {
    return std::unexpected("controllers must be \"some\" or \"all\"");
  }
  auto script = ScriptFromJson(object.value("faults", json()));
  if (!script) return std::unexpected(script.error());
  for (const PlannedFault& fault : *script) {
    if (fault.cluster >= *clusters)
      return std::unexpected(fmt::format("faults: there is no cluster {}", fault.cluster));
  }
  return Scenario{.about = object.value("about", ""),
                  .spec = {.seed = object["seed"].get<std::uint64_t>(),
                           .world = static_cast<int>(*world),
                           .clusters = static_cast<int>(*clusters),
                           .days = std::chrono::days(*days),
                           .profile = "scenario",
                           .script = *std::move(script),
                           .only_cluster = only_cluster,
                           .all_controllers = object.value("controllers", "some") == "all"}};
}

std::expected<Scenario, std::string> ReadScenario(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected(fmt::format("{}: can't be read", path));
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  auto scenario = ParseScenario(text);
  if (!scenario) return std::unexpected(fmt::format("{}: {}", path, scenario.error()));
  return scenario;
}

}  // namespace sim
