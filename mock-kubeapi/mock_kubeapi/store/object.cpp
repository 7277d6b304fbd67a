#include "mock_kubeapi/store/object.h"

namespace mock_kubeapi {

const std::string& Object::Text() const {
  if (text_.empty()) text_ = json_.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text_;
}

std::string_view MetaText(const Json& object, const char* field) {
  const auto meta = object.find("metadata");
  if (meta == object.end() || !meta->is_object()) return {};
  const auto value = meta->find(field);
  if (value == meta->end() || !value->is_string()) return {};
  return value->get_ref<const std::string&>();
}

}  // namespace mock_kubeapi
