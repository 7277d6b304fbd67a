#include "mock_kubeapi/kinds/downward_validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/quantity.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

const std::vector<std::string> kEnvironmentFields = {
    "metadata.name",           "metadata.namespace", "metadata.uid", "spec.nodeName",
    "spec.serviceAccountName", "status.hostIP",      "status.podIP", "status.podIPs"};
const std::vector<std::string> kVolumeFields = {"metadata.annotations", "metadata.labels", "metadata.name",
                                                "metadata.namespace", "metadata.uid"};
/// All that a fieldPath may be somewhere.
constexpr std::array<std::string_view, 13> kKnownFields = {
    "metadata.annotations", "metadata.labels", "metadata.name",      "metadata.namespace",
    "metadata.uid",         "spec.nodeName",   "spec.restartPolicy", "spec.serviceAccountName",
    "spec.schedulerName",   "status.phase",    "status.hostIP",      "status.podIP",
    "status.podIPs"};
const std::vector<std::string> kResources = {"limits.cpu",   "limits.ephemeral-storage",   "limits.memory",
                                             "requests.cpu", "requests.ephemeral-storage", "requests.memory"};
constexpr std::array<std::string_view, 2> kCpuDivisors = {"1m", "1"};
constexpr std::array<std::string_view, 13> kByteDivisors = {"1",   "1k",  "1M",  "1G",  "1T",  "1P", "1E",
                                                            "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"};

template <class List, class Value>
bool Contains(const List& list, const Value& value) {
  return std::ranges::find(list, value) != std::end(list);
}

/// Why a path names no field that can be referred to; nothing where it does.
std::optional<std::string> ConversionComplaint(const std::string& version, std::string_view field) {
  if (version != "v1") return fmt::format("unsupported pod version: {}", version);
  if (const auto split = SplitSubscript(field)) {
    if (split->path == "metadata.annotations" || split->path == "metadata.labels") return std::nullopt;
    return fmt::format("field label does not support subscript: {}", field);
  }
  if (field == "spec.host" || Contains(kKnownFields, field)) return std::nullopt;
  return fmt::format("field label not supported: {}", field);
}

FieldErrors ValidateDivisor(const std::string& resource, const Json* divisor, const std::string& path) {
  if (divisor == nullptr || Quantity::Of(*divisor) == Quantity{}) return {};
  const std::string text = divisor->is_string() ? divisor->get<std::string>() : divisor->dump();
  const auto complain = [&](std::string_view values, std::string_view what) {
    return FieldErrors{
        Invalid(Child(path, "divisor"), resource,
                fmt::format("only divisor's values {} are supported with the {} resource", values, what))};
  };
  constexpr std::string_view kByteWords = "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei";
  if (resource.ends_with(".cpu")) return Contains(kCpuDivisors, text) ? FieldErrors{} : complain("1m and 1", "cpu");
  if (Contains(kByteDivisors, text)) return {};
  if (resource.ends_with(".memory")) return complain(kByteWords, "memory");
  if (resource.ends_with(".ephemeral-storage")) return complain(kByteWords, "local ephemeral storage");
  if (resource.find(".hugepages-") != std::string::npos) return complain(kByteWords, "hugepages");
  return {};
}

}  // namespace

std::optional<SubscriptedPath> SplitSubscript(std::string_view path) {
  if (!path.ends_with("']")) return std::nullopt;
  const std::size_t begin = path.find("['");
  if (begin == std::string_view::npos || begin == 0) return std::nullopt;
  return SubscriptedPath{.path = path.substr(0, begin), .subscript = path.substr(begin + 2, path.size() - begin - 4)};
}

FieldErrors ValidateFieldRef(const Json& ref, DownwardUse use, const std::string& path) {
  const std::string& version = TextOf(ref, "apiVersion");
  const std::string& field = TextOf(ref, "fieldPath");
  if (version.empty()) return {Required(Child(path, "apiVersion"), "")};
  if (field.empty()) return {Required(Child(path, "fieldPath"), "")};
  if (const auto complaint = ConversionComplaint(version, field)) {
    return {Invalid(Child(path, "fieldPath"), field, "error converting fieldPath: " + *complaint)};
  }
  if (const auto split = SplitSubscript(field)) {
    std::string key(split->subscript);
    if (split->path == "metadata.annotations") {
      std::ranges::transform(key, key.begin(),
                             [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    }
    return InvalidForEach(path, key, validation::IsQualifiedName(key));
  }
  const std::vector<std::string>& allowed = use == DownwardUse::kEnvironment ? kEnvironmentFields : kVolumeFields;
  const std::string internal = field == "spec.host" ? "spec.nodeName" : field;
  if (Contains(allowed, internal)) return {};
  return {NotSupported(Child(path, "fieldPath"), internal, allowed)};
}

FieldErrors ValidateResourceFieldRef(const Json& ref, DownwardUse use, const std::string& path) {
  const std::string& resource = TextOf(ref, "resource");
  FieldErrors errors;
  if (use == DownwardUse::kVolume && TextOf(ref, "containerName").empty()) {
    errors.push_back(Required(Child(path, "containerName"), ""));
  } else if (resource.empty()) {
    errors.push_back(Required(Child(path, "resource"), ""));
  } else if (!Contains(kResources, resource) && !resource.starts_with("limits.hugepages-") &&
             !resource.starts_with("requests.hugepages-")) {
    errors.push_back(NotSupported(Child(path, "resource"), resource, kResources));
  }
  Append(errors, ValidateDivisor(resource, FieldOf(ref, "divisor"), path));
  return errors;
}

}  // namespace mock_kubeapi
