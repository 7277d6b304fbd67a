#include "mock_kubeapi/store/object.h"

#include <utility>

namespace mock_kubeapi {

std::string MembersTextOf(const Json& object) {
  std::string text;
  for (const auto& [key, value] : object.items()) {
    if (key == "apiVersion" || key == "kind") continue;
    if (!text.empty()) text += ',';
    text += Json(key).dump(-1, ' ', false, Json::error_handler_t::replace);
    text += ':';
    text += value.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return text;
}

void Object::CopyEarlier() const {
  json_ = std::exchange(earlier_, nullptr)->json();
  json_["metadata"]["resourceVersion"] = std::to_string(revision_);
}

const std::string& Object::MembersText() const {
  if (members_text_.empty()) members_text_ = MembersTextOf(json());
  return members_text_;
}

std::string_view MetaText(const Json& object, const char* field) {
  const auto meta = object.find("metadata");
  if (meta == object.end() || !meta->is_object()) return {};
  const auto value = meta->find(field);
  if (value == meta->end() || !value->is_string()) return {};
  return value->get_ref<const std::string&>();
}

}  // namespace mock_kubeapi
