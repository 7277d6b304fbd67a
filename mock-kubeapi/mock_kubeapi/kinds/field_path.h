// Paths in complaints about fields ("spec.containers[0].env[1].name"), and the small steps of collecting them.
// Source of the forms: apimachinery's pkg/util/validation/field/path.go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

inline std::string Child(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}
inline std::string Index(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}
inline std::string Key(const std::string& path, std::string_view key) {
  return path + "[" + std::string(key) + "]";
}

inline void Append(FieldErrors& to, FieldErrors from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

/// One Invalid for each text of what is wrong with `value`.
inline FieldErrors InvalidForEach(const std::string& path, const Json& value, const std::vector<std::string>& texts) {
  FieldErrors errors;
  for (const std::string& text : texts) errors.push_back(Invalid(path, value, text));
  return errors;
}

/// "must be greater than or equal to 0" for a number below that; nothing where the field is not set.
FieldErrors ValidateNotNegative(const Json& object, std::string_view name, const std::string& path);
/// "must be between 1 and 9, inclusive"
std::string InclusiveRangeText(std::int64_t low, std::int64_t high);
/// Required where the field is an empty text or not set.
FieldErrors ValidateTextGiven(const Json& object, std::string_view name, const std::string& path);

}  // namespace mock_kubeapi
