#include "mock_kubeapi/merge/conflict.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi::merge {
namespace {

auto OrderKey(const ManagerId& id) {
  return std::tie(id.manager, id.operation, id.api_version, id.subresource);
}

/// Appliers by name, updaters with the version they wrote.
std::string ManagerText(const ManagerId& id) {
  std::string text = GoQuote(id.manager);
  if (!id.subresource.empty()) {
    text += " with subresource " + GoQuote(id.subresource);
  }
  if (id.operation == Operation::kUpdate) {
    text += " using " + id.api_version;
  }
  return text;
}

std::string Message(const std::vector<Conflict>& conflicts) {
  if (conflicts.size() == 1) {
    return "Apply failed with 1 conflict: conflict with " + ManagerText(conflicts[0].manager) + ": " +
           PathText(conflicts[0].path);
  }
  std::string text;
  const ManagerId* current = nullptr;
  for (const Conflict& conflict : conflicts) {
    if (current == nullptr || !current->SameManager(conflict.manager)) {
      text += (current == nullptr ? "" : "\n") + ("conflicts with " + ManagerText(conflict.manager)) + ":";
      current = &conflict.manager;
    }
    text += "\n- " + PathText(conflict.path);
  }
  return "Apply failed with " + std::to_string(conflicts.size()) + " conflicts: " + text;
}

}  // namespace

ApiError ApplyConflictError(std::vector<Conflict> conflicts) {
  std::stable_sort(conflicts.begin(), conflicts.end(),
                   [](const Conflict& a, const Conflict& b) { return OrderKey(a.manager) < OrderKey(b.manager); });
  Json causes = Json::array();
  for (const Conflict& conflict : conflicts) {
    causes.push_back({{"reason", "FieldManagerConflict"},
                      {"message", "conflict with " + ManagerText(conflict.manager)},
                      {"field", PathText(conflict.path)}});
  }
  return {.code = 409,
          .reason = "Conflict",
          .message = Message(conflicts),
          .details = {{"causes", std::move(causes)}},
          .retry_after_seconds = {}};
}

}  // namespace mock_kubeapi::merge
