// What the server's controllers write into the status of a CustomResourceDefinition.
// Source: apiextensions-apiserver's naming and establishing controllers.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mock_kubeapi/custom/custom.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi::custom {
namespace {

struct TakenNames {
  std::set<std::string> resources;
  std::set<std::string> kinds;
};

TakenNames NamesTakenBy(const std::vector<Json>& others, const std::string& group, const std::string& own_name) {
  TakenNames taken;
  for (const Json& other : others) {
    if (TextOf(ObjectOf(other, "spec"), "group") != group || NameOf(other) == own_name) {
      continue;
    }
    const Json& names = ObjectOf(ObjectOf(other, "status"), "acceptedNames");
    taken.resources.insert(TextOf(names, "plural"));
    taken.resources.insert(TextOf(names, "singular"));
    for (const Json& name : ListOf(names, "shortNames")) {
      taken.resources.insert(name.get<std::string>());
    }
    taken.kinds.insert(TextOf(names, "kind"));
    taken.kinds.insert(TextOf(names, "listKind"));
  }
  return taken;
}

Json Condition(const char* type, const char* status, const char* reason, std::string message) {
  return {{"type", type}, {"status", status}, {"reason", reason}, {"message", std::move(message)}};
}

/// Takes over the names that are free; the condition tells of those that are not.
class NameTaker {
 public:
  NameTaker(const Json& wanted, const TakenNames& taken, Json* accepted)
      : wanted_(wanted), taken_(taken), accepted_(accepted) {}

  Json Run() {
    Take("plural", "PluralConflict", taken_.resources);
    Take("singular", "SingularConflict", taken_.resources);
    TakeShortNames();
    Take("kind", "KindConflict", taken_.kinds);
    Take("listKind", "ListKindConflict", taken_.kinds);
    Copy("categories");
    return std::move(condition_);
  }

 private:
  void Conflict(const char* reason, std::string message) {
    condition_ = Condition("NamesAccepted", "False", reason, std::move(message));
  }

  void Take(const char* name, const char* reason, const std::set<std::string>& taken) {
    const std::string& wanted = TextOf(wanted_, name);
    if (wanted != TextOf(*accepted_, name) && taken.contains(wanted)) {
      Conflict(reason, fmt::format("{} is already in use", GoQuote(wanted)));
    } else {
      Copy(name);
    }
  }

  void TakeShortNames() {
    const Json& own = ListOf(*accepted_, "shortNames");
    std::vector<std::string> conflicts;
    for (const Json& name : ListOf(wanted_, "shortNames")) {
      const bool ours = std::find(own.begin(), own.end(), name) != own.end();
      if (!ours && taken_.resources.contains(name.get<std::string>())) {
        conflicts.push_back(fmt::format("{} is already in use", GoQuote(name.get<std::string>())));
      }
    }
    if (conflicts.empty()) {
      Copy("shortNames");
    } else {
      Conflict("ShortNamesConflict",
               conflicts.size() == 1 ? conflicts.front() : fmt::format("[{}]", fmt::join(conflicts, ", ")));
    }
  }

  void Copy(const char* name) {
    if (const Json* value = FieldOf(wanted_, name)) {
      (*accepted_)[name] = *value;
    } else {
      accepted_->erase(name);
    }
  }

  const Json& wanted_;
  const TakenNames& taken_;
  Json* accepted_;
  Json condition_ = Condition("NamesAccepted", "True", "NoConflicts", "no conflicts found");
};

const Json* FindCondition(const Json& definition, std::string_view type) {
  for (const Json& condition : ListOf(ObjectOf(definition, "status"), "conditions")) {
    if (TextOf(condition, "type") == type) {
      return &condition;
    }
  }
  return nullptr;
}

/// Sets a condition; the time changes only with the status.
void SetCondition(Json condition, const std::string& now, Json* definition) {
  Json& conditions = (*definition)["status"]["conditions"];
  if (!conditions.is_array()) {
    conditions = Json::array();
  }
  const auto known = std::find_if(conditions.begin(), conditions.end(),
                                  [&](const Json& one) { return TextOf(one, "type") == TextOf(condition, "type"); });
  condition["lastTransitionTime"] = known != conditions.end() && (*known)["status"] == condition["status"]
                                        ? (*known)["lastTransitionTime"]
                                        : Json(now);
  if (known == conditions.end()) {
    conditions.push_back(std::move(condition));
  } else {
    *known = std::move(condition);
  }
}

}  // namespace

namespace {

bool IsTrueCondition(const Json& definition, std::string_view type) {
  const Json* condition = FindCondition(definition, type);
  return condition != nullptr && TextOf(*condition, "status") == "True";
}

}  // namespace

bool IsEstablished(const Json& definition) {
  return IsTrueCondition(definition, "Established");
}

bool IsTerminating(const Json& definition) {
  return IsTrueCondition(definition, "Terminating");
}

Json Terminating(Json definition, const std::string& now) {
  SetCondition(Condition("Terminating", "True", "InstanceDeletionInProgress", "CustomResource deletion is in progress"),
               now, &definition);
  return definition;
}

Json WithStatus(Json definition, const std::vector<Json>& others, const std::string& now) {
  const Json& spec = ObjectOf(definition, "spec");
  Json accepted = ObjectOf(ObjectOf(definition, "status"), "acceptedNames");
  const TakenNames taken = NamesTakenBy(others, TextOf(spec, "group"), NameOf(definition));
  Json names_accepted = NameTaker(ObjectOf(spec, "names"), taken, &accepted).Run();
  const bool all_accepted = names_accepted["status"] == "True";
  definition["status"]["acceptedNames"] = std::move(accepted);
  SetCondition(std::move(names_accepted), now, &definition);
  // Once established, a definition stays so: its objects are there.
  if (!IsEstablished(definition)) {
    SetCondition(all_accepted
                     ? Condition("Established", "True", "InitialNamesAccepted", "the initial names have been accepted")
                     : Condition("Established", "False", "NotAccepted", "not all names are accepted"),
                 now, &definition);
  }
  return definition;
}

}  // namespace mock_kubeapi::custom
