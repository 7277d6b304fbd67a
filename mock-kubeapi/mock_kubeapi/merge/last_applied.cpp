#include "mock_kubeapi/merge/last_applied.h"

#include <cstddef>

namespace mock_kubeapi::merge {
namespace {

using Json = nlohmann::json;

constexpr const char* kAnnotation = "kubectl.kubernetes.io/last-applied-configuration";
constexpr std::size_t kAnnotationsBytesMax = std::size_t{256} * 1024;

Json* AnnotationsOf(Json& object) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) {
    return nullptr;
  }
  const auto annotations = metadata->find("annotations");
  return annotations == metadata->end() || !annotations->is_object() ? nullptr : &*annotations;
}

}  // namespace

std::string LastAppliedOf(const Json& object) {
  static const Json::json_pointer pointer = Json::json_pointer() / "metadata" / "annotations" / kAnnotation;
  if (!object.contains(pointer)) {
    return {};
  }
  const Json& value = object.at(pointer);
  return value.is_string() ? value.get<std::string>() : std::string();
}

void SetLastApplied(Json& object, const Json& config) {
  Json* annotations = AnnotationsOf(object);
  if (annotations == nullptr) {
    return;
  }
  Json kept = config;
  if (Json* config_annotations = AnnotationsOf(kept); config_annotations != nullptr) {
    config_annotations->erase(kAnnotation);
    if (config_annotations->empty()) {
      kept["metadata"].erase("annotations");
    }
  }
  (*annotations)[kAnnotation] = kept.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  std::size_t bytes = 0;
  for (const auto& [key, value] : annotations->items()) {
    bytes += key.size() + (value.is_string() ? value.get_ref<const std::string&>().size() : 0);
  }
  if (bytes > kAnnotationsBytesMax) {
    annotations->erase(kAnnotation);
  }
}

}  // namespace mock_kubeapi::merge
