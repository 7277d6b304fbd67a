#include "mock_kubeapi/node/downward.h"

#include <fmt/format.h>

#include <algorithm>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/downward_validation.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/quantity.h"

namespace mock_kubeapi {
namespace {

/// What this node pretends to have where a container has no limit.
constexpr const char* kNodeCpu = "2";
constexpr const char* kNodeMemory = "4Gi";
constexpr const char* kNodeStorage = "10Gi";

/// key="value" lines, sorted: how labels and annotations look in a file.
std::string MapText(const Json& map) {
  std::string out;
  for (const auto& [key, value] : map.items()) {
    if (!value.is_string()) continue;
    out += fmt::format("{}{}={}", out.empty() ? "" : "\n", key, GoQuote(value.get_ref<const std::string&>()));
  }
  return out;
}

}  // namespace

std::optional<std::string> DownwardField(const Json& pod, const NodeFacts& node, const std::string& path) {
  const Json& metadata = ObjectOf(pod, "metadata");
  const Json& spec = ObjectOf(pod, "spec");
  if (const auto split = SplitSubscript(path)) {
    const Json& map = ObjectOf(metadata, split->path == "metadata.labels" ? "labels" : "annotations");
    return TextOf(map, split->subscript);
  }
  if (path == "metadata.name") return TextOf(metadata, "name");
  if (path == "metadata.namespace") return TextOf(metadata, "namespace");
  if (path == "metadata.uid") return TextOf(metadata, "uid");
  if (path == "metadata.labels") return MapText(ObjectOf(metadata, "labels"));
  if (path == "metadata.annotations") return MapText(ObjectOf(metadata, "annotations"));
  if (path == "spec.nodeName" || path == "spec.host") return node.node_name;
  if (path == "spec.serviceAccountName") return TextOf(spec, "serviceAccountName");
  if (path == "status.hostIP" || path == "status.podIP" || path == "status.podIPs") return node.host_ip;
  return std::nullopt;
}

std::string DownwardResource(const Json& container, std::string_view resource, const Json* divisor) {
  const std::size_t dot = resource.find('.');
  const std::string_view name = resource.substr(dot + 1);
  const Json* amount = FieldAt(container, "resources", resource.substr(0, dot), name);
  Json node_amount = name == "cpu" ? kNodeCpu : name == "memory" ? kNodeMemory : kNodeStorage;
  if (resource.starts_with("requests.") && amount == nullptr) node_amount = "0";
  const Quantity quantity = Quantity::Of(amount == nullptr ? node_amount : *amount);
  const Quantity unit = divisor == nullptr ? Quantity{} : Quantity::Of(*divisor);
  if (name == "cpu") {
    const std::int64_t unit_milli = unit == Quantity{} ? 1000 : std::max<std::int64_t>(1, unit.Milli());
    return std::to_string((quantity.Milli() + unit_milli - 1) / unit_milli);
  }
  const std::int64_t unit_whole = unit == Quantity{} ? 1 : std::max<std::int64_t>(1, unit.WholeRoundedUp());
  return std::to_string((quantity.WholeRoundedUp() + unit_whole - 1) / unit_whole);
}

const Json* FindContainer(const Json& pod, std::string_view name) {
  for (const char* list : {"containers", "initContainers"}) {
    for (const Json& container : ListOf(ObjectOf(pod, "spec"), list)) {
      if (TextOf(container, "name") == name) return &container;
    }
  }
  return nullptr;
}

}  // namespace mock_kubeapi
