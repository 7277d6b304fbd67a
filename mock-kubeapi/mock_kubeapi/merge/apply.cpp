#include "mock_kubeapi/merge/apply.h"

#include <algorithm>
#include <utility>

#include "mock_kubeapi/decode/normalise.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/merge/last_applied.h"
#include "mock_kubeapi/merge/typed.h"
#include "mock_kubeapi/merge/updater.h"

namespace mock_kubeapi::merge {
namespace {

constexpr std::size_t kManagerBytesMax = 128;

/// What everybody sends and nobody owns.
const FieldSet& StrippedFields() {
  static const FieldSet set = FieldSet::OfFields({{"apiVersion"},
                                                  {"kind"},
                                                  {"metadata"},
                                                  {"metadata", "name"},
                                                  {"metadata", "namespace"},
                                                  {"metadata", "creationTimestamp"},
                                                  {"metadata", "selfLink"},
                                                  {"metadata", "uid"},
                                                  {"metadata", "clusterName"},
                                                  {"metadata", "generation"},
                                                  {"metadata", "managedFields"},
                                                  {"metadata", "resourceVersion"}});
  return set;
}

/// A string of the metadata; empty when it is something else or absent.
std::string MetadataText(const Json& object, const char* key) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) {
    return {};
  }
  const auto value = metadata->find(key);
  return value != metadata->end() && value->is_string() ? value->get<std::string>() : std::string();
}

std::string ConfigTextOf(const Json& object, const char* key) {
  const auto value = object.find(key);
  return value != object.end() && value->is_string() ? value->get<std::string>() : std::string();
}

/// Group, version and kind as the server prints them: `batch/v1, Kind=Job`, `/v1, Kind=Secret`.
std::string GroupVersionKindText(const std::string& api_version, const std::string& kind) {
  return (api_version.find('/') == std::string::npos ? "/" : "") + api_version + ", Kind=" + kind;
}

/// An error that says what went wrong and has no reason.
ApiError ServerError(std::string message) {
  return {.code = 500, .reason = {}, .message = std::move(message), .details = {}, .retry_after_seconds = {}};
}

/// metadata.managedFields; null when absent.
const Json& ManagedFieldsIn(const Json& object) {
  static const Json none;
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) {
    return none;
  }
  const auto managed = metadata->find("managedFields");
  return managed == metadata->end() ? none : *managed;
}

/// A copy without metadata.managedFields, which can be most of an object.
Json CopyWithoutManagedFields(const Json& object) {
  Json copy = Json::object();
  for (const auto& [key, value] : object.items()) {
    if (key != "metadata" || !value.is_object()) {
      copy[key] = value;
      continue;
    }
    Json& metadata = copy[key] = Json::object();
    for (const auto& [name, field] : value.items()) {
      if (name != "managedFields") {
        metadata[name] = field;
      }
    }
  }
  return copy;
}

/// Takes metadata.managedFields out of the object; null when absent.
Json TakeManagedFields(Json& object) {
  if (!object.is_object()) {
    return nullptr;
  }
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) {
    return nullptr;
  }
  const auto managed = metadata->find("managedFields");
  if (managed == metadata->end()) {
    return nullptr;
  }
  Json taken = std::move(*managed);
  metadata->erase(managed);
  return taken;
}

/// `encoded` as for EncodeManagedFields.
void StoreManagedFields(Json& object, ManagedFields& managed, Json encoded = nullptr) {
  Json& metadata = object["metadata"];
  if (!metadata.is_object()) {
    metadata = Json::object();
  }
  if (managed.entries.empty()) {
    metadata.erase("managedFields");
  } else {
    metadata["managedFields"] = EncodeManagedFields(managed, std::move(encoded));
  }
}

}  // namespace

std::string IdentityText(const Json& object) {
  return MetadataText(object, "namespace") + "/" + MetadataText(object, "name") + "; " +
         GroupVersionKindText(ConfigTextOf(object, "apiVersion"), ConfigTextOf(object, "kind"));
}

struct FieldManager::Owned {
  Json object;
  ManagedFields managed;
};

FieldManager::FieldManager(FieldManagerOptions options)
    : options_(std::move(options)),
      reset_fields_(FieldSet::OfFields(options_.reset_fields)),
      empty_object_(decode::EmptyObject(*options_.type)) {
  empty_object_["apiVersion"] = options_.api_version;
  empty_object_["kind"] = options_.kind;
}

ManagerId FieldManager::IdOf(const std::string& manager, Operation operation) const {
  return {.manager = manager.empty() ? "unknown" : manager,
          .operation = operation,
          .api_version = options_.api_version,
          .subresource = options_.subresource};
}

bool FieldManager::Track(const Json& live, const Json& object, Before& owners, const UpdateOptions& options) const {
  const schema::Type& type = *options_.type;
  const bool look_at_status_alone = options.only_status_differs && owners.live_fits;
  if (look_at_status_alone ? !FieldFitsSchema(type, object, "status")
                           : !(owners.live_fits || FitsSchema(type, live)) || !FitsSchema(type, object, &live)) {
    return false;
  }
  std::optional<Comparison> comparison =
      look_at_status_alone ? CompareField(type, live, object, "status") : CompareObjects(type, live, object);
  if (!comparison) {
    comparison = CompareTyped(type, CopyWithoutManagedFields(live), object);
  }
  const Updater updater({.type = type,
                         .api_version = options_.api_version,
                         .reset_fields = reset_fields_,
                         .converter = options_.converter});
  ManagedFields& managed = owners.managed;
  FieldSet taken = updater.Update(
      {.live = live, .fresh = object, .comparison = *std::move(comparison), .owners_reconciled = owners.remembered},
      managed);
  taken.Subtract(StrippedFields());
  const ManagerId id = IdOf(options.manager, Operation::kUpdate);
  if (!taken.Empty()) {
    ManagerEntry* entry = managed.Find(id);
    if (entry == nullptr) {
      entry = &managed.entries.emplace_back(ManagerEntry{.id = id, .fields = {}, .time = {}});
    }
    entry->fields.Include(std::move(taken));
    entry->time = mock_http::FormatRfc3339(options.now);
    entry->encoded_at = ManagerEntry::kChanged;
  }
  CapUpdateEntries(managed, id);
  return true;
}

std::expected<FieldManager::Owned, std::vector<Conflict>> FieldManager::MergeConfig(const Owned& live,
                                                                                    const Json& config,
                                                                                    const ApplyOptions& options) const {
  const Updater updater({.type = *options_.type,
                         .api_version = options_.api_version,
                         .reset_fields = reset_fields_,
                         .converter = options_.converter});
  const ManagerId id = IdOf(options.manager, Operation::kApply);
  auto applied = updater.Apply(
      {.live = live.object, .config = config, .managed = live.managed, .manager = id, .force = options.force});
  if (!applied) {
    return std::unexpected(std::move(applied.error()));
  }
  Owned result = {.object = std::move(applied->object), .managed = std::move(applied->managed)};
  if (const ManagerEntry* entry = result.managed.Find(id); entry != nullptr) {
    result.managed.Set(id, entry->fields.Difference(StrippedFields()));
  }
  // Only a change of the object sets the time: one of ownership alone leaves it as it was.
  if (ManagerEntry* entry = result.managed.Find(id); entry != nullptr && applied->changed) {
    entry->time = mock_http::FormatRfc3339(options.now);
  }
  return result;
}

std::optional<FieldSet> FieldManager::LastAppliedFields(const Json& live) const {
  const Json applied = Json::parse(LastAppliedOf(live), nullptr, /*allow_exceptions=*/false);
  if (!applied.is_object() || ConfigTextOf(applied, "apiVersion") != options_.api_version ||
      !FindSchemaErrors(*options_.type, applied).empty()) {
    return std::nullopt;
  }
  // What has been changed since then is no longer what kubectl applied.
  const Comparison changes = CompareTyped(*options_.type, applied, live);
  return FieldsOf(*options_.type, applied)
      .Difference(changes.modified)
      .Difference(changes.added)
      .Difference(changes.removed);
}

Result<FieldManager::Owned> FieldManager::ApplyOrConflict(const Owned& live, const Json& config,
                                                          const ApplyOptions& options) const {
  auto merged = MergeConfig(live, config, options);
  if (merged) {
    return std::move(*merged);
  }
  std::vector<Conflict> conflicts = std::move(merged.error());
  if (options.manager == kLastAppliedManager) {
    if (const auto allowed = LastAppliedFields(live.object)) {
      std::erase_if(conflicts, [&](const Conflict& conflict) { return allowed->Has(conflict.path); });
    }
    if (conflicts.empty()) {
      ApplyOptions forced = options;
      forced.force = true;
      if (auto taken_over = MergeConfig(live, config, forced)) {
        return std::move(*taken_over);
      }
    }
  }
  return std::unexpected(ApplyConflictError(std::move(conflicts)));
}

Result<Json> FieldManager::Apply(const Json* live, const Json& sent_config, const ApplyOptions& options) const {
  if (!sent_config.is_object() && !sent_config.is_null()) {
    return std::unexpected(
        BadRequestError("error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal " +
                        std::string(sent_config.is_array() ? "array" : sent_config.type_name()) +
                        " into Go value of type map[string]interface {}"));
  }
  static const Json nothing = Json::object();
  const Json& config = sent_config.is_null() ? nothing : sent_config;
  if (std::string version = ConfigTextOf(config, "apiVersion"); version != options_.api_version) {
    // What is no group and version is taken for none.
    if (std::ranges::count(version, '/') > 1) {
      version.clear();
    }
    return std::unexpected(BadRequestError("Incorrect version specified in apply patch. Specified patch version: " +
                                           version + ", expected: " + options_.api_version));
  }
  if (ManagedFieldsIn(config).is_array()) {
    return std::unexpected(BadRequestError("metadata.managedFields must be nil"));
  }
  auto managed = DecodeManagedFields(live == nullptr ? Json() : ManagedFieldsIn(*live));
  if (!managed) {
    return std::unexpected(ServerError("failed to decode managed fields: " + managed.error()));
  }
  Owned stored = {.object = live == nullptr ? empty_object_ : CopyWithoutManagedFields(*live),
                  .managed = std::move(*managed)};
  if (stored.managed.entries.empty() && live != nullptr) {
    Before none;
    Track(empty_object_, stored.object, none, {.manager = "before-first-apply", .now = options.now});
    stored.managed = std::move(none.managed);
  }
  const auto fail = [](const char* what, const Json& object, const std::string& why) {
    return std::unexpected(
        ServerError(std::string("failed to create typed ") + what + " object (" + IdentityText(object) + "): " + why));
  };
  if (const std::string kind = ConfigTextOf(config, "kind"); kind != options_.kind) {
    return fail("patch", config, "no corresponding type for " + GroupVersionKindText(options_.api_version, kind));
  }
  if (const auto errors = FindSchemaErrors(*options_.type, config); !errors.empty()) {
    return fail("patch", config, JoinSchemaErrors(errors));
  }
  if (const auto errors = FindSchemaErrors(*options_.type, stored.object); !errors.empty()) {
    return fail("live", stored.object, JoinSchemaErrors(errors));
  }
  auto result = ApplyOrConflict(stored, config, options);
  if (!result) {
    return std::unexpected(std::move(result.error()));
  }
  StoreManagedFields(result->object, result->managed);
  if (options.manager == kLastAppliedManager && !LastAppliedOf(result->object).empty()) {
    SetLastApplied(result->object, config);
  }
  return std::move(result->object);
}

FieldManager::Before FieldManager::OwnersBefore(const Json* live, const Json& sent,
                                                const UpdateOptions& options) const {
  const Json& stored = live == nullptr ? ManagedFieldsIn(nullptr) : ManagedFieldsIn(*live);
  // Through a subresource the owners cannot be set by hand.
  if (options_.subresource.empty() && !options.only_status_differs && sent != stored) {
    if (IsManagedFieldsReset(sent)) {
      return {};
    }
    // Clients that do not understand managedFields may drop or mangle them; the owners stay all the same.
    if (auto decoded = DecodeManagedFields(sent); decoded && !decoded->entries.empty()) {
      return {.managed = std::move(*decoded)};
    }
  }
  if (OwnersMemory* memory = options.memories.of_live;
      memory != nullptr && live != nullptr && memory->type == options_.type) {
    Before before{.managed = std::move(memory->managed), .remembered = true, .live_fits = memory->object_fits};
    for (std::size_t i = 0; i < before.managed.entries.size(); ++i) {
      before.managed.entries[i].encoded_at = i;
    }
    return before;
  }
  auto decoded = DecodeManagedFields(stored);
  return {.managed = decoded ? std::move(*decoded) : ManagedFields{}};
}

Json FieldManager::Update(const Json* live, Json object, const UpdateOptions& options) const {
  Json sent = TakeManagedFields(object);
  Before owners = OwnersBefore(live, sent, options);
  // An object that is not tracked yet is tracked from its first apply on, unless it is being created.
  const bool untracked = owners.managed.entries.empty() && live != nullptr && !MetadataText(*live, "uid").empty();
  const bool tracked = !untracked && Track(live == nullptr ? empty_object_ : *live, object, owners, options);
  Json encoded;
  if (owners.remembered && live != nullptr) {
    const Json& stored = ManagedFieldsIn(*live);
    if (options.only_status_differs || sent == stored) {
      encoded = std::move(sent);
    } else {
      encoded = stored;
    }
  }
  StoreManagedFields(object, owners.managed, std::move(encoded));
  if (OwnersMemory* memory = options.memories.of_object; memory != nullptr) {
    const bool is_own = std::ranges::all_of(owners.managed.entries, [this](const ManagerEntry& entry) {
      return entry.id.api_version == options_.api_version;
    });
    const bool keep = tracked && is_own && !options_.type->custom;
    *memory = {.managed = std::move(owners.managed), .type = keep ? options_.type : nullptr, .object_fits = keep};
  }
  return object;
}

std::string ManagerOrUserAgent(std::string_view field_manager, std::string_view user_agent) {
  if (!field_manager.empty()) {
    return std::string(field_manager);
  }
  std::string manager = PrintablePrefix(user_agent.substr(0, user_agent.find('/')), kManagerBytesMax);
  return manager.empty() ? "unknown" : manager;
}

}  // namespace mock_kubeapi::merge
