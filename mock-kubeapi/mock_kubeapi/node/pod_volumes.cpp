#include "mock_kubeapi/node/pod_volumes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/node/downward.h"
#include "mock_kubeapi/node/referred_objects.h"

namespace mock_kubeapi {
namespace {

using Failure = std::unexpected<std::string>;
using Filled = std::expected<void, std::string>;

constexpr std::int64_t kDefaultMode = 0644;
constexpr std::int64_t kTokenMode = 0600;
constexpr std::int64_t kDefaultTokenSeconds = 3600;

unsigned ModeOf(const Json& source, const char* field, std::int64_t otherwise) {
  return static_cast<unsigned>(IntegerOf(source, field).value_or(otherwise)) & 0777U;
}

/// The user that all of the Pod's containers run as; nullopt where they differ or none is set.
std::optional<std::int64_t> CommonUser(const Json& spec) {
  const auto pod_user = IntegerOf(ObjectOf(spec, "securityContext"), "runAsUser");
  std::optional<std::int64_t> common;
  for (const char* list : {"initContainers", "containers"}) {
    for (const Json& container : ListOf(spec, list)) {
      const auto own = IntegerOf(ObjectOf(container, "securityContext"), "runAsUser");
      const auto user = own ? own : pod_user;
      if (!user || (common && *common != *user)) return std::nullopt;
      common = user;
    }
  }
  return common;
}

/// Fills one volume from its sources.
class VolumeFiller {
 public:
  VolumeFiller(const PodInputs& inputs, std::int64_t default_mode, VolumeContent& content)
      : inputs_(inputs), default_mode_(default_mode), content_(content) {}

  Filled AddObject(SourceKind kind, const Json& source, const std::string& name) {
    const bool optional = IsTrue(source, "optional");
    const JsonPtr object = LoadReferred(inputs_, kind, name);
    if (object == nullptr) {
      if (optional) return {};
      return Failure(NotFoundText(kind, name));
    }
    ReferredValues values = ValuesOf(kind, *object);
    if (kind == SourceKind::kConfigMap) values.merge(BinaryValuesOf(*object));
    const Json& items = ListOf(source, "items");
    if (items.empty()) {
      for (auto& [key, value] : values) Add(key, std::move(value), default_mode_);
      return {};
    }
    for (const Json& item : items) {
      const std::string& key = TextOf(item, "key");
      const auto value = values.find(key);
      if (value != values.end()) {
        Add(TextOf(item, "path"), value->second, IntegerOf(item, "mode").value_or(default_mode_));
      } else if (!optional) {
        return Failure(fmt::format("{} non-existent {} key: {}",
                                   kind == SourceKind::kSecret ? "references" : "configmap references",
                                   kind == SourceKind::kSecret ? "secret" : "config", key));
      }
    }
    return {};
  }

  Filled AddDownward(const Json& source) {
    for (const Json& item : ListOf(source, "items")) {
      const std::int64_t mode = IntegerOf(item, "mode").value_or(default_mode_);
      if (const Json* field = FieldOf(item, "fieldRef")) {
        const std::string& path = TextOf(*field, "fieldPath");
        auto value = DownwardField(inputs_.pod, inputs_.node, path);
        if (!value) return Failure(fmt::format("unsupported fieldPath: {}", path));
        Add(TextOf(item, "path"), *std::move(value), mode);
      } else if (const Json* resource = FieldOf(item, "resourceFieldRef")) {
        const std::string& name = TextOf(*resource, "containerName");
        const Json* container = FindContainer(inputs_.pod, name);
        if (container == nullptr) return Failure(fmt::format("container {} not found", name));
        Add(TextOf(item, "path"),
            DownwardResource(*container, TextOf(*resource, "resource"), FieldOf(*resource, "divisor")), mode);
      }
    }
    return {};
  }

  Filled AddToken(const Json& source) {
    auto token =
        inputs_.tokens(inputs_.pod, {.audience = TextOf(source, "audience"),
                                     .seconds = IntegerOf(source, "expirationSeconds").value_or(kDefaultTokenSeconds)});
    if (!token) return Failure("failed to fetch token: " + token.error());
    const std::optional<std::int64_t> user = CommonUser(ObjectOf(inputs_.pod, "spec"));
    // A token is for the Pod's own user, or for its group.
    const std::int64_t mode = user || content_.group ? kTokenMode : default_mode_;
    Add(TextOf(source, "path"), *std::move(token), mode);
    content_.files[TextOf(source, "path")].owner = user;
    return {};
  }

 private:
  void Add(const std::string& path, std::string content, std::int64_t mode) {
    content_.files[path] = {.content = std::move(content), .mode = static_cast<unsigned>(mode) & 0777U};
  }

  const PodInputs& inputs_;
  std::int64_t default_mode_;
  VolumeContent& content_;
};

Filled FillProjected(const PodInputs& inputs, const Json& projected, VolumeContent& content) {
  VolumeFiller filler(inputs, ModeOf(projected, "defaultMode", kDefaultMode), content);
  for (const Json& source : ListOf(projected, "sources")) {
    Filled filled;
    if (const Json* secret = FieldOf(source, "secret")) {
      filled = filler.AddObject(SourceKind::kSecret, *secret, TextOf(*secret, "name"));
    } else if (const Json* map = FieldOf(source, "configMap")) {
      filled = filler.AddObject(SourceKind::kConfigMap, *map, TextOf(*map, "name"));
    } else if (const Json* downward = FieldOf(source, "downwardAPI")) {
      filled = filler.AddDownward(*downward);
    } else if (const Json* token = FieldOf(source, "serviceAccountToken")) {
      filled = filler.AddToken(*token);
    }
    if (!filled) return filled;
  }
  return {};
}

Filled Fill(const PodInputs& inputs, const Json& volume, VolumeContent& content) {
  const auto filler = [&](const Json& source) {
    return VolumeFiller(inputs, ModeOf(source, "defaultMode", kDefaultMode), content);
  };
  if (const Json* secret = FieldOf(volume, "secret")) {
    return filler(*secret).AddObject(SourceKind::kSecret, *secret, TextOf(*secret, "secretName"));
  }
  if (const Json* map = FieldOf(volume, "configMap")) {
    return filler(*map).AddObject(SourceKind::kConfigMap, *map, TextOf(*map, "name"));
  }
  if (const Json* downward = FieldOf(volume, "downwardAPI")) return filler(*downward).AddDownward(*downward);
  if (const Json* projected = FieldOf(volume, "projected")) return FillProjected(inputs, *projected, content);
  if (FieldOf(volume, "emptyDir") != nullptr) {
    content.writable = true;
    return {};
  }
  if (const Json* host = FieldOf(volume, "hostPath")) {
    content.writable = true;
    content.host_path = TextOf(*host, "path");
    return {};
  }
  return Failure("this node has no volumes of that type");
}

std::set<std::string> MountedVolumes(const Json& spec) {
  std::set<std::string> names;
  for (const char* list : {"initContainers", "containers"}) {
    for (const Json& container : ListOf(spec, list)) {
      for (const Json& mount : ListOf(container, "volumeMounts")) names.insert(TextOf(mount, "name"));
    }
  }
  return names;
}

}  // namespace

std::expected<Volumes, std::string> FillVolumes(const PodInputs& inputs) {
  const Json& spec = ObjectOf(inputs.pod, "spec");
  const std::set<std::string> mounted = MountedVolumes(spec);
  Volumes volumes;
  for (const Json& volume : ListOf(spec, "volumes")) {
    const std::string& name = TextOf(volume, "name");
    if (!mounted.contains(name)) continue;
    VolumeContent& content = volumes[name];
    content.group = IntegerOf(ObjectOf(spec, "securityContext"), "fsGroup");
    if (auto filled = Fill(inputs, volume, content); !filled) {
      return Failure(fmt::format("MountVolume.SetUp failed for volume {} : {}", GoQuote(name), filled.error()));
    }
  }
  return volumes;
}

std::optional<std::chrono::seconds> TokenLifetime(const Json& pod) {
  std::optional<std::chrono::seconds> shortest;
  for (const Json& volume : ListOf(ObjectOf(pod, "spec"), "volumes")) {
    for (const Json& source : ListOf(ObjectOf(volume, "projected"), "sources")) {
      const Json* token = FieldOf(source, "serviceAccountToken");
      if (token == nullptr) continue;
      const std::chrono::seconds lifetime(IntegerOf(*token, "expirationSeconds").value_or(kDefaultTokenSeconds));
      shortest = shortest ? std::min(*shortest, lifetime) : lifetime;
    }
  }
  return shortest;
}

}  // namespace mock_kubeapi
