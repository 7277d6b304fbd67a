#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mock_kubeapi/kinds/kind_test_support.h"
#include "mock_kubeapi/kinds/pod_parts.h"

namespace mock_kubeapi {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> OfAffinity(const std::string& affinity) {
  return Texts(ValidateAffinity(Json{{"affinity", Json::parse(affinity)}}, "spec"));
}

std::vector<std::string> OfSpread(const std::string& constraints) {
  return Texts(ValidateTopologySpread(Json::parse(constraints), "spec.topologySpreadConstraints"));
}

TEST(NodeAffinity, NeedsATerm) {
  EXPECT_THAT(OfAffinity("{}"), IsEmpty());
  EXPECT_THAT(
      OfAffinity(R"({"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[]}}})"),
      ElementsAre("spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: "
                  "Required value: must have at least one node selector term"));
}

TEST(NodeAffinity, NeedsAsManyValuesAsItsOperatorTakes) {
  const std::string path =
      "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions";
  EXPECT_THAT(
      OfAffinity(R"({"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":0,"preference":
          {"matchExpressions":[{"key":"a","operator":"In"},{"key":"a","operator":"Exists","values":["x"]},
                               {"key":"a","operator":"Gt"},{"key":"a","operator":"Near"},
                               {"key":"a b","operator":"Exists"}]}}]}})"),
      ElementsAre("spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid "
                  "value: 0: must be in the range 1-100",
                  path + "[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
                  path + "[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                  path + "[2].values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'",
                  path + "[3].operator: Invalid value: \"Near\": not a valid selector operator",
                  HasSubstr(path + "[4].key: Invalid value: \"a b\": name part must consist of")));
}

TEST(NodeAffinity, KnowsOneFieldOfNodes) {
  const std::string path =
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields";
  EXPECT_THAT(
      OfAffinity(R"({"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[
          {"matchFields":[{"key":"metadata.name","operator":"In","values":["a"]},
                          {"key":"metadata.name","operator":"In","values":["a","b"]},
                          {"key":"spec.x","operator":"Exists"}]}]}}})"),
      ElementsAre(path + "[1].values: Required value: must be only one value when `operator` is 'In' or 'NotIn' for "
                         "node field selector",
                  path + "[2].operator: Invalid value: \"Exists\": not a valid selector operator",
                  path + "[2].key: Invalid value: \"spec.x\": not a valid field selector key"));
}

TEST(PodAffinity, NeedsATopologyAndGoodNamespaces) {
  const std::string path = "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]";
  EXPECT_THAT(OfAffinity(R"({"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
                  {"namespaces":["A"],"topologyKey":""}]}})"),
              ElementsAre(HasSubstr(path + ".namespace: Invalid value: \"A\": a lowercase RFC 1123 label"),
                          path + ".topologyKey: Required value: can not be empty",
                          path + ".topologyKey: Invalid value: \"\": name part must be non-empty",
                          HasSubstr(path + ".topologyKey: Invalid value: \"\": name part must consist of")));
}

TEST(TopologySpread, IsInTheServersWords) {
  const std::string path = "spec.topologySpreadConstraints[0]";
  EXPECT_THAT(OfSpread(R"([{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule","minDomains":2}])"),
              IsEmpty());
  EXPECT_THAT(
      OfSpread(R"([{"maxSkew":0,"topologyKey":"","whenUnsatisfiable":"Maybe","nodeTaintsPolicy":"X"}])"),
      ElementsAre(path + ".maxSkew: Invalid value: 0: must be greater than zero",
                  path + ".topologyKey: Required value: can not be empty",
                  path + ".whenUnsatisfiable: Unsupported value: \"Maybe\": supported values: "
                         "\"DoNotSchedule\", \"ScheduleAnyway\"",
                  path + ".nodeTaintsPolicy: Unsupported value: \"X\": supported values: \"Honor\", \"Ignore\""));
  EXPECT_THAT(OfSpread(R"([{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"ScheduleAnyway","minDomains":1},
                           {"maxSkew":2,"topologyKey":"zone","whenUnsatisfiable":"ScheduleAnyway"}])"),
              ElementsAre(path + ".{topologyKey, whenUnsatisfiable}: Duplicate value: \"{zone, ScheduleAnyway}\"",
                          path + ".minDomains: Invalid value: 1: can only use minDomains if "
                                 "whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway"));
}

}  // namespace
}  // namespace mock_kubeapi
