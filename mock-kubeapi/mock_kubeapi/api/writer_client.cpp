#include "mock_kubeapi/api/writer_client.h"

#include <algorithm>
#include <utility>

#include "mock_kubeapi/api/object_deleter.h"
#include "mock_kubeapi/api/object_parts.h"
#include "mock_kubeapi/decode/normalise.h"

namespace mock_kubeapi {
namespace {

/// What decoding does to a request's body, for an object that a controller made.
Result<Json> Typed(const Kind& kind, Json object) {
  object["apiVersion"] = kind.ApiVersion();
  object["kind"] = kind.kind;
  auto normal = decode::Normalise(*kind.type, std::move(object));
  if (!normal) return std::unexpected(BadRequestError(normal.error()));
  return std::move(normal->object);
}

/// Whether all else is the same, and both have a status.
bool OnlyStatusDiffers(const Json& object, const Json& live) {
  if (!object.is_object() || !object.contains("status")) return false;
  return std::ranges::equal(object.get_ref<const Json::object_t&>(), live.get_ref<const Json::object_t&>(),
                            [](const auto& a, const auto& b) {
                              return a.first == b.first && (a.first == "status" || IsIdentical(a.second, b.second));
                            });
}

/// As Typed, defaults included, for a stored object with another status. Those of a status come of the status alone.
Result<Json> WithTypedStatus(const Kind& kind, Json object) {
  Json slim = Json::object();
  slim["status"] = std::move(object["status"]);
  auto normal = decode::Normalise(*kind.type, std::move(slim));
  if (!normal) return std::unexpected(BadRequestError(normal.error()));
  // What else is stored has its defaults.
  if (kind.set_defaults) kind.set_defaults(normal->object);
  const auto status = normal->object.find("status");
  if (status == normal->object.end()) {
    object.erase("status");
  } else {
    object["status"] = std::move(*status);
  }
  return object;
}

}  // namespace

WriteTarget WriterClient::TargetOf(const Kind& kind, std::string namespace_name) const {
  KindPtr row = writer_.services().kinds.Find({.group = kind.group, .version = kind.version, .resource = kind.plural});
  return {.kind = std::move(row),
          .subresource = {},
          .namespace_name = std::move(namespace_name),
          .manager = manager_,
          .dry_run = false,
          .user = nullptr,
          .warnings = nullptr};
}

Result<JsonPtr> WriterClient::Create(const Kind& kind, Json object) {
  const WriteTarget target = TargetOf(kind, std::string(MetaText(object, "namespace")));
  auto typed = Typed(kind, std::move(object));
  if (!typed) return std::unexpected(typed.error());
  if (kind.set_defaults) kind.set_defaults(*typed);
  const auto written = writer_.Create(target, std::move(*typed));
  if (!written) return std::unexpected(written.error());
  return JsonOf(written->object);
}

Result<JsonPtr> WriterClient::Update(const Kind& kind, Json object, const std::string& subresource) {
  WriteTarget target = TargetOf(kind, std::string(MetaText(object, "namespace")));
  target.subresource = subresource;
  const std::string name(MetaText(object, "name"));
  const std::string storage = kind.Storage();
  const ObjectPtr stored = writer_.services().store.Find({storage, target.namespace_name, name});
  // Another form of the object, where the kind has one, is not what is stored.
  const bool is_stored_form =
      stored != nullptr && !kind.from_storage && stored->json().value("apiVersion", "") == kind.ApiVersion();
  const Json* live = is_stored_form ? &stored->json() : nullptr;
  // Of a definition's status the defaults come of its spec.
  const bool is_definition = kind.group == "apiextensions.k8s.io";
  const bool only_status_differs = subresource == "status" && kind.has_status && !kind.type->custom && !is_definition &&
                                   live != nullptr && OnlyStatusDiffers(object, *live);
  auto typed = only_status_differs ? WithTypedStatus(kind, std::move(object)) : Typed(kind, std::move(object));
  if (!typed) return std::unexpected(typed.error());
  if (kind.set_defaults && !only_status_differs) kind.set_defaults(*typed);
  const auto make = [&](const Json* current, const merge::OwnersMemories& memories) -> Result<Json> {
    return writer_.FieldManagerOf(target.kind, subresource)
        .Update(current, std::move(*typed),
                {.manager = manager_,
                 .now = writer_.services().clock.Now(),
                 .memories = memories,
                 .only_status_differs = only_status_differs});
  };
  const auto written = writer_.Update(target, {.name = name,
                                               .make = make,
                                               .uid = {},
                                               .only_status_differs = only_status_differs,
                                               .create_if_missing = false,
                                               .authorize_create = nullptr});
  if (!written) return std::unexpected(written.error());
  return JsonOf(written->object);
}

Result<void> WriterClient::Delete(const Kind& kind, const std::string& namespace_name, const std::string& name,
                                  const DeleteRequest& request) {
  DeleteOptions options;
  if (!request.propagation_policy.empty()) options.propagation_policy = request.propagation_policy;
  options.grace_period_seconds = request.grace_period_seconds;
  if (!request.uid.empty()) options.uid = request.uid;
  if (!request.resource_version.empty()) options.resource_version = request.resource_version;
  const auto deleted = DeleteObject(writer_.services(), TargetOf(kind, namespace_name), name, options);
  if (!deleted) return std::unexpected(deleted.error());
  return {};
}

}  // namespace mock_kubeapi
