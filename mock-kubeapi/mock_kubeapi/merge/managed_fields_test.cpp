#include "mock_kubeapi/merge/managed_fields.h"

#include <gtest/gtest.h>

namespace mock_kubeapi::merge {
namespace {

using nlohmann::literals::operator""_json;

Json Entry(const Json& overrides = Json::object()) {
  Json entry = R"({"manager":"m","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1",
                   "fieldsV1":{"f:data":{}},"time":"2024-01-01T00:00:00Z"})"_json;
  entry.update(overrides);
  return entry;
}

TEST(ManagedFields, AreWrittenAsTheyWereRead) {
  const Json entries =
      Json::array({Entry({{"operation", "Apply"}}), Entry(), Entry({{"subresource", "status"}, {"manager", "n"}})});
  auto managed = DecodeManagedFields(entries);
  ASSERT_TRUE(managed.has_value());
  EXPECT_EQ(managed->entries.size(), 3U);
  EXPECT_EQ(EncodeManagedFields(*managed), entries);
}

TEST(ManagedFields, ComeInTheOrderOfOperationTimeAndName) {
  const Json ordered = Json::array({
      Entry({{"operation", "Apply"}, {"manager", "z"}, {"time", "2024-01-01T00:00:00Z"}}),
      Entry({{"operation", "Apply"}, {"manager", "a"}, {"time", "2024-01-01T00:00:01Z"}}),
      Entry({{"manager", "a"}}),
      Entry({{"manager", "b"}, {"apiVersion", "v1"}}),
      Entry({{"manager", "b"}, {"apiVersion", "v1"}, {"subresource", "status"}}),
      Entry({{"manager", "b"}, {"apiVersion", "v2"}}),
      Entry({{"manager", "a"}, {"apiVersion", "v9"}, {"time", "2024-01-01T00:00:02Z"}}),
  });
  Json no_time = Entry({{"operation", "Apply"}, {"manager", "zz"}});
  no_time.erase("time");
  Json expected = ordered;
  expected.insert(expected.begin(), no_time);
  Json shuffled = Json::array({no_time});
  for (auto at = ordered.rbegin(); at != ordered.rend(); ++at) {
    shuffled.push_back(*at);
  }
  auto managed = DecodeManagedFields(shuffled);
  ASSERT_TRUE(managed.has_value());
  EXPECT_EQ(EncodeManagedFields(*managed), expected);
}

TEST(ManagedFields, AnApplierIsOneManagerAtEveryVersionAnUpdaterIsNot) {
  const ManagerId apply_v1{.manager = "m", .operation = Operation::kApply, .api_version = "v1", .subresource = {}};
  ManagerId apply_v2 = apply_v1;
  apply_v2.api_version = "v2";
  EXPECT_TRUE(apply_v1.SameManager(apply_v2));
  ManagerId update_v1 = apply_v1;
  update_v1.operation = Operation::kUpdate;
  ManagerId update_v2 = apply_v2;
  update_v2.operation = Operation::kUpdate;
  EXPECT_FALSE(update_v1.SameManager(update_v2));
  EXPECT_FALSE(update_v1.SameManager(apply_v1));
  ManagerId status = apply_v1;
  status.subresource = "status";
  EXPECT_FALSE(apply_v1.SameManager(status));
}

TEST(ManagedFields, OfTwoEntriesOfOneManagerTheLastCounts) {
  const auto managed = DecodeManagedFields(Json::array({Entry(), Entry({{"fieldsV1", R"({"f:type":{}})"_json}})}));
  ASSERT_TRUE(managed.has_value());
  ASSERT_EQ(managed->entries.size(), 1U);
  EXPECT_EQ(managed->entries[0].fields, FieldSet::OfFields({{"type"}}));
}

TEST(ManagedFields, RefuseWhatCannotBeRead) {
  const std::pair<Json, std::string> cases[] = {
      {Json::array({Entry({{"operation", "Other"}})}), "operation must be `Apply` or `Update`"},
      {Json::array({Entry({{"operation", ""}})}), "operation must be `Apply` or `Update`"},
      {Json::array({Entry({{"apiVersion", ""}})}), "apiVersion must not be empty"},
      {Json::array({Entry({{"fieldsType", ""}})}), "missing fieldsType in managed fields entry 0"},
      {Json::array({Entry(), Entry({{"fieldsType", "FieldsV2"}})}),
       "invalid fieldsType \"FieldsV2\" in managed fields entry 1"},
      {Json::array({Entry({{"fieldsV1", R"({"x":{}})"_json}})}), "error decoding set: key must be 2 characters long:"},
      {Json::array({"x"}), "managed fields entry 0 is no object"},
      {Json("x"), "managed fields are no list"},
  };
  for (const auto& [value, text] : cases) {
    const auto managed = DecodeManagedFields(value);
    ASSERT_FALSE(managed.has_value()) << value;
    EXPECT_EQ(managed.error(), text);
  }
  EXPECT_TRUE(DecodeManagedFields(Json())->entries.empty());
  EXPECT_TRUE(DecodeManagedFields(Json::array())->entries.empty());
}

TEST(ManagedFields, AreResetByAnEmptyListOrAnEmptyEntry) {
  EXPECT_TRUE(IsManagedFieldsReset(Json::array()));
  EXPECT_TRUE(IsManagedFieldsReset("[{}]"_json));
  EXPECT_FALSE(IsManagedFieldsReset(Json()));
  EXPECT_FALSE(IsManagedFieldsReset("[{},{}]"_json));
  EXPECT_FALSE(IsManagedFieldsReset(Json::array({Entry()})));
}

TEST(ManagedFields, SetReplacesAndAnEmptySetRemoves) {
  ManagedFields managed;
  const ManagerId id{.manager = "m", .operation = Operation::kUpdate, .api_version = "v1", .subresource = {}};
  managed.Set(id, FieldSet::OfFields({{"a"}}));
  managed.Find(id)->time = "2024-01-01T00:00:00Z";
  managed.Set(id, FieldSet::OfFields({{"b"}}));
  ASSERT_EQ(managed.entries.size(), 1U);
  EXPECT_EQ(managed.entries[0].fields, FieldSet::OfFields({{"b"}}));
  EXPECT_EQ(managed.entries[0].time, "2024-01-01T00:00:00Z");
  managed.Set(id, {});
  EXPECT_TRUE(managed.entries.empty());
  managed.Set(id, {});
  EXPECT_TRUE(managed.entries.empty());
}

TEST(IgnoreManagedFieldsTimes, MakesAWriteThatOnlyChangesTimesNoChange) {
  const Json stored = {{"data", {{"a", "1"}}},
                       {"metadata", {{"name", "x"}, {"managedFields", Json::array({Entry()})}}}};
  Json object = stored;
  object["metadata"]["managedFields"][0]["time"] = "2025-01-01T00:00:00Z";
  Json same = object;
  IgnoreManagedFieldsTimes(stored, same);
  EXPECT_EQ(same, stored);

  Json changed = object;
  changed["data"]["a"] = "2";
  const Json before = changed;
  IgnoreManagedFieldsTimes(stored, changed);
  EXPECT_EQ(changed, before);

  Json relabelled = object;
  relabelled["metadata"]["labels"] = {{"l", "1"}};
  const Json relabelled_before = relabelled;
  IgnoreManagedFieldsTimes(stored, relabelled);
  EXPECT_EQ(relabelled, relabelled_before);

  Json other_owner = object;
  other_owner["metadata"]["managedFields"][0]["manager"] = "n";
  const Json other_before = other_owner;
  IgnoreManagedFieldsTimes(stored, other_owner);
  EXPECT_EQ(other_owner, other_before);

  Json more = object;
  more["metadata"]["managedFields"].push_back(Entry({{"manager", "n"}}));
  const Json more_before = more;
  IgnoreManagedFieldsTimes(stored, more);
  EXPECT_EQ(more, more_before);
}

}  // namespace
}  // namespace mock_kubeapi::merge
