#include "mock_kubeapi/api/resource_handler.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mock_kubeapi/api/list_reader.h"
#include "mock_kubeapi/api/object_deleter.h"
#include "mock_kubeapi/api/routes.h"
#include "mock_kubeapi/api/watch_stream.h"
#include "mock_kubeapi/decode/decode.h"
#include "mock_kubeapi/decode/normalise.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/merge/apply.h"
#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi {
namespace {

/// A watch that names no time limit ends after one to two of these, as kube-apiserver's --min-request-timeout.
constexpr std::chrono::seconds kWatchSecondsMin{1800};

Result<void> CheckName(const Json& object, const std::string& name) {
  const std::string_view given = MetaText(object, "name");
  if (given.empty()) {
    return std::unexpected(BadRequestError(
        fmt::format("the name of the object ({} based on URL) was undeterminable: name must be provided", name)));
  }
  if (given != name) {
    return std::unexpected(BadRequestError(
        fmt::format("the name of the object ({}) does not match the name on the URL ({})", given, name)));
  }
  return {};
}

Result<void> CheckSelectable(const Kind& kind, const std::string& field) {
  const bool custom = kind.type != nullptr && kind.type->custom;
  if (field == "metadata.name") return {};
  if (field == "metadata.namespace" && kind.selects_namespace && (kind.namespaced || !custom)) return {};
  if (kind.selectable_fields && kind.selectable_fields(Json::object()).contains(field)) return {};
  if (!kind.unselectable_field_text.empty()) {
    return std::unexpected(BadRequestError(fmt::format(fmt::runtime(kind.unselectable_field_text), GoQuote(field))));
  }
  if (kind.selectable_fields || custom) return std::unexpected(BadRequestError("field label not supported: " + field));
  return std::unexpected(BadRequestError(
      fmt::format(R"({} is not a known field selector: only "metadata.name", "metadata.namespace")", GoQuote(field))));
}

/// Of a custom object whose definition is being deleted.
ApiError TerminatingError(const ResourceName& resource) {
  ApiError error = MethodNotAllowedError();
  error.message = "create not allowed while custom resource definition is terminating";
  error.details = {{"group", resource.group}, {"kind", resource.resource}};
  return error;
}

/// Whoever does not say what is to become of an object's dependents hears that they stay, whether it is there or not.
void WarnOfOrphans(const Kind& kind, const DeleteOptions& options, RequestContext& request) {
  if (kind.orphans_by_default_warning.empty() || options.propagation_policy || options.orphan_dependents) return;
  request.warnings.push_back(kind.orphans_by_default_warning);
}

}  // namespace

Result<void> CheckBody(const RequestContext& request) {
  if (request.http.body.size() > kBodyBytesMax) {
    return std::unexpected(
        PlainError(413, "RequestEntityTooLarge", fmt::format("Request entity too large: limit is {}", kBodyBytesMax)));
  }
  if (!request.http.body_error.empty()) return std::unexpected(PlainError(500, "", request.http.body_error));
  return {};
}

ObjectFilter MakeFilter(const Kind& kind, const ListOptions& options) {
  if (options.labels.Empty() && options.fields.Empty()) return nullptr;
  return [&kind, labels = options.labels, fields = options.fields](const Json& object) {
    if (!labels.Matches(object)) return false;
    if (fields.Empty()) return true;
    std::map<std::string, std::string> values;
    if (kind.selectable_fields) values = kind.selectable_fields(object);
    values["metadata.name"] = MetaText(object, "name");
    values["metadata.namespace"] = MetaText(object, "namespace");
    return fields.Matches(values);
  };
}

Result<mock_http::Response> ResourceHandler::Handle(const KindPtr& kind, RequestContext& request) {
  const RequestInfo& info = request.info;
  const Subresource* subresource = nullptr;
  for (const Subresource& each : kind->subresources) {
    if (each.name == info.subresource) subresource = &each;
  }
  if (info.verb == "get") return Get(kind, request);
  if (info.verb == "list" || info.verb == "watch") return List(kind, request);
  if (info.verb == "create" && subresource != nullptr) return CreateSubresource(kind, *subresource, request);
  if (info.verb == "create") return Create(kind, request);
  if (info.verb == "update") return Update(kind, request);
  if (info.verb == "patch") return Patch(kind, request);
  if (info.verb == "delete") return Delete(kind, request);
  if (info.verb == "deletecollection") return DeleteCollection(kind, request);
  return std::unexpected(MethodNotAllowedError());
}

Result<Renderer> ResourceHandler::MakeRenderer(const KindPtr& kind, const RequestContext& request, bool is_list) const {
  auto form = Negotiate(request.Header("Accept"), {.transforms = true});
  if (!form) return std::unexpected(form.error());
  form->pretty = form->pretty || WantsPretty(request.http, request.query);
  auto include = IncludeObject::kMetadata;
  if (form->transform == Transform::kTable) {
    auto parsed = ParseIncludeObject(request.query.Text("includeObject"));
    if (!parsed) return std::unexpected(parsed.error());
    include = *parsed;
  }
  Renderer renderer(kind, *form, include);
  if (auto fits = renderer.CheckShape(is_list); !fits) return std::unexpected(fits.error());
  return renderer;
}

WriteTarget ResourceHandler::TargetOf(const KindPtr& kind, RequestContext& request, const WriteOptions& options) const {
  return {.kind = kind,
          .subresource = request.info.subresource,
          .namespace_name = kind->namespaced ? request.info.namespace_name : std::string(),
          .manager = merge::ManagerOrUserAgent(options.field_manager, request.Header("User-Agent")),
          .dry_run = options.dry_run,
          .user = &request.user,
          .warnings = &request.warnings};
}

Result<mock_http::Response> ResourceHandler::Get(const KindPtr& kind, RequestContext& request) {
  if (const auto form = Negotiate(request.Header("Accept"), {.transforms = true}); !form) {
    return std::unexpected(form.error());
  }
  if (const auto exported = request.query.Get("export");
      exported && BoolParameter(*exported) && request.info.subresource.empty()) {
    return std::unexpected(BadRequestError("the export parameter, deprecated since v1.14, is no longer supported"));
  }
  if (auto named = CheckNameParameter(request.info.name); !named) return std::unexpected(named.error());
  const Store& store = writer_.services().store;
  auto version = ParseResourceVersion(request.query.Text("resourceVersion"));
  if (!version) return std::unexpected(version.error());
  if (auto fresh = CheckNotInFuture(store, *version); !fresh) return std::unexpected(fresh.error());
  const std::string storage = kind->Storage();
  const std::string_view ns = kind->namespaced ? std::string_view(request.info.namespace_name) : std::string_view();
  const ObjectPtr object = store.Find({storage, ns, request.info.name});
  if (!object) return std::unexpected(NotFoundError(kind->Resource(), request.info.name));
  // Only what is there can have the wrong shape.
  auto renderer = MakeRenderer(kind, request, false);
  if (!renderer) return std::unexpected(renderer.error());
  for (const Subresource& subresource : kind->subresources) {
    if (subresource.name != request.info.subresource || !subresource.get) continue;
    WriteTarget target = TargetOf(kind, request, {});
    return subresource.get(renderer->InKindsForm(object->json()), mock_http::ParseQuery(request.http.RawQuery()),
                           writer_.ContextOf(target));
  }
  return renderer->One(200, object, Now());
}

Result<ListOptions> ResourceHandler::ReadListOptions(const Kind& kind, const RequestContext& request) const {
  const RequestInfo& info = request.info;
  auto options = ParseListOptions(request.query, info.legacy_watch_path);
  if (!options) return std::unexpected(options.error());
  for (const FieldSelector::Term& term : options->fields.terms()) {
    if (auto known = CheckSelectable(kind, term.field); !known) return std::unexpected(known.error());
  }
  const std::string name(info.PathName());
  if (name.empty()) return options;
  if (options->fields.Empty()) {
    options->fields.Require("metadata.name", name);
  } else if (options->fields.ExactMatch("metadata.name") != name) {
    return std::unexpected(BadRequestError("fieldSelector metadata.name doesn't match requested name"));
  }
  return options;
}

Result<mock_http::Response> ResourceHandler::List(const KindPtr& kind, RequestContext& request) {
  // A watch is asked its form twice: what a list may have, before its options are read, and what can be streamed,
  // after.
  const auto form = Negotiate(request.Header("Accept"), {.transforms = true});
  if (!form) return std::unexpected(form.error());
  auto options = ReadListOptions(*kind, request);
  if (!options) return std::unexpected(options.error());
  if (options->watch) return Watch(kind, request, *options, *form);
  const ListQuery query{.resource = kind->Storage(),
                        .namespace_name = kind->namespaced ? request.info.namespace_name : std::string(),
                        .only_name = options->fields.ExactMatch("metadata.name").value_or(""),
                        .filter = MakeFilter(*kind, *options),
                        .kind = kind.get()};
  const auto page = ReadList(writer_.services().store, query, *options);
  if (!page) return std::unexpected(page.error());
  auto renderer = MakeRenderer(kind, request, true);
  if (!renderer) return std::unexpected(renderer.error());
  return renderer->List(page->objects, page->meta, Now());
}

Result<mock_http::Response> ResourceHandler::Watch(const KindPtr& kind, RequestContext& request,
                                                   const ListOptions& options, const OutputForm& form) {
  auto version = ParseResourceVersion(options.resource_version);
  if (!version) return std::unexpected(version.error());
  auto include = ParseIncludeObject(form.transform == Transform::kTable ? request.query.Text("includeObject") : "");
  if (!include) return std::unexpected(include.error());
  if (auto streams = CheckStream(form); !streams) return std::unexpected(streams.error());

  const WriteServices& services = writer_.services();
  Renderer renderer(kind, form, *include);
  const bool from_now = !*version || **version == 0;
  // A negative time is over at once.
  std::int64_t seconds = options.timeout_seconds.value_or(0);
  if (seconds == 0) {
    seconds = kWatchSecondsMin.count() +
              static_cast<std::int64_t>(services.random.Below(static_cast<std::uint64_t>(kWatchSecondsMin.count())));
  }
  Json empty = decode::EmptyObject(*kind->type);
  empty["apiVersion"] = kind->ApiVersion();
  empty["kind"] = kind->kind;
  WatchOptions watch{.resource = kind->Storage(),
                     .namespace_name = kind->namespaced ? request.info.namespace_name : std::string(),
                     .filter = MakeFilter(*kind, options),
                     .after = from_now ? services.store.revision() : **version,
                     .initial_events = options.send_initial_events.value_or(from_now),
                     .initial_bookmark = options.send_initial_events.value_or(false) && options.allow_watch_bookmarks,
                     .bookmarks = options.allow_watch_bookmarks,
                     .deadline = services.clock.Now() + std::chrono::seconds(seconds),
                     .empty_object = std::move(empty)};
  mock_http::Response response = mock_http::MakeResponse(200, "application/json", "");
  response.stream =
      std::make_shared<WatchStream>(services.store, services.clock, std::move(renderer), std::move(watch));
  return response;
}

Result<Json> ResourceHandler::DecodeBody(const Kind& kind, RequestContext& request,
                                         decode::FieldValidation validation) const {
  auto decoded = decode::Decode({.content_type = request.Header("Content-Type"),
                                 .body = request.http.body,
                                 .type = kind.type,
                                 .group = kind.group,
                                 .version = kind.version,
                                 .kind = kind.kind,
                                 .field_validation = validation},
                                &request.warnings);
  if (!decoded) return std::unexpected(decoded.error());
  request.warnings.insert(request.warnings.end(), decoded->warnings.begin(), decoded->warnings.end());
  if (kind.set_defaults) kind.set_defaults(decoded->object);
  return std::move(decoded->object);
}

Result<mock_http::Response> ResourceHandler::Create(const KindPtr& kind, RequestContext& request) {
  if (kind->terminating) return std::unexpected(TerminatingError(kind->Resource()));
  auto renderer = MakeRenderer(kind, request, false);
  if (!renderer) return std::unexpected(renderer.error());
  if (!decode::IsSupportedContentType(request.Header("Content-Type"))) {
    return std::unexpected(decode::UnsupportedMediaTypeError());
  }
  if (auto whole = CheckBody(request); !whole) return std::unexpected(whole.error());
  auto options = ParseWriteOptions(request.query, WriteVerb::kCreate);
  if (!options) return std::unexpected(options.error());
  auto object = DecodeBody(*kind, request, options->field_validation);
  if (!object) return std::unexpected(object.error());
  WriteTarget target = TargetOf(kind, request, *options);
  if (auto same = EnsureNamespace(*object, target.namespace_name); !same) return std::unexpected(same.error());
  DedupOwnerReferences(*object, request.warnings);
  if (kind->answer) {
    Json tracked =
        writer_.FieldManagerOf(kind, "").Update(nullptr, std::move(*object), {.manager = target.manager, .now = Now()});
    auto answer = kind->answer(std::move(tracked), writer_.ContextOf(target));
    if (!answer) return std::unexpected(answer.error());
    return renderer->Plain(201, *answer);
  }
  const auto written = writer_.Create(target, std::move(*object));
  if (!written) return std::unexpected(written.error());
  return renderer->One(201, written->object, Now());
}

Result<mock_http::Response> ResourceHandler::CreateSubresource(const KindPtr& kind, const Subresource& subresource,
                                                               RequestContext& request) {
  auto renderer = MakeRenderer(kind, request, false);
  if (!renderer) return std::unexpected(renderer.error());
  if (!decode::IsSupportedContentType(request.Header("Content-Type"))) {
    return std::unexpected(decode::UnsupportedMediaTypeError());
  }
  if (auto whole = CheckBody(request); !whole) return std::unexpected(whole.error());
  auto options = ParseWriteOptions(request.query, WriteVerb::kCreate);
  if (!options) return std::unexpected(options.error());
  // The body is of a kind of its own, which has no row: a TokenRequest is answered and not stored.
  auto body_kind = std::make_shared<Kind>();
  body_kind->group = subresource.version.empty() ? kind->group : subresource.group;
  body_kind->version = subresource.version.empty() ? kind->version : subresource.version;
  body_kind->kind = subresource.kind;
  body_kind->namespaced = kind->namespaced;
  body_kind->type =
      schema::FindKind({.group = body_kind->group, .version = body_kind->version, .kind = body_kind->kind});
  body_kind->set_defaults = subresource.set_defaults;
  if (body_kind->type == nullptr || !subresource.create) return std::unexpected(MethodNotAllowedError());
  auto body = DecodeBody(*body_kind, request, options->field_validation);
  if (!body) return std::unexpected(body.error());
  if (auto same = EnsureNamespace(*body, request.info.namespace_name); !same) return std::unexpected(same.error());
  if (auto named = CheckNameParameter(request.info.name); !named) return std::unexpected(named.error());
  const std::string storage = kind->Storage();
  const JsonPtr parent = writer_.services().store.Get({storage, request.info.namespace_name, request.info.name});
  if (!parent) return std::unexpected(NotFoundError(kind->Resource(), request.info.name));
  WriteTarget target = TargetOf(kind, request, *options);
  const merge::FieldManager manager({.type = body_kind->type,
                                     .api_version = body_kind->ApiVersion(),
                                     .kind = body_kind->kind,
                                     .subresource = subresource.name,
                                     .reset_fields = {},
                                     .converter = nullptr});
  Json tracked = manager.Update(nullptr, std::move(*body), {.manager = target.manager, .now = Now()});
  auto answer = subresource.create(*parent, std::move(tracked), writer_.ContextOf(target));
  if (!answer) return std::unexpected(answer.error());
  return renderer->Plain(201, *answer);
}

Result<void> ResourceHandler::AuthorizeCreate(const RequestContext& request) const {
  const Authorizer* authorizer = writer_.services().authorizer;
  if (authorizer == nullptr) return {};
  Attributes attributes = request.AuthorizationAttributes();
  attributes.verb = "create";
  const Verdict verdict = authorizer->Authorize(attributes);
  if (verdict.allowed) return {};
  // Admission within the write refuses in other words than the filter before it: with the reason alone.
  return std::unexpected(
      ForbiddenError({.group = attributes.group, .resource = attributes.resource}, attributes.name, verdict.reason));
}

Result<mock_http::Response> ResourceHandler::Update(const KindPtr& kind, RequestContext& request) {
  auto renderer = MakeRenderer(kind, request, false);
  if (!renderer) return std::unexpected(renderer.error());
  if (auto whole = CheckBody(request); !whole) return std::unexpected(whole.error());
  auto options = ParseWriteOptions(request.query, WriteVerb::kUpdate);
  if (!options) return std::unexpected(options.error());
  auto object = DecodeBody(*kind, request, options->field_validation);
  if (!object) return std::unexpected(object.error());
  WriteTarget target = TargetOf(kind, request, *options);
  if (auto same = EnsureNamespace(*object, target.namespace_name); !same) return std::unexpected(same.error());
  if (auto same = CheckName(*object, request.info.name); !same) return std::unexpected(same.error());
  DedupOwnerReferences(*object, request.warnings);
  const UpdateRequest update{.name = request.info.name,
                             .make = [&](const Json* live, const merge::OwnersMemories& memories) -> Result<Json> {
                               return writer_.FieldManagerOf(kind, target.subresource)
                                   .Update(live, std::move(*object),
                                           {.manager = target.manager, .now = Now(), .memories = memories});
                             },
                             .uid = std::string(MetaText(*object, "uid")),
                             .create_if_missing = false,
                             .authorize_create = [&] { return AuthorizeCreate(request); }};
  const auto written = writer_.Update(target, update);
  if (!written) return std::unexpected(written.error());
  return renderer->One(written->created ? 201 : 200, written->object, Now());
}

Result<mock_http::Response> ResourceHandler::Delete(const KindPtr& kind, RequestContext& request) {
  auto renderer = MakeRenderer(kind, request, false);
  if (!renderer) return std::unexpected(renderer.error());
  if (auto whole = CheckBody(request); !whole) return std::unexpected(whole.error());
  auto options = ParseDeleteOptions(request.query, request.Header("Content-Type"), request.http.body);
  if (!options) return std::unexpected(options.error());
  WriteTarget target = TargetOf(kind, request, {});
  target.dry_run = options->dry_run;
  WarnOfOrphans(*kind, *options, request);
  const auto deleted = DeleteObject(writer_.services(), target, request.info.name, *options);
  if (!deleted) return std::unexpected(deleted.error());
  const bool accepted = !deleted->is_gone && options->orphan_dependents && !*options->orphan_dependents;
  const int status = accepted ? 202 : 200;
  if (deleted->answer_is_status) return renderer->Plain(status, DeletedStatus(*kind, deleted->object->json()));
  return renderer->One(status, deleted->object, Now());
}

Result<mock_http::Response> ResourceHandler::DeleteCollection(const KindPtr& kind, RequestContext& request) {
  auto renderer = MakeRenderer(kind, request, true);
  if (!renderer) return std::unexpected(renderer.error());
  if (auto whole = CheckBody(request); !whole) return std::unexpected(whole.error());
  auto list = ReadListOptions(*kind, request);
  if (!list) return std::unexpected(list.error());
  auto options = ParseDeleteOptions(request.query, request.Header("Content-Type"), request.http.body);
  if (!options) return std::unexpected(options.error());
  WriteTarget target = TargetOf(kind, request, {});
  target.dry_run = options->dry_run;
  const ListQuery query{.resource = kind->Storage(),
                        .namespace_name = target.namespace_name,
                        .only_name = list->fields.ExactMatch("metadata.name").value_or(""),
                        .filter = MakeFilter(*kind, *list),
                        .kind = kind.get()};
  WarnOfOrphans(*kind, *options, request);
  const auto page = ReadList(writer_.services().store, query, *list);
  if (!page) return std::unexpected(page.error());
  for (const ObjectPtr& object : page->objects) {
    WriteTarget each = target;
    each.namespace_name = MetaText(object->json(), "namespace");
    const auto deleted =
        DeleteObject(writer_.services(), each, std::string(MetaText(object->json(), "name")), *options);
    if (!deleted && deleted.error().code != 404) return std::unexpected(deleted.error());
  }
  return renderer->List(page->objects, page->meta, Now());
}

}  // namespace mock_kubeapi
