#include "mock_kubeapi/kinds/pod_defaults.h"

#include <gtest/gtest.h>

#include <string>

namespace mock_kubeapi {
namespace {

Json Defaulted(const std::string& spec) {
  Json pod = {{"spec", Json::parse(spec)}};
  SetPodDefaults(pod);
  return pod["spec"];
}

TEST(Image, IsLatestWithoutTagAndDigest) {
  for (const std::string image : {"busybox", "busybox:latest", "a/b", "ghcr.io/a/b", "localhost:5000/a",
                                  "registry:5000/a/b:latest", "a.b/c-d_e/f"}) {
    EXPECT_TRUE(IsLatestImage(image)) << image;
  }
  const std::string digest = "@sha256:" + std::string(64, 'a');
  for (const std::string image :
       {"busybox:1.36", "registry:5000/a/b:1", "Upper", "", "a b", "a//b", "a:bad tag", "-a"}) {
    EXPECT_FALSE(IsLatestImage(image)) << image;
  }
  EXPECT_FALSE(IsLatestImage("busybox" + digest));
}

TEST(PodDefaults, FillInTheMinimalPod) {
  EXPECT_EQ(Defaulted(R"({"containers":[{"name":"main","image":"busybox"}]})"), Json::parse(R"({
    "containers":[{"name":"main","image":"busybox","imagePullPolicy":"Always",
                   "terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}],
    "restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","securityContext":{},
    "schedulerName":"default-scheduler","enableServiceLinks":true})"));
}

TEST(PodDefaults, KeepWhatIsGiven) {
  const std::string spec = R"({"containers":[{"name":"m","image":"i:1","imagePullPolicy":"Never",
    "terminationMessagePath":"/t","terminationMessagePolicy":"FallbackToLogsOnError",
    "ports":[{"containerPort":1,"protocol":"UDP"}]}],"restartPolicy":"Never","terminationGracePeriodSeconds":0,
    "dnsPolicy":"None","securityContext":{"runAsUser":1},"schedulerName":"s","enableServiceLinks":false})";
  EXPECT_EQ(Defaulted(spec), Json::parse(spec));
}

TEST(PodDefaults, TakeRequestsFromLimits) {
  const Json spec = Defaulted(R"({"containers":[{"name":"m","image":"i",
    "resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"100m"}}}]})");
  EXPECT_EQ(spec["containers"][0]["resources"]["requests"], Json::parse(R"({"cpu":"100m","memory":"1Gi"})"));
}

TEST(PodDefaults, CompleteProbesAndHandlers) {
  const Json spec = Defaulted(R"({"containers":[{"name":"m","image":"i",
    "livenessProbe":{"httpGet":{"port":80}},"readinessProbe":{"grpc":{"port":1},"periodSeconds":3},
    "lifecycle":{"preStop":{"httpGet":{"port":"http"}}}}]})");
  const Json& container = spec["containers"][0];
  EXPECT_EQ(container["livenessProbe"], Json::parse(R"({"httpGet":{"port":80,"path":"/","scheme":"HTTP"},
    "timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3})"));
  EXPECT_EQ(container["readinessProbe"]["grpc"]["service"], "");
  EXPECT_EQ(container["readinessProbe"]["periodSeconds"], 3);
  EXPECT_EQ(container["lifecycle"]["preStop"]["httpGet"]["path"], "/");
}

TEST(PodDefaults, CompleteVolumes) {
  const Json spec = Defaulted(R"({"containers":[],"volumes":[{"name":"none"},{"name":"s","secret":{"secretName":"x"}},
    {"name":"c","configMap":{"name":"x","defaultMode":256}},{"name":"h","hostPath":{"path":"/x"}},
    {"name":"d","downwardAPI":{"items":[{"path":"p","fieldRef":{"fieldPath":"metadata.name"}}]}},
    {"name":"p","projected":{"sources":[{"serviceAccountToken":{"path":"t"}}]}}]})");
  const Json& volumes = spec["volumes"];
  EXPECT_EQ(volumes[0], Json::parse(R"({"name":"none","emptyDir":{}})"));
  EXPECT_EQ(volumes[1]["secret"]["defaultMode"], 420);
  EXPECT_EQ(volumes[2]["configMap"]["defaultMode"], 256);
  EXPECT_EQ(volumes[3]["hostPath"]["type"], "");
  EXPECT_EQ(volumes[4]["downwardAPI"]["items"][0]["fieldRef"]["apiVersion"], "v1");
  EXPECT_EQ(volumes[5]["projected"]["sources"][0]["serviceAccountToken"]["expirationSeconds"], 3600);
  EXPECT_EQ(volumes[5]["projected"]["defaultMode"], 420);
}

TEST(PodDefaults, KnowTheOldNameOfTheServiceAccount) {
  EXPECT_EQ(Defaulted(R"({"serviceAccount":"a"})")["serviceAccountName"], "a");
  EXPECT_EQ(Defaulted(R"({"serviceAccountName":"b","serviceAccount":"a"})")["serviceAccount"], "b");
}

TEST(PodDefaults, OfTemplatesLeaveOutWhatOnlyPodsGet) {
  Json job_spec = Json::parse(
      R"({"template":{"spec":{"containers":[{"name":"m","image":"i","resources":{"limits":{"cpu":"1"}}}]}}})");
  SetPodTemplateDefaults(job_spec);
  const Json& spec = job_spec["template"]["spec"];
  EXPECT_FALSE(spec.contains("enableServiceLinks"));
  EXPECT_FALSE(spec["containers"][0]["resources"].contains("requests"));
  EXPECT_EQ(spec["restartPolicy"], "Always");
}

TEST(PodDefaults, MapHostPortsWithTheHostsNetwork) {
  const Json spec =
      Defaulted(R"({"hostNetwork":true,"containers":[{"name":"m","image":"i","ports":[{"containerPort":80}]}]})");
  EXPECT_EQ(spec["containers"][0]["ports"][0]["hostPort"], 80);
}

}  // namespace
}  // namespace mock_kubeapi
