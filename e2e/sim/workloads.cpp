#include "sim/workloads.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

#include "manifests/params.h"

namespace sim {
namespace {

using nlohmann::json;

constexpr const char* kImage = "acmedns-selfreg:sim";
constexpr const char* kMergePatchType = "application/merge-patch+json";

/// Where objects of a kind live, by kind; for those that the manifests have.
std::string CollectionPath(const std::string& kind, const std::string& namespace_name) {
  static const std::map<std::string, std::pair<const char*, const char*>> kCollections = {
      {"ServiceAccount", {"/api/v1", "serviceaccounts"}},
      {"Secret", {"/api/v1", "secrets"}},
      {"Role", {"/apis/rbac.authorization.k8s.io/v1", "roles"}},
      {"RoleBinding", {"/apis/rbac.authorization.k8s.io/v1", "rolebindings"}},
      {"Job", {"/apis/batch/v1", "jobs"}},
      {"CronJob", {"/apis/batch/v1", "cronjobs"}}};
  const auto& [version, plural] = kCollections.at(kind);
  return fmt::format("{}/namespaces/{}/{}", version, namespace_name, plural);
}

std::string CheckName() {
  return fmt::format("acme-dns-{}-check", kClientName);
}

void ExpectDone(const harness::KubeAnswer& answer, std::string_view what) {
  if (answer.status >= 200 && answer.status < 300) return;
  throw std::runtime_error(fmt::format("{} answers {}: {}", what, answer.status, answer.body.dump()));
}

}  // namespace

void Workloads::SetFqdns(const std::vector<std::string>& fqdns) {
  const client::AcmeClientParams params{.name = kClientName,
                                        .endpoint = options_.endpoint,
                                        .username = options_.username,
                                        .password = client::SecretText(options_.password),
                                        .fqdns = fqdns};
  const auto text = client::RenderManifests({params},
                                            {.namespace_name = options_.namespace_name,
                                             .image = kImage,
                                             .scope = options_.scope,
                                             .time_zone = {},
                                             .acme_ca_pem = {},
                                             .arguments = options_.flags,
                                             .clients = {},
                                             .issuer = {}},
                                            client::ManifestFormat::kJson);
  if (!text) throw std::runtime_error("no manifests: " + text.error().message);
  objects_ = json::parse(*text).at("items");
}

const json& Workloads::Manifest(std::string_view kind, std::string_view name_end) const {
  return *std::ranges::find_if(objects_, [&](const json& object) {
    return object.at("kind") == kind &&
           object.at("metadata").at("name").get_ref<const std::string&>().ends_with(name_end);
  });
}

const json& Workloads::CheckJobSpec() const {
  return Manifest("CronJob", "-check").at("spec").at("jobTemplate").at("spec");
}

const json& Workloads::RegisterJobSpec() const {
  return Manifest("Job", "-register").at("spec");
}

std::optional<std::chrono::seconds> Workloads::StartingDeadline() const {
  if (options_.no_starting_deadline) return std::nullopt;
  return std::chrono::seconds(Manifest("CronJob", "-check").at("spec").at("startingDeadlineSeconds").get<int>());
}

void Workloads::ApplyRights() {
  for (const json& object : objects_) {
    const bool is_workload = object.at("kind") == "Job" || object.at("kind") == "CronJob";
    const bool is_client_secret = &object == &Manifest("Secret", "-client");
    if (!is_workload && !is_client_secret) ApplyObject(object);
  }
}

void Workloads::ApplyCheck() {
  ApplyObject(Manifest("CronJob", "-check"));
  if (!options_.no_starting_deadline) return;
  ExpectDone(
      Batch("PATCH", "cronjobs/" + CheckName(), {{"spec", {{"startingDeadlineSeconds", nullptr}}}}, kMergePatchType),
      "the patch of the CronJob");
}

void Workloads::Register() {
  const json& job = Manifest("Job", "-register");
  const std::string& name = job.at("metadata").at("name").get_ref<const std::string&>();
  Batch("DELETE", "jobs/" + name, {{"propagationPolicy", "Background"}});
  ExpectDone(Batch("POST", "jobs", job), "the creation of the Job");
}

bool Workloads::CreateSecret() {
  return kube_
             .Ask({.method = "POST",
                   .path = CollectionPath("Secret", options_.namespace_name),
                   .body = Manifest("Secret", "-client"),
                   .user_agent = "argocd-controller"})
             .status == 201;
}

bool Workloads::StartCheck(const std::string& name) {
  const harness::KubeAnswer cronjob = Batch("GET", "cronjobs/" + CheckName(), nullptr);
  if (cronjob.status != 200) return false;
  const json owner = {{"apiVersion", "batch/v1"},
                      {"kind", "CronJob"},
                      {"name", CheckName()},
                      {"uid", cronjob.body.at("metadata").at("uid")},
                      {"controller", true}};
  const json job = {{"metadata",
                     {{"name", name},
                      {"annotations", {{"cronjob.kubernetes.io/instantiate", "manual"}}},
                      {"ownerReferences", json::array({owner})}}},
                    {"spec", cronjob.body.at("spec").at("jobTemplate").at("spec")}};
  ExpectDone(Batch("POST", "jobs", job), "the creation of the Job");
  return true;
}

bool Workloads::Suspend(bool suspend) {
  return Batch("PATCH", "cronjobs/" + CheckName(), {{"spec", {{"suspend", suspend}}}}, kMergePatchType).status == 200;
}

void Workloads::ApplyObject(const json& object) {
  const std::string& name = object.at("metadata").at("name").get_ref<const std::string&>();
  ExpectDone(kube_.Ask({.method = "PATCH",
                        .path = fmt::format("{}/{}?fieldManager=argocd-controller&force=true",
                                            CollectionPath(object.at("kind"), options_.namespace_name), name),
                        .body = object,
                        .content_type = "application/apply-patch+yaml"}),
             "applying " + name);
}

harness::KubeAnswer Workloads::Batch(std::string method, const std::string& rest, json body, std::string content_type) {
  return kube_.Ask({.method = std::move(method),
                    .path = fmt::format("/apis/batch/v1/namespaces/{}/{}", options_.namespace_name, rest),
                    .body = std::move(body),
                    .content_type = std::move(content_type)});
}

}  // namespace sim
