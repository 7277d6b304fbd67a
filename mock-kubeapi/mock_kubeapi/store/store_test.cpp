#include "mock_kubeapi/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mock_kubeapi {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Json Secret(const std::string& ns, const std::string& name, const std::string& value = "") {
  return {{"metadata", {{"namespace", ns}, {"name", name}}}, {"value", value}};
}

class StoreTest : public testing::Test {
 protected:
  ObjectPtr Put(const std::string& ns, const std::string& name, const std::string& value = "") {
    return store_.Put({"secrets", ns, name}, Secret(ns, name, value));
  }
  std::vector<std::string> NamesAt(std::uint64_t revision, std::string_view ns = {}, std::string_view after = {}) {
    std::vector<std::string> names;
    known_ = store_.VisitAt({.resource = "secrets", .namespace_name = ns, .start_after = after}, revision,
                            [&](const ObjectPtr& object) {
                              names.push_back(std::string(MetaText(object->json(), "name")) + "=" +
                                              object->json()["value"].get<std::string>());
                              return true;
                            });
    return names;
  }

  Store store_;
  bool known_ = false;
};

TEST_F(StoreTest, GivesEachChangeTheNextRevision) {
  const ObjectPtr first = Put("a", "x");
  const ObjectPtr second = Put("a", "x");
  EXPECT_EQ(second->revision(), first->revision() + 1);
  EXPECT_EQ(MetaText(second->json(), "resourceVersion"), std::to_string(second->revision()));
  EXPECT_EQ(store_.revision(), second->revision());
  EXPECT_EQ(store_.LastChangeOf("secrets"), second->revision());
  EXPECT_EQ(store_.LastChangeOf("pods"), 0U);
}

TEST_F(StoreTest, FindsOnlyWhatIsThere) {
  Put("a", "x", "1");
  EXPECT_EQ((*store_.Get({"secrets", "a", "x"}))["value"], "1");
  EXPECT_EQ(store_.Get({"secrets", "b", "x"}), nullptr);
  EXPECT_EQ(store_.Get({"pods", "a", "x"}), nullptr);
  const ObjectPtr removed = store_.Remove({"secrets", "a", "x"});
  EXPECT_EQ(removed->revision(), store_.revision());
  EXPECT_EQ(store_.Get({"secrets", "a", "x"}), nullptr);
}

TEST_F(StoreTest, ListsInTheOrderOfEtcdKeys) {
  Put("a-b", "x");
  Put("a", "z");
  Put("a", "y");
  EXPECT_THAT(store_.List("secrets"), SizeIs(3));
  std::vector<std::string> places;
  store_.Visit({.resource = "secrets", .namespace_name = {}, .start_after = {}}, [&](const ObjectPtr& object) {
    places.push_back(Store::PositionOf(MetaText(object->json(), "namespace"), MetaText(object->json(), "name")));
    return true;
  });
  EXPECT_THAT(places, ElementsAre("a-b/x", "a/y", "a/z"));
  EXPECT_THAT(store_.List("secrets", "a"), SizeIs(2));
}

TEST_F(StoreTest, ShowsACollectionAsItWasAtARevision) {
  Put("a", "x", "1");
  Put("a", "y", "1");
  const std::uint64_t then = store_.revision();
  Put("a", "x", "2");
  Put("a", "x", "3");
  Put("a", "w", "1");
  store_.Remove({"secrets", "a", "y"});
  Put("b", "q", "1");
  EXPECT_THAT(NamesAt(then), ElementsAre("x=1", "y=1"));
  EXPECT_THAT(NamesAt(then, "a", "a/x"), ElementsAre("y=1"));
  EXPECT_THAT(NamesAt(then, "b"), IsEmpty());
  EXPECT_THAT(NamesAt(store_.revision()), ElementsAre("w=1", "x=3", "q=1"));
  EXPECT_TRUE(known_);
}

TEST_F(StoreTest, ForgetsWhatIsCompacted) {
  Put("a", "x", "1");
  const std::uint64_t old = store_.revision();
  Put("a", "x", "2");
  store_.Compact(store_.revision());
  NamesAt(old);
  EXPECT_FALSE(known_);
  EXPECT_FALSE(store_.ChangesAfter("secrets", old, 10));
  EXPECT_FALSE(store_.ChangesAfter("pods", old, 10)) << "a collection without objects is compacted as well";
  EXPECT_THAT(*store_.ChangesAfter("secrets", store_.revision(), 10), IsEmpty());
  EXPECT_THAT(NamesAt(store_.revision()), ElementsAre("x=2"));
}

TEST_F(StoreTest, KeepsNoMoreHistoryThanAllowed) {
  Store store({.first_revision = 1, .history_per_resource_max = 2});
  for (int i = 0; i < 4; ++i) store.Put({"secrets", "a", "x"}, Secret("a", "x"));
  EXPECT_FALSE(store.ChangesAfter("secrets", 2, 10));
  EXPECT_THAT(*store.ChangesAfter("secrets", 3, 10), SizeIs(2));
}

TEST_F(StoreTest, HandsOutChangesInOrder) {
  const std::uint64_t start = store_.revision();
  Put("a", "x");
  Put("a", "x");
  store_.Put({"pods", "a", "x"}, Secret("a", "x"));
  store_.Remove({"secrets", "a", "x"});
  std::vector<ChangeType> types;
  const auto changes = store_.ChangesAfter("secrets", start, 10);
  ASSERT_TRUE(changes);
  for (const ChangePtr& change : *changes) types.push_back(change->type);
  EXPECT_THAT(types, ElementsAre(ChangeType::kAdded, ChangeType::kModified, ChangeType::kDeleted));
  EXPECT_THAT(*store_.ChangesAfter("secrets", start, 2), SizeIs(2));
}

TEST_F(StoreTest, TellsObserversUntilTheyStop) {
  int all = 0;
  int pods = 0;
  const int all_handle = store_.Observe([&](const ChangePtr&) { ++all; });
  int pods_handle = 0;
  pods_handle = store_.ObserveResource("pods", [&](const ChangePtr&) {
    ++pods;
    store_.StopObserving(pods_handle);
  });
  Put("a", "x");
  store_.Put({"pods", "a", "x"}, Secret("a", "x"));
  store_.Put({"pods", "a", "x"}, Secret("a", "x"));
  store_.StopObserving(all_handle);
  Put("a", "x");
  EXPECT_EQ(all, 3);
  EXPECT_EQ(pods, 1);
}

}  // namespace
}  // namespace mock_kubeapi
