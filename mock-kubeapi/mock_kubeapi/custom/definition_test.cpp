#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mock_kubeapi/custom/definition_validation.h"
#include "mock_kubeapi/custom/dnsendpoint_fixture.h"

namespace mock_kubeapi::custom {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Texts(const FieldErrors& errors) {
  std::vector<std::string> texts;
  for (const FieldError& error : errors) {
    texts.push_back(error.Text());
  }
  return texts;
}

/// What is wrong with the usual definition after `change`.
template <class Change>
std::vector<std::string> Complaints(Change change) {
  Json definition = DnsEndpointDefinition();
  change(definition);
  return Texts(ValidateDefinition(Stored(definition), nullptr));
}

TEST(Definition, GetsTheRecordedDefaults) {
  const Json stored = Stored(DnsEndpointDefinition());
  EXPECT_EQ(stored["spec"]["conversion"], Json::parse(R"({"strategy":"None"})"));
  EXPECT_EQ(stored["status"], Json::parse(R"({"conditions":null,"acceptedNames":{"plural":"","kind":""},
                                              "storedVersions":["v1alpha1"]})"));
  Json bare = DnsEndpointDefinition();
  bare["spec"]["names"] = {{"plural", "dnsendpoints"}, {"kind", "DNSEndpoint"}};
  EXPECT_EQ(Stored(bare)["spec"]["names"], Json::parse(R"({"plural":"dnsendpoints","kind":"DNSEndpoint",
                                              "singular":"dnsendpoint","listKind":"DNSEndpointList"})"));
}

TEST(Definition, IsAcceptedAsRecorded) {
  const Json accepted = Established(DnsEndpointDefinition());
  EXPECT_TRUE(IsEstablished(accepted));
  EXPECT_EQ(accepted["status"], Json::parse(R"({
      "conditions":[{"type":"NamesAccepted","status":"True","reason":"NoConflicts","message":"no conflicts found",
                     "lastTransitionTime":"2024-01-01T00:00:00Z"},
                    {"type":"Established","status":"True","reason":"InitialNamesAccepted",
                     "message":"the initial names have been accepted","lastTransitionTime":"2024-01-01T00:00:00Z"}],
      "acceptedNames":{"plural":"dnsendpoints","singular":"dnsendpoint","shortNames":["dnsep"],"kind":"DNSEndpoint",
                       "listKind":"DNSEndpointList"},
      "storedVersions":["v1alpha1"]})"));
  EXPECT_EQ(WithStatus(accepted, {accepted}, "2025-01-01T00:00:00Z"), accepted);
}

TEST(Definition, IsNotAcceptedWhileItsNamesAreTaken) {
  const Json first = Established(DnsEndpointDefinition());
  Json second = Stored(DnsEndpointDefinition());
  second["metadata"]["name"] = "others.example.org";
  second["spec"]["names"]["plural"] = "others";
  const Json refused = WithStatus(second, {first}, kNow);
  EXPECT_FALSE(IsEstablished(refused));
  EXPECT_EQ(refused["status"]["conditions"][0]["reason"], "ListKindConflict");
  EXPECT_EQ(refused["status"]["conditions"][0]["message"], R"("DNSEndpointList" is already in use)");
  EXPECT_EQ(refused["status"]["conditions"][1]["reason"], "NotAccepted");
  EXPECT_EQ(refused["status"]["acceptedNames"]["plural"], "others");
  EXPECT_TRUE(IsEstablished(WithStatus(refused, {}, kNow)));
}

TEST(Definition, ThatIsGoodHasNoComplaints) {
  EXPECT_THAT(Complaints([](Json&) {}), IsEmpty());
}

TEST(Definition, IsCheckedInTheServersWords) {
  EXPECT_THAT(
      Complaints([](Json& d) { d["metadata"]["name"] = "x.example.org"; }),
      ElementsAre(R"(metadata.name: Invalid value: "x.example.org": must be spec.names.plural+"."+spec.group)"));
  EXPECT_THAT(Complaints([](Json& d) { d["spec"]["scope"] = "Everywhere"; }),
              ElementsAre(R"(spec.scope: Unsupported value: "Everywhere": supported values: "Cluster", "Namespaced")"));
  EXPECT_THAT(Complaints([](Json& d) { d["spec"]["versions"][0].erase("schema"); }),
              ElementsAre("spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required"));
  EXPECT_THAT(Complaints([](Json& d) { d["spec"]["versions"][0]["storage"] = false; }),
              testing::Contains(testing::HasSubstr("must have exactly one version marked as storage version")));
  EXPECT_THAT(
      Complaints([](Json& d) { d["spec"]["names"]["listKind"] = "DNSEndpoint"; }),
      ElementsAre(R"(spec.names.listKind: Invalid value: "DNSEndpoint": kind and listKind may not be the same)"));
  EXPECT_THAT(Complaints([](Json& d) { d["spec"]["preserveUnknownFields"] = true; }),
              ElementsAre("spec.preserveUnknownFields: Invalid value: true: cannot set to true, set "
                          "x-preserve-unknown-fields to true in spec.versions[*].schema instead"));
  EXPECT_THAT(Complaints([](Json& d) {
                d["spec"]["versions"][0]["additionalPrinterColumns"] =
                    Json::parse(R"([{"name":"A","type":"text","jsonPath":"spec"}])");
              }),
              ElementsAre(R"(spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of )"
                          "boolean,date,integer,number,string",
                          R"(spec.additionalPrinterColumns[0].JSONPath: Invalid value: "spec": must be a simple json )"
                          "path starting with ."));
}

TEST(Definition, OfACommunityGroupNeedsApproval) {
  const auto in_group = [](Json& d) {
    d["spec"]["group"] = "externaldns.k8s.io";
    d["metadata"]["name"] = "dnsendpoints.externaldns.k8s.io";
  };
  EXPECT_THAT(Complaints(in_group),
              ElementsAre("metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must "
                          "have approval annotation \"api-approved.kubernetes.io\", see "
                          "https://github.com/kubernetes/enhancements/pull/1111"));
  EXPECT_THAT(Complaints([&](Json& d) {
                in_group(d);
                d["metadata"]["annotations"]["api-approved.kubernetes.io"] = "https://github.com/x/pull/1";
              }),
              IsEmpty());
}

TEST(Definition, KeepsItsGroupPluralAndOnceEstablishedItsKind) {
  const Json old = Established(DnsEndpointDefinition());
  Json changed = old;
  changed["spec"]["names"]["kind"] = "Other";
  changed["spec"]["scope"] = "Cluster";
  EXPECT_THAT(Texts(ValidateDefinition(changed, &old)),
              ElementsAre(R"(spec.scope: Invalid value: "Cluster": field is immutable)",
                          R"(spec.names.kind: Invalid value: "Other": field is immutable)"));
}

TEST(Definition, IsNotMeasuredByItsNameWhenChanged) {
  const Json old = Established(DnsEndpointDefinition());
  Json changed = old;
  changed["spec"]["group"] = "example.net";
  EXPECT_THAT(Texts(ValidateDefinition(changed, &old)),
              ElementsAre(R"(spec.group: Invalid value: "example.net": field is immutable)"));
  EXPECT_THAT(Texts(ValidateDefinitionStatus(changed)), IsEmpty());
}

TEST(Definition, TellsOfABadFirstVersionTwice) {
  EXPECT_THAT(Complaints([](Json& definition) { definition["spec"]["versions"][0]["name"] = "1"; }),
              ElementsAre(testing::StartsWith(R"(spec.versions[0].name: Invalid value: "1": a DNS-1035 label)"),
                          testing::StartsWith(R"(spec.version: Invalid value: "1": a DNS-1035 label)")));
}

}  // namespace
}  // namespace mock_kubeapi::custom
