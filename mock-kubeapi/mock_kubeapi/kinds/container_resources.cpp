#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "mock_kubeapi/kinds/container_validation.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/quantity.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kHugePages = "hugepages-";

/// Names without a prefix that mean something somewhere (quotas), though perhaps not for a container.
constexpr std::array<std::string_view, 25> kStandardNames = {"cpu",
                                                             "memory",
                                                             "ephemeral-storage",
                                                             "requests.cpu",
                                                             "requests.memory",
                                                             "requests.ephemeral-storage",
                                                             "limits.cpu",
                                                             "limits.memory",
                                                             "limits.ephemeral-storage",
                                                             "pods",
                                                             "resourcequotas",
                                                             "services",
                                                             "replicationcontrollers",
                                                             "secrets",
                                                             "configmaps",
                                                             "persistentvolumeclaims",
                                                             "storage",
                                                             "requests.storage",
                                                             "services.nodeports",
                                                             "services.loadbalancers",
                                                             "count/pods",
                                                             "count/services",
                                                             "count/secrets",
                                                             "count/configmaps",
                                                             "count/jobs.batch"};

bool IsNative(std::string_view name) {
  return name.find('/') == std::string_view::npos || name.find("kubernetes.io/") != std::string_view::npos;
}

bool IsExtended(std::string_view name) {
  if (IsNative(name) || name.starts_with("requests.")) return false;
  return validation::IsQualifiedName("requests." + std::string(name)).empty();
}

bool IsForContainers(std::string_view name) {
  return name == "cpu" || name == "memory" || name == "ephemeral-storage" || name.starts_with(kHugePages);
}

FieldErrors ValidateName(const std::string& name, const std::string& path) {
  FieldErrors errors = InvalidForEach(path, name, validation::IsQualifiedName(name));
  const bool has_prefix = name.find('/') != std::string::npos;
  if (errors.empty() && !has_prefix && !name.starts_with(kHugePages) &&
      std::ranges::find(kStandardNames, name) == kStandardNames.end()) {
    errors.push_back(Invalid(path, name, "must be a standard resource type or fully qualified"));
  }
  if (!has_prefix) {
    if (!IsForContainers(name)) errors.push_back(Invalid(path, name, "must be a standard resource for containers"));
  } else if (!IsNative(name) && !IsExtended(name)) {
    errors.push_back(Invalid(path, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

std::string AmountText(const Json& amount) {
  return amount.is_string() ? amount.get<std::string>() : amount.dump();
}

FieldErrors ValidateAmount(const std::string& name, const Json& amount, const std::string& path) {
  FieldErrors errors;
  const Quantity quantity = Quantity::Of(amount);
  if (quantity < Quantity{}) {
    errors.push_back(Invalid(path, AmountText(amount), "must be greater than or equal to 0"));
  }
  if (IsExtended(name) && !quantity.IsWhole()) {
    errors.push_back(Invalid(path, AmountText(amount), "must be an integer"));
  }
  return errors;
}

/// Huge pages come whole: hugepages-2Mi in multiples of 2Mi.
FieldErrors ValidateHugePages(const std::string& name, const Json& amount, const std::string& path) {
  if (!name.starts_with(kHugePages)) return {};
  const Quantity page = Quantity::Of(Json(name.substr(kHugePages.size())));
  const bool is_page = page > Quantity{} && page.IsWhole();
  if (is_page && Quantity::Of(amount).WholeRoundedUp() % page.WholeRoundedUp() == 0) return {};
  const std::string text = AmountText(amount);
  return {Invalid(path, text, fmt::format("{} is not positive integer multiple of {}", text, name))};
}

bool MayBeOvercommitted(std::string_view name) {
  return IsNative(name) && !name.starts_with(kHugePages);
}

}  // namespace

FieldErrors ValidateResources(const Json& resources, const std::string& path) {
  FieldErrors errors;
  const std::string limits_path = Child(path, "limits");
  const std::string requests_path = Child(path, "requests");
  const Json& limits = ObjectOf(resources, "limits");
  bool has_huge_pages = false;
  bool has_cpu_or_memory = false;
  const auto note = [&](std::string_view name) {
    has_huge_pages = has_huge_pages || name.starts_with(kHugePages);
    has_cpu_or_memory = has_cpu_or_memory || name == "cpu" || name == "memory";
  };
  for (const auto& [name, amount] : limits.items()) {
    const std::string at = Key(limits_path, name);
    Append(errors, ValidateName(name, at));
    Append(errors, ValidateAmount(name, amount, at));
    Append(errors, ValidateHugePages(name, amount, at));
    note(name);
  }
  for (const auto& [name, amount] : ObjectOf(resources, "requests").items()) {
    const std::string at = Key(requests_path, name);
    Append(errors, ValidateName(name, at));
    Append(errors, ValidateAmount(name, amount, at));
    note(name);
    const Json* limit = FieldOf(limits, name);
    if (limit == nullptr) {
      if (!MayBeOvercommitted(name)) {
        errors.push_back(Required(limits_path, "Limit must be set for non overcommitable resources"));
      }
    } else if (!MayBeOvercommitted(name) && Quantity::Of(amount) != Quantity::Of(*limit)) {
      errors.push_back(Invalid(requests_path, AmountText(amount), fmt::format("must be equal to {} limit", name)));
    } else if (Quantity::Of(amount) > Quantity::Of(*limit)) {
      errors.push_back(
          Invalid(requests_path, AmountText(amount), fmt::format("must be less than or equal to {} limit", name)));
    }
    Append(errors, ValidateHugePages(name, amount, at));
  }
  if (has_huge_pages && !has_cpu_or_memory) {
    errors.push_back(Forbidden(path, "HugePages require cpu or memory"));
  }
  return errors;
}

}  // namespace mock_kubeapi
