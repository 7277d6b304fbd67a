// The definition that the recorded scenarios use, for tests.
#pragma once

#include <string>
#include <vector>

#include "mock_kubeapi/custom/custom.h"
#include "mock_kubeapi/decode/normalise.h"
#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi::custom {

inline Json DnsEndpointDefinition() {
  return Json::parse(R"({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
    "metadata":{"name":"dnsendpoints.example.org"},
    "spec":{"group":"example.org","scope":"Namespaced",
      "names":{"plural":"dnsendpoints","singular":"dnsendpoint","kind":"DNSEndpoint","listKind":"DNSEndpointList",
               "shortNames":["dnsep"]},
      "versions":[{"name":"v1alpha1","served":true,"storage":true,"subresources":{"status":{}},
        "schema":{"openAPIV3Schema":{"type":"object","required":["spec"],"properties":{
          "spec":{"type":"object","required":["endpoints"],"properties":{
            "endpoints":{"type":"array","items":{"type":"object","required":["dnsName"],"properties":{
              "dnsName":{"type":"string","maxLength":253,"pattern":"^[a-z0-9._-]+$"},
              "recordTTL":{"type":"integer","format":"int64","minimum":0},
              "recordType":{"type":"string","enum":["A","CNAME","TXT"],"default":"A"},
              "targets":{"type":"array","items":{"type":"string"}},
              "labels":{"type":"object","additionalProperties":{"type":"string"}}}}},
            "extra":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},
          "status":{"type":"object","properties":{"observedGeneration":{"type":"integer","format":"int64"}}}}}}}]}})");
}

inline const schema::Type& DefinitionType() {
  return *schema::FindKind({.group = "apiextensions.k8s.io", .version = "v1", .kind = "CustomResourceDefinition"});
}

/// Decoded, with defaults and prepared, as the server stores a new definition.
inline Json Stored(const Json& definition) {
  const Kind kind = CustomResourceDefinitionKind(&DefinitionType());
  Json object = decode::Normalise(DefinitionType(), definition)->object;
  kind.set_defaults(object);
  Json copy = object;
  copy["status"] = {{"conditions", nullptr},
                    {"acceptedNames", {{"plural", ""}, {"kind", ""}}},
                    {"storedVersions", object["status"]["storedVersions"]}};
  return copy;
}

inline constexpr const char* kNow = "2024-01-01T00:00:00Z";

inline Json Established(const Json& definition) {
  return WithStatus(Stored(definition), {}, kNow);
}

}  // namespace mock_kubeapi::custom
