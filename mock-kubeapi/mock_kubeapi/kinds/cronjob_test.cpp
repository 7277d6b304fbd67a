#include "mock_kubeapi/kinds/cronjob.h"

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

/// A CronJob with `patch` (RFC 7386) applied to its spec, defaulted.
Json CronJob(const std::string& patch = "{}") {
  static const Kind kind = CronJobKind(nullptr);
  Json cronjob = Json::parse(R"({"metadata":{"name":"c"},"spec":{"schedule":"0 3 * * *","jobTemplate":{"spec":{
    "template":{"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"busybox"}]}}}}}})");
  cronjob["spec"].merge_patch(Json::parse(patch));
  kind.set_defaults(cronjob);
  return cronjob;
}

std::vector<std::string> Complaints(const Json& cronjob) {
  KindTestContext context;
  return Texts(CronJobKind(nullptr).validate(cronjob, context.context()));
}

TEST(CronJob, GetsItsDefaultsButTheTemplateNoneOfAJob) {
  const Json spec = CronJob()["spec"];
  EXPECT_EQ(spec["concurrencyPolicy"], "Allow");
  EXPECT_EQ(spec["suspend"], false);
  EXPECT_EQ(spec["successfulJobsHistoryLimit"], 3);
  EXPECT_EQ(spec["failedJobsHistoryLimit"], 1);
  EXPECT_FALSE(spec["jobTemplate"]["spec"].contains("backoffLimit"));
  EXPECT_EQ(spec["jobTemplate"]["spec"]["template"]["spec"]["dnsPolicy"], "ClusterFirst");
}

struct Case {
  std::string title;
  std::string patch;
  std::vector<std::string> complaints;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.title;
}

class CronJobComplaints : public testing::TestWithParam<Case> {};

TEST_P(CronJobComplaints, AreInTheServersWords) {
  EXPECT_THAT(Complaints(CronJob(GetParam().patch)), ElementsAreArray(GetParam().complaints));
}

INSTANTIATE_TEST_SUITE_P(
    All, CronJobComplaints,
    testing::Values(
        Case{"good", "{}", {}}, Case{"zone", R"({"timeZone":"Europe/Berlin"})", {}},
        Case{"zone in the schedule", R"({"schedule":"TZ=Europe/Paris 0 3 * * *"})", {}},
        Case{"no schedule", R"({"schedule":""})", {"spec.schedule: Required value"}},
        Case{"schedule",
             R"({"schedule":"0 24 * * *"})",
             {"spec.schedule: Invalid value: \"0 24 * * *\": end of range (24) above maximum (23): 24"}},
        Case{"two zones",
             R"({"schedule":"TZ=UTC 0 3 * * *","timeZone":"UTC"})",
             {"spec.schedule: Invalid value: \"TZ=UTC 0 3 * * *\": cannot use both timeZone field and TZ or CRON_TZ in "
              "schedule"}},
        Case{"unknown zone",
             R"({"timeZone":"Mars/Base"})",
             {"spec.timeZone: Invalid value: \"Mars/Base\": unknown time zone Mars/Base"}},
        Case{"local zone",
             R"({"timeZone":"Local"})",
             {"spec.timeZone: Invalid value: \"Local\": timeZone must be an explicit time zone as defined in "
              "https://www.iana.org/time-zones"}},
        Case{"empty zone",
             R"({"timeZone":""})",
             {"spec.timeZone: Invalid value: \"\": timeZone must be nil or non-empty string"}},
        Case{"numbers and policy",
             R"({"concurrencyPolicy":"Maybe","startingDeadlineSeconds":-1,"successfulJobsHistoryLimit":-1,
                 "failedJobsHistoryLimit":-2})",
             {"spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0",
              "spec.concurrencyPolicy: Unsupported value: \"Maybe\": supported values: \"Allow\", \"Forbid\", "
              "\"Replace\"",
              "spec.successfulJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0",
              "spec.failedJobsHistoryLimit: Invalid value: -2: must be greater than or equal to 0"}},
        Case{"no template",
             R"({"jobTemplate":null})",
             {"spec.jobTemplate.spec.template.spec.containers: Required value",
              "spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", "
              "\"Never\""}},
        Case{
            "selector in the template",
            R"({"jobTemplate":{"spec":{"backoffLimit":-1,"manualSelector":true,"selector":{"matchLabels":{"a":"b"}}}}})",
            {"spec.jobTemplate.spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0",
             "spec.jobTemplate.spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"a\":"
             "\"b\"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: `selector` will be auto-generated",
             "spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: \"nil\", "
             "\"false\""}}));

TEST(CronJob, NeedsANameThatLeavesRoomForItsJobs) {
  Json cronjob = CronJob();
  cronjob["metadata"]["name"] = std::string(53, 'b');
  EXPECT_THAT(Complaints(cronjob), ElementsAre("metadata.name: Invalid value: \"" + std::string(53, 'b') +
                                               "\": must be no more than 52 characters"));
  cronjob["metadata"]["name"] = std::string(52, 'b');
  EXPECT_THAT(Complaints(cronjob), IsEmpty());
}

TEST(CronJob, WarnsOfAZoneInTheSchedule) {
  KindTestContext context;
  Json cronjob = CronJob(R"({"schedule":"CRON_TZ=UTC 0 3 * * *"})");
  ASSERT_TRUE(CronJobKind(nullptr).prepare_create(cronjob, context.context()).has_value());
  EXPECT_THAT(context.warnings,
              ElementsAre("CRON_TZ or TZ used in spec.spec.schedule is not officially supported, see "
                          "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"));
}

TEST(CronJobUpdate, ToleratesAZoneThatIsNoLongerKnown) {
  KindTestContext context;
  const Json old = CronJob(R"({"timeZone":"Mars/Base"})");
  EXPECT_THAT(Texts(CronJobKind(nullptr).validate_update(CronJob(R"({"timeZone":"Mars/Base","suspend":true})"), old, "",
                                                         context.context())),
              IsEmpty());
  EXPECT_THAT(
      Texts(CronJobKind(nullptr).validate_update(CronJob(R"({"timeZone":"Mars/Other"})"), old, "", context.context())),
      testing::SizeIs(1));
}

TEST(CronJobTable, ShowsScheduleAndLastRun) {
  Json cronjob = CronJob();
  cronjob["metadata"]["creationTimestamp"] = "2024-01-01T00:00:00Z";
  const Kind kind = CronJobKind(nullptr);
  const mock_http::TimePoint now =
      mock_http::TimePoint{std::chrono::sys_days{std::chrono::year{2024} / 1 / 1}} + std::chrono::minutes{5};
  EXPECT_THAT(kind.row(cronjob, now),
              ElementsAre("c", "0 3 * * *", "False", 0, "<none>", "5m", "main", "busybox", "<none>"));
  cronjob["status"] = Json::parse(R"({"active":[{}],"lastScheduleTime":"2024-01-01T00:04:00Z"})");
  EXPECT_EQ(kind.row(cronjob, now)[3], 1);
  EXPECT_EQ(kind.row(cronjob, now)[4], "60s");
}

}  // namespace
}  // namespace mock_kubeapi
