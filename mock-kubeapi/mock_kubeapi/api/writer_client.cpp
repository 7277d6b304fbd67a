#include "mock_kubeapi/api/writer_client.h"

#include <utility>

#include "mock_kubeapi/api/object_deleter.h"
#include "mock_kubeapi/decode/normalise.h"

namespace mock_kubeapi {
namespace {

/// What decoding does to a request's body, for an object that a controller made.
Result<Json> Typed(const Kind& kind, Json object) {
  object["apiVersion"] = kind.ApiVersion();
  object["kind"] = kind.kind;
  auto normal = decode::Normalise(*kind.type, object);
  if (!normal) return std::unexpected(BadRequestError(normal.error()));
  if (kind.set_defaults) kind.set_defaults(normal->object);
  return std::move(normal->object);
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
  const auto written = writer_.Create(target, std::move(*typed));
  if (!written) return std::unexpected(written.error());
  return JsonOf(written->object);
}

Result<JsonPtr> WriterClient::Update(const Kind& kind, Json object, const std::string& subresource) {
  WriteTarget target = TargetOf(kind, std::string(MetaText(object, "namespace")));
  target.subresource = subresource;
  auto typed = Typed(kind, std::move(object));
  if (!typed) return std::unexpected(typed.error());
  const auto make = [&](const Json* live) -> Result<Json> {
    return writer_.FieldManagerOf(target.kind, subresource)
        .Update(live, std::move(*typed), {.manager = manager_, .now = writer_.services().clock.Now()});
  };
  const auto written = writer_.Update(target, {.name = std::string(MetaText(*typed, "name")),
                                               .make = make,
                                               .uid = {},
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
