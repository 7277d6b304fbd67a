#include "sim/run_record.h"

namespace sim {

std::map<std::string, std::string> CnamesIn(std::string_view text) {
  constexpr std::string_view kName = "_acme-challenge.";
  constexpr std::string_view kPoints = ". IN CNAME ";
  std::map<std::string, std::string> targets;
  for (std::size_t at = text.find(kPoints); at != std::string_view::npos; at = text.find(kPoints, at + 1)) {
    const std::size_t name = text.rfind(kName, at);
    if (name == std::string_view::npos) continue;
    std::string_view target = text.substr(at + kPoints.size());
    target = target.substr(0, target.find_first_of(" \n\";"));
    if (!target.ends_with('.')) continue;
    target.remove_suffix(1);
    targets[std::string(text.substr(name + kName.size(), at - name - kName.size()))] = target;
  }
  return targets;
}

}  // namespace sim
