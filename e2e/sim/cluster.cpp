#include "sim/cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "mock_kubeapi/api/api_server.h"

namespace sim {
namespace {

using nlohmann::json;

constexpr std::size_t kBackupsMax = 8;
/// What a watch could look back at; nobody watches.
constexpr std::size_t kHistoryMax = 0;
constexpr std::size_t kKnownStartsMax = 3;
/// As the manifests' CronJobs have it.
constexpr const char* kStartJitter = "--start-jitter=59s";
constexpr std::chrono::seconds kTokenShortest{600};
constexpr const char* kMergePatch = "application/merge-patch+json";

}  // namespace

Cluster::Cluster(const mock_http::Clock& clock, Options options)
    : options_(std::move(options)),
      clock_(clock),
      kube_random_(options_.kube_seed),
      random_(options_.client_seed),
      kube_(clock_, kube_random_, {.history_max = kHistoryMax}),
      rights_{.secret_name = fmt::format("acme-dns-{}-client", kClientName)},
      workloads_(kube_, {.scope = options_.plan.name,
                         .namespace_name = rights_.namespace_name,
                         .endpoint = kAcmeDnsUrl,
                         .username = options_.basic_auth ? kBasicUser : "",
                         .password = options_.basic_auth ? kBasicPassword : "",
                         .flags = FlagsOf(options_.plan.run, options_.plan.allow_from, options_.plan.resolvers),
                         .no_starting_deadline = options_.plan.no_starting_deadline}),
      fqdns_(options_.plan.run.fqdns) {
  kube_.endpoint().history().SetCapacity(0);
  auto node = std::make_unique<PodNode>(options_.node);
  node_ = node.get();
  kube_.server().AddController(std::move(node));
  workloads_.SetFqdns(fqdns_);
  SetTimetable();
  GrantRights();
  RenewToken();
  if (options_.plan.secret_is_managed) CreateManagedSecret();
  ready_ = true;
}

Cluster::~Cluster() = default;

client::Environment Cluster::Variables() const {
  client::Environment variables = {{"ACME_DNS_API", kAcmeDnsUrl},
                                   {"ACME_DNS_FQDNS", json(fqdns_).dump()},
                                   {"CLIENT_SECRET_NAME", rights_.secret_name}};
  if (options_.basic_auth) variables.insert({{"REG_USERNAME", kBasicUser}, {"REG_PASSWORD", kBasicPassword}});
  return variables;
}

client::Config Cluster::ConfigByHand(client::Command command, bool by_hand) const {
  std::vector<std::string> words = {client::CommandName(command)};
  std::ranges::copy(FlagsOf(options_.plan.run, options_.plan.allow_from, options_.plan.resolvers),
                    std::back_inserter(words));
  if (command == client::Command::kCheck && !by_hand) words.emplace_back(kStartJitter);
  return ConfigOf(words, Variables());
}

client::Config Cluster::ConfigOfPod(const json& pod) {
  ContainerStart start = StartOf(pod, kube_.server().store());
  const auto known = std::ranges::find(known_starts_, start, &KnownStart::start);
  if (known != known_starts_.end()) return known->config;
  client::Config config = ConfigOf(start.words, start.environment);
  known_starts_.push_front({.start = std::move(start), .config = config});
  if (known_starts_.size() > kKnownStartsMax) known_starts_.pop_back();
  return config;
}

void Cluster::SetFqdns(std::vector<std::string> fqdns) {
  fqdns_ = std::move(fqdns);
  workloads_.SetFqdns(fqdns_);
  // Somebody who has taken the rights away has stopped the sync of them.
  if (!timetable_) workloads_.ApplyCheck();
  Touched();
}

void Cluster::ApplyManifests() {
  workloads_.ApplyRights();
  if (!timetable_) workloads_.ApplyCheck();
}

void Cluster::SetTimetable() {
  timetable_.reset();
  if (plan().by_controllers) return;
  timetable_.emplace(
      Timetable::Options{.minute_of_day = plan().minute_of_day, .starting_deadline = workloads_.StartingDeadline()},
      clock_.Now());
}

void Cluster::StartWithoutPod(const json& job_spec, const std::string& job_name) {
  const json pod = {{"metadata",
                     {{"namespace", rights_.namespace_name},
                      {"uid", fmt::format("without-pod-{}", ++started_without_pod_)},
                      {"labels", {{"job-name", job_name}}}}},
                    {"spec", job_spec.at("template").at("spec")}};
  options_.node.start(pod);
}

std::optional<mock_http::TimePoint> Cluster::NextDue() {
  auto due = kube_.NextDue();
  const auto table_due = timetable_ ? timetable_->NextDue() : std::nullopt;
  if (table_due && (!due || *table_due < *due)) due = table_due;
  if (due) *due -= clock_.offset();
  return due;
}

void Cluster::RunControllers() {
  kube_.RunControllers();
  if (timetable_ && timetable_->TakeDue(clock_.Now())) StartWithoutPod(workloads_.CheckJobSpec(), "check");
  Touched();
}

void Cluster::PodEnded(const std::string& pod_uid, int exit_code, const std::string& termination_message) {
  node_->Ended(pod_uid, exit_code, termination_message);
  RunControllers();
}

void Cluster::Touched() {
  if (ready_) options_.on_touched();
}

std::shared_ptr<const json> Cluster::StoredSecret() {
  return kube_.server().store().Get(
      {.resource = "secrets", .namespace_name = rights_.namespace_name, .name = rights_.secret_name});
}

const SecretState& Cluster::State() {
  auto stored = StoredSecret();
  if (!state_known_ || stored != state_of_) {
    state_ = ReadSecret(stored.get());
    state_of_ = std::move(stored);
    state_known_ = true;
  }
  return state_;
}

harness::KubeAnswer Cluster::Kube(std::string method, const std::string& rest, json body, std::string content_type) {
  auto answer = kube_.Ask({.method = std::move(method),
                           .path = fmt::format("/api/v1/namespaces/{}{}", rights_.namespace_name, rest),
                           .body = std::move(body),
                           .content_type = std::move(content_type)});
  Touched();
  return answer;
}

std::optional<Cluster::Change> Cluster::TakeChange() {
  auto now = StoredSecret();
  if (now == seen_) return std::nullopt;
  return Change{.before = std::exchange(seen_, now), .after = now};
}

void Cluster::NoteMeddling() {
  seen_ = StoredSecret();
  for (RunRecord* run : running_) run->meddled = true;
}

bool Cluster::Changed(const harness::KubeAnswer& answer) {
  NoteMeddling();
  return answer.status >= 200 && answer.status < 300;
}

bool Cluster::CreateManagedSecret() {
  const bool created = workloads_.CreateSecret();
  NoteMeddling();
  Touched();
  return created;
}

void Cluster::StartRegister() {
  if (timetable_) return StartWithoutPod(workloads_.RegisterJobSpec(), "register");
  workloads_.Register();
  Touched();
}

bool Cluster::StartCheck(const std::string& job_name) {
  if (timetable_) {
    StartWithoutPod(workloads_.CheckJobSpec(), job_name);
    return true;
  }
  const bool started = workloads_.StartCheck(job_name);
  Touched();
  return started;
}

void Cluster::SuspendCron() {
  if (timetable_) timetable_->Suspend(true);
  if ((timetable_ || workloads_.Suspend(true)) && !suspended_) suspended_ = clock_.Now();
  Touched();
}

void Cluster::ResumeCron() {
  if (timetable_) {
    timetable_->Suspend(false);
  } else {
    workloads_.Suspend(false);
  }
  suspended_.reset();
  Touched();
}

bool Cluster::cron_was_due() const {
  if (!suspended_) return false;
  const auto today = std::chrono::floor<std::chrono::days>(*suspended_) + std::chrono::minutes(plan().minute_of_day);
  const mock_http::TimePoint due = today > *suspended_ ? today : today + std::chrono::days(1);
  return due <= clock_.Now();
}

void Cluster::StepClock(std::chrono::seconds by, bool renew_token) {
  clock_.Step(by);
  // A token from the future counts as little as one that has expired.
  if (renew_token) RenewToken();
  RunControllers();
}

bool Cluster::DeleteSecret() {
  return Changed(Kube("DELETE", "/secrets/" + rights_.secret_name, nullptr));
}

bool Cluster::SetAcmednsJson(const std::string& text) {
  return Changed(Kube("PATCH", "/secrets/" + rights_.secret_name, {{"data", {{"acmedns.json", harness::Base64(text)}}}},
                      kMergePatch));
}

bool Cluster::DamageSecret(std::uint64_t salt) {
  const SecretState& state = State();
  if (state.text.empty()) return false;
  std::string text = state.text;
  switch (salt % 6) {
    case 0:
      text.resize(text.size() / 2);
      break;
    case 1:
      text = "---\napi: lost\n";
      break;
    case 2:
      text.clear();
      break;
    case 3:
      text = "[" + text + "]";
      break;
    case 4:
      text = "\xff\xfe" + text;
      break;
    default: {
      json map = json::parse(text, nullptr, false);
      if (!map.is_object() || map.empty()) return false;
      map["gone.example.com"] = nullptr;  // one entry that makes cert-manager refuse all
      text = map.dump();
    }
  }
  return SetAcmednsJson(text);
}

bool Cluster::HalfEditSecret(std::uint64_t salt) {
  json map = json::parse(State().text, nullptr, false);
  if (!map.is_object() || map.empty()) return false;
  auto entry = map.begin();
  std::advance(entry, static_cast<std::ptrdiff_t>(salt / 8 % map.size()));
  if (!entry->is_object()) return false;
  switch (salt % 6) {
    case 0:
      map.erase(entry);
      break;
    case 1:
      (*entry)["password"] = "pasted-from-another-note-of-somebody";
      break;
    case 2:
      (*entry)["subdomain"] = "";
      break;
    case 3:
      entry->erase("username");
      break;
    case 4:
      (*entry)["comment"] = "asked Bob about this one";
      break;
    default:
      (*entry)["fulldomain"] = 7;
  }
  return SetAcmednsJson(map.dump());
}

bool Cluster::AddForeignKeys(std::uint64_t salt) {
  const json object = {{"apiVersion", "v1"},
                       {"kind", "Secret"},
                       {"metadata",
                        {{"name", rights_.secret_name},
                         {"namespace", rights_.namespace_name},
                         {"labels", {{"team", fmt::format("t{}", salt % 5)}}},
                         {"annotations", {{"reviewed", std::to_string(salt % 97)}}}}},
                       {"data", {{fmt::format("key-{}", salt % 3), harness::Base64(std::to_string(salt))}}}};
  return Changed(Kube("PATCH",
                      fmt::format("/secrets/{}?fieldManager=other-{}&force=true", rights_.secret_name, salt % 2),
                      object, "application/apply-patch+yaml"));
}

bool Cluster::RestoreSecret(std::uint64_t salt) {
  if (backups_.empty() || State().form == SecretState::Form::kAbsent) return false;
  return SetAcmednsJson(std::string(backups_.at(salt % backups_.size())));
}

bool Cluster::TouchSecret(std::uint64_t salt) {
  const json body = {{"metadata", {{"annotations", {{"touched", std::to_string(salt)}}}}}};
  if (Changed(Kube("PATCH", "/secrets/" + rights_.secret_name, body, kMergePatch))) return true;
  return CreateManagedSecret();
}

bool Cluster::RecreateNamespace() {
  const auto answer = kube_.Ask({.method = "DELETE", .path = "/api/v1/namespaces/" + rights_.namespace_name});
  NoteMeddling();
  suspended_.reset();
  SetTimetable();
  GrantRights();
  RenewToken();
  if (options_.plan.secret_is_managed) CreateManagedSecret();
  return answer.status == 200;
}

/// Makes what is missing; not the rights themselves, where somebody has taken them away.
void Cluster::GrantRights() {
  ++rights_changes_;
  kube_.GrantRights(rights_);
  ApplyManifests();
  if (held_ == Rights::kNone) kube_.RevokeRights(rights_);
  if (held_ == Rights::kRead) kube_.RevokeWrites(rights_);
  Touched();
}

void Cluster::RevokeToken(bool renew_file) {
  Kube("DELETE", "/serviceaccounts/" + rights_.service_account, nullptr);
  GrantRights();
  if (renew_file) RenewToken();
}

void Cluster::RenewToken() {
  token_file_ = kube_.IssueToken(rights_);
  if (token_file_.empty()) throw std::runtime_error("the harness can't get a token");
}

void Cluster::ShortenToken() {
  token_file_ = kube_.IssueToken(rights_, kTokenShortest);
  if (token_file_.empty()) throw std::runtime_error("the harness can't get a token");
}

void Cluster::RemoveRights(bool writes_only) {
  held_ = writes_only ? Rights::kRead : Rights::kNone;
  GrantRights();
}

void Cluster::RestoreRights() {
  if (std::exchange(held_, Rights::kAll) == Rights::kAll) return;
  kube_.RevokeRights(rights_);  // what is left of them may be less than what is to be there
  GrantRights();
}

void Cluster::BackUpSecret() {
  const SecretState& state = State();
  if (state.form != SecretState::Form::kGood || (!backups_.empty() && backups_.back() == state.text)) return;
  backups_.push_back(state.text);
  if (backups_.size() > kBackupsMax) backups_.pop_front();
}

}  // namespace sim
