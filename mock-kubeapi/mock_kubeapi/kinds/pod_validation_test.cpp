#include "mock_kubeapi/kinds/pod_validation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "mock_kubeapi/kinds/kind_test_support.h"
#include "mock_kubeapi/kinds/pod_defaults.h"

namespace mock_kubeapi {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;

/// A good Pod with `patch` (RFC 7386) applied to its spec, then defaulted.
Json Pod(const std::string& patch = "{}") {
  Json pod = Json::parse(R"({"metadata":{"name":"p","namespace":"ns"},
    "spec":{"containers":[{"name":"main","image":"busybox"}],"serviceAccountName":"default"}})");
  pod["spec"].merge_patch(Json::parse(patch));
  SetPodDefaults(pod);
  return pod;
}

/// The same with one container, given as a patch.
Json PodWith(const std::string& container, const std::string& spec = "{}") {
  Json pod = Json::parse(R"({"metadata":{"name":"p"},"spec":{"serviceAccountName":"default"}})");
  pod["spec"].merge_patch(Json::parse(spec));
  Json base = {{"name", "main"}, {"image", "busybox"}};
  base.merge_patch(Json::parse(container));
  pod["spec"]["containers"] = Json::array({base});
  SetPodDefaults(pod);
  return pod;
}

struct Case {
  std::string title;
  Json pod;
  std::vector<std::string> complaints;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.title;
}

class PodComplaints : public testing::TestWithParam<Case> {};

TEST_P(PodComplaints, AreInTheServersWords) {
  EXPECT_THAT(Texts(ValidatePod(GetParam().pod)), ElementsAreArray(GetParam().complaints));
}

const std::string kLabelWords =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
    "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

INSTANTIATE_TEST_SUITE_P(
    Containers, PodComplaints,
    testing::Values(
        Case{"good", Pod(), {}}, Case{"none", Pod(R"({"containers":[]})"), {"spec.containers: Required value"}},
        Case{"bad name, no image",
             PodWith(R"({"name":"Main","image":""})"),
             {"spec.containers[0].name: Invalid value: \"Main\": " + kLabelWords,
              "spec.containers[0].image: Required value"}},
        Case{"no name", PodWith(R"({"name":""})"), {"spec.containers[0].name: Required value"}},
        Case{"twice the name",
             Pod(R"({"containers":[{"name":"a","image":"i"},{"name":"a","image":"i"}]})"),
             {"spec.containers[1].name: Duplicate value: \"a\""}},
        Case{"init with the same name",
             Pod(R"({"initContainers":[{"name":"main","image":"i"}]})"),
             {"spec.initContainers[0].name: Duplicate value: \"main\""}},
        Case{"init with a probe",
             Pod(R"({"initContainers":[{"name":"i","image":"i","livenessProbe":{"exec":{"command":["x"]}}}]})"),
             {"spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers"}},
        Case{"spaces around the image",
             PodWith(R"({"image":" busybox"})"),
             {"spec.containers[0].image: Invalid value: \" busybox\": must not have leading or trailing whitespace"}},
        Case{"pull policy",
             PodWith(R"({"imagePullPolicy":"Sometimes"})"),
             {"spec.containers[0].imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", "
              "\"IfNotPresent\", \"Never\""}},
        Case{"termination message policy",
             PodWith(R"({"terminationMessagePolicy":"Log"})"),
             {"spec.containers[0].terminationMessagePolicy: Unsupported value: \"Log\": supported values: \"File\", "
              "\"FallbackToLogsOnError\""}},
        Case{"ports",
             PodWith(R"({"ports":[{"containerPort":0},{"containerPort":70000},{"containerPort":1,"protocol":"X"},
                                  {"containerPort":2,"name":"a"},{"containerPort":3,"name":"a"}]})"),
             {"spec.containers[0].ports[0].containerPort: Required value",
              "spec.containers[0].ports[1].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
              "spec.containers[0].ports[2].protocol: Unsupported value: \"X\": supported values: \"SCTP\", \"TCP\", "
              "\"UDP\"",
              "spec.containers[0].ports[4].name: Duplicate value: \"a\""}},
        Case{"host ports",
             PodWith(R"({"ports":[{"containerPort":1,"hostPort":80},{"containerPort":2,"hostPort":80}]})"),
             {"spec.containers[0].ports[1].hostPort: Duplicate value: \"TCP//80\""}}));

INSTANTIATE_TEST_SUITE_P(
    Environment, PodComplaints,
    testing::Values(
        Case{
            "names",
            PodWith(R"({"env":[{"name":""},{"name":"1A"},{"name":"A.b-C"}]})"),
            {"spec.containers[0].env[0].name: Required value",
             "spec.containers[0].env[1].name: Invalid value: \"1A\": a valid environment variable name must consist of "
             "alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  "
             "or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"}},
        Case{"no source",
             PodWith(R"({"env":[{"name":"A","valueFrom":{}}]})"),
             {"spec.containers[0].env[0].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`, "
              "`resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"}},
        Case{"value and source",
             PodWith(R"({"env":[{"name":"A","value":"x","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]})"),
             {"spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not be specified when `value` is not "
              "empty"}},
        Case{"two sources",
             PodWith(R"({"env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"s","key":"k"},
                                                         "configMapKeyRef":{"name":"s","key":"k"}}}]})"),
             {"spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not have more than one field specified at "
              "a time"}},
        Case{"no key",
             PodWith(R"({"env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"s"}}}]})"),
             {"spec.containers[0].env[0].valueFrom.secretKeyRef.key: Required value"}},
        Case{"unknown field",
             PodWith(R"({"env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"spec.containers"}}}]})"),
             {"spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.containers\": error "
              "converting fieldPath: field label not supported: spec.containers"}},
        Case{"field for volumes only",
             PodWith(R"({"env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"metadata.labels"}}}]})"),
             {"spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: \"metadata.labels\": "
              "supported values: \"metadata.name\", \"metadata.namespace\", \"metadata.uid\", \"spec.nodeName\", "
              "\"spec.serviceAccountName\", \"status.hostIP\", \"status.podIP\", \"status.podIPs\""}},
        Case{"a label is fine",
             PodWith(R"({"env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"metadata.labels['app']"}}}]})"),
             {}},
        Case{"resource",
             PodWith(R"({"env":[{"name":"A","valueFrom":{"resourceFieldRef":{"resource":"limits.gpu"}}}]})"),
             {"spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: Unsupported value: \"limits.gpu\": "
              "supported values: \"limits.cpu\", \"limits.ephemeral-storage\", \"limits.memory\", \"requests.cpu\", "
              "\"requests.ephemeral-storage\", \"requests.memory\""}},
        Case{"divisor",
             PodWith(
                 R"({"env":[{"name":"A","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu","divisor":"2"}}}]})"),
             {"spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: \"limits.cpu\": only "
              "divisor's values 1m and 1 are supported with the cpu resource"}},
        Case{"envFrom",
             PodWith(R"({"envFrom":[{},{"secretRef":{"name":""}},{"prefix":"=","configMapRef":{"name":"c"}}]})"),
             {"spec.containers[0].envFrom: Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`",
              "spec.containers[0].envFrom[1].secretRef.name: Required value",
              "spec.containers[0].envFrom[2].prefix: Invalid value: \"=\": a valid environment variable name must "
              "consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. "
              "'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is "
              "'[-._a-zA-Z][-._a-zA-Z0-9]*')"}}));

INSTANTIATE_TEST_SUITE_P(
    Volumes, PodComplaints,
    testing::Values(
        Case{"unknown mount",
             PodWith(R"({"volumeMounts":[{"name":"v","mountPath":"/v"}]})"),
             {"spec.containers[0].volumeMounts[0].name: Not found: \"v\""}},
        Case{"mount paths",
             PodWith(R"({"volumeMounts":[{"name":"v","mountPath":"/v"},{"name":"v","mountPath":"/v"},
                                         {"name":"v","mountPath":""}]})",
                     R"({"volumes":[{"name":"v"}]})"),
             {"spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/v\": must be unique",
              "spec.containers[0].volumeMounts[2].mountPath: Required value"}},
        Case{"subPath",
             PodWith(R"({"volumeMounts":[{"name":"v","mountPath":"/v","subPath":"../x"}]})",
                     R"({"volumes":[{"name":"v"}]})"),
             {"spec.containers[0].volumeMounts.subPath: Invalid value: \"../x\": must not contain '..'"}},
        Case{"two types",
             Pod(R"({"volumes":[{"name":"v","emptyDir":{},"secret":{"secretName":"s"}}]})"),
             {"spec.volumes[0].secret: Forbidden: may not specify more than 1 volume type"}},
        Case{"twice the name",
             Pod(R"({"volumes":[{"name":"v"},{"name":"v"}]})"),
             {"spec.volumes[1].name: Duplicate value: \"v\""}},
        Case{"secret",
             Pod(R"({"volumes":[{"name":"v","secret":{"defaultMode":512,"items":[{"key":"","path":"/x"}]}}]})"),
             {"spec.volumes[0].secret.secretName: Required value",
              "spec.volumes[0].secret.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), "
              "both inclusive",
              "spec.volumes[0].secret.items[0].key: Required value",
              "spec.volumes[0].secret.items[0].path: Invalid value: \"/x\": must be a relative path"}},
        Case{"configMap",
             Pod(R"({"volumes":[{"name":"v","configMap":{}}]})"),
             {"spec.volumes[0].configMap.name: Required value"}},
        Case{"projected",
             Pod(R"({"volumes":[{"name":"v","projected":{"sources":[
                 {"serviceAccountToken":{"path":"t","expirationSeconds":60}},
                 {"secret":{"name":"s","items":[{"key":"a","path":"x"}]}},
                 {"configMap":{"name":"c","items":[{"key":"a","path":"x"}]}}]}}]})"),
             {"spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 60: may not "
              "specify a duration less than 10 minutes",
              "spec.volumes[0].projected: Invalid value: \"c\": conflicting duplicate paths"}},
        Case{"host path",
             Pod(R"({"volumes":[{"name":"v","hostPath":{"path":"/a/../b","type":"Pipe"}}]})"),
             {"spec.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'",
              "spec.volumes[0].hostPath.type: Unsupported value: \"Pipe\": supported values: \"\", \"BlockDevice\", "
              "\"CharDevice\", \"Directory\", \"DirectoryOrCreate\", \"File\", \"FileOrCreate\", \"Socket\""}}));

INSTANTIATE_TEST_SUITE_P(
    Rest, PodComplaints,
    testing::Values(
        Case{"probe",
             PodWith(R"({"livenessProbe":{"periodSeconds":-1,"successThreshold":2}})"),
             {"spec.containers[0].livenessProbe: Required value: must specify a handler type",
              "spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0",
              "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1"}},
        Case{"two handlers",
             PodWith(R"({"readinessProbe":{"exec":{"command":["x"]},"tcpSocket":{"port":"no port"}}})"),
             {"spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type"}},
        Case{
            "resources",
            PodWith(R"({"resources":{"limits":{"cpu":"1","gpu":"1"},"requests":{"cpu":"2","memory":"-1"}}})"),
            {("spec.containers[0].resources.limits[gpu]: Invalid value: \"gpu\": must be a standard resource type or "
              "fully qualified"),
             ("spec.containers[0].resources.limits[gpu]: Invalid value: \"gpu\": must be a standard resource for "
              "containers"),
             "spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit",
             ("spec.containers[0].resources.requests[gpu]: Invalid value: \"gpu\": must be a standard resource type or "
              "fully qualified"),
             ("spec.containers[0].resources.requests[gpu]: Invalid value: \"gpu\": must be a standard resource for "
              "containers"),
             ("spec.containers[0].resources.requests[memory]: Invalid value: \"-1\": must be greater than or equal to "
              "0")}},
        Case{"extended resources are whole and not overcommitted",
             PodWith(R"({"resources":{"requests":{"example.com/gpu":"500m"}}})"),
             {"spec.containers[0].resources.requests[example.com/gpu]: Invalid value: \"500m\": must be an integer",
              "spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable "
              "resources"}},
        Case{"less than empty",
             Pod(R"({"volumes":[{"name":"v","emptyDir":{"sizeLimit":"-1"}}]})"),
             {"spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity"}},
        Case{"huge pages",
             PodWith(R"({"resources":{"limits":{"hugepages-2Mi":"3Mi","cpu":"1"}}})"),
             {"spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: \"3Mi\": 3Mi is not positive integer "
              "multiple of hugepages-2Mi",
              "spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: \"3Mi\": 3Mi is not positive "
              "integer multiple of hugepages-2Mi"}},
        Case{"unknown system",
             Pod(R"({"os":{"name":"plan9"}})"),
             {"spec.os: Unsupported value: \"plan9\": supported values: \"linux\", \"windows\""}},
        Case{"no system", Pod(R"({"os":{}})"), {"spec.os.name: Required value: cannot be empty"}},
        Case{"a system's options on another",
             PodWith(R"({"securityContext":{"windowsOptions":{}}})",
                     R"({"os":{"name":"linux"},"securityContext":{"windowsOptions":{}}})"),
             {"spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod",
              "spec.containers[0].securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux "
              "pod"}},
        Case{"user ids",
             PodWith(R"({"securityContext":{"runAsUser":-1}})", R"({"securityContext":{"fsGroup":2147483648}})"),
             {"spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, "
              "inclusive",
              "spec.securityContext.fsGroup: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive"}},
        Case{"seccomp",
             PodWith(R"({"securityContext":{"seccompProfile":{"type":"Localhost"}}})"),
             {"spec.containers[0].securityContext.seccompProfile.localhostProfile: Required value: must be set when "
              "seccomp type is Localhost"}},
        Case{"policies",
             Pod(R"({"restartPolicy":"Sometimes","dnsPolicy":"Local"})"),
             {"spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"OnFailure\", "
              "\"Never\"",
              "spec.dnsPolicy: Unsupported value: \"Local\": supported values: \"ClusterFirstWithHostNet\", "
              "\"ClusterFirst\", \"Default\", \"None\""}},
        Case{"deadline",
             Pod(R"({"activeDeadlineSeconds":0})"),
             {"spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive"}},
        Case{"tolerations",
             Pod(R"({"tolerations":[{"operator":"Equal"},{"key":"a","operator":"Exists","value":"b"},
                                    {"key":"a","tolerationSeconds":1}]})"),
             {"spec.tolerations[0].operator: Invalid value: \"Equal\": operator must be Exists when `key` is empty, "
              "which means \"match all values and all keys\"",
              "spec.tolerations[1].operator: Invalid value: \"b\": value must be empty when `operator` is 'Exists'",
              "spec.tolerations[2].effect: Invalid value: \"\": effect must be 'NoExecute' when `tolerationSeconds` is "
              "set"}},
        Case{"dns",
             Pod(R"({"dnsPolicy":"None"})"),
             {"spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"}},
        Case{"host aliases",
             Pod(R"({"hostAliases":[{"ip":"1.2.3"}]})"),
             {"spec.hostAliases[0].ip: Invalid value: \"1.2.3\": must be a valid IP address, (e.g. 10.9.8.7 or "
              "2001:db8::ffff)"}},
        Case{"host network",
             PodWith(R"({"ports":[{"containerPort":80,"hostPort":81}]})", R"({"hostNetwork":true})"),
             {"spec.containers[0].ports[0].containerPort: Invalid value: 80: must match `hostPort` when `hostNetwork` "
              "is true"}},
        Case{
            "hostname", Pod(R"({"hostname":"a.b"})"), {"spec.hostname: Invalid value: \"a.b\": must not contain dots"}},
        Case{"ephemeral containers",
             Pod(R"({"ephemeralContainers":[{"name":"e","image":"i"}]})"),
             {"spec.ephemeralContainers: Forbidden: cannot be set on create"}}));

TEST(PodUpdate, MayChangeImagesTolerationsAndShortenTheDeadline) {
  const Json old = Pod(R"({"tolerations":[{"key":"a","operator":"Exists"}],"activeDeadlineSeconds":10})");
  Json pod = old;
  pod["spec"]["containers"][0]["image"] = "other";
  pod["spec"]["activeDeadlineSeconds"] = 5;
  pod["spec"]["tolerations"].push_back({{"key", "b"}, {"operator", "Exists"}});
  EXPECT_THAT(Texts(ValidatePodUpdate(pod, old)), IsEmpty());
}

TEST(PodUpdate, MayNotChangeAnythingElseAndSaysWhatDiffers) {
  const Json old = Pod();
  const auto complaints = Texts(ValidatePodUpdate(Pod(R"({"restartPolicy":"Never"})"), old));
  ASSERT_THAT(complaints, ElementsAre(HasSubstr("spec: Forbidden: pod updates may not change fields other than "
                                                "`spec.containers[*].image`,`spec.initContainers[*].image`")));
  EXPECT_THAT(complaints[0], HasSubstr("\n  core.PodSpec{\n"));
  EXPECT_THAT(complaints[0], HasSubstr("- \tRestartPolicy: \"Always\",\n+ \tRestartPolicy: \"Never\",\n"));
}

TEST(PodUpdate, MayNotAddContainers) {
  const Json pod = Pod(R"({"containers":[{"name":"main","image":"busybox"},{"name":"more","image":"i"}]})");
  EXPECT_THAT(Texts(ValidatePodUpdate(pod, Pod())),
              ElementsAre("spec.containers: Forbidden: pod updates may not add or remove containers"));
}

TEST(PodUpdate, MayNotProlongTheDeadlineNorTakeTolerationsAway) {
  EXPECT_THAT(
      Texts(ValidatePodUpdate(Pod(R"({"activeDeadlineSeconds":6})"), Pod(R"({"activeDeadlineSeconds":5})"))),
      ElementsAre("spec.activeDeadlineSeconds: Invalid value: 6: must be less than or equal to previous value"));
  EXPECT_THAT(Texts(ValidatePodUpdate(Pod(), Pod(R"({"tolerations":[{"key":"a","operator":"Exists"}]})"))),
              ElementsAre("spec.tolerations: Forbidden: existing toleration can not be modified except its "
                          "tolerationSeconds"));
}

TEST(PodWarnings, TellOfRepeatedVariablesAndFractionsOfBytes) {
  const Json pod = PodWith(R"({"env":[{"name":"A","value":"1"},{"name":"A","value":"2"}],
                               "resources":{"limits":{"memory":"100m"}}})",
                           R"({"nodeSelector":{"beta.kubernetes.io/os":"linux"}})");
  EXPECT_THAT(
      PodWarnings(pod["spec"], "spec", pod["metadata"], "metadata"),
      ElementsAre("spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" "
                  "instead",
                  "spec.containers[0].resources.limits[memory]: fractional byte value \"100m\" is invalid, must "
                  "be an integer",
                  "spec.containers[0].resources.requests[memory]: fractional byte value \"100m\" is invalid, "
                  "must be an integer",
                  "spec.containers[0].env[1].name: duplicate name \"A\""));
}

TEST(PodWarnings, TellOfRepeatedAddressesAndPullSecretsAndOfThoseWithoutName) {
  const Json pod = Pod(R"({"hostAliases":[{"ip":"10.0.0.1"},{"ip":"10.0.0.1"}],
                           "imagePullSecrets":[{},{"name":"a"},{"name":"a"}],"overhead":{"memory":"1500m"},
                           "volumes":[{"name":"v","storageos":{"volumeName":"x"}}]})");
  EXPECT_THAT(PodWarnings(pod["spec"], "spec", pod["metadata"], "metadata"),
              ElementsAre("spec.volumes[0].storageOS: deprecated in v1.22, non-functional in v1.25+",
                          "spec.hostAliases[1].ip: duplicate ip \"10.0.0.1\"",
                          "spec.imagePullSecrets[2].name: duplicate name \"a\"",
                          "spec.imagePullSecrets[0].name: invalid empty name \"\"",
                          "spec.overhead[memory]: fractional byte value \"1500m\" is invalid, must be an integer"));
}

}  // namespace
}  // namespace mock_kubeapi
