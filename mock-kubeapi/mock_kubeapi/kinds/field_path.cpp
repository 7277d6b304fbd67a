#include "mock_kubeapi/kinds/field_path.h"

#include <fmt/format.h>

#include <optional>

#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {

FieldErrors ValidateNotNegative(const Json& object, std::string_view name, const std::string& path) {
  const std::optional<std::int64_t> value = IntegerOf(object, name);
  if (!value || *value >= 0) return {};
  return {Invalid(Child(path, name), *value, "must be greater than or equal to 0")};
}

std::string InclusiveRangeText(std::int64_t low, std::int64_t high) {
  return fmt::format("must be between {} and {}, inclusive", low, high);
}

FieldErrors ValidateTextGiven(const Json& object, std::string_view name, const std::string& path) {
  if (!TextOf(object, name).empty()) return {};
  return {Required(Child(path, name), "")};
}

}  // namespace mock_kubeapi
