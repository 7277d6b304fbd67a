#include "sim/shrink.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace sim {
namespace {

std::vector<PlannedFault> Without(const std::vector<PlannedFault>& script, std::size_t from, std::size_t to) {
  std::vector<PlannedFault> rest(script.begin(), script.begin() + static_cast<std::ptrdiff_t>(from));
  rest.insert(rest.end(), script.begin() + static_cast<std::ptrdiff_t>(to), script.end());
  return rest;
}

}  // namespace

std::vector<PlannedFault> Shrink(std::vector<PlannedFault> script, const StillFails& still_fails) {
  if (!script.empty() && still_fails({})) return {};
  std::size_t pieces = 2;
  while (script.size() >= 2) {
    const std::size_t length = (script.size() + pieces - 1) / pieces;
    bool smaller = false;
    for (std::size_t from = 0; from < script.size(); from += length) {
      std::vector<PlannedFault> rest = Without(script, from, std::min(script.size(), from + length));
      if (rest.empty() || !still_fails(rest)) continue;
      script = std::move(rest);
      pieces = std::max<std::size_t>(2, pieces - 1);
      smaller = true;
      break;
    }
    if (smaller) continue;
    if (length == 1) break;
    pieces = std::min(script.size(), pieces * 2);
  }
  return script;
}

}  // namespace sim
