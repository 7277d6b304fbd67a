#include "mock_kubeapi/api/object_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "mock_kubeapi/api/held_warnings.h"
#include "mock_kubeapi/api/object_parts.h"
#include "mock_kubeapi/api/options.h"
#include "mock_kubeapi/api/write_validation.h"
#include "mock_kubeapi/decode/normalise.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/merge/managed_fields.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kSuffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";
constexpr std::size_t kSuffixCharacters = 5;
constexpr std::size_t kGeneratedNameCharactersMax = 63;
constexpr std::array<const char*, 5> kSystemFields = {"creationTimestamp", "uid", "deletionTimestamp",
                                                      "deletionGracePeriodSeconds", "selfLink"};

/// Admission, which refuses before names are generated, calls a nameless object by its prefix.
std::string_view NameInRefusal(const Json& object) {
  for (const char* key : {"name", "generateName"}) {
    if (const std::string_view name = MetaText(object, key); !name.empty()) return name;
  }
  return "Unknown";
}

std::vector<std::vector<std::string>> ResetFields(const Kind& kind, const std::string& subresource) {
  if (const auto given = kind.reset_fields.find(subresource); given != kind.reset_fields.end()) return given->second;
  if (subresource.empty() && kind.has_status) return {{"status"}};
  if (subresource == "status") return {{"spec"}};
  return {};
}

}  // namespace

/// Shows an object at the other versions that its kind is served at.
class ObjectWriter::Converter final : public merge::VersionConverter {
 public:
  Converter(const KindTable& kinds, std::string group, std::string kind)
      : kinds_(kinds), group_(std::move(group)), kind_(std::move(kind)) {}

  std::optional<View> Convert(const Json& object, std::string_view api_version) const override {
    const std::size_t slash = api_version.find('/');
    const std::string_view group = slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
    const std::string_view version = slash == std::string_view::npos ? api_version : api_version.substr(slash + 1);
    if (group != group_) return std::nullopt;
    const KindPtr row = kinds_.FindByKind({.group = group, .version = version, .kind = kind_});
    if (!row) return std::nullopt;
    View view{.type = row->type, .object = object};
    view.object["apiVersion"] = api_version;
    return view;
  }

 private:
  const KindTable& kinds_;
  std::string group_;
  std::string kind_;
};

struct ObjectWriter::Endpoint {
  KindPtr kind;  ///< keeps the schema alive
  std::unique_ptr<Converter> converter;
  std::unique_ptr<merge::FieldManager> manager;
};

ObjectWriter::ObjectWriter(WriteServices services) : services_(services) {}
ObjectWriter::~ObjectWriter() = default;

const merge::FieldManager& ObjectWriter::FieldManagerOf(const KindPtr& kind, const std::string& subresource) {
  if (generation_ != services_.kinds.generation()) {
    endpoints_.clear();
    generation_ = services_.kinds.generation();
  }
  std::unique_ptr<Endpoint>& place = endpoints_[{kind.get(), subresource}];
  if (!place) {
    place = std::make_unique<Endpoint>();
    place->kind = kind;
    place->converter = std::make_unique<Converter>(services_.kinds, kind->group, kind->kind);
    place->manager = std::make_unique<merge::FieldManager>(
        merge::FieldManagerOptions{.type = kind->type,
                                   .api_version = kind->ApiVersion(),
                                   .kind = kind->kind,
                                   .subresource = subresource,
                                   .reset_fields = ResetFields(*kind, subresource),
                                   .converter = place->converter.get()});
  }
  return *place->manager;
}

KindContext ObjectWriter::ContextOf(const WriteTarget& target) const {
  const bool asked = target.user != nullptr;
  return {.clock = services_.clock,
          .random = services_.random,
          .store = services_.store,
          .user = target.user,
          .warnings = target.warnings,
          .authorizer = asked ? services_.authorizer : nullptr,
          .authenticator = services_.authenticator,
          .tokens = services_.tokens,
          .logs = services_.logs};
}

Result<void> EnsureNamespace(Json& object, const std::string& namespace_name) {
  Json& meta = MetaOf(object);
  const std::string_view given = MetaText(object, "namespace");
  if (given == namespace_name) return {};
  if (given.empty()) {
    meta["namespace"] = namespace_name;
  } else if (namespace_name.empty()) {
    meta.erase("namespace");
  } else {
    return std::unexpected(
        BadRequestError("the namespace of the provided object does not match the namespace sent on the request"));
  }
  return {};
}

void DedupOwnerReferences(Json& object, std::vector<std::string>& warnings) {
  const auto meta = object.find("metadata");
  if (meta == object.end() || !meta->is_object() || !meta->contains("ownerReferences")) return;
  Json& references = (*meta)["ownerReferences"];
  if (!references.is_array() || references.size() < 2) return;
  Json unique = Json::array();
  std::string repeated;
  for (const Json& reference : references) {
    if (std::find(unique.begin(), unique.end(), reference) == unique.end()) {
      unique.push_back(reference);
      continue;
    }
    const auto uid = reference.find("uid");
    const std::string text = uid != reference.end() && uid->is_string() ? uid->get<std::string>() : std::string();
    repeated += (repeated.empty() ? "" : ", ") + text;
  }
  if (unique.size() == references.size()) return;
  warnings.push_back(
      fmt::format(".metadata.ownerReferences contains duplicate entries; API server dedups owner "
                  "references in 1.20+, and may reject such requests as early as 1.24; please fix your "
                  "requests; duplicate UID(s) observed: {}",
                  repeated));
  references = std::move(unique);
}

std::string GenerateName(const std::string& prefix, mock_http::Random& random) {
  return prefix.substr(0, kGeneratedNameCharactersMax - kSuffixCharacters) +
         mock_http::RandomText(random, kSuffixAlphabet, kSuffixCharacters);
}

Result<void> ObjectWriter::AdmitCreate(const WriteTarget& target, const Json& object) const {
  if (!target.kind->namespaced) return {};
  const JsonPtr ns = services_.store.Get({"namespaces", "", target.namespace_name});
  if (!ns) {
    return std::unexpected(NotFoundError({.group = "", .resource = "namespaces"}, target.namespace_name));
  }
  const auto status = ns->find("status");
  const bool terminating = status != ns->end() && status->value("phase", "") == "Terminating";
  if (!terminating) return {};
  ApiError error =
      ForbiddenError(target.kind->Resource(), NameInRefusal(object),
                     fmt::format("unable to create new content in namespace {} because it is being terminated",
                                 target.namespace_name));
  error.details["causes"] =
      Json::array({{{"reason", "NamespaceTerminating"},
                    {"message", fmt::format("namespace {} is being terminated", target.namespace_name)},
                    {"field", "metadata.namespace"}}});
  return std::unexpected(std::move(error));
}

void ObjectWriter::FillSystemFields(const Kind& kind, Json& object) {
  Json& meta = MetaOf(object);
  meta["creationTimestamp"] = mock_http::FormatRfc3339(services_.clock.Now());
  meta["uid"] = mock_http::RandomUuid(services_.random);
  for (const char* own : {"deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"}) meta.erase(own);
  const std::string prefix(MetaText(object, "generateName"));
  if (!prefix.empty() && MetaText(object, "name").empty()) meta["name"] = GenerateName(prefix, services_.random);
  if (kind.has_generation) meta["generation"] = 1;
  if (!kind.has_status) return;
  const Json empty = decode::EmptyObject(*kind.type);
  CopyOrErase(object, empty, "status");
}

Result<Written> ObjectWriter::Create(const WriteTarget& target, Json object) {
  // Nobody owns what the server sets itself.
  for (const char* own : kSystemFields) MetaOf(object).erase(own);
  const auto version = GoParseUint(MetaText(object, "resourceVersion"));
  const merge::FieldManager& manager = FieldManagerOf(target.kind, target.subresource);
  // The real storage looks at the version last, behind validation; a dry run does not come that far.
  const auto refuse_version = [&]() -> Result<void> {
    if (!version || *version == 0 || target.dry_run) return {};
    return std::unexpected(PlainError(500, "", "resourceVersion should not be set on objects to be created"));
  };
  auto memory = std::make_shared<merge::OwnersMemory>();
  Json tracked = manager.Update(nullptr, std::move(object),
                                {.manager = target.manager,
                                 .now = services_.clock.Now(),
                                 .memories = {.of_live = nullptr, .of_object = memory.get()}});
  auto written = CreateTracked(target, std::move(tracked), refuse_version);
  if (written && !target.dry_run && !target.kind->to_storage && memory->type != nullptr) {
    // What the server has added since need not fit.
    memory->object_fits = false;
    written->object->KeepOwners(std::move(memory));
  }
  return written;
}

Result<Written> ObjectWriter::CreateTracked(const WriteTarget& target, Json object,
                                            const std::function<Result<void>()>& authorize) {
  const Kind& kind = *target.kind;
  if (auto admitted = AdmitCreate(target, object); !admitted) return std::unexpected(admitted.error());
  FillSystemFields(kind, object);
  if (auto same = EnsureNamespace(object, target.namespace_name); !same) return std::unexpected(same.error());
  KindContext context = ContextOf(target);
  HeldWarnings warnings(target.warnings, context);
  if (kind.prepare_create) {
    if (auto prepared = kind.prepare_create(object, context); !prepared) return std::unexpected(prepared.error());
  }
  const std::string name(MetaText(object, "name"));
  const FieldErrors errors = ValidateNew(kind, object, context);
  if (!errors.empty()) return std::unexpected(InvalidError(kind.group, KindNameOf(kind, object), name, errors));
  warnings.Tell();
  if (authorize) {
    if (auto allowed = authorize(); !allowed) return std::unexpected(allowed.error());
  }
  if (!target.dry_run) object["metadata"].erase("resourceVersion");
  // What is read back from the real storage gets its defaults again: those of generated fields show by that.
  if (kind.set_defaults) kind.set_defaults(object);
  const std::string storage = kind.Storage();
  const ObjectKey key{storage, target.namespace_name, name};
  if (const ObjectPtr taken = services_.store.Find(key)) {
    ApiError error = AlreadyExistsError(kind.Resource(), name);
    if (object["metadata"].contains("generateName")) {
      error.message += ", the server was not able to generate a unique name for the object";
      error.retry_after_seconds = 1;
    }
    if (taken->json()["metadata"].contains("deletionTimestamp")) {
      error.message = "object is being deleted: " + error.message;
    }
    return std::unexpected(std::move(error));
  }
  Json stored = kind.to_storage ? kind.to_storage(object) : std::move(object);
  if (target.dry_run) {
    return Written{.object = std::make_shared<const Object>(std::move(stored), 0), .created = true, .deleted = false};
  }
  return Written{.object = services_.store.Put(key, std::move(stored)), .created = true, .deleted = false};
}

}  // namespace mock_kubeapi
