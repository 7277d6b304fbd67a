#include "mock_kubeapi/openapi/paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi::openapi {
namespace {

struct QueryParameter {
  std::string_view name;
  std::string_view type;
  std::string_view description;
};

constexpr QueryParameter kPretty{"pretty", "string", "If 'true', the answer is indented."};
constexpr QueryParameter kDryRun{"dryRun", "string", "'All': everything is done but storing."};
constexpr QueryParameter kFieldManager{"fieldManager", "string", "Who makes the change, for managedFields."};
constexpr QueryParameter kFieldValidation{"fieldValidation", "string",
                                          "What becomes of unknown and duplicate fields: Ignore, Warn or Strict."};
constexpr QueryParameter kForce{"force", "boolean", "Apply takes over the fields that others manage."};
constexpr QueryParameter kLabelSelector{"labelSelector", "string", "Restricts the list by labels."};
constexpr QueryParameter kFieldSelector{"fieldSelector", "string", "Restricts the list by fields."};
constexpr QueryParameter kLimit{"limit", "integer", "The most items to be answered at once."};
constexpr QueryParameter kContinue{"continue", "string", "Where to go on, from the list before."};
constexpr QueryParameter kResourceVersion{"resourceVersion", "string", "From or at which version."};
constexpr QueryParameter kResourceVersionMatch{"resourceVersionMatch", "string", "How resourceVersion is meant."};
constexpr QueryParameter kTimeout{"timeoutSeconds", "integer", "When the request ends at the latest."};
constexpr QueryParameter kWatch{"watch", "boolean", "Answers with changes as they happen."};
constexpr QueryParameter kBookmarks{"allowWatchBookmarks", "boolean", "Watches may have BOOKMARK events."};
constexpr QueryParameter kInitialEvents{"sendInitialEvents", "boolean", "Watches begin with what there is."};
constexpr QueryParameter kGracePeriod{"gracePeriodSeconds", "integer", "How long the object may take to end."};
constexpr QueryParameter kPropagation{"propagationPolicy", "string", "What becomes of dependents."};

/// One HTTP method on one path.
struct Operation {
  std::string method;  ///< in lower case
  std::string action;  ///< x-kubernetes-action
  std::string description;
  std::vector<QueryParameter> query;
  std::string body;    ///< name of the schema of the body; empty: none
  std::string answer;  ///< name of the schema of the answer
  std::vector<std::string> consumes = {"*/*"};
};

/// Where a resource's operations are: its path, and how they are named.
struct Place {
  std::string path;
  bool namespaced = false;
  bool named = false;
  std::string id;  ///< end of the operations' ids
};

Json Parameter(const QueryParameter& parameter, SpecVersion version) {
  Json json = {{"name", parameter.name}, {"in", "query"}, {"description", parameter.description}};
  Json type = {{"type", parameter.type}, {"uniqueItems", true}};
  if (version == SpecVersion::kV2) {
    json.update(type);
  } else {
    json["schema"] = std::move(type);
  }
  return json;
}

Json PathParameter(std::string_view name, std::string_view description, SpecVersion version) {
  Json json = {{"name", name}, {"in", "path"}, {"required", true}, {"description", description}};
  Json type = {{"type", "string"}, {"uniqueItems", true}};
  if (version == SpecVersion::kV2) {
    json.update(type);
  } else {
    json["schema"] = std::move(type);
  }
  return json;
}

class PathWriter {
 public:
  PathWriter(const Kind& kind, SpecVersion version, const SchemaCollector& schemas, Json* paths)
      : kind_(kind), version_(version), schemas_(schemas), paths_(paths) {}

  void Run() {
    const std::string root =
        kind_.group.empty() ? "/api/" + kind_.version : fmt::format("/apis/{}/{}", kind_.group, kind_.version);
    const std::string collection = kind_.namespaced ? fmt::format("{}/namespaces/{{namespace}}/{}", root, kind_.plural)
                                                    : fmt::format("{}/{}", root, kind_.plural);
    if (kind_.namespaced && Has("list")) {
      Add({.path = fmt::format("{}/{}", root, kind_.plural), .id = kind_.kind + "ForAllNamespaces"}, {List()});
    }
    std::vector<Operation> of_collection;
    if (Has("list")) {
      of_collection.push_back(List());
    }
    if (Has("create")) {
      of_collection.push_back(Create());
    }
    if (Has("deletecollection")) {
      of_collection.push_back(DeleteCollection());
    }
    const std::string scope = kind_.namespaced ? "Namespaced" : "";
    Add({.path = collection, .namespaced = kind_.namespaced, .id = scope + kind_.kind}, of_collection);
    const Place object{
        .path = collection + "/{name}", .namespaced = kind_.namespaced, .named = true, .id = scope + kind_.kind};
    std::vector<Operation> of_object;
    for (const std::string& verb : kind_.verbs) {
      AddObjectOperation(verb, kind_.type->name, &of_object);
    }
    Add(object, of_object);
    for (const Subresource& subresource : kind_.subresources) {
      AddSubresource(object, subresource);
    }
  }

 private:
  bool Has(std::string_view verb) const {
    return std::find(kind_.verbs.begin(), kind_.verbs.end(), verb) != kind_.verbs.end();
  }

  Operation List() const {
    return {.method = "get",
            .action = "list",
            .description = fmt::format("list or watch objects of kind {}", kind_.kind),
            .query = {kPretty, kBookmarks, kContinue, kFieldSelector, kLabelSelector, kLimit, kResourceVersion,
                      kResourceVersionMatch, kInitialEvents, kTimeout, kWatch},
            .answer = ListName(kind_)};
  }

  Operation Create() const {
    return {.method = "post",
            .action = "post",
            .description = fmt::format("create a {}", kind_.kind),
            .query = {kPretty, kDryRun, kFieldManager, kFieldValidation},
            .body = kind_.type->name,
            .answer = kind_.type->name};
  }

  Operation DeleteCollection() const {
    return {.method = "delete",
            .action = "deletecollection",
            .description = fmt::format("delete collection of {}", kind_.kind),
            .query = {kPretty, kContinue, kDryRun, kFieldSelector, kGracePeriod, kLabelSelector, kLimit, kPropagation,
                      kResourceVersion, kResourceVersionMatch, kTimeout},
            .body = kDeleteOptions,
            .answer = kStatus};
  }

  void AddObjectOperation(std::string_view verb, const std::string& type, std::vector<Operation>* operations) const {
    if (verb == "get") {
      operations->push_back({.method = "get",
                             .action = "get",
                             .description = fmt::format("read the specified {}", kind_.kind),
                             .query = {kPretty},
                             .answer = type});
    } else if (verb == "update") {
      operations->push_back({.method = "put",
                             .action = "put",
                             .description = fmt::format("replace the specified {}", kind_.kind),
                             .query = {kPretty, kDryRun, kFieldManager, kFieldValidation},
                             .body = type,
                             .answer = type});
    } else if (verb == "patch") {
      std::vector<std::string> patches = {"application/json-patch+json", "application/merge-patch+json"};
      if (!kind_.type->custom) {
        patches.emplace_back("application/strategic-merge-patch+json");
      }
      patches.emplace_back("application/apply-patch+yaml");
      operations->push_back({.method = "patch",
                             .action = "patch",
                             .description = fmt::format("partially update the specified {}", kind_.kind),
                             .query = {kPretty, kDryRun, kFieldManager, kFieldValidation, kForce},
                             .body = kPatch,
                             .answer = type,
                             .consumes = std::move(patches)});
    } else if (verb == "delete") {
      operations->push_back({.method = "delete",
                             .action = "delete",
                             .description = fmt::format("delete a {}", kind_.kind),
                             .query = {kPretty, kDryRun, kGracePeriod, kPropagation},
                             .body = kDeleteOptions,
                             .answer = kStatus});
    }
  }

  void AddSubresource(const Place& object, const Subresource& subresource) {
    const bool own = subresource.kind == kind_.kind;
    const schema::Type* type =
        own ? kind_.type
            : schema::FindKind({.group = subresource.version.empty() ? kind_.group : subresource.group,
                                .version = subresource.version.empty() ? kind_.version : subresource.version,
                                .kind = subresource.kind});
    if (type == nullptr || subresource.get) {
      return;  // Not an object of a known kind (pods/log).
    }
    std::vector<Operation> operations;
    for (const std::string& verb : subresource.verbs) {
      AddObjectOperation(verb, type->name, &operations);
      if (verb == "create") {
        operations.push_back({.method = "post",
                              .action = "post",
                              .description = fmt::format("create {} of a {}", subresource.name, kind_.kind),
                              .query = {kPretty, kDryRun, kFieldManager, kFieldValidation},
                              .body = type->name,
                              .answer = type->name});
      }
    }
    Place place = object;
    place.path += "/" + subresource.name;
    place.id += Capitalised(subresource.name);
    gvk_ = {{"group", subresource.version.empty() ? kind_.group : subresource.group},
            {"version", subresource.version.empty() ? kind_.version : subresource.version},
            {"kind", subresource.kind}};
    Add(place, operations);
    gvk_ = GroupVersionKindOf(kind_);
  }

  static std::string Capitalised(std::string text) {
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
      text.front() = static_cast<char>(text.front() - 'a' + 'A');
    }
    return text;
  }

  void Add(const Place& place, const std::vector<Operation>& operations) {
    if (operations.empty()) {
      return;
    }
    Json item = Json::object();
    Json parameters = Json::array();
    if (place.named) {
      parameters.push_back(PathParameter("name", "The object's name.", version_));
    }
    if (place.namespaced) {
      parameters.push_back(PathParameter("namespace", "The object's namespace.", version_));
    }
    if (!parameters.empty()) {
      item["parameters"] = std::move(parameters);
    }
    for (const Operation& operation : operations) {
      item[operation.method] = Write(place, operation);
    }
    (*paths_)[place.path] = std::move(item);
  }

  Json Write(const Place& place, const Operation& operation) const {
    const std::string tag = kind_.group.empty() ? "core_" + kind_.version : kind_.group + "_" + kind_.version;
    Json json = {{"description", operation.description},
                 {"operationId", fmt::format("{}{}{}", operation.action, Capitalised(kind_.version), place.id)},
                 {"tags", Json::array({tag})},
                 {"x-kubernetes-action", operation.action},
                 {"x-kubernetes-group-version-kind", gvk_}};
    Json parameters = Json::array();
    for (const QueryParameter& parameter : operation.query) {
      parameters.push_back(Parameter(parameter, version_));
    }
    const Json answer = schemas_.Reference(operation.answer);
    if (version_ == SpecVersion::kV2) {
      json["consumes"] = operation.consumes;
      json["produces"] = Json::array({"application/json", "application/yaml"});
      if (!operation.body.empty()) {
        parameters.push_back(
            {{"name", "body"}, {"in", "body"}, {"required", true}, {"schema", schemas_.Reference(operation.body)}});
      }
      json["responses"] = {{"200", {{"description", "OK"}, {"schema", answer}}}};
    } else {
      if (!operation.body.empty()) {
        Json content = Json::object();
        for (const std::string& type : operation.consumes) {
          content[type] = {{"schema", schemas_.Reference(operation.body)}};
        }
        json["requestBody"] = {{"content", std::move(content)}};
      }
      json["responses"] = {{"200", {{"description", "OK"}, {"content", {{"application/json", {{"schema", answer}}}}}}}};
    }
    json["parameters"] = std::move(parameters);
    return json;
  }

  static constexpr const char* kDeleteOptions = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";
  static constexpr const char* kStatus = "io.k8s.apimachinery.pkg.apis.meta.v1.Status";
  static constexpr const char* kPatch = "io.k8s.apimachinery.pkg.apis.meta.v1.Patch";

  const Kind& kind_;
  SpecVersion version_;
  const SchemaCollector& schemas_;
  Json* paths_;
  Json gvk_ = GroupVersionKindOf(kind_);
};

}  // namespace

void AddPaths(const Kind& kind, SpecVersion version, const SchemaCollector& schemas, Json* paths) {
  if (kind.type != nullptr) {
    PathWriter(kind, version, schemas, paths).Run();
  }
}

}  // namespace mock_kubeapi::openapi
