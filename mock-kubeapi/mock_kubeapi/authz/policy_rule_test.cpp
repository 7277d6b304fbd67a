#include "mock_kubeapi/authz/policy_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace mock_kubeapi {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

PolicyRule Rule(std::vector<std::string> verbs, std::vector<std::string> groups, std::vector<std::string> resources,
                std::vector<std::string> names = {}) {
  return {.verbs = std::move(verbs),
          .api_groups = std::move(groups),
          .resources = std::move(resources),
          .resource_names = std::move(names)};
}

Attributes Ask(const std::string& verb, const std::string& resource, const std::string& subresource = {},
               const std::string& name = {}) {
  return {.verb = verb, .resource = resource, .subresource = subresource, .name = name};
}

TEST(PolicyRule, AllowsItsVerbsOnItsResources) {
  const PolicyRule rule = Rule({"get"}, {""}, {"secrets"});
  EXPECT_TRUE(RuleAllows(rule, Ask("get", "secrets", {}, "x")));
  EXPECT_FALSE(RuleAllows(rule, Ask("list", "secrets")));
  EXPECT_FALSE(RuleAllows(rule, Ask("get", "pods")));
  Attributes other_group = Ask("get", "secrets");
  other_group.group = "batch";
  EXPECT_FALSE(RuleAllows(rule, other_group));
  EXPECT_FALSE(RuleAllows(rule, {.verb = "get", .is_resource = false, .path = "/secrets"}));
}

TEST(PolicyRule, NamesSubresourcesOnTheirOwn) {
  EXPECT_FALSE(RuleAllows(Rule({"get"}, {""}, {"pods"}), Ask("get", "pods", "log")));
  EXPECT_TRUE(RuleAllows(Rule({"get"}, {""}, {"pods/log"}), Ask("get", "pods", "log")));
  EXPECT_FALSE(RuleAllows(Rule({"get"}, {""}, {"pods/log"}), Ask("get", "pods")));
  EXPECT_FALSE(RuleAllows(Rule({"get"}, {""}, {"pods/*"}), Ask("get", "pods", "log")));
  EXPECT_TRUE(RuleAllows(Rule({"get"}, {""}, {"*/log"}), Ask("get", "pods", "log")));
  EXPECT_FALSE(RuleAllows(Rule({"get"}, {""}, {"*/log"}), Ask("get", "pods")));
  EXPECT_TRUE(RuleAllows(Rule({"*"}, {"*"}, {"*"}), Ask("get", "pods", "log")));
}

TEST(PolicyRule, WithResourceNamesMatchesNoNamelessRequest) {
  const PolicyRule rule = Rule({"get", "create"}, {""}, {"secrets"}, {"tls"});
  EXPECT_TRUE(RuleAllows(rule, Ask("get", "secrets", {}, "tls")));
  EXPECT_FALSE(RuleAllows(rule, Ask("get", "secrets", {}, "other")));
  EXPECT_FALSE(RuleAllows(rule, Ask("create", "secrets")));
}

TEST(PolicyRule, MatchesUrlsWholeOrByPrefix) {
  const PolicyRule rule{.verbs = {"get"}, .non_resource_urls = {"/healthz", "/logs/*"}};
  const auto allows = [&rule](const std::string& path) {
    return RuleAllows(rule, {.verb = "get", .is_resource = false, .path = path});
  };
  EXPECT_TRUE(allows("/healthz"));
  EXPECT_FALSE(allows("/healthz/ping"));
  EXPECT_TRUE(allows("/logs/"));
  EXPECT_TRUE(allows("/logs/a/b"));
  EXPECT_FALSE(allows("/logs"));
}

TEST(PolicyRule, RoundTripsThroughItsObject) {
  const Json role = {{"rules",
                      {{{"verbs", {"get"}}, {"apiGroups", {""}}, {"resources", {"secrets"}}, {"resourceNames", {"x"}}},
                       {{"verbs", {"get"}}, {"nonResourceURLs", {"/x"}}}}}};
  const auto rules = RulesOf(role);
  ASSERT_THAT(rules, SizeIs(2));
  EXPECT_EQ(RuleToJson(rules[0]), role["rules"][0]);
  EXPECT_EQ(RuleToJson(rules[1]), role["rules"][1]);
  EXPECT_THAT(RulesOf({{"rules", nullptr}}), IsEmpty());
  EXPECT_THAT(RulesOf(Json::object()), IsEmpty());
}

TEST(MissingRules, AreThePartsThatNobodyCovers) {
  const std::vector<PolicyRule> held = {Rule({"get"}, {""}, {"secrets"}), Rule({"*"}, {"batch"}, {"*/status"})};
  EXPECT_THAT(MissingRules(held, {Rule({"get"}, {""}, {"secrets"}, {"x"})}), IsEmpty());
  EXPECT_THAT(MissingRules(held, {Rule({"get", "patch"}, {"batch"}, {"jobs/status"})}), IsEmpty());
  EXPECT_THAT(MissingRules(held, {Rule({"get", "delete"}, {""}, {"secrets"})}),
              ElementsAre(Rule({"delete"}, {""}, {"secrets"})));
  EXPECT_THAT(MissingRules(held, {Rule({"get"}, {"batch"}, {"jobs"})}), SizeIs(1));
  EXPECT_THAT(MissingRules({Rule({"get"}, {""}, {"secrets"}, {"x"})}, {Rule({"get"}, {""}, {"secrets"})}), SizeIs(1));
  EXPECT_THAT(MissingRules(held, {{.verbs = {"get"}, .non_resource_urls = {"/a"}}}), SizeIs(1));
  EXPECT_THAT(MissingRules({{.verbs = {"get"}, .non_resource_urls = {"/a*"}}},
                           {{.verbs = {"get"}, .non_resource_urls = {"/ab", "/a/*"}}}),
              IsEmpty());
}

TEST(CompactRules, JoinsTheVerbsOfOneResource) {
  const auto compact = CompactRules(
      {Rule({"get"}, {""}, {"pods"}), Rule({"list"}, {""}, {"pods"}), Rule({"get"}, {""}, {"pods"}, {"x"})});
  EXPECT_THAT(compact, ElementsAre(Rule({"get", "list"}, {""}, {"pods"}), Rule({"get"}, {""}, {"pods"}, {"x"})));
}

TEST(DescribeRule, IsTheCompactForm) {
  EXPECT_EQ(DescribeRule(Rule({"get", "list"}, {""}, {"configmaps"}, {"x"})),
            "{APIGroups:[\"\"], Resources:[\"configmaps\"], ResourceNames:[\"x\"], Verbs:[\"get\" \"list\"]}");
  EXPECT_EQ(DescribeRule({.verbs = {"get"}, .non_resource_urls = {"/x"}}),
            "{NonResourceURLs:[\"/x\"], Verbs:[\"get\"]}");
}

}  // namespace
}  // namespace mock_kubeapi
