#include "mock_kubeapi/kinds/columns.h"

#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

// The server describes columns by the documentation of the fields that they show; clients get to see these texts.
constexpr const char* kNameDescription =
    "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a "
    "client to request the generation of an appropriate name automatically. Name is primarily intended for creation "
    "idempotence and configuration definition. Cannot be updated. More info: "
    "http://kubernetes.io/docs/user-guide/identifiers#names";
constexpr const char* kCreationDescription =
    "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed "
    "to be set in happens-before order across separate operations. Clients may not set this value. It is represented "
    "in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: "
    "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

}  // namespace

Column NameColumn() {
  return {.name = "Name", .format = "name", .description = kNameDescription};
}

Column AgeColumn() {
  return {.name = "Age", .description = kCreationDescription};
}

std::vector<Column> DefaultColumns() {
  return {NameColumn(), {.name = "Created At", .type = "date", .description = kCreationDescription}};
}

Json DefaultRow(const Json& object, mock_http::TimePoint now) {
  static_cast<void>(now);
  return Json::array({NameOf(object), TextOf(ObjectOf(object, "metadata"), "creationTimestamp")});
}

std::string NameOf(const Json& object) {
  return TextOf(ObjectOf(object, "metadata"), "name");
}

std::string NamespaceOf(const Json& object) {
  return TextOf(ObjectOf(object, "metadata"), "namespace");
}

}  // namespace mock_kubeapi
