#include "mock_kubeapi/merge/field_set.h"

#include <gtest/gtest.h>

namespace mock_kubeapi::merge {
namespace {

FieldSet Set(const char* fields_v1) {
  auto set = FieldSet::FromFieldsV1(Json::parse(fields_v1));
  EXPECT_TRUE(set.has_value()) << fields_v1;
  return set.value_or(FieldSet());
}

TEST(FieldSet, ReadsAndWritesFieldsV1) {
  for (const char* text : {
           R"({})",
           R"({"f:data":{}})",
           R"({"f:data":{".":{},"f:a":{}},"f:type":{}})",
           R"({"f:metadata":{"f:finalizers":{"v:\"example.com/a\"":{}},"f:labels":{".":{},"f:m":{}}}})",
           R"({"f:spec":{"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:image":{},"f:name":{}}}}})",
           R"({"f:list":{"i:0":{}}})",
       }) {
    EXPECT_EQ(Set(text).ToFieldsV1(), Json::parse(text)) << text;
  }
}

TEST(FieldSet, TakesAnEmptyEntryForAMember) {
  EXPECT_TRUE(Set(R"({"f:a":{}})").HasHere(PathElement::Field("a")));
  EXPECT_TRUE(Set(R"({"f:a":null})").HasHere(PathElement::Field("a")));
  EXPECT_TRUE(Set(R"({"f:a":{".":{}}})").HasHere(PathElement::Field("a")));
  EXPECT_FALSE(Set(R"({"f:a":{"f:b":{}}})").HasHere(PathElement::Field("a")));
}

TEST(FieldSet, DropsWhatItDoesNotKnowAndRefusesWhatIsMalformed) {
  EXPECT_EQ(Set(R"({"z:new":{"f:a":{}},"f:b":{}})"), Set(R"({"f:b":{}})"));
  for (const char* text : {R"({"f:a":1})", R"([])", R"("x")", R"({"a":{}})", R"({"k:x":{}})", R"({"f:a":{"b":{}}})"}) {
    EXPECT_FALSE(FieldSet::FromFieldsV1(Json::parse(text)).has_value()) << text;
  }
}

TEST(FieldSet, DoesItsAlgebra) {
  const struct {
    const char* a;
    const char* b;
    const char* together;
    const char* common;
    const char* difference;
    const char* recursive_difference;
  } cases[] = {
      {"{}", "{}", "{}", "{}", "{}", "{}"},
      {R"({"f:a":{}})", "{}", R"({"f:a":{}})", "{}", R"({"f:a":{}})", R"({"f:a":{}})"},
      {"{}", R"({"f:a":{}})", R"({"f:a":{}})", "{}", "{}", "{}"},
      {R"({"f:a":{},"f:b":{}})", R"({"f:b":{},"f:c":{}})", R"({"f:a":{},"f:b":{},"f:c":{}})", R"({"f:b":{}})",
       R"({"f:a":{}})", R"({"f:a":{}})"},
      // A member without what is below it takes nothing below away, except recursively.
      {R"({"f:a":{".":{},"f:b":{}}})", R"({"f:a":{}})", R"({"f:a":{".":{},"f:b":{}}})", R"({"f:a":{}})",
       R"({"f:a":{"f:b":{}}})", "{}"},
      {R"({"f:a":{".":{},"f:b":{}}})", R"({"f:a":{"f:b":{}}})", R"({"f:a":{".":{},"f:b":{}}})", R"({"f:a":{"f:b":{}}})",
       R"({"f:a":{}})", R"({"f:a":{}})"},
      {R"({"f:a":{"f:b":{"f:c":{}},"f:d":{}}})", R"({"f:a":{"f:b":{}}})",
       R"({"f:a":{"f:b":{".":{},"f:c":{}},"f:d":{}}})", "{}", R"({"f:a":{"f:b":{"f:c":{}},"f:d":{}}})",
       R"({"f:a":{"f:d":{}}})"},
      // Nothing is left of a branch that loses all its members.
      {R"({"f:a":{"f:b":{}},"f:z":{}})", R"({"f:a":{"f:b":{}}})", R"({"f:a":{"f:b":{}},"f:z":{}})",
       R"({"f:a":{"f:b":{}}})", R"({"f:z":{}})", R"({"f:z":{}})"},
      {R"({"f:l":{"k:{\"n\":1}":{},"v:\"x\"":{}}})", R"({"f:l":{"k:{\"n\":1}":{}}})",
       R"({"f:l":{"k:{\"n\":1}":{},"v:\"x\"":{}}})", R"({"f:l":{"k:{\"n\":1}":{}}})", R"({"f:l":{"v:\"x\"":{}}})",
       R"({"f:l":{"v:\"x\"":{}}})"},
  };
  for (const auto& c : cases) {
    const FieldSet a = Set(c.a);
    const FieldSet b = Set(c.b);
    EXPECT_EQ(a.Union(b), Set(c.together)) << c.a << " " << c.b << "\n" << a.Union(b).Text();
    EXPECT_EQ(b.Union(a), Set(c.together)) << c.a << " " << c.b;
    EXPECT_EQ(a.Intersection(b), Set(c.common)) << c.a << " " << c.b << "\n" << a.Intersection(b).Text();
    EXPECT_EQ(a.Difference(b), Set(c.difference)) << c.a << " " << c.b << "\n" << a.Difference(b).Text();
    EXPECT_EQ(a.RecursiveDifference(b), Set(c.recursive_difference)) << c.a << " " << c.b;
  }
}

TEST(FieldSet, IsBuiltOfPathsInAnyOrder) {
  const PathElement a = PathElement::Field("a");
  const PathElement b = PathElement::Field("b");
  const PathElement c = PathElement::Field("c");
  FieldSet set;
  set.Insert({c});
  set.Insert({a, b});
  set.Insert({a});
  set.Insert({b, c});
  set.Insert({a, b});
  set.Insert({});
  EXPECT_EQ(set, Set(R"({"f:a":{".":{},"f:b":{}},"f:b":{"f:c":{}},"f:c":{}})"));
  EXPECT_EQ(set.Size(), 4U);
  EXPECT_TRUE(set.Has({a, b}));
  EXPECT_TRUE(set.Has({b, c}));
  EXPECT_FALSE(set.Has({b}));
  EXPECT_FALSE(set.Has({a, c}));
  EXPECT_FALSE(set.Has({}));
  EXPECT_EQ(set.Below(c), nullptr);
  ASSERT_NE(set.Below(b), nullptr);
  EXPECT_TRUE(set.Below(b)->HasHere(c));
}

TEST(FieldSet, AddsAlsoBetweenWhatIsThere) {
  FieldSet set;
  set.Add(PathElement::Field("m"), true, {});
  set.Add(PathElement::Field("a"), false, FieldSet::OfFields({{"x"}}));
  set.Add(PathElement::Field("m"), false, FieldSet::OfFields({{"y"}}));
  set.Add(PathElement::Field("m"), false, FieldSet::OfFields({{"z"}}));
  set.Add(PathElement::Field("n"), false, {});
  EXPECT_EQ(set, Set(R"({"f:a":{"f:x":{}},"f:m":{".":{},"f:y":{},"f:z":{}}})"));
}

TEST(FieldSet, VisitsALevelBeforeWhatIsBelowIt) {
  EXPECT_EQ(Set(R"({"f:a":{"f:x":{}},"f:b":{},"f:l":{".":{},"k:{\"name\":\"m\"}":{".":{},"f:name":{}}}})").Text(),
            ".b\n.l\n.a.x\n.l[name=\"m\"]\n.l[name=\"m\"].name\n");
}

TEST(FieldSet, OfFieldsHoldsNoParents) {
  const FieldSet set = FieldSet::OfFields({{"status"}, {"metadata", "deletionTimestamp"}});
  EXPECT_EQ(set, Set(R"({"f:metadata":{"f:deletionTimestamp":{}},"f:status":{}})"));
}

}  // namespace
}  // namespace mock_kubeapi::merge
