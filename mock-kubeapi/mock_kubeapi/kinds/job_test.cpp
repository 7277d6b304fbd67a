#include "mock_kubeapi/kinds/job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ostream>
#include <string>
#include <vector>

#include "mock_kubeapi/kinds/kind_test_support.h"

namespace mock_kubeapi {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

/// A Job with `patch` (RFC 7386) applied to its spec, as the pipeline stores it: the defaults are set once more when it
/// is read back.
Json Job(const std::string& patch, const std::string& name = "renew") {
  static const Kind kind = JobKind(nullptr);
  KindTestContext context;
  Json job = Json::parse(R"({"metadata":{"namespace":"ns","uid":"u1"},"spec":{"template":{"spec":{
    "restartPolicy":"Never","containers":[{"name":"main","image":"busybox"}]}}}})");
  job["metadata"]["name"] = name;
  job["spec"].merge_patch(Json::parse(patch));
  kind.set_defaults(job);
  EXPECT_TRUE(kind.prepare_create(job, context.context()).has_value());
  kind.set_defaults(job);
  return job;
}

std::vector<std::string> Complaints(const Json& job) {
  KindTestContext context;
  return Texts(JobKind(nullptr).validate(job, context.context()));
}

std::vector<std::string> UpdateComplaints(const Json& old, const std::string& patch) {
  static const Kind kind = JobKind(nullptr);
  KindTestContext context;
  Json job = old;
  job["spec"].merge_patch(Json::parse(patch));
  kind.set_defaults(job);
  return Texts(kind.validate_update(job, old, "", context.context()));
}

TEST(Job, GetsItsDefaultsSelectorAndLabels) {
  const Json job = Job("{}");
  const Json& spec = job["spec"];
  EXPECT_EQ(spec["parallelism"], 1);
  EXPECT_EQ(spec["completions"], 1);
  EXPECT_EQ(spec["backoffLimit"], 6);
  EXPECT_EQ(spec["completionMode"], "NonIndexed");
  EXPECT_EQ(spec["suspend"], false);
  EXPECT_EQ(spec["selector"], Json::parse(R"({"matchLabels":{"controller-uid":"u1"}})"));
  const Json labels = Json::parse(R"({"controller-uid":"u1","job-name":"renew"})");
  EXPECT_EQ(spec["template"]["metadata"]["labels"], labels);
  EXPECT_EQ(job["metadata"]["labels"], labels);
  EXPECT_EQ(job["metadata"]["annotations"], Json::parse(R"({"batch.kubernetes.io/job-tracking":""})"));
  EXPECT_EQ(job["status"], Json::object());
}

TEST(Job, LeavesCompletionsOpenWhereOnlyParallelismIsGiven) {
  const Json job = Job(R"({"parallelism":3})");
  EXPECT_FALSE(job["spec"].contains("completions"));
  EXPECT_EQ(Job(R"({"completions":3})")["spec"]["parallelism"], 1);
}

TEST(Job, KeepsItsOwnLabels) {
  const Kind kind = JobKind(nullptr);
  Json job = Json::parse(
      R"({"metadata":{"name":"j","labels":{"own":"1"}},"spec":{"template":{"metadata":{"labels":{"t":"1"}}}}})");
  kind.set_defaults(job);
  EXPECT_EQ(job["metadata"]["labels"], Json::parse(R"({"own":"1"})"));
  job["metadata"].erase("labels");
  kind.set_defaults(job);
  EXPECT_EQ(job["metadata"]["labels"], Json::parse(R"({"t":"1"})"));
}

TEST(Job, WithManualSelectorGeneratesNothing) {
  const Json job = Job(R"({"manualSelector":true,"selector":{"matchLabels":{"app":"x"}},
                           "template":{"metadata":{"labels":{"app":"x"}}}})");
  EXPECT_EQ(job["spec"]["template"]["metadata"]["labels"], Json::parse(R"({"app":"x"})"));
  EXPECT_EQ(job["metadata"]["labels"], Json::parse(R"({"app":"x"})"));
  EXPECT_THAT(Complaints(job), IsEmpty());
}

struct Case {
  std::string title;
  std::string patch;
  std::vector<std::string> complaints;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.title;
}

class JobComplaints : public testing::TestWithParam<Case> {};

TEST_P(JobComplaints, AreInTheServersWords) {
  EXPECT_THAT(Complaints(Job(GetParam().patch)), ElementsAreArray(GetParam().complaints));
}

const std::string kPolicyPath = "spec.podFailurePolicy.rules[0]";

std::string Rule(const std::string& rule) {
  return R"({"podFailurePolicy":{"rules":[)" + rule + "]}}";
}

INSTANTIATE_TEST_SUITE_P(
    All, JobComplaints,
    testing::Values(
        Case{"good", "{}", {}},
        Case{"zeros", R"({"parallelism":0,"completions":0,"backoffLimit":0,"activeDeadlineSeconds":0})", {}},
        Case{"negative",
             R"({"parallelism":-1,"completions":-1,"backoffLimit":-1,"activeDeadlineSeconds":-1,
                 "ttlSecondsAfterFinished":-1})",
             {"spec.parallelism: Invalid value: -1: must be greater than or equal to 0",
              "spec.completions: Invalid value: -1: must be greater than or equal to 0",
              "spec.activeDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0",
              "spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0",
              "spec.ttlSecondsAfterFinished: Invalid value: -1: must be greater than or equal to 0"}},
        Case{"no template",
             R"({"template":null})",
             {"spec.template.spec.containers: Required value",
              "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\""}},
        Case{"restart policy",
             R"({"template":{"spec":{"restartPolicy":"Always"}}})",
             {"spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\""}},
        Case{"unknown restart policy",
             R"({"template":{"spec":{"restartPolicy":"Sometimes"}}})",
             {"spec.template.spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", "
              "\"OnFailure\", \"Never\"",
              "spec.template.spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"OnFailure\", "
              "\"Never\""}},
        Case{"indexed without completions",
             R"({"completionMode":"Indexed","parallelism":2})",
             {"spec.completions: Required value: when completion mode is Indexed"}},
        Case{"too parallel",
             R"({"completionMode":"Indexed","parallelism":100001,"completions":1})",
             {"spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is "
              "Indexed"}},
        Case{"completion mode",
             R"({"completionMode":"Both"})",
             {"spec.completionMode: Unsupported value: \"Both\": supported values: \"NonIndexed\", \"Indexed\""}},
        Case{"own selector",
             R"({"selector":{"matchLabels":{"app":"x"}},"template":{"metadata":{"labels":{"app":"x"}}}})",
             {"spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"app\":\"x\", "
              "\"controller-uid\":\"u1\"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: `selector` not "
              "auto-generated"}},
        Case{"manual selector that matches nothing",
             R"({"manualSelector":true,"selector":{"matchLabels":{"app":"x"}},
                 "template":{"metadata":{"labels":{"app":"y"}}}})",
             {"spec.template.metadata.labels: Invalid value: map[string]string{\"app\":\"y\"}: `selector` does not "
              "match template `labels`"}},
        Case{
            "manual selector that is not there",
            R"({"manualSelector":true})",
            {"spec.selector: Required value",
             "spec.template.metadata.labels: Invalid value: map[string]string(nil): `selector` does not match template "
             "`labels`"}},
        Case{"another Job's label",
             R"({"template":{"metadata":{"labels":{"job-name":"other"}}}})",
             {"spec.template.metadata.labels[job-name]: Invalid value: map[string]string{\"controller-uid\":\"u1\", "
              "\"job-name\":\"other\"}: must be 'renew'"}},
        Case{"no condition of a rule",
             Rule(R"({"action":"FailJob"})"),
             {kPolicyPath + ": Invalid value: specifying one of OnExitCodes and OnPodConditions is required"}},
        Case{"both conditions of a rule",
             Rule(R"({"action":"FailJob","onExitCodes":{"operator":"In","values":[3]},
                      "onPodConditions":[{"type":"DisruptionTarget"}]})"),
             {kPolicyPath + ": Invalid value: specifying both OnExitCodes and OnPodConditions is not supported"}},
        Case{"action",
             Rule(R"({"action":"Explode","onExitCodes":{"operator":"In","values":[3]}})"),
             {kPolicyPath +
              ".action: Unsupported value: \"Explode\": supported values: \"Count\", \"FailJob\", \"Ignore\""}},
        Case{"no action",
             Rule(R"({"onExitCodes":{"operator":"In","values":[3]}})"),
             {kPolicyPath + ".action: Required value: valid values: [\"Count\" \"FailJob\" \"Ignore\"]"}},
        Case{"exit codes",
             Rule(R"({"action":"Ignore","onExitCodes":{"operator":"In","containerName":"other","values":[0,3,2,2]}})"),
             {kPolicyPath + ".onExitCodes.containerName: Invalid value: \"other\": must be one of the container or "
                            "initContainer names in the pod template",
              kPolicyPath + ".onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator",
              kPolicyPath + ".onExitCodes.values[3]: Duplicate value: 2",
              kPolicyPath + ".onExitCodes.values: Invalid value: []int32{0, 3, 2, 2}: must be ordered"}},
        Case{"no exit codes",
             Rule(R"({"action":"Ignore","onExitCodes":{"operator":"Near","values":[]}})"),
             {kPolicyPath + ".onExitCodes.operator: Unsupported value: \"Near\": supported values: \"In\", \"NotIn\"",
              kPolicyPath + ".onExitCodes.values: Invalid value: []int32{}: at least one value is required"}},
        Case{"restarts with a failure policy",
             R"({"podFailurePolicy":{"rules":[]},"template":{"spec":{"restartPolicy":"OnFailure"}}})",
             {"spec.template.spec.restartPolicy: Invalid value: \"OnFailure\": only \"Never\" is supported when "
              "podFailurePolicy is specified"}}));

TEST(Job, NeedsANameThatFitsItsPods) {
  const std::string long_name(64, 'a');
  EXPECT_THAT(Complaints(Job("{}", long_name)), ElementsAre("spec.template.labels: Invalid value: \"" + long_name +
                                                            "\": must be no more than 63 characters"));
  EXPECT_THAT(Complaints(Job(R"({"completionMode":"Indexed","completions":11})", "a.b")),
              ElementsAre("metadata.name: Invalid value: \"a.b\": will not able to create pod with invalid DNS label: "
                          "a.b-10"));
}

TEST(JobUpdate, KeepsWhatPodsWereMadeOf) {
  const Json old = Job("{}");
  EXPECT_THAT(UpdateComplaints(old, R"({"completions":2})"),
              ElementsAre("spec.completions: Invalid value: 2: field is immutable"));
  EXPECT_THAT(UpdateComplaints(old, R"({"completionMode":"Indexed"})"),
              ElementsAre("spec.completionMode: Invalid value: \"Indexed\": field is immutable"));
  EXPECT_THAT(UpdateComplaints(old, R"({"template":{"spec":{"containers":[{"name":"main","image":"other"}]}}})"),
              ElementsAre(testing::AllOf(testing::StartsWith("spec.template: Invalid value: "),
                                         testing::EndsWith(": field is immutable"))));
  EXPECT_THAT(
      UpdateComplaints(
          old, R"({"podFailurePolicy":{"rules":[{"action":"Count","onExitCodes":{"operator":"In","values":[3]}}]}})"),
      ElementsAre(testing::StartsWith("spec.podFailurePolicy: Invalid value: ")));
  EXPECT_THAT(UpdateComplaints(old, R"({"parallelism":2,"backoffLimit":1,"activeDeadlineSeconds":9,
                                        "ttlSecondsAfterFinished":9,"suspend":true})"),
              IsEmpty());
}

TEST(JobUpdate, ComplainsTwiceAsTheServerDoes) {
  const std::string text = "spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0";
  EXPECT_THAT(UpdateComplaints(Job("{}"), R"({"backoffLimit":-1})"), ElementsAre(text, text));
}

TEST(JobUpdate, MayMoveASuspendedJobElsewhere) {
  const std::string patch = R"({"template":{"spec":{"nodeSelector":{"disk":"ssd"}}}})";
  EXPECT_THAT(UpdateComplaints(Job(R"({"suspend":true})"), patch), IsEmpty());
  EXPECT_THAT(UpdateComplaints(Job("{}"), patch), testing::SizeIs(1));
  Json started = Job(R"({"suspend":true})");
  started["status"]["startTime"] = "2024-01-01T00:00:00Z";
  EXPECT_THAT(UpdateComplaints(started, patch), testing::SizeIs(1));
}

TEST(JobStatus, HasNoNegativeCountsAndCountsEachPodOnce) {
  KindTestContext context;
  Json job = Job("{}");
  job["status"] = Json::parse(R"({"active":-1,"uncountedTerminatedPods":{"succeeded":["a",""],"failed":["a"]}})");
  EXPECT_THAT(Texts(JobKind(nullptr).validate_update(job, Job("{}"), "status", context.context())),
              ElementsAre("status.active: Invalid value: -1: must be greater than or equal to 0",
                          "status.uncountedTerminatedPods.succeeded[1]: Invalid value: \"\": must not be empty",
                          "status.uncountedTerminatedPods.failed[0]: Duplicate value: \"a\""));
}

TEST(JobTable, ShowsCompletionsAndDuration) {
  Json job = Job(R"({"completions":3})");
  job["metadata"]["creationTimestamp"] = "2024-01-01T00:00:00Z";
  const Kind kind = JobKind(nullptr);
  const mock_http::TimePoint now =
      mock_http::TimePoint{std::chrono::sys_days{std::chrono::year{2024} / 1 / 1}} + std::chrono::minutes{5};
  EXPECT_THAT(kind.row(job, now), ElementsAre("renew", "0/3", "", "5m", "main", "busybox", "controller-uid=u1"));
  job["status"] =
      Json::parse(R"({"succeeded":3,"startTime":"2024-01-01T00:00:10Z","completionTime":"2024-01-01T00:01:10Z"})");
  EXPECT_EQ(kind.row(job, now)[1], "3/3");
  EXPECT_EQ(kind.row(job, now)[2], "60s");
  EXPECT_EQ(kind.row(Job(R"({"parallelism":2})"), now)[1], "0/1 of 2");
}

}  // namespace
}  // namespace mock_kubeapi
