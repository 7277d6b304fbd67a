#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mock_kubeapi/kinds/kind_test_support.h"
#include "mock_kubeapi/kinds/pod_defaults.h"
#include "mock_kubeapi/kinds/pod_parts.h"
#include "mock_kubeapi/kinds/pod_validation.h"

namespace mock_kubeapi {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kAppArmor = "container.apparmor.security.beta.kubernetes.io/main";

Json PodOnPolicy(const std::string& restart_policy) {
  Json pod = Json::parse(R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"main","image":"busybox"}]}})");
  pod["spec"]["restartPolicy"] = restart_policy;
  SetPodDefaults(pod);
  return pod;
}

/// What is wrong with a change from one status to another.
std::vector<std::string> ComplaintsOf(const std::string& status, const std::string& old_status = "{}",
                                      const std::string& restart_policy = "Never") {
  Json pod = PodOnPolicy(restart_policy);
  Json old = pod;
  pod["status"] = Json::parse(status);
  old["status"] = Json::parse(old_status);
  return Texts(ValidatePodStatusUpdate(pod, old));
}

Json Annotated(const std::string& key, const std::string& value) {
  Json pod = PodOnPolicy("Never");
  pod["metadata"]["annotations"][key] = value;
  return pod;
}

TEST(PodStatusUpdate, MayNotBringAnEndedContainerBack) {
  const std::string ended = R"({"containerStatuses":[{"name":"main","state":{"terminated":{"exitCode":0}}}]})";
  const std::string runs = R"({"containerStatuses":[{"name":"main","state":{"running":{}}}]})";
  EXPECT_THAT(ComplaintsOf(runs, ended),
              ElementsAre("status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated "
                          "state"));
  EXPECT_THAT(ComplaintsOf(runs, ended, "Always"), IsEmpty());
}

TEST(PodStatusUpdate, MayNeverBringAnEphemeralContainerBack) {
  EXPECT_THAT(
      ComplaintsOf(R"({"ephemeralContainerStatuses":[{"name":"e","state":{"running":{}}}]})",
                   R"({"ephemeralContainerStatuses":[{"name":"e","state":{"terminated":{"exitCode":1}}}]})", "Always"),
      ElementsAre(HasSubstr("status.ephemeralContainerStatuses[0].state: Forbidden")));
}

TEST(PodStatusUpdate, NeedsQualifiedNamesForConditionsOfOthers) {
  EXPECT_THAT(ComplaintsOf(R"({"conditions":[{"type":"Ready"},{"type":"example.com/warm"}]})"), IsEmpty());
  EXPECT_THAT(
      ComplaintsOf(R"({"conditions":[{"type":"Ready"},{"type":"warm up"}]})"),
      ElementsAre(HasSubstr("metadata.conditions[1].Type: Invalid value: \"warm up\": name part must consist")));
}

TEST(PodStatusUpdate, HasOneAddressOfEachFamily) {
  EXPECT_THAT(ComplaintsOf(R"({"podIPs":[{"ip":"10.0.0.1"},{"ip":"fd00::1"}]})"), IsEmpty());
  EXPECT_THAT(ComplaintsOf(R"({"podIPs":[{"ip":"10.0.0.1"},{"ip":"10.0.0.1"}]})"),
              ElementsAre("status.podIPs: Invalid value: []core.PodIP{core.PodIP{IP:\"10.0.0.1\"}, "
                          "core.PodIP{IP:\"10.0.0.1\"}}: may specify no more than one IP for each IP family",
                          "status.podIPs[1]: Duplicate value: core.PodIP{IP:\"10.0.0.1\"}"));
  EXPECT_THAT(ComplaintsOf(R"({"podIPs":[{"ip":"10.0.0.300"}]})"),
              ElementsAre("status.podIPs[0]: Invalid value: \"10.0.0.300\": must be a valid IP address, (e.g. 10.9.8.7 "
                          "or 2001:db8::ffff)"));
}

TEST(PodAnnotations, OfAppArmorNameAContainerAndAProfile) {
  const Json pod = PodOnPolicy("Never");
  const auto complaints = [&](const std::string& container, const std::string& profile) {
    const Json annotations = {{"container.apparmor.security.beta.kubernetes.io/" + container, profile}};
    return Texts(ValidatePodAnnotations(annotations, pod["spec"], "metadata.annotations"));
  };
  EXPECT_THAT(complaints("main", "localhost/strict"), IsEmpty());
  EXPECT_THAT(complaints("other", "runtime/default"),
              ElementsAre("metadata.annotations[container.apparmor.security.beta.kubernetes.io/other]: Invalid value: "
                          "\"other\": container not found"));
  EXPECT_THAT(complaints("main", "strict"),
              ElementsAre("metadata.annotations[container.apparmor.security.beta.kubernetes.io/main]: Invalid value: "
                          "\"strict\": invalid AppArmor profile name: \"strict\""));
}

TEST(PodAnnotations, ThatAPodIsBornWithMayNotChange) {
  const Json plain = PodOnPolicy("Never");
  const Json strict = Annotated(kAppArmor, "localhost/strict");
  EXPECT_THAT(Texts(ValidatePodUpdate(strict, strict)), IsEmpty());
  EXPECT_THAT(Texts(ValidatePodUpdate(strict, plain)),
              Contains(HasSubstr("/main]: Forbidden: may not add AppArmor annotations")));
  EXPECT_THAT(Texts(ValidatePodUpdate(plain, strict)),
              Contains(HasSubstr("/main]: Forbidden: may not remove or update AppArmor annotations")));
  EXPECT_THAT(Texts(ValidatePodStatusUpdate(Annotated(kAppArmor, "unconfined"), strict)), SizeIs(1));
  EXPECT_THAT(Texts(ValidatePodUpdate(plain, Annotated("kubernetes.io/config.mirror", "x"))),
              Contains("metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not remove or update mirror "
                       "pod annotation"));
}

TEST(PodStatus, HasTheSameAddressInBothItsFields) {
  const auto defaulted = [](const std::string& status) {
    Json pod = {{"status", Json::parse(status)}};
    SetPodDefaults(pod);
    return pod["status"];
  };
  EXPECT_EQ(defaulted(R"({"podIP":"10.0.0.1"})"), Json::parse(R"({"podIP":"10.0.0.1","podIPs":[{"ip":"10.0.0.1"}]})"));
  EXPECT_EQ(defaulted(R"({"podIPs":[{"ip":"10.0.0.1"},{"ip":"fd00::1"}]})"),
            Json::parse(R"({"podIP":"10.0.0.1","podIPs":[{"ip":"10.0.0.1"},{"ip":"fd00::1"}]})"));
  // A writer that knows only of podIP.
  EXPECT_EQ(defaulted(R"({"podIP":"10.0.0.2","podIPs":[{"ip":"10.0.0.1"},{"ip":"fd00::1"}]})"),
            Json::parse(R"({"podIP":"10.0.0.2","podIPs":[{"ip":"10.0.0.2"}]})"));
  EXPECT_EQ(defaulted("{}"), Json::object());
}

}  // namespace
}  // namespace mock_kubeapi
