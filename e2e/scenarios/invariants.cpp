#include "scenarios/invariants.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "mock_kubeapi/api/api_server.h"

namespace scenarios {
namespace {

using harness::AcmeDnsAccount;
using harness::Json;
using harness::StepFault;
using harness::StepKind;

/// A run without disturbance has at most 30; twice the tries of everything fit in here.
constexpr std::size_t kStepsMax = 80;
constexpr const char* kKey = "acmedns.json";
constexpr const char* kUnreadableKey = "acmedns.json.unreadable";

std::uint64_t LastChange(harness::World& world, std::string_view resource) {
  return world.kube().server().store().LastChangeOf(resource);
}

}  // namespace

Invariants::Invariants(harness::World& world)
    : world_(world),
      registrations_at_start_(world.registrations()),
      seen_secrets_(LastChange(world, "secrets")),
      seen_events_(LastChange(world, "events")) {
  last_ = LookAtSecret();
  entries_at_start_ = last_.entries;
  foreign_ = last_.foreign;
  if (!last_.problem.empty()) unreadable_at_start_ = last_.text;
}

void Invariants::Find(std::string checker, std::string message) {
  findings_.push_back({.checker = std::move(checker), .message = std::move(message)});
}

bool Invariants::IsConfigured(const std::string& fqdn) const {
  return std::ranges::find(world_.config().run.fqdns, fqdn) != world_.config().run.fqdns.end();
}

Invariants::Look Invariants::LookAtSecret() {
  Look look;
  const auto secret = world_.kube().Secret(world_.rights());
  if (!secret) return look;
  look.text = harness::DecodedValue(*secret, kKey);
  look.unreadable = harness::DecodedValue(*secret, kUnreadableKey);
  if (look.text && !look.text->empty()) {
    auto entries = harness::ReadAsCertManager(*look.text);
    if (entries) {
      look.entries = std::move(*entries);
    } else {
      look.problem = entries.error();
    }
  }
  Json data = secret->value("data", Json::object());
  data.erase(kKey);
  data.erase(kUnreadableKey);
  const Json& metadata = (*secret)["metadata"];
  look.foreign.object = {{"data", std::move(data)},
                         {"labels", metadata.value("labels", Json::object())},
                         {"annotations", metadata.value("annotations", Json::object())},
                         {"type", secret->value("type", "")}};
  for (const auto& [fqdn, account] : look.entries) {
    secrets_.insert(account.password);
    if (!IsConfigured(fqdn)) look.foreign.entries.emplace(fqdn, account);
  }
  return look;
}

void Invariants::TakeForeign() {
  last_ = LookAtSecret();
  seen_secrets_ = LastChange(world_, "secrets");
  foreign_ = last_.foreign;
}

void Invariants::AfterStep() {
  const std::uint64_t revision = LastChange(world_, "secrets");
  if (revision == seen_secrets_) return;
  seen_secrets_ = revision;
  Look now = LookAtSecret();
  const bool as_damaged_before = unreadable_at_start_ && now.text == unreadable_at_start_;
  if (!now.problem.empty() && !as_damaged_before) Find("secret-valid", "cert-manager refuses it: " + now.problem);
  if (unreadable_at_start_ && !as_damaged_before && now.unreadable != unreadable_at_start_) {
    Find("unreadable-kept", "what could not be read is replaced and not kept");
  }
  // A Secret that came into being has a type and no labels; that is not a change of somebody's.
  if (foreign_.object.is_null()) foreign_.object = now.foreign.object;
  if (now.foreign != foreign_) Find("foreign-data", "keys, labels, annotations or entries of others have changed");
  CheckReplaced(now);
  last_ = std::move(now);
}

void Invariants::CheckReplaced(const Look& now) {
  for (const auto& [fqdn, account] : now.entries) {
    const auto before = last_.entries.find(fqdn);
    if (before != last_.entries.end() && before->second == account) continue;
    const mock_acmedns::Account* known = world_.acme().database().Find(account.username);
    if (known == nullptr || known->updates == 0) {
      Find("proven-before-written", fmt::format("{} got credentials that acme-dns has never accepted yet", fqdn));
    }
  }
  if (replacement_allowed_) return;
  for (const auto& [fqdn, account] : last_.entries) {
    const auto after = now.entries.find(fqdn);
    if (after != now.entries.end() && after->second == account) continue;
    if (world_.IsAccepted(account)) Find("credentials-kept", fmt::format("those of {} worked and are gone", fqdn));
  }
}

Invariants::Before Invariants::BeginRun() {
  Before before{.entries = last_.entries, .updates = {}, .at = world_.clock().Now()};
  for (const mock_acmedns::Account* account : world_.acme().database().Accounts()) {
    before.updates[account->username.Text()] = account->updates;
  }
  return before;
}

bool Invariants::Settled() const {
  return std::ranges::all_of(world_.config().run.fqdns, [&](const std::string& fqdn) {
    const auto found = last_.entries.find(fqdn);
    return found != last_.entries.end() && world_.IsAccepted(found->second);
  });
}

void Invariants::EndRun(const Before& before, client::Command command, const harness::RunResult& run,
                        const std::vector<PlayedStep>& steps) {
  AfterStep();
  CheckTold(run);
  logs_ += run.log;
  CheckBackOff(steps);
  const auto took = world_.clock().Now() - before.at;
  const auto allowed = world_.config().retry.deadline + world_.config().retry.timeout;
  if (took > allowed || run.steps > kStepsMax) {
    Find("ends-in-time",
         fmt::format("{} steps, {} s", run.steps, std::chrono::ceil<std::chrono::seconds>(took).count()));
  }
  if (run.exit_code() != 0) return;
  told_ += run.result->termination_message;
  // `register` promises entries, not that acme-dns knows them.
  const bool promises_valid = command != client::Command::kRegister;
  if (promises_valid && !Settled()) Find("exit-code-honest", "exit 0, and the Secret's credentials are not accepted");
  for (const std::string& fqdn : world_.config().run.fqdns) {
    const auto entry = last_.entries.find(fqdn);
    if (entry == last_.entries.end()) {
      Find("exit-code-honest", "exit 0, and there is no entry for " + fqdn);
      continue;
    }
    const AcmeDnsAccount& account = entry->second;
    const mock_acmedns::Account* known = world_.acme().database().Find(account.username);
    const auto updates = before.updates.find(account.username);
    const std::uint64_t updates_before = updates == before.updates.end() ? 0 : updates->second;
    if (promises_valid && known != nullptr && known->updates <= updates_before) {
      Find("really-asked", fmt::format("exit 0, and acme-dns was not asked about {}", fqdn));
    }
    const auto old = before.entries.find(fqdn);
    const bool changed = old == before.entries.end() || old->second.fulldomain != account.fulldomain;
    if (changed && told_.find("IN CNAME " + account.fulldomain) == std::string::npos) {
      Find("announced", fmt::format("{} has a new CNAME target, and nobody was told", fqdn));
    }
  }
}

void Invariants::CheckTold(const harness::RunResult& run) {
  std::string text = run.log;
  if (run.result) text += run.result->output + run.result->termination_message;
  if (const std::uint64_t revision = LastChange(world_, "events"); revision != std::exchange(seen_events_, revision)) {
    text += world_.kube().Events(world_.rights()).dump();
  }
  const auto& more = world_.Secrets();
  secrets_.insert(more.begin(), more.end());
  for (const std::string& secret : secrets_) {
    if (text.find(secret) != std::string::npos || text.find(harness::Base64(secret)) != std::string::npos) {
      return Find("no-secret-told", "a password or token shows in the log, the output or an Event");
    }
  }
}

void Invariants::CheckBackOff(const std::vector<PlayedStep>& steps) {
  constexpr std::array kAnswersThatCallForAnotherTry = {StepFault::kLostRequest, StepFault::kLostReply,
                                                        StepFault::kServerError, StepFault::kErrorAfter};
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    const bool http = steps[i].kind == StepKind::kAcmeDns || steps[i].kind == StepKind::kKubernetes;
    const bool failed =
        std::ranges::find(kAnswersThatCallForAnotherTry, steps[i].fault) != kAnswersThatCallForAnotherTry.end();
    if (http && failed && steps[i + 1].what == steps[i].what) {
      Find("backs-off", fmt::format("{} was tried again at once", steps[i].what));
    }
  }
}

/// As cert-manager presents it and a certificate authority looks for it.
bool Invariants::ShowsChallenge(const AcmeDnsAccount& account) {
  constexpr const char* kChallenge = "challenge-of-cert-manager-has-43-characters";
  constexpr std::uint16_t kTxt = 16;
  mock_http::Request request{.method = "POST",
                             .target = "/update",
                             .headers = {{"X-Api-User", account.username}, {"X-Api-Key", account.password}},
                             .body = Json{{"subdomain", account.subdomain}, {"txt", kChallenge}}.dump()};
  request.peer.address = "127.0.0.1";
  world_.acme().endpoint().Serve(request);
  const auto answer = world_.acme().LookUp(account.fulldomain + ".", kTxt);
  return answer && std::ranges::any_of(answer->records, [](const auto& record) { return record.data == kChallenge; });
}

void Invariants::EndCase(const harness::RunResult& last, std::uint64_t accounts_max) {
  if (last.exit_code() != 0 || !Settled()) {
    Find("recovers", fmt::format("an undisturbed check ends with exit {}, {}", last.exit_code(),
                                 Settled() ? "all valid" : "not all valid"));
  }
  for (const std::string& fqdn : world_.config().run.fqdns) {
    const auto found = last_.entries.find(fqdn);
    if (found != last_.entries.end() && !ShowsChallenge(found->second)) {
      Find("recovers", fmt::format("a challenge stored with the credentials of {} does not show in DNS", fqdn));
    }
  }
  const std::uint64_t made = world_.registrations() - registrations_at_start_;
  if (made > accounts_max) {
    Find("accounts-bounded", fmt::format("{} accounts were made, {} are explained", made, accounts_max));
  }
  const std::string told = logs_ + world_.kube().Events(world_.rights()).dump();
  for (const auto& [fqdn, account] : last_.entries) {
    const auto old = entries_at_start_.find(fqdn);
    const bool changed = old == entries_at_start_.end() || old->second.fulldomain != account.fulldomain;
    if (changed && told.find("IN CNAME " + account.fulldomain) == std::string::npos) {
      Find("announced",
           fmt::format("in the end {} has a new CNAME target, and no run and no Event has told of it", fqdn));
    }
  }
}

}  // namespace scenarios
