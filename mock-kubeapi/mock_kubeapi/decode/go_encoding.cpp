#include "mock_kubeapi/decode/go_encoding.h"

#include <string>
#include <string_view>

namespace mock_kubeapi::decode {
namespace {

using schema::Field;
using schema::Shape;
using schema::Type;

/// CustomResourceDefinitions are stored as JSON, the other built-in kinds as protobuf, which has no empty lists.
constexpr std::string_view kStoredAsJson = "io.k8s.apiextensions-apiserver.";

bool IsCollection(const Type& type) {
  return type.shape == Shape::kList || type.shape == Shape::kMap || type.shape == Shape::kBytes;
}

}  // namespace

bool IsKeptAsJson(const Type& type) {
  return type.name.starts_with(kStoredAsJson);
}

bool IsZero(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return true;
    case Json::value_t::boolean:
      return !value.get<bool>();
    case Json::value_t::string:
      return value.get_ref<const std::string&>().empty();
    case Json::value_t::array:
    case Json::value_t::object:
      return value.empty();
    default:
      return value.is_number() && value == 0;
  }
}

void FinishAsGoEncodes(const Type& type, bool keep_empty, Json* object) {
  for (const Field& field : type.fields) {
    const auto found = object->find(field.name);
    if (found == object->end() || found->is_null()) {
      if (field.always) {
        (*object)[field.name] = field.pointer ? Json(nullptr) : GoZero(*field.type);
      } else if (found != object->end()) {
        object->erase(found);
      }
    } else if (field.always) {
      if (!keep_empty && IsCollection(*field.type) && IsZero(*found)) *found = nullptr;
    } else if (!field.pointer && IsZero(*found)) {
      object->erase(found);
    }
  }
}

Json GoZero(const Type& type) {
  switch (type.shape) {
    case Shape::kString:
      return "";
    case Shape::kBool:
      return false;
    case Shape::kInt32:
    case Shape::kInt64:
    case Shape::kDouble:
    case Shape::kIntOrString:
      return 0;
    case Shape::kQuantity:
      return "0";
    case Shape::kDuration:
      return "0s";
    case Shape::kObject: {
      Json object = Json::object();
      FinishAsGoEncodes(type, true, &object);
      return object;
    }
    default:
      return nullptr;
  }
}

}  // namespace mock_kubeapi::decode
