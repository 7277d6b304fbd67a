// Pods, Jobs and CronJobs as a client of the API sees them, where that takes more than their kind's row.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "mock_kubeapi/server/test_api.h"

namespace mock_kubeapi {
namespace {

using testing::HasSubstr;

const std::string kCronJobs = "/apis/batch/v1/namespaces/default/cronjobs";
const std::string kPods = "/api/v1/namespaces/default/pods";

Json CronJob(const std::string& schedule) {
  Json cronjob = Json::parse(R"({"metadata":{"name":"c"},"spec":{"suspend":true,"jobTemplate":{"spec":{"template":
      {"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"i"}]}}}}}})");
  cronjob["spec"]["schedule"] = schedule;
  return cronjob;
}

std::string WarningOf(const Answer& answer) {
  return std::string(answer.response.headers.Get("Warning").value_or(""));
}

class WorkloadsTest : public testing::Test {
 protected:
  TestApi api_;
};

TEST_F(WorkloadsTest, WarnOnlyOfWhatIsTaken) {
  const Answer refused = api_.Post(kCronJobs, CronJob("TZ=UTC 61 * * * *"));
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(WarningOf(refused), "");
  const Answer taken = api_.Post(kCronJobs, CronJob("TZ=UTC 1 * * * *"));
  EXPECT_EQ(taken.status, 201);
  EXPECT_THAT(WarningOf(taken), HasSubstr("CRON_TZ or TZ used in"));

  const Json bad = {{"spec", {{"schedule", "TZ=UTC 62 * * * *"}}}};
  EXPECT_EQ(WarningOf(api_.MergePatch(kCronJobs + "/c", bad)), "");
  const Json good = {{"spec", {{"schedule", "TZ=UTC 2 * * * *"}}}};
  EXPECT_THAT(WarningOf(api_.MergePatch(kCronJobs + "/c", good)), HasSubstr("CRON_TZ or TZ used in"));
}

TEST_F(WorkloadsTest, WarnThatPodsStayWhereAJobIsDeletedWithoutAWordAboutThem) {
  const std::string jobs = "/apis/batch/v1/namespaces/default/jobs";
  const auto words = HasSubstr("child pods are preserved by default");
  EXPECT_THAT(WarningOf(api_.Delete(jobs)), words);
  EXPECT_THAT(WarningOf(api_.Delete(jobs + "/absent")), words);
  EXPECT_EQ(WarningOf(api_.Delete(jobs + "?propagationPolicy=Background")), "");
}

TEST_F(WorkloadsTest, ShowAPodsAddressInBothFieldsWhicheverWasWritten) {
  const Json spec = Json::parse(R"({"containers":[{"name":"main","image":"i"}],"automountServiceAccountToken":false})");
  ASSERT_EQ(api_.Post(kPods, {{"metadata", {{"name", "p"}}}, {"spec", spec}}).status, 201);
  const auto status_with = [&](const char* text) {
    const Answer answer = api_.MergePatch(kPods + "/p/status", Json::parse(text));
    EXPECT_EQ(answer.status, 200) << answer.response.body;
    return answer.body["status"];
  };
  EXPECT_EQ(status_with(R"({"status":{"podIP":"10.0.0.1"}})")["podIPs"], Json::parse(R"([{"ip":"10.0.0.1"}])"));
  EXPECT_EQ(status_with(R"({"status":{"podIP":"10.0.0.2"}})")["podIPs"], Json::parse(R"([{"ip":"10.0.0.2"}])"));
  EXPECT_EQ(status_with(R"({"status":{"podIP":null,"podIPs":[{"ip":"10.0.0.3"}]}})")["podIP"], "10.0.0.3");
  EXPECT_EQ(api_.Get(kPods + "?fieldSelector=status.podIP%3D10.0.0.3").body["items"].size(), 1U);
}

TEST_F(WorkloadsTest, SayInATableThatAPodHasEnded) {
  const Json spec = Json::parse(R"({"containers":[{"name":"main","image":"i"}],"automountServiceAccountToken":false})");
  ASSERT_EQ(api_.Post(kPods, {{"metadata", {{"name", "p"}}}, {"spec", spec}}).status, 201);
  const auto row = [&] {
    const Answer answer = api_.Send({.method = "GET",
                                     .target = kPods + "?includeObject=None",
                                     .headers = {{"Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"}}});
    EXPECT_EQ(answer.status, 200) << answer.response.body;
    return answer.body["rows"][0];
  };
  EXPECT_FALSE(row().contains("conditions"));
  ASSERT_EQ(api_.MergePatch(kPods + "/p/status", {{"status", {{"phase", "Failed"}}}}).status, 200);
  EXPECT_EQ(row()["conditions"][0]["reason"], "Failed");
}

}  // namespace
}  // namespace mock_kubeapi
