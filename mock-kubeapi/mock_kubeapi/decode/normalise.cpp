#include "mock_kubeapi/decode/normalise.h"

#include <utility>

#include "mock_kubeapi/decode/go_decoder.h"
#include "mock_kubeapi/decode/go_encoding.h"
#include "mock_kubeapi/decode/json_node.h"
#include "mock_kubeapi/decode/unstructured.h"

namespace mock_kubeapi::decode {

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

Json EmptyObject(const schema::Type& type) {
  return type.custom ? Json::object() : GoZero(type);
}

}  // namespace mock_kubeapi::decode
