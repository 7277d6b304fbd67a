// The quick ways through a write against the plain ones: both must come to the same, byte for byte.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "mock_kubeapi/merge/apply_fixture.h"
#include "mock_kubeapi/merge/random_value.h"
#include "mock_kubeapi/merge/typed.h"

namespace mock_kubeapi::merge {
namespace {

constexpr unsigned kHistories = 300;

class QuickWays : public testing::TestWithParam<schema::KindKey> {
 protected:
  const schema::Type& type() const { return *schema::FindKind(GetParam()); }
  Json Normal(const Json& object) const { return decode::Normalise(type(), object)->object; }
};

Json WithoutManagedFields(Json object) {
  object["metadata"].erase("managedFields");
  return object;
}

TEST_P(QuickWays, SetsChangeInPlaceAsInACopy) {
  for (unsigned seed = 0; seed < kHistories; ++seed) {
    RandomValue random(seed);
    const FieldSet a = FieldsOf(type(), random.Config(type()));
    const FieldSet b = FieldsOf(type(), random.Config(type()));
    FieldSet less = a;
    EXPECT_EQ(less.Subtract(b), !a.Intersection(b).Empty()) << "seed " << seed;
    EXPECT_EQ(less, a.Difference(b)) << "seed " << seed;
    FieldSet above = a;
    above.SubtractRecursively(b);
    EXPECT_EQ(above, a.RecursiveDifference(b)) << "seed " << seed;
    FieldSet more = a;
    more.Include(b);
    EXPECT_EQ(more, a.Union(b)) << "seed " << seed;
  }
}

TEST_P(QuickWays, AnObjectFitsWhereThereIsNothingToSayOfIt) {
  unsigned spoilt = 0;
  for (unsigned seed = 0; seed < 4 * kHistories; ++seed) {
    RandomValue random(seed);
    const Json object = random.Config(type());
    ASSERT_TRUE(FitsSchema(type(), object)) << object;
    Json changed = object;
    random.Spoil(changed);
    const bool fits = FindSchemaErrors(type(), changed).empty();
    spoilt += fits ? 0 : 1;
    EXPECT_EQ(FitsSchema(type(), changed), fits) << "seed " << seed << "\n" << changed;
    EXPECT_EQ(FitsSchema(type(), changed, &object), fits) << "seed " << seed << "\n" << changed;
  }
  EXPECT_GT(spoilt, kHistories / 4);
}

TEST_P(QuickWays, ObjectsCompareAsCopiesWithoutTheirManagedFields) {
  for (unsigned seed = 0; seed < kHistories; ++seed) {
    RandomValue random(seed);
    Json live = random.Config(type());
    const Json fresh = random.OneIn(2) ? random.Config(type()) : live;
    const Comparison plain = CompareTyped(type(), live, fresh);
    live["metadata"]["managedFields"] = Json::array({{{"manager", "m"}}});
    const auto quick = CompareObjects(type(), live, fresh);
    ASSERT_TRUE(quick.has_value());
    EXPECT_EQ(quick->removed, plain.removed) << "seed " << seed;
    EXPECT_EQ(quick->modified, plain.modified) << "seed " << seed;
    EXPECT_EQ(quick->added, plain.added) << "seed " << seed;
  }
  EXPECT_FALSE(CompareObjects(type(), {{"metadata", {{"managedFields", Json::array()}}}}, Json::object()).has_value());
}

/// One history of writes, each of which has what the one before remembers.
TEST_P(QuickWays, OwnersThatAreRememberedAreThoseThatWouldBeRead) {
  const FieldManager whole = ManagerOf(GetParam(), "", {{"status"}});
  const FieldManager status = ManagerOf(GetParam(), "status", {{"spec"}});
  unsigned remembered = 0;
  for (unsigned seed = 0; seed < kHistories; ++seed) {
    RandomValue random(seed);
    mock_http::TimePoint now = std::chrono::sys_days(std::chrono::year(2024) / 1 / 1);
    auto memory = std::make_unique<OwnersMemory>();
    Json live = whole.Update(nullptr, Normal(random.Config(type())), {.manager = "a", .now = now});
    for (int step = 0; step < 8; ++step) {
      now += std::chrono::seconds(random.Below(2));
      Json object = random.OneIn(3) ? Normal(random.Config(type())) : WithoutManagedFields(live);
      if (random.OneIn(2)) random.Spoil(object[random.OneIn(2) ? "status" : "spec"]);
      if (auto normal = decode::Normalise(type(), object)) object = std::move(normal->object);
      if (random.OneIn(2)) object["metadata"]["managedFields"] = live["metadata"].value("managedFields", Json());
      if (random.OneIn(10)) object["metadata"]["managedFields"] = Json::array();
      const FieldManager& endpoint = random.OneIn(2) ? whole : status;
      const std::string manager = random.OneIn(2) ? "a" : "b";
      const Json plain = endpoint.Update(&live, object, {.manager = manager, .now = now});
      auto next = std::make_unique<OwnersMemory>();
      const bool knew = memory->type != nullptr;
      const Json quick = endpoint.Update(
          &live, object,
          {.manager = manager, .now = now, .memories = {.of_live = memory.get(), .of_object = next.get()}});
      ASSERT_EQ(quick, plain) << "seed " << seed << " step " << step;
      remembered += knew ? 1 : 0;
      live = plain;
      memory = std::move(next);
    }
  }
  EXPECT_GT(remembered, kHistories);
}

INSTANTIATE_TEST_SUITE_P(Kinds, QuickWays,
                         testing::Values(schema::KindKey{.group = "", .version = "v1", .kind = "Pod"},
                                         schema::KindKey{.group = "batch", .version = "v1", .kind = "CronJob"},
                                         schema::KindKey{.group = "", .version = "v1", .kind = "Namespace"}),
                         [](const auto& param) { return std::string(param.param.kind); });

}  // namespace
}  // namespace mock_kubeapi::merge
