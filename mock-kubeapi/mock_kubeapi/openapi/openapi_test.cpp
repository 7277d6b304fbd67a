#include "mock_kubeapi/openapi/openapi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "mock_kubeapi/decode/wire.h"
#include "mock_kubeapi/kinds/builtin.h"

namespace mock_kubeapi::openapi {
namespace {

using testing::HasSubstr;

class OpenApiTest : public testing::Test {
 protected:
  static Json Parse(const Bytes& bytes) { return Json::parse(*bytes); }
  Json V3(const char* path) { return Parse(openapi_.V3Document(path)); }

  KindTable table_{BuiltinKinds()};
  OpenApi openapi_{table_, {.version = "v1.35.0"}};
};

/// Collects the targets of all "$ref" members.
void CollectReferences(const Json& value, std::set<std::string>* found) {
  if (value.is_object() && value.contains("$ref") && value["$ref"].is_string()) {
    found->insert(value["$ref"].get<std::string>());
  }
  if (value.is_structured()) {
    for (const Json& child : value) {
      CollectReferences(child, found);
    }
  }
}

TEST_F(OpenApiTest, IndexesEveryGroupVersionWithAHash) {
  const Json paths = Parse(openapi_.V3Index())["paths"];
  for (const char* path : {"api/v1", "apis/batch/v1", "apis/rbac.authorization.k8s.io/v1",
                           "apis/coordination.k8s.io/v1", "apis/apiextensions.k8s.io/v1"}) {
    ASSERT_TRUE(paths.contains(path)) << path;
    EXPECT_THAT(paths[path]["serverRelativeURL"].get<std::string>(),
                HasSubstr(std::string("/openapi/v3/") + path + "?hash="));
  }
  EXPECT_EQ(openapi_.V3Document("apis/example.org/v1"), nullptr);
}

TEST_F(OpenApiTest, DescribesAGroupVersionAsRecorded) {
  const Json lease = V3("apis/coordination.k8s.io/v1");
  EXPECT_EQ(lease["openapi"], "3.0.0");
  const Json schema = lease["components"]["schemas"]["io.k8s.api.coordination.v1.Lease"];
  EXPECT_EQ(schema["type"], "object");
  EXPECT_EQ(schema["x-kubernetes-group-version-kind"],
            Json::parse(R"([{"group":"coordination.k8s.io","kind":"Lease","version":"v1"}])"));
  EXPECT_TRUE(V3("apis/batch/v1")["paths"].contains("/apis/batch/v1/namespaces/{namespace}/jobs"));
}

TEST_F(OpenApiTest, RefersOnlyToWhatIsInTheDocument) {
  for (const KindPtr& kind : table_.rows()) {
    const std::string path = kind->group.empty() ? "api/" + kind->version : "apis/" + kind->group + "/" + kind->version;
    const Json document = V3(path.c_str());
    std::set<std::string> references;
    CollectReferences(document, &references);
    for (const std::string& reference : references) {
      EXPECT_TRUE(document.contains(Json::json_pointer(reference.substr(1)))) << path << ": " << reference;
    }
  }
  const Json v2 = Parse(openapi_.V2Json());
  std::set<std::string> references;
  CollectReferences(v2, &references);
  EXPECT_GT(references.size(), 100U);
  for (const std::string& reference : references) {
    EXPECT_TRUE(v2.contains(Json::json_pointer(reference.substr(1)))) << reference;
  }
}

TEST_F(OpenApiTest, TellsKubectlThatPatchValidatesFields) {
  const Json patch = V3("api/v1")["paths"]["/api/v1/namespaces/{namespace}/secrets/{name}"]["patch"];
  EXPECT_EQ(patch["x-kubernetes-group-version-kind"], Json::parse(R"({"group":"","kind":"Secret","version":"v1"})"));
  std::set<std::string> names;
  for (const Json& parameter : patch["parameters"]) {
    names.insert(parameter["name"].get<std::string>());
  }
  EXPECT_THAT(names, testing::IsSupersetOf({"dryRun", "fieldValidation", "fieldManager", "force"}));
}

TEST_F(OpenApiTest, SaysHowListsAreMerged) {
  const Json schemas = V3("api/v1")["components"]["schemas"];
  const Json containers = schemas["io.k8s.api.core.v1.PodSpec"]["properties"]["containers"];
  EXPECT_EQ(containers["x-kubernetes-list-type"], "map");
  EXPECT_EQ(containers["x-kubernetes-list-map-keys"], Json::parse(R"(["name"])"));
  EXPECT_EQ(containers["x-kubernetes-patch-strategy"], "merge");
  EXPECT_EQ(containers["x-kubernetes-patch-merge-key"], "name");
}

TEST_F(OpenApiTest, KeepsDocumentsUntilTheTableChanges) {
  const Bytes index = openapi_.V3Index();
  EXPECT_EQ(openapi_.V3Index(), index);
  EXPECT_EQ(openapi_.V2Protobuf(), openapi_.V2Protobuf());
  schema::Type custom{.shape = schema::Shape::kObject, .name = "org.example.v1.Widget", .custom = true};
  Kind row;
  row.group = "example.org";
  row.version = "v1";
  row.kind = "Widget";
  row.plural = "widgets";
  row.type = &custom;
  table_.SetCustom("widgets.example.org", {row});
  EXPECT_NE(*openapi_.V3Index(), *index);
  const Json document = V3("apis/example.org/v1");
  EXPECT_TRUE(document["components"]["schemas"].contains("org.example.v1.WidgetList"));
  EXPECT_TRUE(Parse(openapi_.V2Json())["definitions"].contains("org.example.v1.Widget"));
}

TEST_F(OpenApiTest, GivesTheSameDefinitionsAsProtobuf) {
  const Json definitions = Parse(openapi_.V2Json())["definitions"];
  std::size_t found = 0;
  const Bytes bytes = openapi_.V2Protobuf();
  decode::WireReader document(*bytes);
  while (const auto field = document.Next()) {
    if (field->number != 9) {
      continue;
    }
    decode::WireReader all(field->bytes);
    while (const auto entry = all.Next()) {
      decode::WireReader named(entry->bytes);
      const auto name = named.Next();
      ASSERT_TRUE(name.has_value());
      EXPECT_TRUE(definitions.contains(std::string(name->bytes))) << name->bytes;
      ++found;
    }
  }
  EXPECT_EQ(document.error(), "");
  EXPECT_EQ(found, definitions.size());
}

}  // namespace
}  // namespace mock_kubeapi::openapi
