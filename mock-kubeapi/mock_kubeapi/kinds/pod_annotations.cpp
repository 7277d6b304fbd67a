#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/pod_parts.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kMirrorAnnotation = "kubernetes.io/config.mirror";
constexpr const char* kDeletionCostAnnotation = "controller.kubernetes.io/pod-deletion-cost";
constexpr std::string_view kAppArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";

bool IsDeletionCost(const std::string& text) {
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool has_extra_zero = text.starts_with("-0") || (text.starts_with('0') && text.size() > 1);
  return error == std::errc{} && end == text.data() + text.size() && !has_extra_zero;
}

bool HasContainer(const Json& spec, std::string_view name) {
  for (const char* list : {"initContainers", "containers", "ephemeralContainers"}) {
    for (const Json& container : ListOf(spec, list)) {
      if (TextOf(container, "name") == name) return true;
    }
  }
  return false;
}

FieldErrors ValidateAppArmor(const Json& annotations, const Json& spec, const std::string& path) {
  FieldErrors errors;
  for (const auto& [key, value] : annotations.items()) {
    if (!key.starts_with(kAppArmorPrefix)) continue;
    const std::string container = key.substr(kAppArmorPrefix.size());
    if (!HasContainer(spec, container)) errors.push_back(Invalid(Key(path, key), container, "container not found"));
    const std::string& profile = TextOf(annotations, key);
    if (profile.empty() || profile == "runtime/default" || profile == "unconfined" ||
        profile.starts_with("localhost/")) {
      continue;
    }
    errors.push_back(Invalid(Key(path, key), profile, "invalid AppArmor profile name: " + GoQuote(profile)));
  }
  return errors;
}

/// What a change of the annotation would be called; null for annotations that are free to change.
const char* FixedAnnotation(std::string_view key) {
  if (key.starts_with(kAppArmorPrefix)) return "AppArmor annotations";
  return key == kMirrorAnnotation ? "mirror pod annotation" : nullptr;
}

}  // namespace

FieldErrors ValidatePodAnnotations(const Json& annotations, const Json& spec, const std::string& path) {
  FieldErrors errors;
  if (IsSet(annotations, kMirrorAnnotation) && TextOf(spec, "nodeName").empty()) {
    errors.push_back(Invalid(Key(path, kMirrorAnnotation), TextOf(annotations, kMirrorAnnotation),
                             "must set spec.nodeName if mirror pod annotation is set"));
  }
  if (IsSet(annotations, kDeletionCostAnnotation)) {
    const std::string& cost = TextOf(annotations, kDeletionCostAnnotation);
    if (!IsDeletionCost(cost)) {
      errors.push_back(Invalid(Key(path, kDeletionCostAnnotation), cost, "must be a 32bit integer"));
    }
  }
  Append(errors, ValidateAppArmor(annotations, spec, path));
  return errors;
}

FieldErrors ValidatePodAnnotationUpdates(const Json& pod, const Json& old) {
  const std::string path = "metadata.annotations";
  const Json& annotations = ObjectOf(ObjectOf(pod, "metadata"), "annotations");
  const Json& old_annotations = ObjectOf(ObjectOf(old, "metadata"), "annotations");
  FieldErrors errors;
  for (const auto& [key, value] : old_annotations.items()) {
    const Json* kept = FieldOf(annotations, key);
    const char* what = FixedAnnotation(key);
    if (what == nullptr || (kept != nullptr && *kept == value)) continue;
    errors.push_back(Forbidden(Key(path, key), fmt::format("may not remove or update {}", what)));
  }
  for (const auto& [key, value] : annotations.items()) {
    const char* what = FixedAnnotation(key);
    if (what == nullptr || old_annotations.contains(key)) continue;
    errors.push_back(Forbidden(Key(path, key), fmt::format("may not add {}", what)));
  }
  Append(errors, ValidatePodAnnotations(annotations, ObjectOf(pod, "spec"), path));
  return errors;
}

}  // namespace mock_kubeapi
