#include "mock_kubeapi/schema/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <stdexcept>

#include "mock_kubeapi/schema/type_builder.h"

namespace mock_kubeapi::schema {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Type* PodSpec() {
  return FindType("io.k8s.api.core.v1.PodSpec");
}

TEST(SchemaRegistry, FindsTypesByNameAndByKind) {
  const Type* secret = FindType("io.k8s.api.core.v1.Secret");
  ASSERT_NE(secret, nullptr);
  EXPECT_EQ(secret, FindKind({.group = "", .version = "v1", .kind = "Secret"}));
  EXPECT_EQ(FindKind({.group = "", .version = "v2", .kind = "Secret"}), nullptr);
  EXPECT_EQ(FindType("io.k8s.api.core.v1.Secrets"), nullptr);
  ASSERT_EQ(KindsOfType(*secret).size(), 1U);
  EXPECT_EQ(KindsOfType(*secret)[0].kind, "Secret");
}

TEST(SchemaRegistry, HasEveryKindThatIsServedAndItsList) {
  for (const KindKey& key :
       std::initializer_list<KindKey>{{"", "v1", "Namespace"},
                                      {"", "v1", "Secret"},
                                      {"", "v1", "ConfigMap"},
                                      {"", "v1", "ServiceAccount"},
                                      {"", "v1", "Event"},
                                      {"events.k8s.io", "v1", "Event"},
                                      {"", "v1", "Pod"},
                                      {"batch", "v1", "Job"},
                                      {"batch", "v1", "CronJob"},
                                      {"rbac.authorization.k8s.io", "v1", "Role"},
                                      {"rbac.authorization.k8s.io", "v1", "RoleBinding"},
                                      {"rbac.authorization.k8s.io", "v1", "ClusterRole"},
                                      {"rbac.authorization.k8s.io", "v1", "ClusterRoleBinding"},
                                      {"coordination.k8s.io", "v1", "Lease"},
                                      {"apiextensions.k8s.io", "v1", "CustomResourceDefinition"}}) {
    EXPECT_NE(FindKind(key), nullptr) << key.kind;
    const std::string list = std::string(key.kind) + "List";
    EXPECT_NE(FindKind({.group = key.group, .version = key.version, .kind = list}), nullptr) << list;
  }
}

TEST(SchemaRegistry, GivesOptionsAndStatusToEveryGroupVersion) {
  EXPECT_NE(FindKind({.group = "batch", .version = "v1", .kind = "DeleteOptions"}), nullptr);
  EXPECT_NE(FindKind({.group = "", .version = "v1", .kind = "Status"}), nullptr);
  EXPECT_EQ(FindKind({.group = "nowhere", .version = "v1", .kind = "DeleteOptions"}), nullptr);
}

TEST(SchemaRegistry, KnowsKindsThatItDoesNotServe) {
  EXPECT_TRUE(IsRegisteredKind({.group = "apps", .version = "v1", .kind = "Deployment"}));
  EXPECT_FALSE(IsRegisteredKind({.group = "apps", .version = "v2", .kind = "Deployment"}));
  EXPECT_TRUE(IsRegisteredResource({.group = "apps", .version = "v1", .plural = "deployments"}));
  EXPECT_TRUE(IsRegisteredResource({.group = "", .version = "v1", .plural = "nodes"}));
  EXPECT_TRUE(IsRegisteredResource({.group = "", .version = "v1", .plural = "endpoints"}));
  EXPECT_FALSE(IsRegisteredResource({.group = "", .version = "v1", .plural = "node"}));
  EXPECT_EQ(FindKind({.group = "apps", .version = "v1", .kind = "Deployment"}), nullptr);
}

TEST(SchemaRegistry, KnowsHowListsAreMerged) {
  const Field* containers = PodSpec()->Find("containers");
  ASSERT_NE(containers, nullptr);
  EXPECT_EQ(containers->type->list_type, ListType::kMap);
  EXPECT_THAT(containers->type->map_keys, ElementsAre("name"));
  EXPECT_EQ(containers->patch_strategy, "merge");
  EXPECT_EQ(containers->type->element->Find("ports")->type->element->Find("protocol")->default_json, "\"TCP\"");
  EXPECT_EQ(containers->patch_merge_key, "name");
  EXPECT_EQ(PodSpec()->Find("volumes")->patch_strategy, "merge,retainKeys");

  const Field* ports = containers->type->element->Find("ports");
  EXPECT_THAT(ports->type->map_keys, ElementsAre("containerPort", "protocol"));
  EXPECT_EQ(ports->patch_merge_key, "containerPort");
  EXPECT_EQ(PodSpec()->Find("tolerations")->type->list_type, ListType::kAtomic);
  EXPECT_TRUE(PodSpec()->Find("nodeSelector")->type->atomic);
  const Type* meta = FindType("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
  EXPECT_EQ(meta->Find("finalizers")->type->list_type, ListType::kSet);
  EXPECT_FALSE(meta->Find("labels")->type->atomic);
}

TEST(SchemaRegistry, TellsUnsetFromZeroWhereGoDoes) {
  EXPECT_TRUE(PodSpec()->Find("priority")->pointer);
  EXPECT_FALSE(PodSpec()->Find("hostNetwork")->pointer);
  EXPECT_TRUE(FindType("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")->Find("creationTimestamp")->always);
  EXPECT_TRUE(FindType("io.k8s.api.rbac.v1.Role")->Find("rules")->always);
  EXPECT_FALSE(PodSpec()->Find("securityContext")->always);
  EXPECT_TRUE(FindType("io.k8s.api.core.v1.Container")->Find("resources")->always);
}

TEST(SchemaRegistry, PutsTheFieldsOfEmbeddedMessagesIntoTheObject) {
  const Field* secret = FindType("io.k8s.api.core.v1.Volume")->Find("secret");
  ASSERT_NE(secret, nullptr);
  EXPECT_EQ(secret->proto_number, 6);
  EXPECT_EQ(secret->proto_parent, 2);
}

TEST(SchemaRegistry, NamesTypesAsGoDoes) {
  EXPECT_EQ(FindType("io.k8s.api.core.v1.Secret")->Find("data")->type->go_name, "map[string][]uint8");
  EXPECT_EQ(PodSpec()->Find("containers")->type->go_name, "[]v1.Container");
  EXPECT_EQ(PodSpec()->Find("restartPolicy")->type->go_name, "v1.RestartPolicy");
}

TEST(SchemaRegistry, NumbersFieldsUniquelyWithinEachMessage) {
  for (const Type* type : AllTypes()) {
    std::set<std::pair<int, int>> numbers;
    for (const Field& field : type->fields) {
      ASSERT_NE(field.type, nullptr) << type->name << "." << field.name;
      if (field.proto_number != 0) {
        EXPECT_TRUE(numbers.emplace(field.proto_parent, field.proto_number).second) << type->name << "." << field.name;
      }
    }
  }
}

TEST(TypeBuilder, RefusesWhatItCannotRead) {
  for (const char* text : {"package p io.p.v1\nA\n  b string\n", "package p io.p.v1\nA\n  b 1 Missing\n",
                           "package p io.p.v1\nA\n  b 1 string odd=1\n", "package p io.p.v1\n  b 1 string\n",
                           "package p io.p.v1\nA\n  b 1 string list=set\n", "package p io.p.v1\nA odd\n"}) {
    EXPECT_THROW(TypeBuilder({text}), std::runtime_error) << text;
  }
}

}  // namespace
}  // namespace mock_kubeapi::schema
