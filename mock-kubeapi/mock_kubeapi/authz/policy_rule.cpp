#include "mock_kubeapi/authz/policy_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi {
namespace {

using Texts = std::vector<std::string>;

constexpr std::string_view kAll = "*";

bool Has(const Texts& set, std::string_view text) {
  return std::ranges::find(set, text) != set.end();
}

bool HasOrAll(const Texts& set, std::string_view text) {
  return std::ranges::any_of(set, [text](const std::string& each) { return each == kAll || each == text; });
}

bool HasAllOf(const Texts& set, const Texts& wanted) {
  return Has(set, kAll) || std::ranges::all_of(wanted, [&set](const std::string& each) { return Has(set, each); });
}

/// "*/status" covers "jobs/status".
bool CoversSubresource(std::string_view rule_resource, std::string_view subresource) {
  return rule_resource.size() == subresource.size() + 2 && rule_resource.starts_with("*/") &&
         rule_resource.ends_with(subresource);
}

bool UrlCovers(std::string_view rule_url, std::string_view url) {
  if (rule_url == kAll || rule_url == url) return true;
  if (!rule_url.ends_with('*')) return false;
  rule_url = rule_url.substr(0, rule_url.find_last_not_of('*') + 1);
  return url.starts_with(rule_url);
}

bool ResourceMatches(const PolicyRule& rule, const Attributes& attributes) {
  return std::ranges::any_of(rule.resources, [&attributes](std::string_view resource) {
    if (resource == kAll) return true;
    const std::string_view subresource = attributes.subresource;
    if (subresource.empty()) return resource == attributes.resource;
    return CoversSubresource(resource, subresource) ||
           (resource.size() == attributes.resource.size() + 1 + subresource.size() &&
            resource.starts_with(attributes.resource) && resource[attributes.resource.size()] == '/' &&
            resource.ends_with(subresource));
  });
}

bool ResourcesCover(const Texts& held, const Texts& wanted) {
  if (Has(held, kAll)) return true;
  return std::ranges::all_of(wanted, [&held](const std::string& each) {
    if (Has(held, each)) return true;
    const std::size_t slash = each.find('/');
    return slash != std::string::npos && Has(held, "*" + each.substr(slash));
  });
}

bool UrlsCover(const Texts& held, const Texts& wanted) {
  return std::ranges::all_of(wanted, [&held](const std::string& url) {
    return std::ranges::any_of(held, [&url](const std::string& each) { return UrlCovers(each, url); });
  });
}

bool NamesCover(const Texts& held, const Texts& wanted) {
  if (held.empty()) return true;
  return !wanted.empty() && std::ranges::all_of(wanted, [&held](const std::string& each) { return Has(held, each); });
}

bool Covers(const PolicyRule& held, const PolicyRule& wanted) {
  return HasAllOf(held.verbs, wanted.verbs) && HasAllOf(held.api_groups, wanted.api_groups) &&
         ResourcesCover(held.resources, wanted.resources) &&
         UrlsCover(held.non_resource_urls, wanted.non_resource_urls) &&
         NamesCover(held.resource_names, wanted.resource_names);
}

/// One rule for each combination of the rule's lists.
std::vector<PolicyRule> BreakDown(const PolicyRule& rule) {
  std::vector<PolicyRule> parts;
  for (const std::string& group : rule.api_groups) {
    for (const std::string& resource : rule.resources) {
      for (const std::string& verb : rule.verbs) {
        const PolicyRule part{.verbs = {verb}, .api_groups = {group}, .resources = {resource}};
        if (rule.resource_names.empty()) parts.push_back(part);
        for (const std::string& name : rule.resource_names) {
          parts.push_back(part);
          parts.back().resource_names = {name};
        }
      }
    }
  }
  for (const std::string& url : rule.non_resource_urls) {
    for (const std::string& verb : rule.verbs) parts.push_back({.verbs = {verb}, .non_resource_urls = {url}});
  }
  return parts;
}

Texts TextsAt(const Json& rule, const char* field) {
  Texts texts;
  const auto found = rule.find(field);
  if (found == rule.end() || !found->is_array()) return texts;
  for (const Json& each : *found) {
    if (each.is_string()) texts.push_back(each.get<std::string>());
  }
  return texts;
}

}  // namespace

std::string MissingRoleText(const RoleReference& role) {
  return fmt::format("{}.{} {} not found", role.kind == "ClusterRole" ? "clusterrole" : "role", kRbacGroup,
                     GoQuote(role.name));
}

std::vector<PolicyRule> RulesOf(const Json& role) {
  std::vector<PolicyRule> rules;
  const auto found = role.find("rules");
  if (found == role.end() || !found->is_array()) return rules;
  for (const Json& rule : *found) {
    if (!rule.is_object()) continue;
    rules.push_back({.verbs = TextsAt(rule, "verbs"),
                     .api_groups = TextsAt(rule, "apiGroups"),
                     .resources = TextsAt(rule, "resources"),
                     .resource_names = TextsAt(rule, "resourceNames"),
                     .non_resource_urls = TextsAt(rule, "nonResourceURLs")});
  }
  return rules;
}

Json RuleToJson(const PolicyRule& rule) {
  Json out = {{"verbs", rule.verbs}};
  if (!rule.api_groups.empty()) out["apiGroups"] = rule.api_groups;
  if (!rule.resources.empty()) out["resources"] = rule.resources;
  if (!rule.resource_names.empty()) out["resourceNames"] = rule.resource_names;
  if (!rule.non_resource_urls.empty()) out["nonResourceURLs"] = rule.non_resource_urls;
  return out;
}

bool RuleAllows(const PolicyRule& rule, const Attributes& attributes) {
  if (!HasOrAll(rule.verbs, attributes.verb)) return false;
  if (!attributes.is_resource) {
    return std::ranges::any_of(rule.non_resource_urls,
                               [&attributes](const std::string& url) { return UrlCovers(url, attributes.path); });
  }
  return HasOrAll(rule.api_groups, attributes.group) && ResourceMatches(rule, attributes) &&
         (rule.resource_names.empty() || Has(rule.resource_names, attributes.name));
}

std::vector<PolicyRule> MissingRules(const std::vector<PolicyRule>& held, const std::vector<PolicyRule>& wanted) {
  std::vector<PolicyRule> missing;
  for (const PolicyRule& rule : wanted) {
    for (PolicyRule& part : BreakDown(rule)) {
      const bool covered = std::ranges::any_of(held, [&part](const PolicyRule& each) { return Covers(each, part); });
      if (!covered) missing.push_back(std::move(part));
    }
  }
  return missing;
}

std::vector<PolicyRule> CompactRules(const std::vector<PolicyRule>& rules) {
  std::vector<PolicyRule> compact;
  std::vector<PolicyRule> joined;
  for (const PolicyRule& rule : rules) {
    const bool simple = rule.resource_names.size() <= 1 && rule.non_resource_urls.empty() &&
                        rule.api_groups.size() == 1 && rule.resources.size() == 1;
    if (!simple) {
      compact.push_back(rule);
      continue;
    }
    const auto same = std::ranges::find_if(joined, [&rule](const PolicyRule& each) {
      return each.api_groups == rule.api_groups && each.resources == rule.resources &&
             each.resource_names == rule.resource_names;
    });
    if (same == joined.end()) {
      joined.push_back(rule);
    } else {
      same->verbs.insert(same->verbs.end(), rule.verbs.begin(), rule.verbs.end());
    }
  }
  compact.insert(compact.end(), joined.begin(), joined.end());
  return compact;
}

std::string DescribeRule(const PolicyRule& rule) {
  std::string out;
  const auto add = [&out](std::string_view name, const Texts& texts) {
    if (!texts.empty()) out += fmt::format("{}{}:{}", out.empty() ? "" : ", ", name, GoQuoteList(texts));
  };
  add("APIGroups", rule.api_groups);
  add("Resources", rule.resources);
  add("NonResourceURLs", rule.non_resource_urls);
  add("ResourceNames", rule.resource_names);
  add("Verbs", rule.verbs);
  return "{" + out + "}";
}

}  // namespace mock_kubeapi
