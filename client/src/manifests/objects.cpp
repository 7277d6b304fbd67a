#include "manifests/objects.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "manifests/schedule.h"
#include "selfreg/fqdn.h"

namespace client {
namespace {

constexpr const char* kName = "acmedns-selfreg";
constexpr const char* kCaConfigMap = "acmedns-selfreg-ca";
constexpr const char* kCaFolder = "/etc/acmedns-selfreg";
constexpr const char* kServiceAccountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
constexpr std::string_view kCheck = "check";
constexpr int kUserId = 65532;  // "nonroot", as in the image

ManifestJson Metadata(std::string_view name, const ManifestOptions& options, const AcmeClientParams* client = nullptr) {
  ManifestJson labels = {{"app.kubernetes.io/name", kName}};
  if (client != nullptr) labels["app.kubernetes.io/instance"] = client->name;
  return {{"name", name}, {"namespace", options.namespace_name}, {"labels", std::move(labels)}};
}

std::string RegisterSecretName(const AcmeClientParams& client) {
  return fmt::format("acme-dns-{}-register", client.name);
}

/// The names without their wildcards: what --fqdns takes, each once.
ManifestJson Keys(const AcmeClientParams& client) {
  ManifestJson keys = ManifestJson::array();
  for (const std::string& fqdn : client.fqdns) {
    const std::string key = fqdn.starts_with("*.") ? fqdn.substr(2) : fqdn;
    if (std::ranges::find(keys, ManifestJson(key)) == keys.end()) keys.push_back(key);
  }
  return keys;
}

ManifestJson FromSecret(std::string_view variable, const AcmeClientParams& client, std::string_view key) {
  return {{"name", variable}, {"valueFrom", {{"secretKeyRef", {{"name", RegisterSecretName(client)}, {"key", key}}}}}};
}

ManifestJson Variables(const AcmeClientParams& client, const ManifestOptions& options) {
  ManifestJson variables = ManifestJson::array();
  const auto add = [&](std::string_view name, std::string_view value) {
    variables.push_back({{"name", name}, {"value", value}});
  };
  add("ACME_DNS_API", client.endpoint);
  add("ACME_DNS_FQDNS", Keys(client).dump());
  add("CLIENT_SECRET_NAME", ClientSecretName(client));
  if (!options.acme_ca_pem.empty()) add("ACME_DNS_CA_FILE", fmt::format("{}/ca.crt", kCaFolder));
  if (!client.username.empty()) {
    variables.push_back(FromSecret("REG_USERNAME", client, "username"));
    variables.push_back(FromSecret("REG_PASSWORD", client, "password"));
  }
  return variables;
}

/// What automountServiceAccountToken would mount, but with a token that soon expires.
ManifestJson ServiceAccountVolume() {
  return {{"name", "service-account"},
          {"projected",
           {{"sources",
             {{{"serviceAccountToken", {{"path", "token"}, {"expirationSeconds", 1800}}}},
              {{"configMap", {{"name", "kube-root-ca.crt"}, {"items", {{{"key", "ca.crt"}, {"path", "ca.crt"}}}}}}},
              {{"downwardAPI",
                {{"items", {{{"path", "namespace"}, {"fieldRef", {{"fieldPath", "metadata.namespace"}}}}}}}}}}}}}};
}

/// As the command line takes it.
std::string DurationText(std::chrono::milliseconds duration) {
  const auto count = duration.count();
  return count % 1000 == 0 ? fmt::format("{}s", count / 1000) : fmt::format("{}ms", count);
}

ManifestJson Container(std::string_view command, const AcmeClientParams& client, const ManifestOptions& options) {
  ManifestJson arguments = ManifestJson::array({command});
  if (command == kCheck && options.start_jitter.count() > 0) {
    arguments.push_back(fmt::format("--start-jitter={}", DurationText(options.start_jitter)));
  }
  for (const std::string& argument : options.arguments) arguments.push_back(argument);
  ManifestJson mounts =
      ManifestJson::array({{{"name", "service-account"}, {"mountPath", kServiceAccountPath}, {"readOnly", true}}});
  if (!options.acme_ca_pem.empty()) mounts.push_back({{"name", "ca"}, {"mountPath", kCaFolder}, {"readOnly", true}});
  return {
      {"name", kName},
      {"image", options.image},
      {"imagePullPolicy", "IfNotPresent"},
      {"args", std::move(arguments)},
      {"env", Variables(client, options)},
      {"resources", {{"requests", {{"cpu", "10m"}, {"memory", "16Mi"}}}, {"limits", {{"memory", "64Mi"}}}}},
      {"securityContext",
       {{"allowPrivilegeEscalation", false}, {"capabilities", {{"drop", {"ALL"}}}}, {"readOnlyRootFilesystem", true}}},
      {"terminationMessagePolicy", "FallbackToLogsOnError"},
      {"volumeMounts", std::move(mounts)}};
}

/// The `spec` of the Job, and of the CronJob's jobTemplate.
ManifestJson JobSpec(std::string_view command, const AcmeClientParams& client, const ManifestOptions& options) {
  ManifestJson volumes = ManifestJson::array({ServiceAccountVolume()});
  if (!options.acme_ca_pem.empty()) volumes.push_back({{"name", "ca"}, {"configMap", {{"name", kCaConfigMap}}}});
  ManifestJson pod = {{"serviceAccountName", kName},
                      {"automountServiceAccountToken", false},
                      {"enableServiceLinks", false},
                      {"restartPolicy", "Never"},
                      {"securityContext",
                       {{"runAsNonRoot", true},
                        {"runAsUser", kUserId},
                        {"runAsGroup", kUserId},
                        {"seccompProfile", {{"type", "RuntimeDefault"}}}}},
                      {"containers", ManifestJson::array({Container(command, client, options)})},
                      {"volumes", std::move(volumes)}};
  // Exit code 2, a wrong configuration, does not get better by trying again; an evicted pod was not at fault.
  ManifestJson failure_rules = {
      {{"action", "FailJob"}, {"onExitCodes", {{"containerName", kName}, {"operator", "In"}, {"values", {2}}}}},
      {{"action", "Ignore"}, {"onPodConditions", {{{"type", "DisruptionTarget"}, {"status", "True"}}}}}};
  return {{"backoffLimit", 3},
          {"activeDeadlineSeconds", 1800},
          {"podFailurePolicy", {{"rules", std::move(failure_rules)}}},
          {"template",
           {{"metadata",
             {{"labels",
               {{"app.kubernetes.io/name", kName},
                {"app.kubernetes.io/instance", client.name},
                {"app.kubernetes.io/component", command}}}}},
            {"spec", std::move(pod)}}}};
}

}  // namespace

std::string ClientSecretName(const AcmeClientParams& client) {
  return fmt::format("acme-dns-{}-client", client.name);
}

ManifestJson ServiceAccountObject(const ManifestOptions& options) {
  return {{"apiVersion", "v1"},
          {"kind", "ServiceAccount"},
          {"metadata", Metadata(kName, options)},
          {"automountServiceAccountToken", false}};
}

ManifestJson RoleObject(const std::vector<AcmeClientParams>& clients, const ManifestOptions& options) {
  ManifestJson rules = ManifestJson::array();
  ManifestJson names = ManifestJson::array();
  for (const AcmeClientParams& client : clients) names.push_back(ClientSecretName(client));
  // Without names the rule would be for every Secret.
  if (!names.empty()) {
    rules.push_back({{"apiGroups", {""}},
                     {"resources", {"secrets"}},
                     {"resourceNames", std::move(names)},
                     {"verbs", {"get", "patch", "create"}}});
  }
  rules.push_back({{"apiGroups", {""}}, {"resources", {"events"}}, {"verbs", {"create"}}});
  return {{"apiVersion", "rbac.authorization.k8s.io/v1"},
          {"kind", "Role"},
          {"metadata", Metadata(kName, options)},
          {"rules", std::move(rules)}};
}

ManifestJson RoleBindingObject(const ManifestOptions& options) {
  return {{"apiVersion", "rbac.authorization.k8s.io/v1"},
          {"kind", "RoleBinding"},
          {"metadata", Metadata(kName, options)},
          {"roleRef", {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "Role"}, {"name", kName}}},
          {"subjects", {{{"kind", "ServiceAccount"}, {"name", kName}, {"namespace", options.namespace_name}}}}};
}

ManifestJson CaConfigMapObject(const ManifestOptions& options) {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", Metadata(kCaConfigMap, options)},
          {"data", {{"ca.crt", options.acme_ca_pem}}}};
}

ManifestJson RegisterSecretObject(const AcmeClientParams& client, const ManifestOptions& options) {
  return {
      {"apiVersion", "v1"},
      {"kind", "Secret"},
      {"metadata", Metadata(RegisterSecretName(client), options, &client)},
      {"type", "kubernetes.io/basic-auth"},
      {"data", {{"username", EncodeBase64(client.username)}, {"password", EncodeBase64(client.password.Reveal())}}}};
}

ManifestJson ClientSecretObject(const AcmeClientParams& client, const ManifestOptions& options) {
  ManifestJson metadata = Metadata(ClientSecretName(client), options, &client);
  // Argo CD must not delete credentials because somebody took the client out of the file for a moment.
  metadata["annotations"] = {{"argocd.argoproj.io/compare-options", "IgnoreExtraneous"},
                             {"argocd.argoproj.io/sync-options", "Prune=false"}};
  return {{"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", std::move(metadata)}, {"type", "Opaque"}};
}

ManifestJson RegisterJobObject(const AcmeClientParams& client, const ManifestOptions& options) {
  ManifestJson metadata = Metadata(fmt::format("acme-dns-{}-register", client.name), options, &client);
  // A hook, because a Job can't be changed: Argo CD makes it anew at each sync, after what it needs.
  metadata["annotations"] = {{"argocd.argoproj.io/hook", "Sync"},
                             {"argocd.argoproj.io/hook-delete-policy", "BeforeHookCreation"},
                             {"argocd.argoproj.io/sync-wave", "1"}};
  return {{"apiVersion", "batch/v1"},
          {"kind", "Job"},
          {"metadata", std::move(metadata)},
          {"spec", JobSpec("register", client, options)}};
}

ManifestJson CheckCronJobObject(const AcmeClientParams& client, const ManifestOptions& options) {
  ManifestJson spec = {{"schedule", CronSchedule({.scope = options.scope, .client_name = client.name})}};
  if (!options.time_zone.empty()) spec["timeZone"] = options.time_zone;
  spec.update({{"concurrencyPolicy", "Forbid"},
               {"startingDeadlineSeconds", 3600},
               {"successfulJobsHistoryLimit", 1},
               {"failedJobsHistoryLimit", 3},
               {"jobTemplate", {{"spec", JobSpec(kCheck, client, options)}}}});
  return {{"apiVersion", "batch/v1"},
          {"kind", "CronJob"},
          {"metadata", Metadata(fmt::format("acme-dns-{}-check", client.name), options, &client)},
          {"spec", std::move(spec)}};
}

ManifestJson ClusterIssuerObject(const std::vector<AcmeClientParams>& clients, const IssuerOptions& issuer) {
  ManifestJson solvers = ManifestJson::array();
  for (const AcmeClientParams& client : clients) {
    solvers.push_back({{"selector", {{"dnsNames", client.fqdns}}},
                       {"dns01",
                        {{"acmeDNS",
                          {{"host", client.endpoint},
                           {"accountSecretRef", {{"name", ClientSecretName(client)}, {"key", "acmedns.json"}}}}}}}});
  }
  ManifestJson acme = {{"server", issuer.acme_server}};
  if (!issuer.email.empty()) acme["email"] = issuer.email;
  acme.update({{"privateKeySecretRef", {{"name", issuer.name + "-account-key"}}}, {"solvers", std::move(solvers)}});
  return {{"apiVersion", "cert-manager.io/v1"},
          {"kind", "ClusterIssuer"},
          {"metadata", {{"name", issuer.name}, {"labels", {{"app.kubernetes.io/name", kName}}}}},
          {"spec", {{"acme", std::move(acme)}}}};
}

}  // namespace client
