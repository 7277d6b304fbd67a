#include "mock_kubeapi/kinds/secret.h"

#include <cstddef>
#include <string>

#include "mock_kubeapi/base64.h"
#include "mock_kubeapi/decode/text.h"
#include "mock_kubeapi/kinds/age.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/data_map.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kTypeDescription =
    "Used to facilitate programmatic handling of secret data. More info: "
    "https://kubernetes.io/docs/concepts/configuration/secret/#secret-types";
constexpr const char* kSecretDataDescription =
    "Data contains the secret data. Each key must consist of alphanumeric characters, '-', '_' or '.'. The serialized "
    "form of the secret data is a base64 encoded string, representing the arbitrary (possibly non-string) data value "
    "here. Described in https://tools.ietf.org/html/rfc4648#section-4";

void SetSecretDefaults(Json& secret) {
  SetDefaultText(secret, "type", "Opaque");
  const auto texts = secret.find("stringData");
  if (texts == secret.end()) return;
  if (texts->is_object() && !texts->empty()) {
    Json& data = secret["data"];
    if (!data.is_object()) data = Json::object();
    for (const auto& [key, text] : texts->items()) {
      if (text.is_string()) data[key] = EncodeBase64(text.get_ref<const std::string&>());
    }
  }
  secret.erase("stringData");
}

FieldErrors RequireKey(const Json& data, const char* key) {
  if (data.contains(key)) return {};
  return {Required(Key("data", key), "")};
}

/// `key` must hold a JSON object; what is wrong is told without the content.
FieldErrors RequireJsonKey(const Json& data, const char* key) {
  const auto found = data.find(key);
  if (found == data.end()) return {Required(Key("data", key), "")};
  const std::string text = DecodeBase64(found->is_string() ? found->get<std::string>() : "").value_or("");
  const auto parsed = decode::ParseJson(text);
  std::string complaint;
  if (!parsed) {
    complaint = parsed.error();
  } else if (!parsed->is_object() && !parsed->is_null()) {
    const char* what = parsed->is_array()     ? "array"
                       : parsed->is_string()  ? "string"
                       : parsed->is_boolean() ? "bool"
                                              : "number";
    complaint = std::string("json: cannot unmarshal ") + what + " into Go value of type map[string]interface {}";
  }
  if (complaint.empty()) return {};
  return {Invalid(Key("data", key), "<secret contents redacted>", complaint)};
}

FieldErrors ValidateByType(const Json& secret, const Json& data) {
  const std::string& type = TextOf(secret, "type");
  if (type == "kubernetes.io/service-account-token") {
    const Json& annotations = ObjectOf(ObjectOf(secret, "metadata"), "annotations");
    return TextOf(annotations, "kubernetes.io/service-account.name").empty()
               ? FieldErrors{Required("metadata.annotations[kubernetes.io/service-account.name]", "")}
               : FieldErrors{};
  }
  if (type == "kubernetes.io/dockercfg") return RequireJsonKey(data, ".dockercfg");
  if (type == "kubernetes.io/dockerconfigjson") return RequireJsonKey(data, ".dockerconfigjson");
  if (type == "kubernetes.io/basic-auth" && !data.contains("username") && !data.contains("password")) {
    return {Required(Key("data", "username"), ""), Required(Key("data", "password"), "")};
  }
  if (type == "kubernetes.io/ssh-auth" && TextOf(data, "ssh-privatekey").empty()) {
    return {Required(Key("data", "ssh-privatekey"), "")};
  }
  if (type == "kubernetes.io/tls") {
    FieldErrors errors = RequireKey(data, "tls.crt");
    Append(errors, RequireKey(data, "tls.key"));
    return errors;
  }
  return {};
}

FieldErrors ValidateSecret(const Json& secret, const KindContext& /*context*/) {
  const Json& data = ObjectOf(secret, "data");
  FieldErrors errors = ValidateDataKeys(data, "data");
  if (BytesOfBase64Values(data) > kDataBytesMax) {
    errors.push_back(TooLong("data", static_cast<std::int64_t>(kDataBytesMax)));
  }
  Append(errors, ValidateByType(secret, data));
  return errors;
}

FieldErrors ValidateSecretChange(const Json& secret, const Json& old, const std::string& /*subresource*/,
                                 const KindContext& /*context*/) {
  FieldErrors errors;
  if (TextOf(secret, "type") != TextOf(old, "type")) {
    errors.push_back(Invalid("type", TextOf(secret, "type"), "field is immutable"));
  }
  Append(errors, ValidateImmutableData(secret, old, {"data"}));
  return errors;
}

}  // namespace

Kind SecretKind(const schema::Type* type) {
  return {
      .group = "",
      .version = "v1",
      .kind = "Secret",
      .plural = "secrets",
      .singular = "secret",
      .type = type,
      .selectable_fields =
          [](const Json& secret) { return std::map<std::string, std::string>{{"type", TextOf(secret, "type")}}; },
      .columns = {NameColumn(),
                  {.name = "Type", .description = kTypeDescription},
                  {.name = "Data", .description = kSecretDataDescription},
                  AgeColumn()},
      .row =
          [](const Json& secret, mock_http::TimePoint now) {
            return Json::array(
                {NameOf(secret), TextOf(secret, "type"), ObjectOf(secret, "data").size(), Age(secret, now)});
          },
      .set_defaults = SetSecretDefaults,
      .validate = ValidateSecret,
      .validate_update = ValidateSecretChange,
  };
}

}  // namespace mock_kubeapi
