#include "mock_kubeapi/kinds/selector.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

bool Holds(const Json& requirement, const Json& labels) {
  const Json* label = FieldOf(labels, TextOf(requirement, "key"));
  const std::string& op = TextOf(requirement, "operator");
  const Json& values = ListOf(requirement, "values");
  const bool listed = label != nullptr && std::ranges::find(values, *label) != values.end();
  if (op == "In") return listed;
  if (op == "NotIn") return !listed;
  if (op == "Exists") return label != nullptr;
  return op == "DoesNotExist" && label == nullptr;
}

std::string RequirementText(const Json& requirement) {
  const std::string& key = TextOf(requirement, "key");
  const std::string& op = TextOf(requirement, "operator");
  if (op == "Exists") return key;
  if (op == "DoesNotExist") return "!" + key;
  std::vector<std::string> values;
  for (const Json& value : ListOf(requirement, "values")) {
    if (value.is_string()) values.push_back(value.get<std::string>());
  }
  std::ranges::sort(values);
  return fmt::format("{} {} ({})", key, op == "In" ? "in" : "notin", fmt::join(values, ","));
}

std::string StringListGoText(const Json& list) {
  if (list.empty()) return "[]string(nil)";
  std::string out;
  for (const Json& item : list) {
    out += (out.empty() ? "" : ", ") + GoQuote(item.is_string() ? item.get<std::string>() : item.dump());
  }
  return "[]string{" + out + "}";
}

}  // namespace

bool SelectorMatches(const Json* selector, const Json& labels) {
  if (selector == nullptr) return false;
  for (const auto& [key, value] : ObjectOf(*selector, "matchLabels").items()) {
    const Json* label = FieldOf(labels, key);
    if (label == nullptr || *label != value) return false;
  }
  return std::ranges::all_of(ListOf(*selector, "matchExpressions"),
                             [&](const Json& requirement) { return Holds(requirement, labels); });
}

std::string SelectorText(const Json* selector) {
  if (selector == nullptr) return "<none>";
  std::vector<std::string> terms;
  for (const auto& [key, value] : ObjectOf(*selector, "matchLabels").items()) {
    terms.push_back(key + "=" + (value.is_string() ? value.get<std::string>() : std::string()));
  }
  for (const Json& requirement : ListOf(*selector, "matchExpressions")) terms.push_back(RequirementText(requirement));
  std::ranges::sort(terms);
  return terms.empty() ? "<none>" : fmt::format("{}", fmt::join(terms, ","));
}

std::string SelectorGoText(const Json& selector) {
  std::string requirements;
  for (const Json& requirement : ListOf(selector, "matchExpressions")) {
    requirements +=
        fmt::format("{}v1.LabelSelectorRequirement{{Key:{}, Operator:{}, Values:{}}}", requirements.empty() ? "" : ", ",
                    GoQuote(TextOf(requirement, "key")), GoQuote(TextOf(requirement, "operator")),
                    StringListGoText(ListOf(requirement, "values")));
  }
  return fmt::format("v1.LabelSelector{{MatchLabels:{}, MatchExpressions:[]v1.LabelSelectorRequirement{}}}",
                     StringMapGoText(ObjectOf(selector, "matchLabels")),
                     requirements.empty() ? "(nil)" : "{" + requirements + "}");
}

std::string StringMapGoText(const Json& map) {
  if (!map.is_object() || map.empty()) return "map[string]string(nil)";
  std::string out;
  for (const auto& [key, value] : map.items()) {
    out += fmt::format("{}{}:{}", out.empty() ? "" : ", ", GoQuote(key),
                       GoQuote(value.is_string() ? value.get<std::string>() : value.dump()));
  }
  return "map[string]string{" + out + "}";
}

}  // namespace mock_kubeapi
