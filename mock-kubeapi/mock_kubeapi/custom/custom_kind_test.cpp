#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mock_kubeapi/custom/dnsendpoint_fixture.h"
#include "mock_kubeapi/decode/decode.h"
#include "mock_kubeapi/kinds/kind_test_support.h"
#include "mock_kubeapi/rfc3339.h"

namespace mock_kubeapi::custom {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Kind DnsEndpoint() {
  return CustomKinds(Established(DnsEndpointDefinition())).at(0);
}

Result<decode::Decoded> DecodeEndpoint(const Kind& kind, const std::string& body,
                                       decode::FieldValidation validation = decode::FieldValidation::kWarn,
                                       std::vector<std::string>* warnings = nullptr) {
  return decode::Decode({.content_type = "application/json",
                         .body = body,
                         .type = kind.type,
                         .group = kind.group,
                         .version = kind.version,
                         .kind = kind.kind,
                         .field_validation = validation},
                        warnings);
}

TEST(CustomKind, HasTheNamesOfItsDefinition) {
  const Kind kind = DnsEndpoint();
  EXPECT_EQ(kind.ApiVersion(), "example.org/v1alpha1");
  EXPECT_EQ(kind.plural, "dnsendpoints");
  EXPECT_EQ(kind.singular, "dnsendpoint");
  EXPECT_THAT(kind.short_names, ElementsAre("dnsep"));
  EXPECT_TRUE(kind.namespaced);
  EXPECT_TRUE(kind.has_status);
  EXPECT_FALSE(kind.unconditional_update);
  EXPECT_THAT(kind.subresources, SizeIs(1));
  EXPECT_EQ(kind.type->name, "org.example.v1alpha1.DNSEndpoint");
}

TEST(CustomKind, ExistsForServedVersionsOnly) {
  Json definition = DnsEndpointDefinition();
  Json second = definition["spec"]["versions"][0];
  second["name"] = "v1";
  second["storage"] = false;
  definition["spec"]["versions"].push_back(second);
  EXPECT_THAT(CustomKinds(Established(definition)), SizeIs(2));
  definition["spec"]["versions"][1]["served"] = false;
  EXPECT_THAT(CustomKinds(Established(definition)), SizeIs(1));
}

TEST(CustomKind, PrunesAndDefaultsAsRecorded) {
  const Kind kind = DnsEndpoint();
  auto decoded =
      DecodeEndpoint(kind, R"({"apiVersion":"example.org/v1alpha1","kind":"DNSEndpoint","metadata":{"name":"a"},
      "spec":{"endpoints":[{"dnsName":"a","colour":"red"}],"extra":{"any":{"thing":[1,"x"]}},"unknown":true}})");
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
  EXPECT_THAT(decoded->warnings,
              ElementsAre(R"(unknown field "spec.endpoints[0].colour")", R"(unknown field "spec.unknown")"));
  kind.set_defaults(decoded->object);
  EXPECT_EQ(decoded->object["spec"],
            Json::parse(R"({"endpoints":[{"dnsName":"a","recordType":"A"}],"extra":{"any":{"thing":[1,"x"]}}})"));
}

TEST(CustomKind, RefusesUnknownFieldsWhenStrict) {
  const auto decoded = DecodeEndpoint(DnsEndpoint(), R"({"apiVersion":"example.org/v1alpha1","kind":"DNSEndpoint",
      "metadata":{"name":"b"},"spec":{"endpoints":[{"dnsName":"a","colour":"red"}],"unknown":true}})",
                                      decode::FieldValidation::kStrict);
  EXPECT_EQ(
      decoded.error().message,
      "DNSEndpoint in version \"v1alpha1\" cannot be handled as a DNSEndpoint: strict decoding error: unknown field "
      "\"spec.endpoints[0].colour\", unknown field \"spec.unknown\"");
}

TEST(CustomKind, LooksAtKindAndVersionAsRecorded) {
  const Kind kind = DnsEndpoint();
  std::vector<std::string> warnings;
  const auto version =
      DecodeEndpoint(kind, R"({"apiVersion":"example.org/v1","kind":"DNSEndpoint","metadata":{"name":"x"},
      "spec":{"endpoints":[]}})",
                     decode::FieldValidation::kWarn, &warnings);
  EXPECT_EQ(version.error().message,
            "the API version in the data (example.org/v1) does not match the expected API version "
            "(example.org/v1alpha1)");
  EXPECT_THAT(warnings, ElementsAre(R"(unknown field "spec")"));
  EXPECT_EQ(DecodeEndpoint(kind, R"({"metadata":{}})").error().message,
            "the object provided is unrecognized (must be of type DNSEndpoint): Object 'Kind' is missing in "
            R"('{"metadata":{}}' ({"metadata":{}}))");

  const auto other =
      DecodeEndpoint(kind, R"({"apiVersion":"example.org/v1alpha1","kind":"Other","metadata":{"name":"x"}})");
  ASSERT_TRUE(other.has_value());
  EXPECT_THAT(other->warnings, IsEmpty());
  KindTestContext context;
  const FieldErrors errors = kind.validate(other->object, context.context());
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_EQ(errors[0].Text(), R"(kind: Invalid value: "Other": must be DNSEndpoint)");
}

TEST(CustomKind, KeepsItsSchemaWhenTheTableForgetsIt) {
  Kind kind = DnsEndpoint();
  const Kind copy = kind;
  kind = Kind();
  ASSERT_NE(copy.type, nullptr);
  EXPECT_NE(copy.type->Find("spec"), nullptr);
}

TEST(CustomKind, ChangesNothingButTheStatusThroughItsSubresource) {
  const Kind kind = DnsEndpoint();
  KindTestContext context;
  const Json old = Json::parse(R"({"metadata":{"name":"a","labels":{"l":"1"}},"spec":{"endpoints":[]},
                                   "status":{"observedGeneration":1}})");
  Json object = Json::parse(R"({"metadata":{"name":"a","labels":{"l":"2"},"managedFields":[{"manager":"m"}]},
                                "spec":{"endpoints":[{"dnsName":"x"}]},"status":{"observedGeneration":2}})");
  ASSERT_TRUE(kind.prepare_update(object, old, "status", context.context()).has_value());
  EXPECT_EQ(object, Json::parse(R"({"metadata":{"name":"a","labels":{"l":"1"},"managedFields":[{"manager":"m"}]},
                                    "spec":{"endpoints":[]},"status":{"observedGeneration":2}})"));
  Json without = old;
  without.erase("status");
  ASSERT_TRUE(kind.prepare_update(without, old, "status", context.context()).has_value());
  EXPECT_FALSE(without.contains("status"));
  EXPECT_THAT(kind.reset_fields.at("status"), ElementsAre(ElementsAre("metadata"), ElementsAre("spec")));
}

TEST(CustomKind, IsStoredAtTheStorageVersion) {
  Json definition = DnsEndpointDefinition();
  Json other = definition["spec"]["versions"][0];
  other["name"] = "v1";
  other["storage"] = false;
  other["schema"]["openAPIV3Schema"] =
      Json::parse(R"({"type":"object","properties":{"spec":{"type":"object","properties":{
                        "endpoints":{"type":"array","items":{"type":"object","properties":{
                          "dnsName":{"type":"string"},"comment":{"type":"string","default":"none"}}}}}}}})");
  definition["spec"]["versions"].push_back(other);
  const std::vector<Kind> kinds = CustomKinds(Established(definition));
  ASSERT_THAT(kinds, SizeIs(2));
  EXPECT_FALSE(kinds[0].to_storage);
  const Json stored =
      kinds[1].to_storage(Json::parse(R"({"apiVersion":"example.org/v1","kind":"DNSEndpoint","metadata":{"name":"a"},
                      "spec":{"endpoints":[{"dnsName":"d","comment":"lost"}]}})"));
  EXPECT_EQ(stored["apiVersion"], "example.org/v1alpha1");
  EXPECT_EQ(stored["spec"], Json::parse(R"({"endpoints":[{"dnsName":"d","recordType":"A"}]})"));
  const Json shown = kinds[1].from_storage(stored);
  EXPECT_EQ(shown["apiVersion"], "example.org/v1");
  EXPECT_EQ(shown["spec"], Json::parse(R"({"endpoints":[{"dnsName":"d","comment":"none"}]})"));
}

TEST(CustomKind, LetsBrokenListsStayBroken) {
  Json definition = DnsEndpointDefinition();
  definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["endpoints"]
            ["items"]["properties"]["targets"]["x-kubernetes-list-type"] = "set";
  const Kind kind = CustomKinds(Established(definition)).at(0);
  const auto with = [](const char* targets) {
    Json object = Json::parse(R"({"apiVersion":"example.org/v1alpha1","kind":"DNSEndpoint","metadata":{"name":"a"},
                                  "spec":{"endpoints":[{"dnsName":"d"}]}})");
    object["spec"]["endpoints"][0]["targets"] = Json::parse(targets);
    return object;
  };
  KindTestContext context;
  const Json broken = with(R"(["x","x"])");
  EXPECT_THAT(kind.validate(broken, context.context()), SizeIs(1));
  EXPECT_THAT(kind.validate_update(broken, with(R"(["x"])"), "", context.context()), SizeIs(1));
  EXPECT_THAT(kind.validate_update(broken, with(R"(["y","y"])"), "", context.context()), IsEmpty());
}

TEST(CustomKind, PrintsItsColumns) {
  Json definition = DnsEndpointDefinition();
  definition["spec"]["versions"][0]["additionalPrinterColumns"] = Json::parse(R"([
      {"name":"First","type":"string","jsonPath":".spec.endpoints[0].dnsName"},
      {"name":"TTL","type":"integer","jsonPath":".spec.endpoints[0].recordTTL","priority":1,"description":"Time to live."},
      {"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}])");
  const Kind kind = CustomKinds(Established(definition)).at(0);
  ASSERT_THAT(kind.columns, SizeIs(4));
  EXPECT_EQ(kind.columns[1].description,
            "Custom resource definition column (in JSONPath format): .spec.endpoints[0].dnsName");
  EXPECT_EQ(kind.columns[2].priority, 1);
  const auto now = *mock_kubeapi::ParseRfc3339("2024-01-01T00:05:00Z");
  EXPECT_EQ(kind.row(Json::parse(R"({"metadata":{"name":"x","creationTimestamp":"2024-01-01T00:00:00Z"},
                                     "spec":{"endpoints":[{"dnsName":"d","recordTTL":60}]}})"),
                     now),
            Json::parse(R"(["x","d",60,"5m"])"));
  EXPECT_EQ(kind.row(Json::parse(R"({"metadata":{"name":"x"}})"), now), Json::parse(R"(["x",null,null,null])"));
  EXPECT_THAT(DnsEndpoint().columns, SizeIs(2));
}

}  // namespace
}  // namespace mock_kubeapi::custom
