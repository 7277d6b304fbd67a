#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/pod_parts.h"
#include "mock_kubeapi/validation/label_selector.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kRequiredTerms = "requiredDuringSchedulingIgnoredDuringExecution";
constexpr const char* kPreferredTerms = "preferredDuringSchedulingIgnoredDuringExecution";

FieldErrors ValidateWeight(const Json& term, const std::string& path) {
  const std::int64_t weight = IntegerOf(term, "weight").value_or(0);
  if (weight > 0 && weight <= 100) return {};
  return {Invalid(Child(path, "weight"), weight, "must be in the range 1-100")};
}

FieldError InvalidOperator(const Json& requirement, const std::string& path) {
  return Invalid(Child(path, "operator"), TextOf(requirement, "operator"), "not a valid selector operator");
}

// ---- Nodes

FieldErrors ValidateLabelRequirement(const Json& requirement, const std::string& path) {
  FieldErrors errors;
  const std::string& op = TextOf(requirement, "operator");
  const std::size_t count = ListOf(requirement, "values").size();
  const std::string values_path = Child(path, "values");
  if (op == "In" || op == "NotIn") {
    if (count == 0) {
      errors.push_back(Required(values_path, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (op == "Exists" || op == "DoesNotExist") {
    if (count > 0) {
      errors.push_back(Forbidden(values_path, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    }
  } else if (op == "Gt" || op == "Lt") {
    if (count != 1) {
      errors.push_back(Required(values_path, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
    }
  } else {
    errors.push_back(InvalidOperator(requirement, path));
  }
  const std::string& key = TextOf(requirement, "key");
  Append(errors, InvalidForEach(Child(path, "key"), key, validation::IsQualifiedName(key)));
  return errors;
}

FieldErrors ValidateFieldRequirement(const Json& requirement, const std::string& path) {
  FieldErrors errors;
  const std::string& op = TextOf(requirement, "operator");
  const Json& values = ListOf(requirement, "values");
  if (op != "In" && op != "NotIn") {
    errors.push_back(InvalidOperator(requirement, path));
  } else if (values.size() != 1) {
    errors.push_back(Required(Child(path, "values"),
                              "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
  }
  const std::string& key = TextOf(requirement, "key");
  if (key != "metadata.name") {
    errors.push_back(Invalid(Child(path, "key"), key, "not a valid field selector key"));
    return errors;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i].is_string()) continue;
    const std::string value = values[i].get<std::string>();
    Append(errors, InvalidForEach(Index(Child(path, "values"), i), value, validation::IsDns1123Subdomain(value)));
  }
  return errors;
}

FieldErrors ValidateNodeTerm(const Json& term, const std::string& path) {
  FieldErrors errors;
  const Json& labels = ListOf(term, "matchExpressions");
  for (std::size_t i = 0; i < labels.size(); ++i) {
    Append(errors, ValidateLabelRequirement(labels[i], Index(Child(path, "matchExpressions"), i)));
  }
  const Json& fields = ListOf(term, "matchFields");
  for (std::size_t i = 0; i < fields.size(); ++i) {
    Append(errors, ValidateFieldRequirement(fields[i], Index(Child(path, "matchFields"), i)));
  }
  return errors;
}

FieldErrors ValidateNodeAffinity(const Json& affinity, const std::string& path) {
  FieldErrors errors;
  if (const Json* required = FieldOf(affinity, kRequiredTerms)) {
    const std::string terms_path = Child(Child(path, kRequiredTerms), "nodeSelectorTerms");
    const Json& terms = ListOf(*required, "nodeSelectorTerms");
    if (terms.empty()) errors.push_back(Required(terms_path, "must have at least one node selector term"));
    for (std::size_t i = 0; i < terms.size(); ++i) Append(errors, ValidateNodeTerm(terms[i], Index(terms_path, i)));
  }
  const Json& preferred = ListOf(affinity, kPreferredTerms);
  for (std::size_t i = 0; i < preferred.size(); ++i) {
    const std::string at = Index(Child(path, kPreferredTerms), i);
    Append(errors, ValidateWeight(preferred[i], at));
    Append(errors, ValidateNodeTerm(ObjectOf(preferred[i], "preference"), Child(at, "preference")));
  }
  return errors;
}

// ---- Pods

FieldErrors ValidatePodTerm(const Json& term, const std::string& path) {
  FieldErrors errors;
  for (const char* field : {"labelSelector", "namespaceSelector"}) {
    const Json* selector = FieldOf(term, field);
    if (selector != nullptr) Append(errors, validation::ValidateLabelSelector(*selector, Child(path, field)));
  }
  for (const Json& name : ListOf(term, "namespaces")) {
    if (!name.is_string()) continue;
    const std::string text = name.get<std::string>();
    // The real server leaves out which of them, and the "s".
    Append(errors, InvalidForEach(Child(path, "namespace"), text, validation::IsDns1123Label(text)));
  }
  const std::string& key = TextOf(term, "topologyKey");
  if (key.empty()) errors.push_back(Required(Child(path, "topologyKey"), "can not be empty"));
  Append(errors, InvalidForEach(Child(path, "topologyKey"), key, validation::IsQualifiedName(key)));
  return errors;
}

FieldErrors ValidatePodAffinity(const Json& affinity, const std::string& path) {
  FieldErrors errors;
  const Json& required = ListOf(affinity, kRequiredTerms);
  for (std::size_t i = 0; i < required.size(); ++i) {
    Append(errors, ValidatePodTerm(required[i], Index(Child(path, kRequiredTerms), i)));
  }
  const Json& preferred = ListOf(affinity, kPreferredTerms);
  for (std::size_t i = 0; i < preferred.size(); ++i) {
    const std::string at = Index(Child(path, kPreferredTerms), i);
    Append(errors, ValidateWeight(preferred[i], at));
    Append(errors, ValidatePodTerm(ObjectOf(preferred[i], "podAffinityTerm"), Child(at, "podAffinityTerm")));
  }
  return errors;
}

// ---- Topology

FieldErrors ValidateMinDomains(const Json& constraint, const std::string& path) {
  const auto domains = IntegerOf(constraint, "minDomains");
  if (!domains) return {};
  FieldErrors errors;
  if (*domains <= 0) errors.push_back(Invalid(path, *domains, "must be greater than zero"));
  const std::string& action = TextOf(constraint, "whenUnsatisfiable");
  if (action != "DoNotSchedule") {
    errors.push_back(Invalid(
        path, *domains, fmt::format("can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {}", action)));
  }
  return errors;
}

bool IsSameSpread(const Json& a, const Json& b) {
  return TextOf(a, "topologyKey") == TextOf(b, "topologyKey") &&
         TextOf(a, "whenUnsatisfiable") == TextOf(b, "whenUnsatisfiable");
}

}  // namespace

FieldErrors ValidateAffinity(const Json& spec, const std::string& spec_path) {
  const Json* affinity = FieldOf(spec, "affinity");
  if (affinity == nullptr) return {};
  const std::string path = Child(spec_path, "affinity");
  FieldErrors errors = ValidateNodeAffinity(ObjectOf(*affinity, "nodeAffinity"), Child(path, "nodeAffinity"));
  for (const char* field : {"podAffinity", "podAntiAffinity"}) {
    Append(errors, ValidatePodAffinity(ObjectOf(*affinity, field), Child(path, field)));
  }
  return errors;
}

FieldErrors ValidateTopologySpread(const Json& constraints, const std::string& path) {
  FieldErrors errors;
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    const Json& constraint = constraints[i];
    const std::string at = Index(path, i);
    const std::int64_t skew = IntegerOf(constraint, "maxSkew").value_or(0);
    if (skew <= 0) errors.push_back(Invalid(Child(at, "maxSkew"), skew, "must be greater than zero"));
    const std::string& key = TextOf(constraint, "topologyKey");
    if (key.empty()) errors.push_back(Required(Child(at, "topologyKey"), "can not be empty"));
    const std::string& action = TextOf(constraint, "whenUnsatisfiable");
    if (action != "DoNotSchedule" && action != "ScheduleAnyway") {
      errors.push_back(NotSupported(Child(at, "whenUnsatisfiable"), action, {"DoNotSchedule", "ScheduleAnyway"}));
    }
    const bool repeats = std::any_of(constraints.begin() + static_cast<std::ptrdiff_t>(i) + 1, constraints.end(),
                                     [&](const Json& other) { return IsSameSpread(constraint, other); });
    if (repeats) {
      errors.push_back(
          Duplicate(Child(at, "{topologyKey, whenUnsatisfiable}"), fmt::format("{{{}, {}}}", key, action)));
    }
    Append(errors, ValidateMinDomains(constraint, Child(at, "minDomains")));
    for (const char* policy : {"nodeAffinityPolicy", "nodeTaintsPolicy"}) {
      const Json* value = FieldOf(constraint, policy);
      if (value == nullptr || *value == "Honor" || *value == "Ignore") continue;
      errors.push_back(NotSupported(Child(at, policy), *value, {"Honor", "Ignore"}));
    }
  }
  return errors;
}

}  // namespace mock_kubeapi
