#include "mock_kubeapi/decode/normalise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mock_kubeapi/merge/random_value.h"
#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi::decode {
namespace {

using testing::ElementsAre;

const schema::Type& Kind(std::string_view group, std::string_view kind) {
  return *schema::FindKind({.group = group, .version = "v1", .kind = kind});
}

Json Normal(const schema::Type& type, const char* text) {
  const auto normalised = Normalise(type, Json::parse(text));
  EXPECT_TRUE(normalised.has_value()) << normalised.error();
  return normalised ? normalised->object : Json();
}

TEST(Normalise, DropsWhatGoDoesNotSend) {
  EXPECT_EQ(Normal(Kind("", "Secret"), R"({"type":"","immutable":null,"data":{},"stringData":null,
                       "metadata":{"name":"x","labels":{},"generation":0,"finalizers":[]}})"),
            Json::parse(R"({"metadata":{"name":"x","creationTimestamp":null}})"));
}

TEST(Normalise, KeepsZerosThatDifferFromUnset) {
  const Json job = Normal(Kind("batch", "Job"), R"({"spec":{"backoffLimit":0,"suspend":false,"parallelism":null,
      "template":{"spec":{"securityContext":{},"hostNetwork":false,"containers":[]}}}})");
  EXPECT_EQ(job["spec"], Json::parse(R"({"backoffLimit":0,"suspend":false,
      "template":{"metadata":{"creationTimestamp":null},"spec":{"securityContext":{},"containers":null}}})"));
}

TEST(Normalise, TurnsNullWithinMapsAndListsIntoZero) {
  EXPECT_EQ(Normal(Kind("", "Secret"), R"({"data":{"a":null}})")["data"], Json::parse(R"({"a":""})"));
  EXPECT_EQ(Normal(Kind("", "ConfigMap"), R"({"data":{"a":null}})")["data"], Json::parse(R"({"a":""})"));
}

TEST(Normalise, GivesTimesAndQuantitiesTheirForm) {
  const Json pod = Normal(Kind("", "Pod"), R"({"metadata":{"creationTimestamp":"2024-01-01T01:00:00.5+01:00"},
      "spec":{"containers":[{"name":"c","resources":{"limits":{"cpu":0.5,"memory":"1024Mi"}}}]}})");
  EXPECT_EQ(pod["metadata"]["creationTimestamp"], "2024-01-01T00:00:00Z");
  EXPECT_EQ(pod["spec"]["containers"][0]["resources"]["limits"], Json::parse(R"({"cpu":"500m","memory":"1Gi"})"));
}

TEST(Normalise, DropsUnknownFieldsAndTellsOfThem) {
  const auto normalised = Normalise(Kind("", "Secret"), Json::parse(R"({"zz":1,"metadata":{"a":{}}})"));
  ASSERT_TRUE(normalised.has_value());
  EXPECT_THAT(normalised->unknown, ElementsAre(R"(unknown field "metadata.a")", R"(unknown field "zz")"));
}

/// What is moved past the decoder must be what the decoder leaves as it is.
TEST(Normalise, OfAMovedValueIsThatOfTheWhole) {
  unsigned normal = 0;
  for (const auto& [group, kind] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", "Pod"},
           {"", "Secret"},
           {"", "Event"},
           {"batch", "Job"},
           {"batch", "CronJob"},
           {"rbac.authorization.k8s.io", "Role"},
           {"coordination.k8s.io", "Lease"},
           {"apiextensions.k8s.io", "CustomResourceDefinition"}}) {
    const schema::Type& type = Kind(group, kind);
    for (unsigned seed = 0; seed < 500; ++seed) {
      merge::RandomValue random(seed);
      Json value = random.Config(type);
      if (random.OneIn(2)) {
        if (const auto decoded = Normalise(type, value)) value = decoded->object;
      }
      for (std::size_t i = random.Below(3); i > 0; --i) random.Spoil(value);
      const auto whole = Normalise(type, value);
      const auto moved = Normalise(type, Json(value));
      ASSERT_EQ(moved.has_value(), whole.has_value()) << kind << " seed " << seed << "\n" << value;
      if (!whole) {
        EXPECT_EQ(moved.error(), whole.error()) << kind << " seed " << seed << "\n" << value;
        continue;
      }
      EXPECT_EQ(moved->object.dump(), whole->object.dump()) << kind << " seed " << seed << "\n" << value;
      EXPECT_EQ(moved->unknown, whole->unknown) << kind << " seed " << seed << "\n" << value;
      normal += whole->object == value ? 1 : 0;
    }
  }
  EXPECT_GT(normal, 500U);
}

TEST(Normalise, KnowsTheFormOfTimesBytesAndQuantities) {
  const schema::Type& secret = Kind("", "Secret");
  for (const char* text :
       {"MQ==", "MR==", "MTI=", "MTJ=", "MTIz", "M", "MQ", "MQ=", "M===", "====", "MQ==\n", "M-==", ""}) {
    const Json value = {{"data", {{"a", text}}}};
    const auto whole = Normalise(secret, value);
    const auto moved = Normalise(secret, Json(value));
    ASSERT_EQ(moved.has_value(), whole.has_value()) << text;
    EXPECT_EQ(moved ? moved->object.dump() : moved.error(), whole ? whole->object.dump() : whole.error()) << text;
  }
  for (const char* text :
       {"2024-02-29T23:59:59Z", "2023-02-29T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00:60Z",
        "2024-01-01T00:00:00.5Z", "2024-01-01T00:00:00+01:00", "0001-01-01T00:00:00Z", "2024-13-01T00:00:00Z",
        "2024-00-00T00:00:00Z", "2024-01-01t00:00:00Z", "1969-12-31T23:59:59Z", "", "x"}) {
    const Json value = {{"metadata", {{"deletionTimestamp", text}}}};
    const auto whole = Normalise(secret, value);
    const auto moved = Normalise(secret, Json(value));
    ASSERT_EQ(moved.has_value(), whole.has_value()) << text;
    EXPECT_EQ(moved ? moved->object.dump() : moved.error(), whole ? whole->object.dump() : whole.error()) << text;
  }
  const schema::Type& pod = Kind("", "Pod");
  for (const Json& amount :
       {Json("1"), Json("1000m"), Json("1024Mi"), Json("1Gi"), Json(1), Json(1.5), Json("x"), Json("")}) {
    const Json value = {
        {"spec", {{"containers", Json::array({{{"name", "c"}, {"resources", {{"limits", {{"cpu", amount}}}}}}})}}}};
    const auto whole = Normalise(pod, value);
    const auto moved = Normalise(pod, Json(value));
    ASSERT_EQ(moved.has_value(), whole.has_value()) << amount;
    EXPECT_EQ(moved ? moved->object.dump() : moved.error(), whole ? whole->object.dump() : whole.error()) << amount;
  }
}

TEST(Normalise, IsIdempotent) {
  for (
      const auto& [group, kind, text] : std::initializer_list<std::tuple<const char*, const char*, const char*>>{
          {"", "Pod",
           R"({"spec":{"containers":[{"name":"c","env":[{"name":"A","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu"}}}]}],"volumes":[{"name":"v","emptyDir":{"sizeLimit":"1.5Gi"}}]}})"},
          {"rbac.authorization.k8s.io", "Role", R"({"rules":[]})"},
          {"apiextensions.k8s.io", "CustomResourceDefinition",
           R"({"spec":{"versions":[{"name":"v1","schema":{"openAPIV3Schema":{"properties":{"a":{"items":{"Type":"string","odd":1},"additionalProperties":false}}}}}]}})"}}) {
    const Json once = Normal(Kind(group, kind), text);
    EXPECT_EQ(Normal(Kind(group, kind), once.dump().c_str()), once);
  }
}

TEST(Normalise, ReadsSchemasWithinSchemasLoosely) {
  const auto normalised =
      Normalise(Kind("apiextensions.k8s.io", "CustomResourceDefinition"), Json::parse(R"({"spec":{"versions":[
      {"name":"v1","schema":{"openAPIV3Schema":{"items":{"Type":"string","odd":1},"odd":1}}}]}})"));
  ASSERT_TRUE(normalised.has_value());
  EXPECT_THAT(normalised->unknown, ElementsAre(R"(unknown field "spec.versions[0].schema.openAPIV3Schema.odd")"));
  EXPECT_EQ(normalised->object["spec"]["versions"][0]["schema"]["openAPIV3Schema"],
            Json::parse(R"({"items":{"type":"string"}})"));
}

TEST(EmptyObject, HasTheFieldsThatAreAlwaysSent) {
  EXPECT_EQ(EmptyObject(Kind("", "Secret")), Json::parse(R"({"metadata":{"creationTimestamp":null}})"));
  EXPECT_EQ(EmptyObject(Kind("batch", "Job")), Json::parse(R"({"metadata":{"creationTimestamp":null},"status":{},
                            "spec":{"template":{"metadata":{"creationTimestamp":null},"spec":{"containers":null}}}})"));
}

/// A custom type: {spec: {known: string, list: [{a: string}], any: preserved}}.
const schema::Type& Custom() {
  static const schema::Type text{.shape = schema::Shape::kString};
  static const schema::Type item{.shape = schema::Shape::kObject, .fields = {{.name = "a", .type = &text}}};
  static const schema::Type list{.shape = schema::Shape::kList, .element = &item};
  static const schema::Type open{.shape = schema::Shape::kObject, .preserve_unknown = true};
  static const schema::Type spec{
      .shape = schema::Shape::kObject,
      .fields = {{.name = "known", .type = &text}, {.name = "list", .type = &list}, {.name = "any", .type = &open}}};
  static const schema::Type root{
      .shape = schema::Shape::kObject, .fields = {{.name = "spec", .type = &spec}}, .custom = true};
  return root;
}

TEST(NormaliseCustom, PrunesWhatTheSchemaDoesNotKnow) {
  const auto normalised = Normalise(Custom(), Json::parse(R"({"apiVersion":"g/v1","kind":"K",
      "metadata":{"name":"x","odd":1},"spec":{"known":5,"odd":1,"list":[{"a":1,"b":2}],"any":{"x":{"y":1}}},"extra":1})"));
  ASSERT_TRUE(normalised.has_value()) << normalised.error();
  EXPECT_EQ(normalised->object, Json::parse(R"({"apiVersion":"g/v1","kind":"K",
      "metadata":{"name":"x","creationTimestamp":null},"spec":{"known":5,"list":[{"a":1}],"any":{"x":{"y":1}}}})"));
  EXPECT_THAT(normalised->unknown, ElementsAre(R"(unknown field "metadata.odd")", R"(unknown field "extra")",
                                               R"(unknown field "spec.list[0].b")", R"(unknown field "spec.odd")"));
}

TEST(NormaliseCustom, RefusesBadMetadata) {
  EXPECT_EQ(Normalise(Custom(), Json::parse(R"({"metadata":5})")).error(),
            "invalid metadata: expected object, got int64");
  EXPECT_EQ(Normalise(Custom(), Json::parse(R"({"metadata":{"labels":5}})")).error(),
            "json: cannot unmarshal number into Go struct field ObjectMeta.labels of type map[string]string");
}

}  // namespace
}  // namespace mock_kubeapi::decode
