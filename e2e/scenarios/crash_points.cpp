#include "scenarios/crash_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ranges>
#include <utility>

namespace scenarios {
namespace {

using client::Command;
using harness::Json;
using harness::StepFault;
using harness::StepKind;
using harness::StepPlan;
using harness::World;

/// acme-dns's answers of 401 that make a rejection by default; an outage that gives fewer must cost nothing.
constexpr std::ptrdiff_t kRejectionsThatCount = 5;

Json AccountJson(const mock_acmedns::Account& account) {
  const std::string subdomain = account.subdomain.Text();
  return {{"username", account.username.Text()},
          {"password", account.password},
          {"fulldomain", subdomain + ".auth.example.net"},
          {"subdomain", subdomain},
          {"allowfrom", Json::array()}};
}

std::string SecretPath(World& world) {
  return fmt::format("/api/v1/namespaces/{}/secrets/{}", world.rights().namespace_name, world.rights().secret_name);
}

}  // namespace

const std::vector<Situation>& Situations() {
  static const std::vector<Situation> kSituations = {
      {"RegisterWithoutSecret", Command::kRegister, Start::kNoSecret},
      {"RegisterIntoEmptySecret", Command::kRegister, Start::kEmptySecret},
      {"RegisterOverUnreadable", Command::kRegister, Start::kUnreadable},
      {"RegisterAgain", Command::kRegister, Start::kRegistered},
      {"RegisterAddedFqdn", Command::kRegister, Start::kOneMissing},
      {"CheckWithoutSecret", Command::kCheck, Start::kNoSecret},
      {"CheckOfUnreadable", Command::kCheck, Start::kUnreadable},
      {"CheckOfValid", Command::kCheck, Start::kRegistered},
      {"CheckOfAddedFqdn", Command::kCheck, Start::kOneMissing},
      {"CheckOfRejected", Command::kCheck, Start::kInvalidated},
      {"ReregisterWithoutSecret", Command::kReregister, Start::kNoSecret},
      {"ReregisterValid", Command::kReregister, Start::kRegistered},
      {"ReregisterRejected", Command::kReregister, Start::kInvalidated},
  };
  return kSituations;
}

const std::vector<StepFault>& FaultsOf(StepKind kind) {
  static const std::vector<StepFault> kRequest = {StepFault::kLostRequest, StepFault::kLostReply,
                                                  StepFault::kServerError, StepFault::kErrorAfter,
                                                  StepFault::kKillBefore,  StepFault::kKillAfter};
  static const std::vector<StepFault> kQuestion = {StepFault::kLostReply, StepFault::kServerError,
                                                   StepFault::kKillBefore};
  static const std::vector<StepFault> kSleep = {StepFault::kKillBefore};
  if (kind == StepKind::kSleep) return kSleep;
  return kind == StepKind::kDns ? kQuestion : kRequest;
}

std::string Describe(const Case& played, const std::vector<PlayedStep>& steps) {
  const auto name = [&steps](std::size_t step) {
    return fmt::format("step {} ({})", step, step < steps.size() ? steps[step].what : "beyond the end");
  };
  std::string text;
  for (const Strike& strike : played.strikes) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", then ", name(strike.step), Name(strike.fault));
  }
  if (!played.outside) return text;
  const Outside& outside = *played.outside;
  switch (outside.kind) {
    case Outside::Kind::kDatabaseDown:
      return text + fmt::format("acme-dns's database down from {} to {}", name(outside.from), name(outside.to));
    case Outside::Kind::kServerDown:
      return text + fmt::format("acme-dns down from {} to {}", name(outside.from), name(outside.to));
    case Outside::Kind::kForeignEdit:
      return text + fmt::format("another manager's edit before {}", name(outside.from));
    case Outside::Kind::kOtherCheck:
      return text + fmt::format("another client's check before {}", name(outside.from));
  }
  return text;
}

void CrashPoints::PutSecret(const Json& own_data) {
  const std::string name = world_.rights().secret_name;
  world_.kube().Ask({.method = "POST",
                     .path = SecretPath(world_).substr(0, SecretPath(world_).rfind('/')),
                     .body = {{"metadata",
                               {{"name", name},
                                {"labels", {{"app.kubernetes.io/managed-by", "argocd"}}},
                                {"annotations", {{"argocd.argoproj.io/sync-wave", "1"}}}}},
                              {"stringData", {{"other.json", "{\"kept\": true}"}}}},
                     .user_agent = "argocd"});
  if (own_data.is_null()) return;
  Json body = {{"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", {{"name", name}}}, {"stringData", own_data}};
  world_.kube().Ask({.method = "PATCH",
                     .path = SecretPath(world_) + "?fieldManager=acmedns-selfreg&force=true",
                     .body = std::move(body),
                     .content_type = "application/apply-patch+yaml"});
  world_.clock().Advance(std::chrono::hours(2));  // nobody asks any more whether that has been told
}

void CrashPoints::Prepare() {
  world_.Reset(seed_);
  mock_acmedns::Database& database = world_.acme().database();
  const auto account = [&database] {
    const auto made = database.Register({});
    // As all that the Secret holds has been proven once.
    (void)database.Update((*made)->subdomain, std::string(43, 'x'));
    return *made;
  };
  switch (situation_.start) {
    case Start::kNoSecret:
      return;
    case Start::kEmptySecret:
      return PutSecret(nullptr);
    case Start::kUnreadable:
      return PutSecret({{"acmedns.json", "{broken"}});
    case Start::kRegistered:
    case Start::kOneMissing:
    case Start::kInvalidated:
      break;
  }
  const mock_acmedns::Account* ours = account();
  Json entries = {{"formerly.example.org", AccountJson(*account())}};
  for (const std::string& fqdn : world_.config().run.fqdns) {
    entries[fqdn] = AccountJson(*ours);
    if (situation_.start == Start::kOneMissing) break;
  }
  PutSecret({{"acmedns.json", entries.dump()}});
  if (situation_.start == Start::kInvalidated) database.ChangePassword(ours->username);
}

void CrashPoints::Act(Outside::Kind kind, Invariants& invariants) {
  switch (kind) {
    case Outside::Kind::kDatabaseDown:
      return world_.acme().database().SetState(mock_acmedns::DatabaseState::kDown);
    case Outside::Kind::kServerDown:
      return;
    case Outside::Kind::kForeignEdit: {
      const Json body = {{"apiVersion", "v1"},
                         {"kind", "Secret"},
                         {"metadata", {{"name", world_.rights().secret_name}, {"annotations", {{"edited", "yes"}}}}},
                         {"stringData", {{"edited.txt", "by another manager"}}}};
      world_.kube().Ask({.method = "PATCH",
                         .path = SecretPath(world_) + "?fieldManager=somebody",
                         .body = body,
                         .content_type = "application/apply-patch+yaml"});
      return invariants.TakeForeign();
    }
    case Outside::Kind::kOtherCheck: {
      const Invariants::Before before = invariants.BeginRun();
      client::Config config = world_.config();
      config.command = Command::kCheck;
      StepPlan plan;
      harness::AdvancingWaiter waiter(world_.clock());
      const auto run = world_.Run(config, plan, waiter);
      return invariants.EndRun(before, Command::kCheck, run, {});
    }
  }
}

StepFault CrashPoints::FaultOfOutside(const Outside& outside, const PlayedStep& step, std::size_t number,
                                      Invariants& invariants) {
  if (outside.from == number) Act(outside.kind, invariants);
  if (outside.kind == Outside::Kind::kDatabaseDown && outside.to == number) {
    world_.acme().database().SetState(mock_acmedns::DatabaseState::kUp);
  }
  const bool down = outside.kind == Outside::Kind::kServerDown && outside.from <= number && number < outside.to;
  return down && step.kind == StepKind::kAcmeDns ? StepFault::kServerError : StepFault::kNone;
}

/// One for the need, and one for each strike: a lost answer to /register, a crash before the save. What others do costs
/// at most one more, and an outage only one that is taken for a rejection.
std::uint64_t CrashPoints::AccountsMax(const Case& played, std::size_t fired) {
  const bool furnished = situation_.start == Start::kRegistered || situation_.start == Start::kOneMissing;
  const std::uint64_t needs = !furnished || situation_.command == Command::kReregister ? 1 : 0;
  const std::uint64_t explained = needs == 0 ? 0 : needs + fired;
  if (!played.outside || played.outside->kind == Outside::Kind::kForeignEdit) return explained;
  if (played.outside->kind != Outside::Kind::kDatabaseDown) return explained + needs;
  const auto rejections = std::ranges::count_if(
      world_.acme().endpoint().history().entries(),
      [](const mock_http::HistoryEntry& entry) { return entry.request.RawPath() == "/update" && entry.status == 401; });
  return explained + (rejections >= kRejectionsThatCount ? 1 : 0);
}

Played CrashPoints::Play(const Case& played) {
  Prepare();
  Invariants invariants(world_);
  Played result;
  std::vector<PlayedStep> of_run;
  bool in_command = true;
  const auto choose = [&](const harness::Step& step) {
    invariants.AfterStep();
    const std::size_t number = result.steps.size();
    PlayedStep record{.kind = step.kind, .what = step.what};
    if (played.outside && in_command) record.fault = FaultOfOutside(*played.outside, record, number, invariants);
    const auto strike = std::ranges::find(played.strikes, number, &Strike::step);
    if (strike != played.strikes.end()) {
      record.fault = strike->fault;
      ++result.fired;
    }
    result.steps.push_back(record);
    of_run.push_back(record);
    return record.fault;
  };
  const auto run = [&](Command command, const StepPlan& plan) {
    of_run.clear();
    const Invariants::Before before = invariants.BeginRun();
    invariants.AllowReplacement(command == Command::kReregister);
    auto ended = world_.Run(command, plan);
    invariants.EndRun(before, command, ended, of_run);
    invariants.AllowReplacement(false);
    return ended;
  };

  auto last = run(situation_.command, StepPlan(choose));
  result.command_steps = result.steps.size();
  in_command = false;
  world_.acme().database().SetState(mock_acmedns::DatabaseState::kUp);
  const std::size_t struck_in_command = result.fired;
  if (last.exit_code() != 0) last = run(Command::kCheck, StepPlan(choose));
  const bool disturbed = last.exit_code() != 0 && result.fired > struck_in_command;
  // `register` leaves what acme-dns rejects to the check.
  if (disturbed || !invariants.Settled()) last = run(Command::kCheck, StepPlan());
  invariants.EndCase(last, AccountsMax(played, result.fired));
  result.findings = invariants.findings();
  return result;
}

void EachStrike(CrashPoints& points, const Visit& visit) {
  const std::vector<PlayedStep> steps = points.Play({}).steps;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (const StepFault fault : FaultsOf(steps[i].kind)) {
      const Case one{.strikes = {{.step = i, .fault = fault}}, .outside = {}};
      if (!visit(one, points.Play(one))) return;
    }
  }
}

void EachPairOfStrikes(CrashPoints& points, const Visit& visit) {
  bool go_on = true;
  EachStrike(points, [&](const Case& first, const Played& alone) {
    for (std::size_t j = first.strikes[0].step + 1; go_on && j < alone.steps.size(); ++j) {
      for (const StepFault fault : FaultsOf(alone.steps[j].kind)) {
        Case pair = first;
        pair.strikes.push_back({.step = j, .fault = fault});
        go_on = visit(pair, points.Play(pair));
        if (!go_on) break;
      }
    }
    return go_on;
  });
}

std::optional<Finding> FindLockstep(const Situation& situation) {
  const auto waits = [&situation](std::uint64_t seed) {
    CrashPoints points(situation, seed);
    const Case first_fails{.strikes = {{.step = 0, .fault = StepFault::kServerError}}, .outside = {}};
    std::vector<std::string> slept;
    for (const PlayedStep& step : points.Play(first_fails).steps) {
      if (step.kind == StepKind::kSleep) slept.push_back(step.what);
    }
    return slept;
  };
  const auto first = waits(1);
  if (first.empty() || first != waits(2)) return std::nullopt;
  if (first.front() == "sleep 0 ms") return Finding{.checker = "backs-off", .message = "tries again at once"};
  return Finding{.checker = "jitter", .message = "two clients try again after the same waits"};
}

void EachOutside(CrashPoints& points, const Visit& visit) {
  const std::size_t steps = points.Play({}).command_steps;
  std::vector<Outside::Kind> outages = {Outside::Kind::kDatabaseDown};
  if (points.situation().command == Command::kCheck) outages.push_back(Outside::Kind::kServerDown);
  for (std::size_t from = 0; from < steps; ++from) {
    for (const auto kind : {Outside::Kind::kForeignEdit, Outside::Kind::kOtherCheck}) {
      const Case one{.strikes = {}, .outside = Outside{.kind = kind, .from = from}};
      if (!visit(one, points.Play(one))) return;
    }
    for (const auto kind : outages) {
      // The run gets longer while acme-dns refuses, so each outage ends where the one before it has been played to.
      std::size_t end = from + 1;
      for (std::size_t to = from + 1; to <= end; ++to) {
        const Case outage{.strikes = {}, .outside = Outside{.kind = kind, .from = from, .to = to}};
        const Played played = points.Play(outage);
        if (!visit(outage, played)) return;
        end = played.command_steps;
      }
    }
  }
}

}  // namespace scenarios
