// What must hold of any objects: seeded, so that a failure can be repeated by its seed.
#include <gtest/gtest.h>

#include "mock_kubeapi/merge/apply_fixture.h"
#include "mock_kubeapi/merge/patch.h"
#include "mock_kubeapi/merge/random_value.h"
#include "mock_kubeapi/merge/typed.h"

namespace mock_kubeapi::merge {
namespace {

constexpr unsigned kSeeds = 300;

class Properties : public testing::TestWithParam<schema::KindKey> {
 protected:
  const schema::Type& type() const { return *schema::FindKind(GetParam()); }

  Json Config(RandomValue& random) const { return random.Config(type()); }
};

/// Fields that a configuration claims, as far as anybody owns them.
FieldSet Claims(const schema::Type& type, Json config) {
  config.erase("apiVersion");
  config.erase("kind");
  return FieldsOf(type, config).Difference(FieldSet::OfFields({{"metadata", "name"}}));
}

TEST_P(Properties, ApplyAgainIsNoChange) {
  const FieldManager manager = ManagerOf(GetParam());
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    RandomValue random(seed);
    StoredObject object(manager, GetParam());
    object.Apply("a", Config(random));
    object.Apply("b", Config(random), true);
    const Json config = Config(random);
    object.Apply("a", config, true);
    const Json before = object.object();
    object.Apply("a", config, true);
    // Empty values are not stored, so applying them sets a time each time; the pipeline takes it back.
    EXPECT_EQ(object.object(), before) << "seed " << seed;
  }
}

TEST_P(Properties, AfterAnotherAppliesWithoutConflictTheFirstChangesNothing) {
  const FieldManager manager = ManagerOf(GetParam());
  unsigned without_conflict = 0;
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    RandomValue random(seed);
    StoredObject object(manager, GetParam());
    const Json config = Config(random);
    object.Apply("a", config);
    const Json first = object.object();
    if (!object.TryApply("b", Config(random)).has_value()) {
      EXPECT_EQ(object.object(), first) << "a conflict changed the object, seed " << seed;
      continue;
    }
    ++without_conflict;
    const Json before = object.Content();
    const auto again = object.TryApply("a", config);
    ASSERT_TRUE(again.has_value()) << "seed " << seed << ": " << again.error().message;
    // But for the order of a list's items, which is that of whoever applied last.
    EXPECT_TRUE(CompareTyped(type(), before, object.Content()).Same()) << "seed " << seed << "\n"
                                                                       << before << "\n"
                                                                       << object.Content();
  }
  EXPECT_GT(without_conflict, kSeeds / 20);
}

TEST_P(Properties, TheApplierOwnsAllThatItAppliedAndTheObjectHasIt) {
  const FieldManager manager = ManagerOf(GetParam());
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    RandomValue random(seed);
    StoredObject object(manager, GetParam());
    object.Update("u", Config(random));
    const Json config = Config(random);
    object.Apply("a", config, true);
    const FieldSet owned = *FieldSet::FromFieldsV1(object.FieldsOf("a"));
    EXPECT_EQ(Claims(type(), config).Difference(owned).Text(), "") << "seed " << seed;
    const Json content = object.Content();
    Json merged = decode::Normalise(type(), MergeTyped(type(), content, config))->object;
    EXPECT_TRUE(CompareTyped(type(), content, merged).Same()) << "seed " << seed << "\n" << content << "\n" << merged;
  }
}

TEST_P(Properties, NoOtherOwnerKeepsAFieldThatChanged) {
  const FieldManager manager = ManagerOf(GetParam());
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    RandomValue random(seed);
    StoredObject object(manager, GetParam());
    object.Apply("a", Config(random));
    const Json before = object.Content();
    object.Update("u", Config(random));
    const Json owners = object.FieldsOf("a");
    if (owners.is_null()) {
      continue;
    }
    const FieldSet owned = *FieldSet::FromFieldsV1(owners);
    const Comparison comparison = CompareTyped(type(), before, object.Content());
    EXPECT_EQ(owned.Intersection(comparison.modified).Text(), "") << "seed " << seed;
    EXPECT_EQ(owned.Intersection(comparison.removed).Text(), "") << "seed " << seed;
  }
}

TEST_P(Properties, GivingAllUpLeavesNothingOfASoleOwner) {
  const FieldManager manager = ManagerOf(GetParam());
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    RandomValue random(seed);
    StoredObject bare(manager, GetParam());
    bare.Apply("a", {{"metadata", {{"name", "x"}}}});
    StoredObject object(manager, GetParam());
    object.Apply("a", Config(random));
    object.Apply("a", {{"metadata", {{"name", "x"}}}});
    EXPECT_TRUE(CompareTyped(type(), bare.object(), object.object()).Same()) << "seed " << seed << "\n"
                                                                             << bare.object() << "\n"
                                                                             << object.object();
    EXPECT_TRUE(object.Managed().empty()) << "seed " << seed;
  }
}

TEST_P(Properties, ComparisonsMirrorEachOther) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    RandomValue random(seed);
    const Json left = Config(random);
    const Json right = Config(random);
    const Comparison there = CompareTyped(type(), left, right);
    const Comparison back = CompareTyped(type(), right, left);
    EXPECT_EQ(there.added, back.removed) << "seed " << seed;
    EXPECT_EQ(there.removed, back.added) << "seed " << seed;
    EXPECT_EQ(there.modified, back.modified) << "seed " << seed;
    EXPECT_TRUE(CompareTyped(type(), left, left).Same()) << "seed " << seed;
  }
}

TEST_P(Properties, FieldSetsAreSets) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    RandomValue random(seed);
    const FieldSet a = FieldsOf(type(), Config(random));
    const FieldSet b = FieldsOf(type(), Config(random));
    EXPECT_EQ(a.Difference(b).Union(a.Intersection(b)), a) << "seed " << seed;
    EXPECT_TRUE(a.Difference(b).Intersection(b).Empty()) << "seed " << seed;
    EXPECT_EQ(a.Union(b), b.Union(a)) << "seed " << seed;
    EXPECT_EQ(a.Size() + b.Size(), a.Union(b).Size() + a.Intersection(b).Size()) << "seed " << seed;
    EXPECT_TRUE(a.RecursiveDifference(b).Difference(a.Difference(b)).Empty()) << "seed " << seed;
    EXPECT_EQ(*FieldSet::FromFieldsV1(a.ToFieldsV1()), a) << "seed " << seed;
  }
}

/// The merge patch that turns one object without nulls into another.
Json MergePatchBetween(const Json& from, const Json& to) {
  Json patch = Json::object();
  for (const auto& [key, value] : from.items()) {
    if (!to.contains(key)) {
      patch[key] = nullptr;
    } else if (value.is_object() && to[key].is_object()) {
      if (Json below = MergePatchBetween(value, to[key]); !below.empty()) {
        patch[key] = std::move(below);
      }
    } else if (value != to[key]) {
      patch[key] = to[key];
    }
  }
  for (const auto& [key, value] : to.items()) {
    if (!from.contains(key)) {
      patch[key] = value;
    }
  }
  return patch;
}

TEST_P(Properties, PatchesMadeOfADifferenceMakeIt) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    RandomValue random(seed);
    const Json from = Config(random);
    const Json to = Config(random);
    const auto json_patched = ApplyJsonPatch(from, Json::diff(from, to).dump());
    ASSERT_TRUE(json_patched.has_value()) << "seed " << seed;
    EXPECT_EQ(json_patched->object, to) << "seed " << seed;
    const auto merge_patched = ApplyMergePatch(from, MergePatchBetween(from, to).dump());
    ASSERT_TRUE(merge_patched.has_value()) << "seed " << seed;
    EXPECT_EQ(merge_patched->object, to) << "seed " << seed;
  }
}

TEST_P(Properties, AStrategicPatchAgainIsNoChange) {
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    RandomValue random(seed);
    const Json object = Config(random);
    const std::string patch = Config(random).dump();
    const auto once = ApplyStrategicMergePatch(object, patch, type());
    ASSERT_TRUE(once.has_value()) << "seed " << seed << ": " << once.error().message;
    const auto twice = ApplyStrategicMergePatch(once->object, patch, type());
    ASSERT_TRUE(twice.has_value()) << "seed " << seed << ": " << twice.error().message;
    EXPECT_EQ(twice->object, once->object) << "seed " << seed;
    EXPECT_EQ(ApplyStrategicMergePatch(object, "{}", type())->object, object);
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, Properties,
                         testing::Values(schema::KindKey{.group = "", .version = "v1", .kind = "Secret"},
                                         schema::KindKey{.group = "", .version = "v1", .kind = "Pod"},
                                         schema::KindKey{.group = "batch", .version = "v1", .kind = "CronJob"},
                                         schema::KindKey{
                                             .group = "rbac.authorization.k8s.io", .version = "v1", .kind = "Role"}),
                         [](const auto& param) { return std::string(param.param.kind); });

}  // namespace
}  // namespace mock_kubeapi::merge
