#include "mock_kubeapi/node/referred_objects.h"

#include <fmt/format.h>

#include "mock_kubeapi/base64.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {

JsonPtr LoadReferred(const PodInputs& inputs, SourceKind kind, const std::string& name) {
  const std::string& namespace_name = TextOf(ObjectOf(inputs.pod, "metadata"), "namespace");
  return inputs.store.Get({.resource = kind == SourceKind::kSecret ? "secrets" : "configmaps",
                           .namespace_name = namespace_name,
                           .name = name});
}

std::string NotFoundText(SourceKind kind, const std::string& name) {
  return fmt::format("{} {} not found", kind == SourceKind::kSecret ? "secret" : "configmap", GoQuote(name));
}

ReferredValues ValuesOf(SourceKind kind, const Json& object) {
  ReferredValues values;
  for (const auto& [key, value] : ObjectOf(object, "data").items()) {
    if (!value.is_string()) continue;
    const auto& text = value.get_ref<const std::string&>();
    // What is stored has been validated: it decodes.
    values[key] = kind == SourceKind::kSecret ? DecodeBase64(text).value_or("") : text;
  }
  return values;
}

ReferredValues BinaryValuesOf(const Json& object) {
  ReferredValues values;
  for (const auto& [key, value] : ObjectOf(object, "binaryData").items()) {
    if (value.is_string()) values[key] = DecodeBase64(value.get_ref<const std::string&>()).value_or("");
  }
  return values;
}

}  // namespace mock_kubeapi
