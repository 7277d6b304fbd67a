#include "mock_kubeapi/validation/label_selector.h"

#include <fmt/format.h>

#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi::validation {
namespace {

void AddInvalid(FieldErrors& errors, const std::string& path, const std::string& value, const Complaints& complaints) {
  for (const std::string& complaint : complaints) errors.push_back(Invalid(path, value, complaint));
}

std::string TextOf(const Json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void ValidateRequirement(const Json& requirement, const std::string& path, FieldErrors& errors) {
  const std::string operation = TextOf(requirement, "operator");
  const Json values = requirement.value("values", Json::array());
  if (operation == "In" || operation == "NotIn") {
    if (values.empty()) {
      errors.push_back(Required(path + ".values", "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operation == "Exists" || operation == "DoesNotExist") {
    if (!values.empty()) {
      errors.push_back(
          Forbidden(path + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    }
  } else {
    errors.push_back(Invalid(path + ".operator", operation, "not a valid selector operator"));
  }
  const std::string key = TextOf(requirement, "key");
  AddInvalid(errors, path + ".key", key, IsQualifiedName(key));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i].is_string()) continue;
    const auto& value = values[i].get_ref<const std::string&>();
    AddInvalid(errors, fmt::format("{}.values[{}]", path, i), value, IsLabelValue(value));
  }
}

}  // namespace

FieldErrors ValidateLabelSelector(const Json& selector, const std::string& path) {
  FieldErrors errors;
  if (const auto labels = selector.find("matchLabels"); labels != selector.end() && labels->is_object()) {
    for (const auto& [key, value] : labels->items()) {
      AddInvalid(errors, path + ".matchLabels", key, IsQualifiedName(key));
      if (!value.is_string()) continue;
      const auto& text = value.get_ref<const std::string&>();
      AddInvalid(errors, path + ".matchLabels", text, IsLabelValue(text));
    }
  }
  if (const auto list = selector.find("matchExpressions"); list != selector.end() && list->is_array()) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      if ((*list)[i].is_object())
        ValidateRequirement((*list)[i], fmt::format("{}.matchExpressions[{}]", path, i), errors);
    }
  }
  return errors;
}

}  // namespace mock_kubeapi::validation
