#include "mock_kubeapi/merge/apply.h"

#include <gtest/gtest.h>

#include "mock_kubeapi/merge/apply_fixture.h"

namespace mock_kubeapi::merge {
namespace {

using nlohmann::literals::operator""_json;

constexpr schema::KindKey kSecret{.group = "", .version = "v1", .kind = "Secret"};
constexpr schema::KindKey kPod{.group = "", .version = "v1", .kind = "Pod"};
constexpr schema::KindKey kJob{.group = "batch", .version = "v1", .kind = "Job"};

class SecretApply : public testing::Test {
 protected:
  FieldManager manager_ = ManagerOf(kSecret);
  StoredObject secret_{manager_, kSecret};
};

TEST_F(SecretApply, CreatesWithAnEntryOfTheApplier) {
  secret_.Apply("alice", R"({"metadata":{"name":"c"},"data":{"a":"MQ=="}})"_json);
  EXPECT_EQ(secret_.Managed(), R"([{"manager":"alice","operation":"Apply","apiVersion":"v1","fieldsType":"FieldsV1",
                                    "fieldsV1":{"f:data":{"f:a":{}}},"time":"2024-01-01T00:00:01Z"}])"_json);
  EXPECT_EQ(secret_.object()["data"], R"({"a":"MQ=="})"_json);
}

TEST_F(SecretApply, AgainIsNoChange) {
  secret_.Apply("alice", R"({"metadata":{"name":"c"},"data":{"a":"MQ=="}})"_json);
  secret_.Apply("alice", R"({"metadata":{"name":"c"},"data":{"a":"MQ=="}})"_json);
  EXPECT_EQ(secret_.version(), 1);
  EXPECT_EQ(secret_.Managed()[0]["time"], "2024-01-01T00:00:01Z");
}

TEST_F(SecretApply, OfAnotherValueIsAConflictWithOneCausePerField) {
  secret_.Apply("alice", R"({"metadata":{"name":"c"},"data":{"a":"MQ==","b":"MQ=="}})"_json);
  const auto one = secret_.TryApply("bob", R"({"metadata":{"name":"c"},"data":{"a":"Mg==","c":"Mg=="}})"_json);
  ASSERT_FALSE(one.has_value());
  EXPECT_EQ(one.error().code, 409);
  EXPECT_EQ(one.error().reason, "Conflict");
  EXPECT_EQ(one.error().message, "Apply failed with 1 conflict: conflict with \"alice\": .data.a");
  EXPECT_EQ(one.error().details, R"({"causes":[{"reason":"FieldManagerConflict","message":"conflict with \"alice\"",
                                                "field":".data.a"}]})"_json);
  const auto two = secret_.TryApply("bob", R"({"metadata":{"name":"c"},"data":{"a":"Mg==","b":"Mg=="}})"_json);
  ASSERT_FALSE(two.has_value());
  EXPECT_EQ(two.error().message, "Apply failed with 2 conflicts: conflicts with \"alice\":\n- .data.a\n- .data.b");
  EXPECT_EQ(two.error().details["causes"].size(), 2U);
  EXPECT_EQ(secret_.version(), 1);
}

TEST_F(SecretApply, NamesEveryManagerItConflictsWith) {
  secret_.Update("zoe", R"({"metadata":{"name":"c"},"data":{"a":"MQ=="}})"_json);
  secret_.Apply("bob", R"({"metadata":{"name":"c"},"data":{"a":"MQ==","b":"MQ=="}})"_json);
  const auto conflict = secret_.TryApply("ann", R"({"metadata":{"name":"c"},"data":{"a":"Mg==","b":"Mg=="}})"_json);
  ASSERT_FALSE(conflict.has_value());
  EXPECT_EQ(conflict.error().message,
            "Apply failed with 3 conflicts: conflicts with \"bob\":\n- .data.a\n- .data.b\n"
            "conflicts with \"zoe\" using v1:\n- .data.a");
}

TEST_F(SecretApply, WithForceTakesOver) {
  secret_.Apply("alice", R"({"metadata":{"name":"c"},"data":{"a":"MQ==","b":"MQ=="}})"_json);
  secret_.Apply("bob", R"({"metadata":{"name":"c"},"data":{"a":"Mg=="}})"_json, true);
  EXPECT_EQ(secret_.FieldsOf("alice"), R"({"f:data":{"f:b":{}}})"_json);
  EXPECT_EQ(secret_.FieldsOf("bob"), R"({"f:data":{"f:a":{}}})"_json);
  EXPECT_EQ(secret_.object()["data"], R"({"a":"Mg==","b":"MQ=="})"_json);
  EXPECT_FALSE(secret_.TryApply("alice", R"({"metadata":{"name":"c"},"data":{"a":"MQ=="}})"_json).has_value());
}

TEST_F(SecretApply, OfTheSameValueSharesWithoutATimeUntilItChangesSomething) {
  secret_.Apply("alice", R"({"metadata":{"name":"o"},"data":{"a":"MQ=="}})"_json);
  secret_.Apply("bob", R"({"metadata":{"name":"o"},"data":{"a":"MQ=="}})"_json);
  EXPECT_EQ(secret_.version(), 2);
  ASSERT_EQ(secret_.Managed().size(), 2U);
  EXPECT_EQ(secret_.Managed()[0]["manager"], "bob");
  EXPECT_FALSE(secret_.Managed()[0].contains("time"));
  secret_.Apply("bob", R"({"metadata":{"name":"o"},"data":{"a":"MQ==","b":"MQ=="}})"_json);
  EXPECT_EQ(secret_.Managed()[1]["manager"], "bob");
  EXPECT_EQ(secret_.Managed()[1]["time"], "2024-01-01T00:00:03Z");
  // A shared field stays when one owner gives it up.
  secret_.Apply("alice", R"({"metadata":{"name":"o"}})"_json);
  EXPECT_EQ(secret_.object()["data"], R"({"a":"MQ==","b":"MQ=="})"_json);
  EXPECT_TRUE(secret_.FieldsOf("alice").is_null());
}

TEST_F(SecretApply, RemovesWhatIsGivenUpAndNobodyElseOwns) {
  secret_.Apply("one", R"({"metadata":{"name":"d","labels":{"l":"1"}},"data":{"a":"MQ==","b":"Mg=="}})"_json);
  secret_.Apply("one", R"({"metadata":{"name":"d","labels":{"l":"1"}},"data":{"a":"MQ=="}})"_json);
  EXPECT_EQ(secret_.object()["data"], R"({"a":"MQ=="})"_json);
  secret_.Apply("one", R"({"metadata":{"name":"d"},"data":{"a":"MQ=="}})"_json);
  EXPECT_FALSE(secret_.object()["metadata"].contains("labels"));
  secret_.Apply("one", R"({"metadata":{"name":"d"}})"_json);
  EXPECT_FALSE(secret_.object().contains("data"));
  EXPECT_FALSE(secret_.object()["metadata"].contains("managedFields"));
}

TEST_F(SecretApply, PutsWhatWasUntrackedUnderBeforeFirstApply) {
  secret_.Apply("argocd", R"({"metadata":{"name":"acmedns"}})"_json);
  EXPECT_TRUE(secret_.Managed().empty());
  secret_.Update("editor", R"({"metadata":{"name":"acmedns"},"data":{"x":"MQ=="},"type":"Opaque"})"_json);
  EXPECT_TRUE(secret_.Managed().empty()) << "an untracked object is not tracked by an update";
  secret_.Apply("acmedns", R"({"metadata":{"name":"acmedns"},"data":{"acmedns.json":"e30="}})"_json);
  EXPECT_EQ(secret_.FieldsOf("acmedns"), R"({"f:data":{"f:acmedns.json":{}}})"_json);
  EXPECT_EQ(secret_.FieldsOf("before-first-apply", "Update"), R"({"f:data":{".":{},"f:x":{}},"f:type":{}})"_json);
  const auto conflict = secret_.TryApply("acmedns", R"({"metadata":{"name":"acmedns"},"data":{"x":"Mg=="}})"_json);
  ASSERT_FALSE(conflict.has_value());
  EXPECT_EQ(conflict.error().message,
            "Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: .data.x");
}

TEST_F(SecretApply, OwnsAnEmptyMapItself) {
  secret_.Apply("argocd", R"({"metadata":{"name":"m"},"data":{}})"_json);
  EXPECT_EQ(secret_.FieldsOf("argocd"), R"({"f:data":{}})"_json);
  const auto conflict = secret_.TryApply("acmedns", R"({"metadata":{"name":"m"},"data":{"a":"e30="}})"_json);
  ASSERT_FALSE(conflict.has_value());
  EXPECT_EQ(conflict.error().message, "Apply failed with 1 conflict: conflict with \"argocd\": .data");
  secret_.Apply("acmedns", R"({"metadata":{"name":"m"},"data":{"a":"e30="}})"_json, true);
  EXPECT_TRUE(secret_.FieldsOf("argocd").is_null());
  secret_.Apply("argocd", R"({"metadata":{"name":"m"},"data":{}})"_json);
  secret_.Apply("third", R"({"metadata":{"name":"m"},"data":{"more":"MQ=="}})"_json);
  EXPECT_EQ(secret_.object()["data"], R"({"a":"e30=","more":"MQ=="})"_json);
  secret_.Apply("argocd", R"({"metadata":{"name":"m"}})"_json);
  EXPECT_EQ(secret_.object()["data"], R"({"a":"e30=","more":"MQ=="})"_json);
}

TEST_F(SecretApply, OwnsNothingOfWhatEverybodySends) {
  secret_.Apply("one", R"({"metadata":{"name":"s","namespace":"n","uid":"11111111-1111-1111-1111-111111111111",
      "creationTimestamp":null,"resourceVersion":"1","generation":1,"selfLink":"/x","labels":{"l":"1"}}})"_json);
  EXPECT_EQ(secret_.FieldsOf("one"), R"({"f:metadata":{"f:labels":{"f:l":{}}}})"_json);
}

TEST_F(SecretApply, OwnsFinalizersAndOwnersItemByItem) {
  secret_.Apply("alice", R"({"metadata":{"name":"f","finalizers":["example.com/a"]}})"_json);
  secret_.Apply("bob", R"({"metadata":{"name":"f","finalizers":["example.com/b"],
      "ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"o","uid":"u1"}]}})"_json);
  EXPECT_EQ(secret_.object()["metadata"]["finalizers"], R"(["example.com/a","example.com/b"])"_json);
  EXPECT_EQ(secret_.FieldsOf("bob"), R"({"f:metadata":{"f:finalizers":{"v:\"example.com/b\"":{}},
                                          "f:ownerReferences":{"k:{\"uid\":\"u1\"}":{}}}})"_json);
  secret_.Apply("alice", R"({"metadata":{"name":"f"}})"_json);
  EXPECT_EQ(secret_.object()["metadata"]["finalizers"], R"(["example.com/b"])"_json);
  secret_.Apply("bob", R"({"metadata":{"name":"f","finalizers":["example.com/c","example.com/b"]}})"_json);
  EXPECT_EQ(secret_.object()["metadata"]["finalizers"], R"(["example.com/c","example.com/b"])"_json);
  EXPECT_FALSE(secret_.object()["metadata"].contains("ownerReferences"));
}

TEST_F(SecretApply, RefusesBadConfigurations) {
  const auto apply = [this](const Json& config) {
    return manager_.Apply(nullptr, config, {.manager = "one", .force = false, .now = {}});
  };
  const struct {
    Json config;
    int code;
    std::string reason;
    std::string message;
  } cases[] = {
      {R"({"metadata":{"name":"x"}})"_json, 400, "BadRequest",
       "Incorrect version specified in apply patch. Specified patch version: , expected: v1"},
      {Json(), 400, "BadRequest",
       "Incorrect version specified in apply patch. Specified patch version: , expected: v1"},
      {R"({"apiVersion":"v2","kind":"Secret"})"_json, 400, "BadRequest",
       "Incorrect version specified in apply patch. Specified patch version: v2, expected: v1"},
      {R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"x","managedFields":[]}})"_json, 400, "BadRequest",
       "metadata.managedFields must be nil"},
      {R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"v"},"extra":"x"})"_json, 500, "",
       "failed to create typed patch object (/v; /v1, Kind=Secret): .extra: field not declared in schema"},
      {R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"v","namespace":"n","surplus":"x"}})"_json, 500, "",
       "failed to create typed patch object (n/v; /v1, Kind=Secret): .metadata.surplus: field not declared in schema"},
      {R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"v"}})"_json, 500, "",
       "failed to create typed patch object (/v; /v1, Kind=ConfigMap): no corresponding type for /v1, Kind=ConfigMap"},
      {R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"v","labels":{"answer":true}}})"_json, 500, "",
       "failed to create typed patch object (/v; /v1, Kind=Secret): .metadata.labels.answer: expected string, got "
       "&value.valueUnstructured{Value:true}"},
      {R"([])"_json, 400, "BadRequest",
       "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value "
       "of type map[string]interface {}"},
  };
  for (const auto& c : cases) {
    const auto result = apply(c.config);
    ASSERT_FALSE(result.has_value()) << c.config;
    EXPECT_EQ(result.error().code, c.code);
    EXPECT_EQ(result.error().reason, c.reason);
    EXPECT_EQ(result.error().message, c.message);
  }
}

TEST_F(SecretApply, FailsOnStoredOwnersThatCannotBeRead) {
  const Json live = R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"x","uid":"u","managedFields":[
      {"manager":"m","operation":"Other","apiVersion":"v1","fieldsType":"FieldsV1"}]}})"_json;
  const auto result = manager_.Apply(&live, R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"}})"_json,
                                     {.manager = "one", .force = true, .now = {}});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, 500);
  EXPECT_EQ(result.error().message, "failed to decode managed fields: operation must be `Apply` or `Update`");
}

class LastApplied : public SecretApply {
 protected:
  /// As client-side kubectl apply leaves it.
  void SetUp() override {
    secret_.Update(
        "kubectl-client-side-apply",
        {{"metadata",
          {{"name", "l"}, {"annotations", {{"kubectl.kubernetes.io/last-applied-configuration", applied_}}}}},
         {"data", {{"a", "MQ=="}, {"b", "MQ=="}}}});
  }
  std::string applied_ =
      R"({"apiVersion":"v1","data":{"a":"MQ==","b":"MQ=="},"kind":"Secret","metadata":{"annotations":{},"name":"l"}})";
};

TEST_F(LastApplied, LetsKubectlTakeOverWhatItHadAppliedByTheAnnotation) {
  secret_.Apply("kubectl", R"({"metadata":{"name":"l"},"data":{"a":"Mg==","b":"MQ=="}})"_json);
  EXPECT_EQ(secret_.object()["data"]["a"], "Mg==");
  EXPECT_EQ(
      secret_.object()["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"],
      "{\"apiVersion\":\"v1\",\"data\":{\"a\":\"Mg==\",\"b\":\"MQ==\"},\"kind\":\"Secret\",\"metadata\":{\"name\":"
      "\"l\"}}\n");
}

TEST_F(LastApplied, StillConflictsOnWhatOthersChangedSince) {
  secret_.Update("editor", {{"metadata", {{"name", "l"}, {"annotations", secret_.object()["metadata"]["annotations"]}}},
                            {"data", {{"a", "MQ=="}, {"b", "OQ=="}}}});
  const auto conflict = secret_.TryApply("kubectl", R"({"metadata":{"name":"l"},"data":{"a":"Mg==","b":"Mg=="}})"_json);
  ASSERT_FALSE(conflict.has_value());
  EXPECT_EQ(conflict.error().message, "Apply failed with 1 conflict: conflict with \"editor\" using v1: .data.b");
}

TEST_F(LastApplied, CountsForKubectlAlone) {
  EXPECT_FALSE(secret_.TryApply("other", R"({"metadata":{"name":"l"},"data":{"a":"Mg=="}})"_json).has_value());
  secret_.Apply("other", R"({"metadata":{"name":"l"},"data":{"a":"Mg=="}})"_json, true);
  EXPECT_EQ(secret_.object()["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"], applied_);
}

class PodApply : public testing::Test {
 protected:
  FieldManager manager_ = ManagerOf(kPod);
  StoredObject pod_{manager_, kPod};
};

TEST_F(PodApply, MergesContainersPortsAndEnvironmentByTheirKeys) {
  pod_.Apply("a", R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"main","image":"i:1",
      "env":[{"name":"A","value":"1"}],"ports":[{"containerPort":80}]}]}})"_json);
  pod_.Apply("b", R"({"metadata":{"name":"p"},"spec":{"containers":[
      {"name":"main","env":[{"name":"B","value":"2"}],"ports":[{"containerPort":80,"protocol":"UDP","name":"u"}]},
      {"name":"side","image":"s:1"}]}})"_json);
  const Json& containers = pod_.object()["spec"]["containers"];
  ASSERT_EQ(containers.size(), 2U);
  EXPECT_EQ(containers[0]["image"], "i:1");
  EXPECT_EQ(containers[0]["env"], R"([{"name":"A","value":"1"},{"name":"B","value":"2"}])"_json);
  EXPECT_EQ(containers[0]["ports"].size(), 2U);
  EXPECT_EQ(containers[1]["name"], "side");
  EXPECT_EQ(pod_.FieldsOf("b"),
            R"({"f:spec":{"f:containers":{
                  "k:{\"name\":\"main\"}":{".":{},"f:name":{},"f:env":{"k:{\"name\":\"B\"}":{".":{},"f:name":{},"f:value":{}}},
                    "f:ports":{"k:{\"containerPort\":80,\"protocol\":\"UDP\"}":{".":{},"f:containerPort":{},"f:name":{},"f:protocol":{}}}},
                  "k:{\"name\":\"side\"}":{".":{},"f:image":{},"f:name":{}}}}})"_json);
}

TEST_F(PodApply, GivesUpItemsOfNestedListsAlone) {
  pod_.Apply("a", R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"main","image":"i:1",
      "env":[{"name":"A","value":"1"},{"name":"C","value":"3"}]}]}})"_json);
  pod_.Apply(
      "b",
      R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"main","env":[{"name":"B","value":"2"}]}]}})"_json);
  pod_.Apply("a", R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"main","image":"i:1",
      "env":[{"name":"C","value":"3"}]}]}})"_json);
  EXPECT_EQ(pod_.object()["spec"]["containers"][0]["env"],
            R"([{"name":"C","value":"3"},{"name":"B","value":"2"}])"_json);
  // The container stays as long as one of them owns it; b never set an image.
  pod_.Apply("a", R"({"metadata":{"name":"p"}})"_json);
  ASSERT_EQ(pod_.object()["spec"]["containers"].size(), 1U);
  EXPECT_FALSE(pod_.object()["spec"]["containers"][0].contains("image"));
  EXPECT_EQ(pod_.object()["spec"]["containers"][0]["env"], R"([{"name":"B","value":"2"}])"_json);
}

TEST_F(PodApply, NamesItemsInConflictsByTheirKeys) {
  pod_.Apply("a", R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"main","image":"i:1",
      "ports":[{"containerPort":80,"hostPort":1}]}],"nodeSelector":{"disk":"ssd"}}})"_json);
  const auto conflict =
      pod_.TryApply("b", R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"main","image":"i:2",
      "ports":[{"containerPort":80,"hostPort":2}]}],"nodeSelector":{"disk":"hdd"}}})"_json);
  ASSERT_FALSE(conflict.has_value());
  EXPECT_EQ(conflict.error().message,
            "Apply failed with 3 conflicts: conflicts with \"a\":\n- .spec.nodeSelector\n"
            "- .spec.containers[name=\"main\"].image\n"
            "- .spec.containers[name=\"main\"].ports[containerPort=80,protocol=\"TCP\"].hostPort");
}

TEST_F(PodApply, TakesItemsWithDuplicateKeysForAnError) {
  const auto result =
      pod_.TryApply("a", R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"m"},{"name":"m"}]}})"_json);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().message,
            "failed to create typed patch object (/p; /v1, Kind=Pod): .spec.containers: duplicate entries for key "
            "[name=\"m\"]");
}

TEST_F(PodApply, CannotApplyOverAStoredListWithDuplicates) {
  pod_.Update("c", R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"m","image":"i",
      "env":[{"name":"A","value":"1"},{"name":"A","value":"2"}]}]}})"_json);
  const auto result = pod_.TryApply("a", R"({"metadata":{"name":"p","labels":{"x":"y"}}})"_json);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(
      result.error().message,
      "failed to create typed live object (/p; /v1, Kind=Pod): .spec.containers[name=\"m\"].env: duplicate entries "
      "for key [name=\"A\"]");
}

TEST(StatusApply, OwnsOnlyWhatItsEndpointCanChange) {
  const FieldManager main = ManagerOf(kJob, "", {{"status"}});
  const FieldManager status = ManagerOf(kJob, "status", {{"spec"}});
  StoredObject job(main, kJob);
  job.Apply("a", R"({"metadata":{"name":"j"},"spec":{"backoffLimit":3},"status":{"active":1}})"_json);
  EXPECT_EQ(job.FieldsOf("a"), R"({"f:spec":{"f:backoffLimit":{}}})"_json);
  const auto applied = job.TryApplyThrough(status, "a", R"({"metadata":{"name":"j"},"spec":{"parallelism":2},
      "status":{"active":2,"conditions":[{"type":"Suspended","status":"True"}]}})"_json);
  ASSERT_TRUE(applied.has_value()) << applied.error().message;
  ASSERT_EQ(job.Managed().size(), 2U);
  EXPECT_EQ(job.Managed()[1]["subresource"], "status");
  // Job's conditions are a list by type only to strategic merge patch; to server-side apply they are atomic.
  EXPECT_EQ(job.Managed()[1]["fieldsV1"], R"({"f:status":{"f:active":{},"f:conditions":{}}})"_json);
  const auto conflict = job.TryApplyThrough(status, "b", R"({"metadata":{"name":"j"},"status":{"active":3}})"_json);
  ASSERT_FALSE(conflict.has_value());
  EXPECT_EQ(conflict.error().message,
            "Apply failed with 1 conflict: conflict with \"a\" with subresource \"status\": .status.active");
}

/// Serves v1 and v2 of a Secret, which are the same but for the apiVersion.
class TwoVersions final : public VersionConverter {
 public:
  std::optional<View> Convert(const Json& object, std::string_view api_version) const override {
    if (api_version != "v1" && api_version != "v2") {
      return std::nullopt;
    }
    Json converted = object;
    converted["apiVersion"] = api_version;
    return View{.type = schema::FindKind(kSecret), .object = std::move(converted)};
  }
};

class Versions : public testing::Test {
 protected:
  static Json Live(const std::string& api_version, const std::string& operation = "Apply") {
    return {{"apiVersion", "v1"},
            {"kind", "Secret"},
            {"metadata",
             {{"name", "x"},
              {"uid", "u"},
              {"managedFields",
               {{{"manager", "old"},
                 {"operation", operation},
                 {"apiVersion", api_version},
                 {"fieldsType", "FieldsV1"},
                 {"fieldsV1", R"({"f:data":{"f:a":{}}})"_json}}}}}},
            {"data", {{"a", "MQ=="}, {"b", "Mg=="}}}};
  }
  Result<Json> Apply(const Json& live, const std::string& manager, const Json& data) {
    return manager_.Apply(&live,
                          {{"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", {{"name", "x"}}}, {"data", data}},
                          {.manager = manager, .force = false, .now = {}});
  }

  TwoVersions converter_;
  FieldManager manager_ = ManagerOf(kSecret, "", {}, &converter_);
};

TEST_F(Versions, ConflictAcrossServedVersions) {
  const auto conflict = Apply(Live("v2", "Update"), "new", {{"a", "OQ=="}});
  ASSERT_FALSE(conflict.has_value());
  EXPECT_EQ(conflict.error().message, "Apply failed with 1 conflict: conflict with \"old\" using v2: .data.a");
}

TEST_F(Versions, GiveUpWhatWasAppliedAtAnother) {
  const auto applied = Apply(Live("v2"), "old", {{"c", "Mw=="}});
  ASSERT_TRUE(applied.has_value());
  EXPECT_EQ((*applied)["data"], R"({"b":"Mg==","c":"Mw=="})"_json);
  ASSERT_EQ((*applied)["metadata"]["managedFields"].size(), 1U);
  EXPECT_EQ((*applied)["metadata"]["managedFields"][0]["apiVersion"], "v1");
}

TEST_F(Versions, ForgetTheOwnersOfOneThatIsNoLongerServed) {
  const auto applied = Apply(Live("v0"), "new", {{"a", "OQ=="}});
  ASSERT_TRUE(applied.has_value());
  ASSERT_EQ((*applied)["metadata"]["managedFields"].size(), 1U);
  EXPECT_EQ((*applied)["metadata"]["managedFields"][0]["manager"], "new");
}

TEST(ManagerOrUserAgent, TakesTheParameterThenTheStartOfTheAgent) {
  EXPECT_EQ(ManagerOrUserAgent("given", "agent/1"), "given");
  EXPECT_EQ(ManagerOrUserAgent("", "acme-dns/v1.2 (linux/amd64)"), "acme-dns");
  EXPECT_EQ(ManagerOrUserAgent("", "bare-agent"), "bare-agent");
  EXPECT_EQ(ManagerOrUserAgent("", ""), "unknown");
  EXPECT_EQ(ManagerOrUserAgent("", "/1"), "unknown");
  EXPECT_EQ(ManagerOrUserAgent("", "a\tb\x01\x7f c/1"), "ab c");
  EXPECT_EQ(ManagerOrUserAgent("", std::string(140, 'u') + "/1"), std::string(128, 'u'));
  EXPECT_EQ(ManagerOrUserAgent("", "caf\xc3\xa9/1"), "caf\xc3\xa9");
  EXPECT_EQ(ManagerOrUserAgent("", "x\xff/1"), "x\xef\xbf\xbd");
  EXPECT_EQ(ManagerOrUserAgent("", std::string(127, 'u') + "\xc3\xa9/1"), std::string(127, 'u'));
}

}  // namespace
}  // namespace mock_kubeapi::merge
