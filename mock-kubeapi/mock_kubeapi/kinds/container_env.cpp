#include <string>

#include "mock_kubeapi/kinds/container_validation.h"
#include "mock_kubeapi/kinds/downward_validation.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kMoreThanOne = "may not have more than one field specified at a time";

FieldErrors ValidateKeySelector(const Json& selector, const std::string& path) {
  const std::string& name = TextOf(selector, "name");
  FieldErrors errors = InvalidForEach(Child(path, "name"), name, validation::NameIsDnsSubdomain(name, false));
  const std::string& key = TextOf(selector, "key");
  if (key.empty()) {
    errors.push_back(Required(Child(path, "key"), ""));
  } else {
    Append(errors, InvalidForEach(Child(path, "key"), key, validation::IsConfigMapKey(key)));
  }
  return errors;
}

FieldErrors ValidateValueFrom(const Json& variable, const std::string& path) {
  const Json* from = FieldOf(variable, "valueFrom");
  if (from == nullptr) return {};
  FieldErrors errors;
  int count = 0;
  if (const Json* ref = FieldOf(*from, "fieldRef")) {
    ++count;
    Append(errors, ValidateFieldRef(*ref, DownwardUse::kEnvironment, Child(path, "fieldRef")));
  }
  if (const Json* ref = FieldOf(*from, "resourceFieldRef")) {
    ++count;
    Append(errors, ValidateResourceFieldRef(*ref, DownwardUse::kEnvironment, Child(path, "resourceFieldRef")));
  }
  for (const char* selector : {"configMapKeyRef", "secretKeyRef"}) {
    const Json* ref = FieldOf(*from, selector);
    if (ref == nullptr) continue;
    ++count;
    Append(errors, ValidateKeySelector(*ref, Child(path, selector)));
  }
  if (count == 0) {
    errors.push_back(
        Invalid(path, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"));
  } else if (!TextOf(variable, "value").empty()) {
    errors.push_back(Invalid(path, "", "may not be specified when `value` is not empty"));
  } else if (count > 1) {
    errors.push_back(Invalid(path, "", kMoreThanOne));
  }
  return errors;
}

FieldErrors ValidateEnvFrom(const Json& sources, const std::string& path) {
  FieldErrors errors;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::string at = Index(path, i);
    const std::string& prefix = TextOf(sources[i], "prefix");
    if (!prefix.empty()) {
      Append(errors, InvalidForEach(Child(at, "prefix"), prefix, validation::IsEnvVarName(prefix)));
    }
    int count = 0;
    for (const char* kind : {"configMapRef", "secretRef"}) {
      const Json* ref = FieldOf(sources[i], kind);
      if (ref == nullptr) continue;
      ++count;
      const std::string name_path = Child(Child(at, kind), "name");
      const std::string& name = TextOf(*ref, "name");
      if (name.empty()) {
        errors.push_back(Required(name_path, ""));
      } else {
        Append(errors, InvalidForEach(name_path, name, validation::NameIsDnsSubdomain(name, true)));
      }
    }
    // The real server names the list here, not the item.
    if (count == 0) errors.push_back(Invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"));
    if (count > 1) errors.push_back(Invalid(path, "", kMoreThanOne));
  }
  return errors;
}

}  // namespace

FieldErrors ValidateEnv(const Json& container, const std::string& path) {
  FieldErrors errors;
  const Json& variables = ListOf(container, "env");
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const std::string at = Index(Child(path, "env"), i);
    const std::string& name = TextOf(variables[i], "name");
    if (name.empty()) {
      errors.push_back(Required(Child(at, "name"), ""));
    } else {
      Append(errors, InvalidForEach(Child(at, "name"), name, validation::IsEnvVarName(name)));
    }
    Append(errors, ValidateValueFrom(variables[i], Child(at, "valueFrom")));
  }
  Append(errors, ValidateEnvFrom(ListOf(container, "envFrom"), Child(path, "envFrom")));
  return errors;
}

}  // namespace mock_kubeapi
