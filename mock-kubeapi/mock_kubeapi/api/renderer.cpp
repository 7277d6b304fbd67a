#include "mock_kubeapi/api/renderer.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "mock_kubeapi/api/yaml_writer.h"
#include "mock_kubeapi/kinds/columns.h"

namespace mock_kubeapi {
namespace {

std::string Dump(const Json& value, bool pretty) {
  return value.dump(pretty ? 2 : -1, ' ', false, Json::error_handler_t::replace);
}

/// A kind or a version, in which nothing is to be escaped: letters, digits, dots, a slash.
std::string Quoted(std::string_view text) {
  return std::string(1, '"').append(text) += '"';
}

/// `always_continue`: custom objects' lists have an empty continue member too.
Json MetaJson(const ListMeta& meta, bool always_continue) {
  Json json = {{"resourceVersion", meta.resource_version}};
  if (always_continue || !meta.continue_token.empty()) json["continue"] = meta.continue_token;
  if (meta.remaining) json["remainingItemCount"] = *meta.remaining;
  return json;
}

/// The Go type of a kind, as a refusal names it.
std::string GoTypeName(const Kind& kind, bool is_list) {
  const std::string suffix = is_list ? "List" : "";
  if (kind.type != nullptr && kind.type->custom) return "*unstructured.Unstructured" + suffix;
  static const std::map<std::string, std::string, std::less<>> kPackages = {{"rbac.authorization.k8s.io", "rbac"},
                                                                            {"coordination.k8s.io", "coordination"},
                                                                            {"events.k8s.io", "core"},
                                                                            {"apiextensions.k8s.io", "apiextensions"},
                                                                            {"authentication.k8s.io", "authentication"},
                                                                            {"authorization.k8s.io", "authorization"},
                                                                            {"batch", "batch"},
                                                                            {"", "core"}};
  const auto package = kPackages.find(kind.group);
  return "*" + (package == kPackages.end() ? kind.group : package->second) + "." + kind.kind + suffix;
}

}  // namespace

mock_http::Response ValueResponse(int status, const Json& value, const OutputForm& form) {
  return mock_http::MakeResponse(status, form.ContentType(), form.yaml ? ToYaml(value) : Dump(value, form.pretty));
}

Result<IncludeObject> ParseIncludeObject(std::string_view parameter) {
  if (parameter.empty() || parameter == "Metadata") return IncludeObject::kMetadata;
  if (parameter == "Object") return IncludeObject::kObject;
  if (parameter == "None") return IncludeObject::kNone;
  const FieldError error =
      Invalid("includeObject", std::string(parameter), "must be 'Metadata', 'Object', 'None', or empty");
  return std::unexpected(BadRequestError("Unable to convert to Table as requested: " + error.Text()));
}

Result<void> Renderer::CheckShape(bool is_list) const {
  if (form_.transform == Transform::kPartialObject && is_list) {
    return std::unexpected(
        PlainError(406, "NotAcceptable",
                   fmt::format("you requested PartialObjectMetadata, but the requested object is a list ({})",
                               GoTypeName(*kind_, true))));
  }
  if (form_.transform == Transform::kPartialObjectList && !is_list) {
    return std::unexpected(
        PlainError(406, "NotAcceptable",
                   fmt::format("you requested PartialObjectMetadataList, but the requested object is not a list ({})",
                               GoTypeName(*kind_, false))));
  }
  return {};
}

Json Renderer::InKindsForm(const Json& stored) const {
  Json object = kind_->from_storage ? kind_->from_storage(stored) : stored;
  object["apiVersion"] = kind_->ApiVersion();
  object["kind"] = kind_->kind;
  return object;
}

std::string Renderer::MembersText(const Object& object) const {
  return kind_->from_storage ? MembersTextOf(kind_->from_storage(object.json())) : object.MembersText();
}

std::string Renderer::ObjectText(const Object& object) const {
  std::string text = R"({"kind":)" + Quoted(kind_->kind) + R"(,"apiVersion":)" + Quoted(kind_->ApiVersion()) + ",";
  text += MembersText(object);
  text += '}';
  return text;
}

Json Renderer::PartialObject(const Json& object) const {
  const auto meta = object.find("metadata");
  return {{"kind", "PartialObjectMetadata"},
          {"apiVersion", MetaApiVersion()},
          {"metadata", meta == object.end() ? Json::object() : *meta}};
}

Json Renderer::Row(const Json& object, mock_http::TimePoint now) const {
  Json row = {{"cells", kind_->row ? kind_->row(object, now) : DefaultRow(object, now)}};
  if (kind_->row_conditions) {
    if (Json conditions = kind_->row_conditions(object); !conditions.empty()) row["conditions"] = std::move(conditions);
  }
  switch (include_) {
    case IncludeObject::kMetadata:
      row["object"] = PartialObject(object);
      break;
    case IncludeObject::kObject:
      row["object"] = object;
      break;
    case IncludeObject::kNone:
      row["object"] = nullptr;
      break;
  }
  return row;
}

Json Renderer::Table(const std::vector<Json>& objects, Json meta, bool with_columns, mock_http::TimePoint now) const {
  Json columns;
  if (with_columns) {
    columns = Json::array();
    for (const Column& column : kind_->columns.empty() ? DefaultColumns() : kind_->columns) {
      columns.push_back({{"name", column.name},
                         {"type", column.type},
                         {"format", column.format},
                         {"description", column.description},
                         {"priority", column.priority}});
    }
  }
  Json rows = Json::array();
  for (const Json& object : objects) rows.push_back(Row(object, now));
  return {{"kind", "Table"},
          {"apiVersion", MetaApiVersion()},
          {"metadata", std::move(meta)},
          {"columnDefinitions", std::move(columns)},
          {"rows", std::move(rows)}};
}

mock_http::Response Renderer::One(int status, const ObjectPtr& object, mock_http::TimePoint now) const {
  if (form_.transform == Transform::kNone && !form_.yaml && !form_.pretty) {
    return mock_http::MakeResponse(status, form_.ContentType(), ObjectText(*object));
  }
  const Json json = InKindsForm(object->json());
  switch (form_.transform) {
    case Transform::kTable:
      return Plain(status, Table({json}, {{"resourceVersion", MetaText(json, "resourceVersion")}}, true, now));
    case Transform::kPartialObject:
    case Transform::kPartialObjectList:
      return Plain(status, PartialObject(json));
    case Transform::kNone:
      break;
  }
  return Plain(status, json);
}

mock_http::Response Renderer::List(const std::vector<ObjectPtr>& objects, const ListMeta& meta,
                                   mock_http::TimePoint now) const {
  if (form_.transform == Transform::kTable) {
    std::vector<Json> items;
    items.reserve(objects.size());
    for (const ObjectPtr& object : objects) items.push_back(InKindsForm(object->json()));
    return Plain(200, Table(items, MetaJson(meta, false), true, now));
  }
  const bool partial = form_.transform == Transform::kPartialObjectList;
  // Items of built-in kinds go without apiVersion and kind.
  const bool typed_items = kind_->type != nullptr && kind_->type->custom;
  std::string text = R"({"kind":)" + Quoted(partial ? "PartialObjectMetadataList" : kind_->ListKind()) +
                     R"(,"apiVersion":)" + Quoted(partial ? MetaApiVersion() : kind_->ApiVersion()) +
                     R"(,"metadata":)" + Dump(MetaJson(meta, typed_items && !partial), false) + R"(,"items":[)";
  bool first = true;
  for (const ObjectPtr& object : objects) {
    if (!first) text += ',';
    first = false;
    if (partial) {
      text += Dump(PartialObject(object->json()), false);
    } else if (typed_items) {
      text += ObjectText(*object);
    } else {
      text += '{';
      text += MembersText(*object);
      text += '}';
    }
  }
  text += "]}";
  if (form_.yaml || form_.pretty) return Plain(200, Json::parse(text));
  return mock_http::MakeResponse(200, form_.ContentType(), std::move(text));
}

mock_http::Response Renderer::Plain(int status, const Json& value) const {
  return ValueResponse(status, value, form_);
}

std::string Renderer::EventLine(std::string_view type, const Json& object, bool first, mock_http::TimePoint now) const {
  Json shown = object;
  if (form_.transform == Transform::kTable) {
    shown = Table({object}, {{"resourceVersion", MetaText(object, "resourceVersion")}}, first, now);
  } else if (form_.transform != Transform::kNone) {
    shown = PartialObject(object);
  }
  return fmt::format(R"({{"type":"{}","object":{}}})", type, Dump(shown, false)) + "\n";
}

std::string Renderer::EventLine(std::string_view type, const ObjectPtr& object, bool first,
                                mock_http::TimePoint now) const {
  if (form_.transform != Transform::kNone) return EventLine(type, InKindsForm(object->json()), first, now);
  return fmt::format(R"({{"type":"{}","object":{}}})", type, ObjectText(*object)) + "\n";
}

}  // namespace mock_kubeapi
