#include "mock_kubeapi/node/pod_references.h"

#include <fmt/format.h>

#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

class Collector {
 public:
  explicit Collector(const std::string& namespace_name) : namespace_name_(namespace_name) {}

  void Add(std::string_view resource, const Json* reference, std::string_view name_field = "name") {
    if (reference == nullptr) return;
    const std::string& name = TextOf(*reference, name_field);
    if (!name.empty()) keys_.insert(fmt::format("{}/{}/{}", resource, namespace_name_, name));
  }
  std::set<std::string> Take() { return std::move(keys_); }

 private:
  const std::string& namespace_name_;
  std::set<std::string> keys_;
};

void AddContainer(const Json& container, Collector& out) {
  for (const Json& source : ListOf(container, "envFrom")) {
    out.Add("secrets", FieldOf(source, "secretRef"));
    out.Add("configmaps", FieldOf(source, "configMapRef"));
  }
  for (const Json& variable : ListOf(container, "env")) {
    out.Add("secrets", FieldAt(variable, "valueFrom", "secretKeyRef"));
    out.Add("configmaps", FieldAt(variable, "valueFrom", "configMapKeyRef"));
  }
}

void AddVolume(const Json& volume, Collector& out) {
  out.Add("secrets", FieldOf(volume, "secret"), "secretName");
  out.Add("configmaps", FieldOf(volume, "configMap"));
  for (const Json& source : ListOf(ObjectOf(volume, "projected"), "sources")) {
    out.Add("secrets", FieldOf(source, "secret"));
    out.Add("configmaps", FieldOf(source, "configMap"));
  }
}

}  // namespace

std::set<std::string> ObjectsOf(const Json& pod) {
  const Json& spec = ObjectOf(pod, "spec");
  Collector out(TextOf(ObjectOf(pod, "metadata"), "namespace"));
  for (const char* list : {"initContainers", "containers"}) {
    for (const Json& container : ListOf(spec, list)) AddContainer(container, out);
  }
  for (const Json& volume : ListOf(spec, "volumes")) AddVolume(volume, out);
  return out.Take();
}

std::string ReferenceKey(std::string_view resource, const Json& object) {
  const Json& metadata = ObjectOf(object, "metadata");
  return fmt::format("{}/{}/{}", resource, TextOf(metadata, "namespace"), TextOf(metadata, "name"));
}

}  // namespace mock_kubeapi
