// Writes through the whole API: which complaint comes before which, and how often.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mock_kubeapi/server/test_api.h"

namespace mock_kubeapi {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kSecretsPath = "/api/v1/namespaces/default/secrets";
constexpr const char* kLeasesPath = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

std::vector<std::string> CauseFields(const Answer& answer) {
  std::vector<std::string> fields;
  for (const Json& cause : answer.body["details"]["causes"]) fields.push_back(cause.value("field", ""));
  return fields;
}

Json Named(const std::string& name, Json more = Json::object()) {
  more["metadata"]["name"] = name;
  return more;
}

class Writes : public ::testing::Test {
 protected:
  Answer Merge(const std::string& target, const std::string& patch) {
    return Patch(target, "application/merge-patch+json", patch);
  }
  Answer Apply(const std::string& target, const std::string& body) {
    return Patch(target, "application/apply-patch+yaml", body);
  }
  Answer Patch(const std::string& target, const std::string& type, const std::string& body) {
    return api_.Send({.method = "PATCH", .target = target, .headers = {{"Content-Type", type}}, .body = body});
  }

  TestApi api_;
};

TEST_F(Writes, PatchOfWhatIsNotThereIsNotFoundEvenWherePutWouldCreate) {
  for (const char* type :
       {"application/merge-patch+json", "application/json-patch+json", "application/strategic-merge-patch+json"}) {
    const Answer answer = Patch(std::string(kLeasesPath) + "/none", type, "{}");
    EXPECT_EQ(answer.status, 404) << type;
    EXPECT_EQ(answer.Text("/message"), "leases.coordination.k8s.io \"none\" not found");
  }
}

TEST_F(Writes, PutOfWhatIsNotThereWithAUidIsAConflict) {
  for (const char* collection : {kLeasesPath, kSecretsPath}) {
    const Answer answer = api_.Write("PUT", std::string(collection) + "/none", "application/json",
                                     {{"metadata", {{"name", "none"}, {"uid", "x"}}}});
    EXPECT_EQ(answer.status, 409);
    EXPECT_THAT(answer.Text("/message"),
                HasSubstr("Precondition failed: UID in precondition: x, UID in object meta: "));
  }
}

TEST_F(Writes, TellOfBadMetadataAsOftenAsTheRealServerLooksAtIt) {
  struct Case {
    const char* collection;
    Json object;
    std::size_t times;
  };
  const std::vector<Case> cases = {
      {kSecretsPath, Json::object(), 4},
      {"/api/v1/namespaces/default/configmaps", Json::object(), 4},
      {"/api/v1/namespaces/default/serviceaccounts", Json::object(), 4},
      {"/api/v1/namespaces", Json::object(), 4},
      {kLeasesPath, Json::object(), 3},
      {"/api/v1/namespaces/default/events", Json::object(), 2},
      {"/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles", Json::object(), 5},
  };
  for (const Case& each : cases) {
    ASSERT_EQ(api_.Post(each.collection, Named("x", each.object)).status, 201) << each.collection;
    const Answer answer = Merge(std::string(each.collection) + "/x", R"({"metadata":{"annotations":{"bad key":"v"}}})");
    EXPECT_EQ(answer.status, 422);
    EXPECT_THAT(CauseFields(answer), SizeIs(each.times)) << each.collection;
    EXPECT_THAT(CauseFields(answer), Each("metadata.annotations"));
  }
}

TEST_F(Writes, OrderComplaintsOfAnUpdateAsTheRealServer) {
  ASSERT_EQ(api_.Post(kSecretsPath, Named("s")).status, 201);
  const Answer answer =
      Merge(std::string(kSecretsPath) + "/s",
            R"({"type":"example.com/x","data":{"a b":""},"metadata":{"finalizers":["plain"],"labels":{"l":"!"}}})");
  EXPECT_THAT(CauseFields(answer), ElementsAre("metadata.labels", "metadata.labels", "metadata.labels", "type",
                                               "metadata.labels", "metadata.finalizers[0]", "data[a b]"));
}

TEST_F(Writes, LookAtTheMetadataOfACoreEventOnlyWhenAllElseIsRight) {
  const std::string events = "/api/v1/namespaces/default/events";
  const Json bad = {{"labels", {{"l", "!"}}}, {"finalizers", {"plain"}}};
  const Answer both = api_.Post(events, Named("e", {{"metadata", bad}, {"involvedObject", {{"namespace", "other"}}}}));
  EXPECT_THAT(CauseFields(both), ElementsAre("involvedObject.namespace"));
  const Answer metadata = api_.Post(events, Named("e", {{"metadata", bad}}));
  EXPECT_THAT(CauseFields(metadata), ElementsAre("metadata.labels"));
}

TEST_F(Writes, ShowOwnersAsGoDoes) {
  const Json event = {{"apiVersion", "v1"}, {"kind", "Event"}, {"name", "e"}, {"uid", "u"}};
  EXPECT_EQ(api_.Post(kSecretsPath, Named("s", {{"metadata", {{"ownerReferences", {event}}}}})).Text("/message"),
            "Secret \"s\" is invalid: metadata.ownerReferences: Invalid value: v1.OwnerReference{APIVersion:\"v1\", "
            "Kind:\"Event\", Name:\"e\", UID:\"u\", Controller:(*bool)(nil), BlockOwnerDeletion:(*bool)(nil)}: /v1, "
            "Kind=Event is disallowed from being an owner");
  const Json unreadable = {{"apiVersion", "a/b/c"}, {"kind", "K"}, {"name", "e"}, {"uid", "u"}};
  EXPECT_EQ(
      api_.Post(kSecretsPath, Named("s", {{"metadata", {{"ownerReferences", {unreadable}}}}})).Text("/message"),
      "Secret \"s\" is invalid: metadata.ownerReferences.apiVersion: Invalid value: \"a/b/c\": version must not be "
      "empty");
}

TEST_F(Writes, TellOfRepeatedKeysOfAnApplyBehindWhatIsWrongWithIt) {
  const std::string target = std::string(kSecretsPath) + "/s?fieldManager=";
  const std::string head = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n";
  ASSERT_EQ(Apply(target + "alice", head + "data: {a: MQ==}\n").status, 201);
  const Answer conflict = Apply(target + "bob", head + "data:\n  a: Mg==\n  a: Mw==\n");
  EXPECT_EQ(conflict.status, 409);
  EXPECT_EQ(conflict.response.headers.Get("Warning"), std::nullopt);
  EXPECT_EQ(Apply(target + "bob&fieldValidation=Strict", head + "extra: 1\ndata:\n  a: Mg==\n  a: Mw==\n").status, 500);
}

TEST_F(Writes, ConvertAnAppliedObjectInTheRealServersWords) {
  EXPECT_EQ(
      Apply(std::string(kSecretsPath) + "/s?fieldManager=a",
            "{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: '%%'}}")
          .Text("/message"),
      "failed to convert new object (/s; /v1, Kind=Secret) to proper version: unable to convert unstructured object "
      "to /v1, Kind=Secret: error decoding from json: illegal base64 data at input byte 0");
}

TEST_F(Writes, StrategicMergePatchesDoNotSayWhatKindItIs) {
  ASSERT_EQ(api_.Post(kSecretsPath, Named("s")).status, 201);
  const std::string type = "application/strategic-merge-patch+json";
  const Answer other = Patch(std::string(kSecretsPath) + "/s", type, R"({"apiVersion":"v2","kind":"ConfigMap"})");
  EXPECT_EQ(other.status, 200);
  EXPECT_EQ(other.Text("/kind"), "Secret");
  EXPECT_EQ(other.Text("/apiVersion"), "v1");
  EXPECT_EQ(Patch(std::string(kSecretsPath) + "/s", type, R"({"immutable":"yes"})").Text("/message"),
            R"( "" is invalid: patch: Invalid value: "map[immutable:yes]": unrecognized type: bool)");
  EXPECT_EQ(Merge(std::string(kSecretsPath) + "/s", R"({"kind":"ConfigMap"})").status, 422);
}

TEST_F(Writes, NothingInANamespaceThatEndsNotEvenWithoutAName) {
  ASSERT_EQ(api_.Post("/api/v1/namespaces", Named("ends")).status, 201);
  const std::string secrets = "/api/v1/namespaces/ends/secrets";
  ASSERT_EQ(api_.Post(secrets, Named("held", {{"metadata", {{"finalizers", {"example.com/f"}}}}})).status, 201);
  ASSERT_EQ(api_.Delete("/api/v1/namespaces/ends").status, 200);
  const std::string why = "is forbidden: unable to create new content in namespace ends because it is being terminated";
  EXPECT_EQ(api_.Post(secrets, {{"metadata", {{"generateName", "gen-"}}}}).Text("/message"), "secrets \"gen-\" " + why);
  EXPECT_EQ(api_.Post(secrets, Json::object()).Text("/message"), "secrets \"Unknown\" " + why);
}

TEST_F(Writes, MakeNoObjectsOfADefinitionThatIsBeingDeleted) {
  const std::string definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const std::string things = "/apis/example.org/v1/namespaces/default/things";
  ASSERT_EQ(api_.Post(definitions, Json::parse(R"({"metadata":{"name":"things.example.org"},"spec":{
      "group":"example.org","scope":"Namespaced","names":{"plural":"things","kind":"Thing"},
      "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}})"))
                .status,
            201);
  api_.kube().RunControllers();
  const auto thing = [](const char* name, const Json& finalizers) {
    return Json{{"apiVersion", "example.org/v1"},
                {"kind", "Thing"},
                {"metadata", {{"name", name}, {"finalizers", finalizers}}}};
  };
  ASSERT_EQ(api_.Post(things, thing("held", {"example.com/f"})).status, 201);
  ASSERT_EQ(api_.Delete(definitions + "/things.example.org").status, 200);
  api_.kube().RunControllers();

  const Json conditions = api_.Get(definitions + "/things.example.org").body["status"]["conditions"];
  ASSERT_EQ(conditions.size(), 3U);
  EXPECT_EQ(conditions[2]["type"], "Terminating");
  EXPECT_EQ(conditions[2]["reason"], "InstanceDeletionInProgress");
  const Answer refused = api_.Post(things, thing("late", Json::array()));
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.Text("/message"), "create not allowed while custom resource definition is terminating");
  EXPECT_EQ(refused.Text("/details/kind"), "things");

  EXPECT_EQ(Merge(things + "/held", R"({"metadata":{"finalizers":null}})").status, 200);
  api_.kube().RunControllers();
  EXPECT_EQ(api_.Get(definitions + "/things.example.org").status, 404);
}

}  // namespace
}  // namespace mock_kubeapi
