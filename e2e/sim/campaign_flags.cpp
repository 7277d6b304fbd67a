#include "sim/campaign_flags.h"

namespace sim {

void CampaignFlags::AddTo(CLI::App& command) {
  command.add_option("--seed", seed, "Everything is drawn from it")->capture_default_str();
  command.add_option("--clusters", clusters, "16 of them share a world")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  command.add_option("--days", days, "Simulated days")->check(CLI::Range(1, 100'000))->capture_default_str();
  command.add_option("--profile", profile, "Which faults, and how often")
      ->check(CLI::IsMember({"quiet", "flaky", "hostile", "swarm"}))
      ->capture_default_str();
  command
      .add_option("--controllers", controllers,
                  "Whether mock-kubeapi's controllers run the manifests in some clusters, one of four, or in all; in "
                  "the others a timetable starts the same containers")
      ->check(CLI::IsMember({"some", "all"}))
      ->capture_default_str();
  command.add_option("--world", world, "Play this world alone")->check(CLI::NonNegativeNumber);
}

CampaignOptions CampaignFlags::Options() const {
  return {.seed = seed,
          .clusters = clusters,
          .days = std::chrono::days(days),
          .profile = ProfileFromName(profile).value(),
          .only_world = world,
          .all_controllers = controllers == "all"};
}

}  // namespace sim
