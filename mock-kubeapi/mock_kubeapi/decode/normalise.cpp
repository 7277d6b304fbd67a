#include "mock_kubeapi/decode/normalise.h"

#include <utility>

#include "mock_kubeapi/decode/go_decoder.h"
#include "mock_kubeapi/decode/go_encoding.h"
#include "mock_kubeapi/decode/json_node.h"
#include "mock_kubeapi/decode/normal_form.h"
#include "mock_kubeapi/decode/unstructured.h"

namespace mock_kubeapi::decode {
namespace {

constexpr const char* kMetadata = "metadata";

/// Takes the members out of `object` that decoding would leave as they are.
Json TakeNormal(const schema::Type& type, Json& object) {
  Json normal = Json::object();
  auto& members = object.get_ref<Json::object_t&>();
  auto& taken = normal.get_ref<Json::object_t&>();
  for (auto at = members.begin(); at != members.end();) {
    const auto member = at++;
    const schema::Field* field = type.Find(member->first);
    if (field != nullptr && IsNormalField(*field, member->second)) {
      taken.insert(taken.end(), members.extract(member));
    }
  }
  return normal;
}

void PutBack(Json normal, Json& object) {
  auto& taken = normal.get_ref<Json::object_t&>();
  auto& members = object.get_ref<Json::object_t&>();
  while (!taken.empty()) {
    auto node = taken.extract(taken.begin());
    // Decoding has put what is always sent in the place of what was not there.
    members.erase(node.key());
    members.insert(std::move(node));
  }
}

}  // namespace

std::expected<Normalised, std::string> Normalise(const schema::Type& type, const Json& value) {
  if (type.custom) {
    return NormaliseCustom(type, value);
  }
  auto decoded = GoDecode(type, FromJson(value));
  if (!decoded) {
    return std::unexpected(std::move(decoded.error()));
  }
  return Normalised{.object = std::move(decoded->object), .unknown = std::move(decoded->strict_errors)};
}

std::expected<Normalised, std::string> Normalise(const schema::Type& type, Json&& value) {
  if (type.custom || type.shape != schema::Shape::kObject || IsKeptAsJson(type) || !value.is_object()) {
    return Normalise(type, std::as_const(value));
  }
  // Fields are decoded each for itself, so those that would change can go alone.
  Json normal = TakeNormal(type, value);
  Json normal_metadata;
  const schema::Field* metadata_field = type.Find(kMetadata);
  const auto metadata = value.find(kMetadata);
  if (metadata != value.end() && metadata->is_object() && metadata_field != nullptr &&
      metadata_field->type->shape == schema::Shape::kObject) {
    normal_metadata = TakeNormal(*metadata_field->type, *metadata);
  }
  auto decoded = Normalise(type, std::as_const(value));
  if (!decoded) return decoded;
  PutBack(std::move(normal), decoded->object);
  if (!normal_metadata.is_null()) PutBack(std::move(normal_metadata), decoded->object[kMetadata]);
  return decoded;
}

Json EmptyObject(const schema::Type& type) {
  return type.custom ? Json::object() : GoZero(type);
}

}  // namespace mock_kubeapi::decode
