#include "manifests/manifests.h"

#include <gmock/gmock.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <iterator>
#include <map>

#include <nlohmann/json.hpp>

#include "base/base64.h"

namespace client {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kParams = R"(
acmeClients:
  edge:
    api: {endpoint: https://acme-dns.example.com, username: operator, password: s3cr3t}
    fqdns: [api.cluster.example.com, '*.apps.cluster.example.com']
  acme-dns:
    api: {endpoint: acme-dns.example.com}
    fqdns: [a.example.com]
)";

class Manifests : public ::testing::Test {
 protected:
  std::string Render(ManifestFormat format = ManifestFormat::kYaml) {
    const auto params = ParseParams(params_);
    EXPECT_TRUE(params) << params.error().message;
    const auto text = RenderManifests(*params, options_, format);
    EXPECT_TRUE(text) << text.error().message;
    return text.value_or("");
  }
  /// By "Kind/name".
  std::map<std::string, json> Objects() {
    std::map<std::string, json> objects;
    const json list = json::parse(Render(ManifestFormat::kJson));
    for (const json& object : list["items"]) {
      objects[object["kind"].get<std::string>() + "/" + object["metadata"]["name"].get<std::string>()] = object;
    }
    return objects;
  }
  /// The pod template's specs.
  std::vector<json> PodSpecs() {
    std::vector<json> specs;
    for (const auto& [name, object] : Objects()) {
      if (object["kind"] == "Job") specs.push_back(object["spec"]["template"]["spec"]);
      if (object["kind"] == "CronJob") specs.push_back(object["spec"]["jobTemplate"]["spec"]["template"]["spec"]);
    }
    return specs;
  }

  std::string params_ = kParams;
  ManifestOptions options_ = {.image = "registry.example.com/acmedns-selfreg:1.0",
                              .scope = "t-silent-test-1234/c-green-test-1234"};
};

/// The files are in client/src/manifests/golden. After a wanted change: look at what the failure prints, and take it.
std::string Golden(const std::string& name) {
  std::ifstream file(std::string(SELFREG_GOLDEN_DIR) + "/" + name);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(Manifests, AreAsTheyWere) {
  EXPECT_EQ(Render(), Golden("clients.yaml"));
}

TEST_F(Manifests, WithAllOptionsAreAsTheyWere) {
  options_.namespace_name = "dns";
  options_.time_zone = "Europe/Zurich";
  options_.acme_ca_pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  options_.arguments = {"--probe=readonly"};
  options_.clients = {"edge"};
  options_.issuer = IssuerOptions{
      .name = "letsencrypt", .email = "ops@example.com", .acme_server = "https://acme.example.com/directory"};
  EXPECT_EQ(Render(), Golden("all-options.yaml"));
}

/// The value with all scalars as text: how they are quoted is the YAML writer's matter.
json Plain(const YAML::Node& node) {
  if (node.IsScalar()) return node.Scalar();
  if (node.IsSequence()) {
    json list = json::array();
    for (const YAML::Node& item : node) list.push_back(Plain(item));
    return list;
  }
  json map = json::object();
  for (const auto& entry : node) map[entry.first.Scalar()] = Plain(entry.second);
  return map;
}

TEST_F(Manifests, SayTheSameInYamlAndJson) {
  const json list = json::parse(Render(ManifestFormat::kJson));
  EXPECT_EQ(list["kind"], "List");
  const std::vector<YAML::Node> documents = YAML::LoadAll(Render());
  ASSERT_EQ(documents.size(), list["items"].size());
  for (std::size_t i = 0; i < documents.size(); ++i) {
    EXPECT_EQ(Plain(documents[i]), Plain(YAML::Load(list["items"][i].dump())));  // JSON is YAML
  }
}

TEST_F(Manifests, ScheduleTheCheckByTheRule) {
  EXPECT_EQ(Objects()["CronJob/acme-dns-acme-dns-check"]["spec"]["schedule"], "6 1 * * *");
}

TEST_F(Manifests, SpreadTheChecksOfAMinuteUnlessToldOtherwise) {
  const auto arguments = [this](const std::string& name, const char* pointer) {
    return Objects()[name].at(json::json_pointer(pointer)).at("args");
  };
  constexpr const char* kOfCronJob = "/spec/jobTemplate/spec/template/spec/containers/0";
  EXPECT_EQ(arguments("CronJob/acme-dns-edge-check", kOfCronJob), json({"check", "--start-jitter=59s"}));
  EXPECT_EQ(arguments("Job/acme-dns-edge-register", "/spec/template/spec/containers/0"), json({"register"}));
  options_.start_jitter = std::chrono::milliseconds(1500);
  EXPECT_EQ(arguments("CronJob/acme-dns-edge-check", kOfCronJob), json({"check", "--start-jitter=1500ms"}));
  options_.start_jitter = std::chrono::milliseconds(0);
  EXPECT_EQ(arguments("CronJob/acme-dns-edge-check", kOfCronJob), json({"check"}));
}

TEST_F(Manifests, KeepToTheRestrictedPodSecurityStandard) {
  const auto specs = PodSpecs();
  ASSERT_THAT(specs, SizeIs(4));
  for (const json& spec : specs) {
    for (const char* host : {"hostNetwork", "hostPID", "hostIPC"}) EXPECT_FALSE(spec.contains(host));
    EXPECT_EQ(spec["securityContext"]["runAsNonRoot"], true);
    EXPECT_NE(spec["securityContext"]["runAsUser"], 0);
    EXPECT_EQ(spec["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
    for (const json& volume : spec["volumes"]) {
      EXPECT_TRUE(volume.contains("projected") || volume.contains("configMap")) << volume;
    }
    for (const json& container : spec["containers"]) {
      const json& context = container["securityContext"];
      EXPECT_EQ(context["allowPrivilegeEscalation"], false);
      EXPECT_EQ(context["capabilities"], json({{"drop", {"ALL"}}}));
      EXPECT_EQ(context["readOnlyRootFilesystem"], true);
      EXPECT_FALSE(context.contains("privileged"));
      EXPECT_TRUE(container["resources"]["requests"].contains("memory"));
      EXPECT_FALSE(container.contains("ports"));
    }
  }
}

TEST_F(Manifests, MountATokenThatExpiresAndNoOther) {
  for (const json& spec : PodSpecs()) {
    EXPECT_EQ(spec["automountServiceAccountToken"], false);
    const json& token = spec["volumes"][0]["projected"]["sources"][0]["serviceAccountToken"];
    EXPECT_GE(token["expirationSeconds"], 600);  // the API server's least
    EXPECT_LE(token["expirationSeconds"], 3600);
  }
}

TEST_F(Manifests, GrantNoMoreThanIsNeeded) {
  const json rules = Objects()["Role/acmedns-selfreg"]["rules"];
  EXPECT_EQ(rules, json::parse(R"([
      {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "patch", "create"],
       "resourceNames": ["acme-dns-acme-dns-client", "acme-dns-edge-client"]},
      {"apiGroups": [""], "resources": ["events"], "verbs": ["create"]}])"));
}

TEST_F(Manifests, TakeNoRightsAwayWhereOneClientIsPicked) {
  const json before = Objects()["Role/acmedns-selfreg"];
  options_.clients = {"edge"};
  const auto objects = Objects();
  EXPECT_EQ(objects.at("Role/acmedns-selfreg"), before);
  EXPECT_TRUE(objects.contains("CronJob/acme-dns-edge-check"));
  EXPECT_FALSE(objects.contains("CronJob/acme-dns-acme-dns-check"));
}

TEST_F(Manifests, GrantNoSecretAtAllWithoutClients) {
  params_ = "acmeClients: {}";
  const json role = Objects()["Role/acmedns-selfreg"];
  ASSERT_THAT(role["rules"], SizeIs(1));
  EXPECT_EQ(role["rules"][0]["resources"], json({"events"}));
}

TEST_F(Manifests, HoldThePasswordInOnePlace) {
  EXPECT_THAT(Render(), Not(HasSubstr("s3cr3t")));
  const std::string encoded = EncodeBase64("s3cr3t");
  int places = 0;
  for (const auto& [name, object] : Objects()) {
    if (object.dump().find(encoded) == std::string::npos) continue;
    ++places;
    EXPECT_EQ(name, "Secret/acme-dns-edge-register");
  }
  EXPECT_EQ(places, 1);
  EXPECT_FALSE(Objects().contains("Secret/acme-dns-acme-dns-register"));
}

TEST_F(Manifests, NeverTouchTheSavedRegistrations) {
  const json secret = Objects()["Secret/acme-dns-edge-client"];
  EXPECT_FALSE(secret.contains("data"));
  EXPECT_FALSE(secret.contains("stringData"));
}

TEST_F(Manifests, GiveTheClientItsConfiguration) {
  const json container =
      Objects()["CronJob/acme-dns-edge-check"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0];
  std::map<std::string, json> variables;
  for (const json& variable : container["env"]) variables[variable["name"]] = variable;
  EXPECT_EQ(variables["ACME_DNS_API"]["value"], "https://acme-dns.example.com");
  EXPECT_EQ(variables["ACME_DNS_FQDNS"]["value"], R"(["api.cluster.example.com","apps.cluster.example.com"])");
  EXPECT_EQ(variables["CLIENT_SECRET_NAME"]["value"], "acme-dns-edge-client");
  EXPECT_EQ(variables["REG_PASSWORD"]["valueFrom"]["secretKeyRef"]["name"], "acme-dns-edge-register");
  EXPECT_EQ(container["args"], json({"check", "--start-jitter=59s"}));
}

TEST_F(Manifests, FailTheJobAtOnceForAWrongConfiguration) {
  const json rules = Objects()["Job/acme-dns-edge-register"]["spec"]["podFailurePolicy"]["rules"];
  EXPECT_EQ(rules[0]["action"], "FailJob");
  EXPECT_EQ(rules[0]["onExitCodes"]["values"], json({2}));
  EXPECT_EQ(rules[1]["action"], "Ignore");
  EXPECT_EQ(rules[1]["onPodConditions"][0]["type"], "DisruptionTarget");
}

TEST_F(Manifests, HaveNamesThatFit) {
  params_ = "acmeClients: {" + std::string(kClientNameLengthMax, 'a') + ": {api: {endpoint: x}, fqdns: [a.b]}}";
  for (const auto& [name, object] : Objects()) {
    const std::size_t length = object["metadata"]["name"].get<std::string>().size();
    EXPECT_LE(length, object["kind"] == "CronJob" ? 52U : 63U) << name;
  }
}

TEST_F(Manifests, NameTheClientThatIsNotThere) {
  options_.clients = {"edge", "egde"};
  const auto text = RenderManifests(*ParseParams(params_), options_, ManifestFormat::kYaml);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(text.error().message, HasSubstr("--client: there is no client egde (there is: acme-dns, edge)"));
}

TEST(ManifestWarnings, TellOfMoreNamesThanTxtValues) {
  const auto params = ParseParams(
      "acmeClients: {a: {api: {endpoint: x}, fqdns: [a.b, c.d]}, b: {api: {endpoint: x}, fqdns: [e.b, '*.e.b', f.d]}}");
  ASSERT_TRUE(params);
  EXPECT_THAT(ManifestWarnings(*params), ElementsAre(HasSubstr("acmeClients.b.fqdns: 3 names")));
  EXPECT_THAT(ManifestWarnings({}), IsEmpty());
}

TEST(ManifestWarnings, TellOfNamesThatTwoClientsHave) {
  const auto params = ParseParams(
      "acmeClients: {a: {api: {endpoint: x}, fqdns: [a.b, '*.a.b']}, b: {api: {endpoint: x}, fqdns: ['*.a.b', c.d]}}");
  ASSERT_TRUE(params);
  EXPECT_THAT(ManifestWarnings(*params), ElementsAre(HasSubstr("acmeClients.b.fqdns: *.a.b belongs to the client a")));
}

}  // namespace
}  // namespace client
