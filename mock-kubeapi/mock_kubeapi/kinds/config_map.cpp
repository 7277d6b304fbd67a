#include "mock_kubeapi/kinds/config_map.h"

#include <string>

#include "mock_kubeapi/kinds/age.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/data_map.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kConfigMapDataDescription =
    "Data contains the configuration data. Each key must consist of alphanumeric characters, '-', '_' or '.'. Values "
    "with non-UTF-8 byte sequences must use the BinaryData field. The keys stored in Data must not overlap with the "
    "keys in the BinaryData field, this is enforced during validation process.";

FieldErrors ValidateConfigMap(const Json& config_map, const KindContext& /*context*/) {
  const Json& data = ObjectOf(config_map, "data");
  const Json& binary = ObjectOf(config_map, "binaryData");
  FieldErrors errors;
  for (const auto& [key, value] : data.items()) {
    Append(errors, InvalidForEach(Key("data", key), key, validation::IsConfigMapKey(key)));
    if (binary.contains(key))
      errors.push_back(Invalid(Key("data", key), key, "duplicate of key present in binaryData"));
  }
  Append(errors, ValidateDataKeys(binary, "binaryData"));
  if (BytesOfTextValues(data) + BytesOfBase64Values(binary) > kDataBytesMax) {
    // Of the whole object: there is no field to name.
    errors.push_back(TooLong("", static_cast<std::int64_t>(kDataBytesMax)));
  }
  return errors;
}

FieldErrors ValidateConfigMapChange(const Json& config_map, const Json& old, const std::string& /*subresource*/,
                                    const KindContext& /*context*/) {
  return ValidateImmutableData(config_map, old, {"data", "binaryData"});
}

}  // namespace

Kind ConfigMapKind(const schema::Type* type) {
  return {
      .group = "",
      .version = "v1",
      .kind = "ConfigMap",
      .plural = "configmaps",
      .singular = "configmap",
      .short_names = {"cm"},
      .type = type,
      .columns = {NameColumn(), {.name = "Data", .description = kConfigMapDataDescription}, AgeColumn()},
      .row =
          [](const Json& config_map, mock_http::TimePoint now) {
            const std::size_t entries = ObjectOf(config_map, "data").size() + ObjectOf(config_map, "binaryData").size();
            return Json::array({NameOf(config_map), entries, Age(config_map, now)});
          },
      .validate = ValidateConfigMap,
      .validate_update = ValidateConfigMapChange,
  };
}

}  // namespace mock_kubeapi
