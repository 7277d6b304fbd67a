#include "mock_kubeapi/kinds/volume_validation.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mock_kubeapi/kinds/downward_validation.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/quantity.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

using Validator = FieldErrors (*)(const Json& source, const std::string& path);

constexpr std::string_view kModeText = "must be a number between 0 and 0777 (octal), both inclusive";

FieldErrors ValidateMode(const Json& object, std::string_view name, const std::string& path) {
  const std::optional<std::int64_t> mode = IntegerOf(object, name);
  if (!mode || (*mode >= 0 && *mode <= 0777)) return {};
  return {Invalid(Child(path, name), *mode, std::string(kModeText))};
}

bool HasBackstep(std::string_view value) {
  while (true) {
    const std::size_t slash = value.find('/');
    if (value.substr(0, slash) == "..") return true;
    if (slash == std::string_view::npos) return false;
    value.remove_prefix(slash + 1);
  }
}

FieldErrors ValidateNoBacksteps(std::string_view value, const std::string& path) {
  if (!HasBackstep(value)) return {};
  return {Invalid(path, std::string(value), "must not contain '..'")};
}

/// As a descending path, and no name that begins with "..": the kubelet keeps its own files so.
FieldErrors ValidateLocalPath(std::string_view value, const std::string& path) {
  FieldErrors errors = ValidateDescendingPath(value, path);
  if (value.starts_with("..") && !value.starts_with("../")) {
    errors.push_back(Invalid(path, std::string(value), "must not start with '..'"));
  }
  return errors;
}

FieldErrors ValidateKeyToPath(const Json& item, const std::string& path) {
  FieldErrors errors = ValidateTextGiven(item, "key", path);
  Append(errors, ValidateTextGiven(item, "path", path));
  Append(errors, ValidateLocalPath(TextOf(item, "path"), Child(path, "path")));
  Append(errors, ValidateMode(item, "mode", path));
  return errors;
}

FieldErrors ValidateItems(const Json& source, const std::string& path) {
  FieldErrors errors = ValidateMode(source, "defaultMode", path);
  const Json& items = ListOf(source, "items");
  for (std::size_t i = 0; i < items.size(); ++i) {
    Append(errors, ValidateKeyToPath(items[i], Index(Child(path, "items"), i)));
  }
  return errors;
}

FieldErrors ValidateDownwardFile(const Json& file, const std::string& path) {
  FieldErrors errors = ValidateTextGiven(file, "path", path);
  Append(errors, ValidateLocalPath(TextOf(file, "path"), Child(path, "path")));
  const Json* field_ref = FieldOf(file, "fieldRef");
  const Json* resource_ref = FieldOf(file, "resourceFieldRef");
  if (field_ref != nullptr) {
    Append(errors, ValidateFieldRef(*field_ref, DownwardUse::kVolume, Child(path, "fieldRef")));
    if (resource_ref != nullptr) {
      errors.push_back(Invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"));
    }
  } else if (resource_ref != nullptr) {
    Append(errors, ValidateResourceFieldRef(*resource_ref, DownwardUse::kVolume, Child(path, "resourceFieldRef")));
  } else {
    errors.push_back(Required(path, "one of fieldRef and resourceFieldRef is required"));
  }
  Append(errors, ValidateMode(file, "mode", path));
  return errors;
}

FieldErrors ValidateDownwardSource(const Json& source, const std::string& path) {
  FieldErrors errors = ValidateMode(source, "defaultMode", path);
  // The real server leaves the index out of the path.
  for (const Json& file : ListOf(source, "items")) Append(errors, ValidateDownwardFile(file, path));
  return errors;
}

FieldErrors ValidateTokenProjection(const Json& token, const std::string& token_path, const std::string& volume_path) {
  FieldErrors errors;
  const std::int64_t expiration = IntegerOf(token, "expirationSeconds").value_or(0);
  const std::string expiration_path = Child(token_path, "expirationSeconds");
  if (expiration < 600) {
    errors.push_back(Invalid(expiration_path, expiration, "may not specify a duration less than 10 minutes"));
  }
  if (expiration > (1LL << 32)) {
    errors.push_back(Invalid(expiration_path, expiration, "may not specify a duration larger than 2^32 seconds"));
  }
  const std::string& file = TextOf(token, "path");
  if (file.empty()) {
    errors.push_back(Required(Child(volume_path, "path"), ""));
  } else {
    Append(errors, ValidateLocalPath(file, Child(volume_path, "path")));
  }
  return errors;
}

FieldErrors ValidateProjectedSource(const Json& source, const std::string& path) {
  FieldErrors errors = ValidateMode(source, "defaultMode", path);
  std::set<std::string> files;
  const auto note_file = [&](const std::string& file, const std::string& shown) {
    if (!file.empty() && !files.insert(file).second) {
      errors.push_back(Invalid(path, shown, "conflicting duplicate paths"));
    }
  };
  const Json& projections = ListOf(source, "sources");
  for (std::size_t i = 0; i < projections.size(); ++i) {
    const Json& projection = projections[i];
    const std::string source_path = Index(Child(path, "sources"), i);
    int count = 0;
    for (const char* kind : {"secret", "configMap"}) {
      const Json* keys = FieldOf(projection, kind);
      if (keys == nullptr) continue;
      ++count;
      const std::string keys_path = Child(source_path, kind);
      Append(errors, ValidateTextGiven(*keys, "name", keys_path));
      const Json& items = ListOf(*keys, "items");
      for (std::size_t j = 0; j < items.size(); ++j) {
        Append(errors, ValidateKeyToPath(items[j], Index(Child(keys_path, "items"), j)));
        note_file(TextOf(items[j], "path"), TextOf(*keys, "name"));
      }
    }
    if (const Json* downward = FieldOf(projection, "downwardAPI")) {
      ++count;
      for (const Json& file : ListOf(*downward, "items")) {
        Append(errors, ValidateDownwardFile(file, Child(source_path, "downwardAPI")));
        note_file(TextOf(file, "path"), TextOf(file, "path"));
      }
    }
    if (const Json* token = FieldOf(projection, "serviceAccountToken")) {
      ++count;
      Append(errors, ValidateTokenProjection(*token, Child(source_path, "serviceAccountToken"), path));
    }
    if (count > 1) {
      errors.push_back(Forbidden(source_path, "may not specify more than 1 volume type per source"));
    }
  }
  return errors;
}

FieldErrors ValidateEmptyDir(const Json& source, const std::string& path) {
  const Json* limit = FieldOf(source, "sizeLimit");
  if (limit == nullptr || Quantity::Of(*limit) >= Quantity{}) return {};
  return {Forbidden(Child(path, "sizeLimit"), "SizeLimit field must be a valid resource quantity")};
}

FieldErrors ValidateHostPath(const Json& source, const std::string& path) {
  const std::string& host_path = TextOf(source, "path");
  if (host_path.empty()) return {Required(Child(path, "path"), "")};
  FieldErrors errors = ValidateNoBacksteps(host_path, Child(path, "path"));
  static const std::vector<std::string> types = {"",     "BlockDevice",  "CharDevice", "Directory", "DirectoryOrCreate",
                                                 "File", "FileOrCreate", "Socket"};
  const std::string& type = TextOf(source, "type");
  if (std::ranges::find(types, type) == types.end()) {
    errors.push_back(NotSupported(Child(path, "type"), type, types));
  }
  return errors;
}

FieldErrors ValidateGitRepo(const Json& source, const std::string& path) {
  FieldErrors errors = ValidateTextGiven(source, "repository", path);
  Append(errors, ValidateDescendingPath(TextOf(source, "directory"), Child(path, "directory")));
  return errors;
}

FieldErrors ValidateNfs(const Json& source, const std::string& path) {
  FieldErrors errors = ValidateTextGiven(source, "server", path);
  Append(errors, ValidateTextGiven(source, "path", path));
  if (!TextOf(source, "path").starts_with('/')) {
    errors.push_back(Invalid(Child(path, "path"), TextOf(source, "path"), "must be an absolute path"));
  }
  return errors;
}

struct SourceRule {
  std::string_view name;
  Validator validate;                      ///< null: only `required`
  std::vector<std::string_view> required;  ///< texts or lists that must be given
};

/// Every type of volume, in the order in which the real server looks at them.
const std::vector<SourceRule>& SourceRules() {
  static const std::vector<SourceRule> rules = {{"emptyDir", ValidateEmptyDir, {}},
                                                {"hostPath", ValidateHostPath, {}},
                                                {"gitRepo", ValidateGitRepo, {}},
                                                {"gcePersistentDisk", nullptr, {"pdName"}},
                                                {"awsElasticBlockStore", nullptr, {"volumeID"}},
                                                {"secret", ValidateItems, {"secretName"}},
                                                {"nfs", ValidateNfs, {}},
                                                {"iscsi", nullptr, {"targetPortal", "iqn"}},
                                                {"glusterfs", nullptr, {"endpoints", "path"}},
                                                {"flocker", nullptr, {}},
                                                {"persistentVolumeClaim", nullptr, {"claimName"}},
                                                {"rbd", nullptr, {"monitors", "image"}},
                                                {"cinder", nullptr, {"volumeID"}},
                                                {"cephfs", nullptr, {"monitors"}},
                                                {"quobyte", nullptr, {"registry", "volume"}},
                                                {"downwardAPI", ValidateDownwardSource, {}},
                                                {"fc", nullptr, {}},
                                                {"flexVolume", nullptr, {"driver"}},
                                                {"configMap", ValidateItems, {"name"}},
                                                {"azureFile", nullptr, {"secretName", "shareName"}},
                                                {"vsphereVolume", nullptr, {"volumePath"}},
                                                {"photonPersistentDisk", nullptr, {"pdID"}},
                                                {"portworxVolume", nullptr, {"volumeID"}},
                                                {"azureDisk", nullptr, {"diskName", "diskURI"}},
                                                {"storageos", nullptr, {"volumeName"}},
                                                {"projected", ValidateProjectedSource, {}},
                                                {"scaleIO", nullptr, {"gateway", "system", "volumeName"}},
                                                {"csi", nullptr, {"driver"}},
                                                {"ephemeral", nullptr, {"volumeClaimTemplate"}}};
  return rules;
}

FieldErrors ValidateSource(const Json& volume, const std::string& path) {
  FieldErrors errors;
  bool has_one = false;
  for (const SourceRule& rule : SourceRules()) {
    const Json* source = FieldOf(volume, rule.name);
    if (source == nullptr) continue;
    const std::string source_path = Child(path, rule.name);
    if (has_one) {
      errors.push_back(Forbidden(source_path, "may not specify more than 1 volume type"));
      continue;
    }
    has_one = true;
    for (const std::string_view name : rule.required) {
      const Json* value = FieldOf(*source, name);
      const bool given =
          value != nullptr && (value->is_string() ? !value->get_ref<const std::string&>().empty() : !value->empty());
      if (!given) errors.push_back(Required(Child(source_path, name), ""));
    }
    if (rule.validate != nullptr) Append(errors, rule.validate(*source, source_path));
  }
  if (!has_one) errors.push_back(Required(path, "must specify a volume type"));
  return errors;
}

/// Names and paths of mounts, to keep devices off them, and the other way round.
struct Uses {
  std::set<std::string> names;
  std::set<std::string> paths;
};

Uses UsesOf(const Json& list, std::string_view path_field) {
  Uses uses;
  for (const Json& use : list) {
    uses.names.insert(TextOf(use, "name"));
    uses.paths.insert(TextOf(use, path_field));
  }
  return uses;
}

FieldErrors ValidateMountPropagation(const Json& mount, const Json& container, const std::string& path) {
  const std::string& mode = TextOf(mount, "mountPropagation");
  if (mode.empty()) return {};
  static const std::vector<std::string> modes = {"Bidirectional", "HostToContainer", "None"};
  FieldErrors errors;
  if (std::ranges::find(modes, mode) == modes.end()) errors.push_back(NotSupported(path, mode, modes));
  if (mode == "Bidirectional" && !IsTrue(ObjectOf(container, "securityContext"), "privileged")) {
    errors.push_back(Forbidden(path, "Bidirectional mount propagation is available only to privileged containers"));
  }
  return errors;
}

FieldErrors ValidateMounts(const Json& container, const VolumeMap& volumes, const std::string& path) {
  const Uses devices = UsesOf(ListOf(container, "volumeDevices"), "devicePath");
  const Json& mounts = ListOf(container, "volumeMounts");
  FieldErrors errors;
  std::set<std::string> mount_paths;
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const Json& mount = mounts[i];
    const std::string at = Index(path, i);
    const std::string& name = TextOf(mount, "name");
    const std::string& mount_path = TextOf(mount, "mountPath");
    const std::string& sub_path = TextOf(mount, "subPath");
    const std::string& sub_path_expr = TextOf(mount, "subPathExpr");
    if (name.empty()) errors.push_back(Required(Child(at, "name"), ""));
    if (!volumes.contains(name)) errors.push_back(FieldNotFound(Child(at, "name"), name));
    if (mount_path.empty()) errors.push_back(Required(Child(at, "mountPath"), ""));
    if (!mount_paths.insert(mount_path).second) {
      errors.push_back(Invalid(Child(at, "mountPath"), mount_path, "must be unique"));
    }
    if (devices.names.contains(name)) {
      errors.push_back(Invalid(Child(at, "name"), name, "must not already exist in volumeDevices"));
    }
    if (devices.paths.contains(mount_path)) {
      errors.push_back(
          Invalid(Child(at, "mountPath"), mount_path, "must not already exist as a path in volumeDevices"));
    }
    if (!sub_path.empty()) Append(errors, ValidateDescendingPath(sub_path, Child(path, "subPath")));
    if (!sub_path_expr.empty()) {
      if (!sub_path.empty()) {
        errors.push_back(
            Invalid(Child(at, "subPathExpr"), sub_path_expr, "subPathExpr and subPath are mutually exclusive"));
      }
      Append(errors, ValidateDescendingPath(sub_path_expr, Child(path, "subPathExpr")));
    }
    Append(errors, ValidateMountPropagation(mount, container, Child(path, "mountPropagation")));
  }
  return errors;
}

FieldErrors ValidateDevices(const Json& container, const VolumeMap& volumes, const std::string& path) {
  const Uses mounts = UsesOf(ListOf(container, "volumeMounts"), "mountPath");
  const Json& devices = ListOf(container, "volumeDevices");
  FieldErrors errors;
  std::set<std::string> names;
  std::set<std::string> paths;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const std::string at = Index(path, i);
    const std::string& name = TextOf(devices[i], "name");
    const std::string& device_path = TextOf(devices[i], "devicePath");
    const auto volume = volumes.find(name);
    if (name.empty()) errors.push_back(Required(Child(at, "name"), ""));
    if (names.contains(name)) errors.push_back(Invalid(Child(at, "name"), name, "must be unique"));
    if (volume == volumes.end()) {
      errors.push_back(FieldNotFound(Child(at, "name"), name));
    } else if (!IsSet(*volume->second, "persistentVolumeClaim") && !IsSet(*volume->second, "ephemeral")) {
      errors.push_back(Invalid(Child(at, "name"), name,
                               "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"));
    }
    if (device_path.empty()) errors.push_back(Required(Child(at, "devicePath"), ""));
    if (paths.contains(device_path)) errors.push_back(Invalid(Child(at, "devicePath"), device_path, "must be unique"));
    if (HasBackstep(device_path)) {
      errors.push_back(Invalid(Child(at, "devicePath"), device_path, "can not contain backsteps ('..')"));
    } else {
      paths.insert(device_path);
    }
    if (mounts.names.contains(name)) {
      errors.push_back(Invalid(Child(at, "name"), name, "must not already exist in volumeMounts"));
    }
    if (mounts.paths.contains(device_path)) {
      errors.push_back(
          Invalid(Child(at, "devicePath"), device_path, "must not already exist as a path in volumeMounts"));
    }
    if (!name.empty()) names.insert(name);
  }
  return errors;
}

}  // namespace

FieldErrors ValidateDescendingPath(std::string_view value, const std::string& path) {
  FieldErrors errors;
  if (value.starts_with('/')) errors.push_back(Invalid(path, std::string(value), "must be a relative path"));
  Append(errors, ValidateNoBacksteps(value, path));
  return errors;
}

VolumesVerdict ValidateVolumes(const Json& volumes, const std::string& path) {
  VolumesVerdict verdict;
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    const Json& volume = volumes[i];
    const std::string at = Index(path, i);
    const std::string& name = TextOf(volume, "name");
    FieldErrors errors = ValidateSource(volume, at);
    if (name.empty()) {
      errors.push_back(Required(Child(at, "name"), ""));
    } else {
      Append(errors, InvalidForEach(Child(at, "name"), name, validation::IsDns1123Label(name)));
    }
    if (verdict.volumes.contains(name)) errors.push_back(Duplicate(Child(at, "name"), name));
    if (errors.empty()) {
      verdict.volumes.emplace(name, &volume);
    } else {
      Append(verdict.errors, std::move(errors));
    }
  }
  return verdict;
}

FieldErrors ValidateVolumeUse(const Json& container, const VolumeMap& volumes, const std::string& path) {
  FieldErrors errors = ValidateMounts(container, volumes, Child(path, "volumeMounts"));
  Append(errors, ValidateDevices(container, volumes, Child(path, "volumeDevices")));
  return errors;
}

}  // namespace mock_kubeapi
