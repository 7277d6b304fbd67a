#include "mock_kubeapi/schema/type.h"

#include <algorithm>

namespace mock_kubeapi::schema {

const Field* Type::Find(std::string_view field_name) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.name == field_name; });
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace mock_kubeapi::schema
