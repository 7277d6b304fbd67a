// The part of ObjectWriter that updates what is stored.
#include <fmt/format.h>

#include <utility>

#include "mock_kubeapi/api/held_warnings.h"
#include "mock_kubeapi/api/object_parts.h"
#include "mock_kubeapi/api/object_writer.h"
#include "mock_kubeapi/api/options.h"
#include "mock_kubeapi/api/write_validation.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/merge/managed_fields.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kStaleVersion =
    "the object has been modified; please apply your changes to the latest version and try again";

/// Whether anything but metadata (and status, where it has a life of its own) differs.
bool SpecDiffers(const Kind& kind, const Json& object, const Json& old) {
  const auto counts = [&](const std::string& key) {
    return key != "metadata" && key != "apiVersion" && key != "kind" && !(kind.has_status && key == "status");
  };
  for (const auto& [key, value] : object.items()) {
    if (!counts(key)) continue;
    const Json* before = FindMember(old, key.c_str());
    if (before == nullptr || *before != value) return true;
  }
  for (const auto& [key, value] : old.items()) {
    if (counts(key) && !object.contains(key)) return true;
  }
  return false;
}

bool StatusDiffers(const Json& object, const Json& old) {
  const Json* status = FindMember(object, "status");
  const Json* old_status = FindMember(old, "status");
  return status == nullptr || old_status == nullptr ? status != old_status : *status != *old_status;
}

/// The status belongs to its subresource, the rest to the object.
void KeepWhatIsNotWritten(const Kind& kind, const std::string& subresource, const Json& live, Json& object) {
  if (!kind.has_status) return;
  if (subresource.empty()) {
    CopyOrErase(object, live, "status");
  } else if (subresource == "status") {
    for (const auto& [key, value] : live.items()) {
      if (key != "metadata" && key != "status") AssignChanged(object[key], value);
    }
    std::vector<std::string> surplus;
    for (const auto& [key, value] : object.items()) {
      if (!live.contains(key) && key != "status") surplus.push_back(key);
    }
    for (const std::string& key : surplus) object.erase(key);
  }
}

/// Server-set metadata that a writer may send but never changes.
void KeepSystemMetadata(const Json& live_meta, Json& meta) {
  CopyOrErase(meta, live_meta, "generation");
  meta.erase("selfLink");
  if (!meta.contains("uid") && live_meta.contains("uid")) meta["uid"] = live_meta["uid"];
  CopyOrErase(meta, live_meta, "creationTimestamp");
  if (live_meta.contains("deletionTimestamp")) meta["deletionTimestamp"] = live_meta["deletionTimestamp"];
  if (live_meta.contains("deletionGracePeriodSeconds") && !meta.contains("deletionGracePeriodSeconds")) {
    meta["deletionGracePeriodSeconds"] = live_meta["deletionGracePeriodSeconds"];
  }
}

/// Whether the write lets an object go that only waited for it.
bool IsReleased(const Kind& kind, const Json& object, const Json& live, const KindContext& context) {
  const Json& meta = object["metadata"];
  const Json& live_meta = live["metadata"];
  if (const Json* finalizers = FindMember(meta, "finalizers"); finalizers != nullptr && !finalizers->empty())
    return false;
  if (!live_meta.contains("deletionTimestamp")) return false;
  const Json* grace = FindMember(live_meta, "deletionGracePeriodSeconds");
  if (grace != nullptr && grace->is_number_integer() && grace->get<std::int64_t>() != 0) return false;
  if (!kind.begin_delete) return true;
  Json copy = object;
  return !kind.begin_delete(copy, context);
}

/// etcd's key, which one error text shows.
std::string StorageKey(const Kind& kind, const std::string& namespace_name, const std::string& name) {
  const bool custom = kind.type->custom || kind.group == "apiextensions.k8s.io";
  const std::string storage = kind.Storage();
  return "/registry/" + (custom ? kind.group + "/" : "") + storage.substr(0, storage.find('.')) + "/" +
         Store::PositionOf(namespace_name, name);
}

}  // namespace

Result<Json> ObjectWriter::PrepareUpdate(const WriteTarget& target, const UpdateRequest& request, const Json& live,
                                         Json object) {
  const Kind& kind = *target.kind;
  const std::string_view live_version = MetaText(live, "resourceVersion");
  Json& meta = MetaOf(object);
  const std::string version(MetaText(object, "resourceVersion"));
  if (version.empty() || version == "0") {
    if (!kind.unconditional_update) {
      return std::unexpected(
          InvalidError(kind.group, kind.plural, request.name,
                       {InvalidGoValue("metadata.resourceVersion", "0x0", "must be specified for an update")}));
    }
    meta["resourceVersion"] = live_version;
  } else if (version != live_version) {
    const auto number = GoParseUint(version);
    if (!number) return std::unexpected(PlainError(500, "", number.error()));
    return std::unexpected(ConflictError(kind.Resource(), request.name, kStaleVersion));
  }
  if (auto same = EnsureNamespace(object, target.namespace_name); !same) return std::unexpected(same.error());
  KeepSystemMetadata(live["metadata"], meta);
  if (!request.only_status_differs) KeepWhatIsNotWritten(kind, target.subresource, live, object);
  KindContext context = ContextOf(target);
  HeldWarnings warnings(target.warnings, context);
  if (kind.prepare_update) {
    if (auto prepared = kind.prepare_update(object, live, target.subresource, context); !prepared) {
      return std::unexpected(prepared.error());
    }
  }
  if (kind.has_generation && target.subresource.empty() && SpecDiffers(kind, object, live)) {
    Json& generation = object["metadata"]["generation"];
    generation = (generation.is_number_integer() ? generation.get<std::int64_t>() : 0) + 1;
  }
  const FieldErrors errors = ValidateUpdate(kind, target.subresource, {.object = object, .live = live}, context);
  if (!errors.empty()) {
    return std::unexpected(InvalidError(kind.group, KindNameOf(kind, object), MetaText(object, "name"), errors));
  }
  warnings.Tell();
  return object;
}

Result<Written> ObjectWriter::Update(const WriteTarget& target, const UpdateRequest& request) {
  if (auto named = CheckNameParameter(request.name); !named) return std::unexpected(named.error());
  const Kind& kind = *target.kind;
  const std::string storage = kind.Storage();
  const ObjectKey key{storage, target.namespace_name, request.name};
  const ObjectPtr stored = services_.store.Find(key);
  const std::string uid(stored ? MetaText(stored->json(), "uid") : std::string_view());
  // The real storage takes what isn't there for an object without a uid.
  if (!request.uid.empty() && request.uid != uid) {
    return std::unexpected(ConflictError(
        kind.Resource(), request.name,
        fmt::format("StorageError: invalid object, Code: 4, Key: {}, ResourceVersion: 0, AdditionalErrorMsg: "
                    "Precondition failed: UID in precondition: {}, UID in object meta: {}",
                    StorageKey(kind, target.namespace_name, request.name), request.uid, uid)));
  }
  if (!stored) {
    const bool may_create = target.subresource.empty() && (request.create_if_missing || kind.create_on_update);
    if (!may_create) return std::unexpected(NotFoundError(kind.Resource(), request.name));
    auto object = request.make(nullptr, {});
    if (!object) return std::unexpected(object.error());
    // Unlike POST, an update that creates ignores the version it was given.
    return CreateTracked(target, std::move(*object), request.authorize_create);
  }
  Json converted;
  const bool is_same_form = !kind.from_storage && stored->json().value("apiVersion", "") == kind.ApiVersion();
  if (!is_same_form) {
    converted = kind.from_storage ? kind.from_storage(stored->json()) : stored->json();
    converted["apiVersion"] = kind.ApiVersion();
    converted["kind"] = kind.kind;
  }
  const Json& live = is_same_form ? stored->json() : converted;
  const auto of_live = is_same_form && !target.dry_run ? stored->TakeOwners() : nullptr;
  auto of_object = std::make_shared<merge::OwnersMemory>();
  auto made = request.make(&live, {.of_live = of_live.get(), .of_object = of_object.get()});
  if (!made) return std::unexpected(made.error());
  auto object = PrepareUpdate(target, request, live, std::move(*made));
  if (!object) return std::unexpected(object.error());
  const bool differs = request.only_status_differs && StatusDiffers(*object, live);
  if (!differs) merge::IgnoreManagedFieldsTimes(live, *object);
  if (IsReleased(kind, *object, live, ContextOf(target))) {
    Json last = kind.to_storage ? kind.to_storage(*object) : std::move(*object);
    if (!target.dry_run) services_.store.Remove(key);
    return Written{.object = std::make_shared<const Object>(std::move(last), stored->revision()),
                   .created = false,
                   .deleted = true};
  }
  if (!differs && *object == live) return Written{.object = stored, .created = false, .deleted = false};
  Json changed = kind.to_storage ? kind.to_storage(*object) : std::move(*object);
  if (target.dry_run) {
    return Written{.object = std::make_shared<const Object>(std::move(changed), stored->revision()),
                   .created = false,
                   .deleted = false};
  }
  ObjectPtr written = services_.store.Put(key, std::move(changed));
  if (is_same_form && of_object->type != nullptr) written->KeepOwners(std::move(of_object));
  return Written{.object = std::move(written), .created = false, .deleted = false};
}

}  // namespace mock_kubeapi
