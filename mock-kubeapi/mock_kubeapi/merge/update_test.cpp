// How writes other than apply are tracked.
#include <gtest/gtest.h>

#include "mock_kubeapi/merge/apply_fixture.h"

namespace mock_kubeapi::merge {
namespace {

using nlohmann::literals::operator""_json;

constexpr schema::KindKey kSecret{.group = "", .version = "v1", .kind = "Secret"};
constexpr schema::KindKey kConfigMap{.group = "", .version = "v1", .kind = "ConfigMap"};
constexpr schema::KindKey kCronJob{.group = "batch", .version = "v1", .kind = "CronJob"};

class SecretUpdate : public testing::Test {
 protected:
  FieldManager manager_ = ManagerOf(kSecret);
  StoredObject secret_{manager_, kSecret};
};

TEST_F(SecretUpdate, OwnsWhatItCreates) {
  secret_.Update("maker", R"({"metadata":{"name":"o","labels":{"l":"1"}},"data":{"a":"MQ=="},"type":"Opaque"})"_json);
  EXPECT_EQ(secret_.Managed(),
            R"([{"manager":"maker","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1",
                 "time":"2024-01-01T00:00:01Z","fieldsV1":{"f:data":{".":{},"f:a":{}},
                 "f:metadata":{"f:labels":{".":{},"f:l":{}}},"f:type":{}}}])"_json);
}

TEST_F(SecretUpdate, OwnsNothingOfWhatIsAlwaysThere) {
  const FieldManager manager = ManagerOf(kCronJob, "", {{"status"}});
  StoredObject cron_job(manager, kCronJob);
  cron_job.Update("maker", R"({"metadata":{"name":"c"},"spec":{"schedule":"0 3 * * *","suspend":true,"jobTemplate":{
      "spec":{"template":{"spec":{"containers":[{"name":"main","image":"busybox"}],"restartPolicy":"Never"}}}}},
      "status":{"lastScheduleTime":"2024-01-01T00:00:00Z"}})"_json);
  EXPECT_EQ(cron_job.FieldsOf("maker", "Update"),
            R"({"f:spec":{"f:jobTemplate":{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"main\"}":{
                ".":{},"f:image":{},"f:name":{},"f:resources":{}}},"f:restartPolicy":{}}}}},
                "f:schedule":{},"f:suspend":{}}})"_json);
}

TEST_F(SecretUpdate, LeavesAnObjectUntrackedThatHasNoOwners) {
  const FieldManager manager = ManagerOf(kConfigMap);
  StoredObject config_map(manager, kConfigMap);
  config_map.Update("maker", R"({"metadata":{"name":"e"}})"_json);
  EXPECT_TRUE(config_map.Managed().empty());
  config_map.Update("editor", R"({"metadata":{"name":"e"},"data":{"a":"1"}})"_json);
  EXPECT_TRUE(config_map.Managed().empty());
  config_map.Apply("alice", R"({"metadata":{"name":"e"},"data":{"a":"1"}})"_json);
  config_map.Update("editor", R"({"metadata":{"name":"e"},"data":{"a":"4"}})"_json);
  EXPECT_EQ(config_map.FieldsOf("editor", "Update"), R"({"f:data":{"f:a":{}}})"_json);
  EXPECT_EQ(config_map.FieldsOf("before-first-apply", "Update"), R"({"f:data":{}})"_json);
}

TEST_F(SecretUpdate, TakesWhatItChangesAndFreesWhatItRemoves) {
  secret_.Apply("applier", R"({"metadata":{"name":"u"},"data":{"a":"MQ==","b":"MQ==","c":"MQ=="}})"_json);
  secret_.Update("editor", R"({"metadata":{"name":"u"},"data":{"a":"MQ==","b":"Mg=="}})"_json);
  EXPECT_EQ(secret_.FieldsOf("applier"), R"({"f:data":{"f:a":{}}})"_json);
  EXPECT_EQ(secret_.FieldsOf("editor", "Update"), R"({"f:data":{"f:b":{}}})"_json);
  const auto conflict = secret_.TryApply("applier", R"({"metadata":{"name":"u"},"data":{"a":"MQ==","b":"MQ=="}})"_json);
  ASSERT_FALSE(conflict.has_value());
  EXPECT_EQ(conflict.error().message, "Apply failed with 1 conflict: conflict with \"editor\" using v1: .data.b");
}

TEST_F(SecretUpdate, OfTheSameIsNoChange) {
  secret_.Apply("applier", R"({"metadata":{"name":"u"},"data":{"a":"MQ=="}})"_json);
  secret_.Update("editor", R"({"metadata":{"name":"u"},"data":{"a":"MQ=="}})"_json);
  EXPECT_EQ(secret_.version(), 1);
  EXPECT_TRUE(secret_.FieldsOf("editor", "Update").is_null());
}

TEST_F(SecretUpdate, AddsToWhatTheManagerOwnedBefore) {
  secret_.Update("m", R"({"metadata":{"name":"u"},"data":{"a":"MQ=="}})"_json);
  secret_.Update("n", R"({"metadata":{"name":"u"},"data":{"a":"MQ==","b":"MQ=="}})"_json);
  secret_.Update("m", R"({"metadata":{"name":"u"},"data":{"a":"MQ==","b":"Mg==","c":"MQ=="}})"_json);
  EXPECT_EQ(secret_.FieldsOf("m", "Update"), R"({"f:data":{".":{},"f:a":{},"f:b":{},"f:c":{}}})"_json);
  EXPECT_TRUE(secret_.FieldsOf("n", "Update").is_null());
  EXPECT_EQ(secret_.Managed().size(), 1U);
  EXPECT_EQ(secret_.Managed()[0]["time"], "2024-01-01T00:00:03Z");
}

TEST_F(SecretUpdate, KeepsTheOwnersWhereTheyAreLeftOutOrMangled) {
  secret_.Apply("alice", R"({"metadata":{"name":"z"},"data":{"a":"MQ=="}})"_json);
  const Json owners = secret_.Managed();
  secret_.Update("editor", R"({"metadata":{"name":"z"},"data":{"a":"MQ=="}})"_json);
  EXPECT_EQ(secret_.Managed(), owners);
  secret_.Update("editor", R"({"metadata":{"name":"z","managedFields":[{"manager":"x","operation":"Other",
      "apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{}}]},"data":{"a":"MQ=="}})"_json);
  EXPECT_EQ(secret_.Managed(), owners);
}

TEST_F(SecretUpdate, ForgetsTheOwnersWhenAskedTo) {
  for (const char* reset : {"[]", "[{}]"}) {
    StoredObject secret(manager_, kSecret);
    secret.Apply("alice", R"({"metadata":{"name":"z"},"data":{"a":"MQ=="}})"_json);
    secret.Update("editor",
                  {{"metadata", {{"name", "z"}, {"managedFields", Json::parse(reset)}}}, {"data", {{"a", "Mg=="}}}});
    EXPECT_TRUE(secret.Managed().empty()) << reset;
    secret.Update("editor", R"({"metadata":{"name":"z"},"data":{"a":"Mw=="}})"_json);
    EXPECT_TRUE(secret.Managed().empty()) << reset;
  }
}

TEST_F(SecretUpdate, TakesOwnersThatTheRequestSets) {
  secret_.Apply("alice", R"({"metadata":{"name":"z"},"data":{"a":"MQ=="}})"_json);
  secret_.Update("editor", R"({"metadata":{"name":"z","managedFields":[{"manager":"carol","operation":"Apply",
      "apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:data":{"f:a":{}}}}]},"data":{"a":"MQ=="}})"_json);
  EXPECT_EQ(secret_.FieldsOf("carol"), R"({"f:data":{"f:a":{}}})"_json);
  EXPECT_TRUE(secret_.FieldsOf("alice").is_null());
}

TEST_F(SecretUpdate, JoinsTheOldestOfMoreThanTenEntries) {
  Json object = R"({"metadata":{"name":"many"},"data":{"k00":""},"type":"Opaque"})"_json;
  secret_.Update("m00", object);
  const auto key = [](int i) { return (i < 10 ? "k0" : "k") + std::to_string(i); };
  for (int i = 1; i < 10; ++i) {
    object["data"][key(i)] = "";
    secret_.Update("m" + key(i).substr(1), object);
  }
  EXPECT_EQ(secret_.Managed().size(), 10U);
  EXPECT_TRUE(secret_.FieldsOf("ancient-changes", "Update").is_null());
  object["data"]["k10"] = "";
  secret_.Update("m10", object);
  EXPECT_EQ(secret_.Managed().size(), 10U);
  EXPECT_EQ(secret_.FieldsOf("ancient-changes", "Update"),
            R"({"f:data":{".":{},"f:k00":{},"f:k01":{}},"f:type":{}})"_json);
  EXPECT_EQ(secret_.Managed()[0]["time"], "2024-01-01T00:00:02Z");
  object["data"]["k11"] = "";
  secret_.Update("m11", object);
  EXPECT_EQ(secret_.Managed().size(), 10U);
  EXPECT_EQ(secret_.FieldsOf("ancient-changes", "Update"),
            R"({"f:data":{".":{},"f:k00":{},"f:k01":{},"f:k02":{}},"f:type":{}})"_json);
}

TEST_F(SecretUpdate, CountsNoAppliersAmongTheTen) {
  for (int i = 0; i < 12; ++i) {
    secret_.Apply("a" + std::to_string(i),
                  {{"metadata", {{"name", "many"}}}, {"data", {{"k" + std::to_string(i), ""}}}});
  }
  EXPECT_EQ(secret_.Managed().size(), 12U);
}

TEST_F(SecretUpdate, ThroughASubresourceIgnoresOwnersSentAndOwnsOnlyItsPart) {
  const FieldManager main = ManagerOf(kCronJob, "", {{"status"}});
  const FieldManager status = ManagerOf(kCronJob, "status", {{"spec"}});
  StoredObject cron_job(main, kCronJob);
  cron_job.Apply("a", R"({"metadata":{"name":"c"},"spec":{"schedule":"0 3 * * *"}})"_json);
  Json object = cron_job.object();
  object["metadata"]["managedFields"] = Json::array();
  object["status"]["lastScheduleTime"] = "2024-01-01T00:00:00Z";
  object["spec"]["suspend"] = true;
  cron_job.UpdateThrough(status, "unknown", object);
  EXPECT_EQ(cron_job.FieldsOf("a"), R"({"f:spec":{"f:schedule":{}}})"_json);
  EXPECT_EQ(cron_job.FieldsOf("unknown", "Update"), R"({"f:status":{"f:lastScheduleTime":{}}})"_json);
}

TEST_F(SecretUpdate, OfSomethingThatDoesNotFitTheSchemaLeavesTheOwners) {
  const Json live = R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"x","uid":"u","finalizers":["a","a"],
      "managedFields":[{"manager":"m","operation":"Apply","apiVersion":"v1","fieldsType":"FieldsV1",
      "fieldsV1":{"f:data":{"f:a":{}}}}]},"data":{"a":"MQ=="}})"_json;
  Json object = live;
  object["data"]["a"] = "Mg==";
  const Json updated = manager_.Update(&live, object, {.manager = "n", .now = {}});
  EXPECT_EQ(updated["metadata"]["managedFields"], live["metadata"]["managedFields"]);
  EXPECT_EQ(updated["data"]["a"], "Mg==");
}

TEST_F(SecretUpdate, WithoutANameIsUnknowns) {
  const Json created = manager_.Update(nullptr, R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"},
      "type":"Opaque"})"_json,
                                       {.manager = "", .now = {}});
  EXPECT_EQ(created["metadata"]["managedFields"][0]["manager"], "unknown");
}

}  // namespace
}  // namespace mock_kubeapi::merge
