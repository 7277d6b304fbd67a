#include "mock_kubeapi/api/object_parts.h"

#include <algorithm>

namespace mock_kubeapi {

const Json* FindMember(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

bool IsIdentical(const Json& a, const Json& b) {
  if (a.type() != b.type() || a.size() != b.size()) return false;
  if (a.is_array()) return std::ranges::equal(a, b, IsIdentical);
  if (!a.is_object()) return a == b;
  const auto& left = a.get_ref<const Json::object_t&>();
  return std::ranges::equal(left, b.get_ref<const Json::object_t&>(), [](const auto& x, const auto& y) {
    return x.first == y.first && IsIdentical(x.second, y.second);
  });
}

void AssignChanged(Json& target, const Json& value) {
  if (!IsIdentical(target, value)) target = value;
}

void CopyOrErase(Json& object, const Json& from, const char* key) {
  if (const Json* value = FindMember(from, key)) {
    AssignChanged(object[key], *value);
  } else {
    object.erase(key);
  }
}

Json& MetaOf(Json& object) {
  Json& meta = object["metadata"];
  if (!meta.is_object()) meta = Json::object();
  return meta;
}

std::string KindNameOf(const Kind& kind, const Json& object) {
  const Json* given = FindMember(object, "kind");
  return kind.type->custom && given != nullptr && given->is_string() ? given->get<std::string>() : kind.kind;
}

}  // namespace mock_kubeapi
