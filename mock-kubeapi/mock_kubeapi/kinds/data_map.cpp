#include "mock_kubeapi/kinds/data_map.h"

#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {

FieldErrors ValidateDataKeys(const Json& data, const std::string& path) {
  FieldErrors errors;
  for (const auto& [key, value] : data.items()) {
    Append(errors, InvalidForEach(Key(path, key), key, validation::IsConfigMapKey(key)));
  }
  return errors;
}

std::size_t BytesOfBase64Values(const Json& data) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : data.items()) {
    const std::string& text = TextOf(data, key);
    if (text.empty()) continue;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    bytes += text.size() / 4 * 3 - padding;
  }
  return bytes;
}

std::size_t BytesOfTextValues(const Json& data) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : data.items()) bytes += TextOf(data, key).size();
  return bytes;
}

FieldErrors ValidateImmutableData(const Json& object, const Json& old, const std::vector<std::string>& fields) {
  constexpr const char* kImmutable = "field is immutable when `immutable` is set";
  FieldErrors errors;
  if (!IsTrue(old, "immutable")) return errors;
  if (!IsTrue(object, "immutable")) errors.push_back(Forbidden("immutable", kImmutable));
  for (const std::string& field : fields) {
    if (ObjectOf(object, field) != ObjectOf(old, field)) errors.push_back(Forbidden(field, kImmutable));
  }
  return errors;
}

}  // namespace mock_kubeapi
