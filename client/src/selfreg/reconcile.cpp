#include "selfreg/reconcile.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mutant.h"
#include "selfreg/acmedns_json.h"
#include "selfreg/announce.h"
#include "selfreg/new_registration.h"
#include "selfreg/plan.h"
#include "selfreg/probe.h"
#include "selfreg/verify.h"
#include "selfreg/writes.h"

namespace client {
namespace {

/// An API server keeps an Event for an hour unless told otherwise (--event-ttl); and clocks differ.
constexpr std::chrono::minutes kEventKept{45};
constexpr std::chrono::minutes kClocksDiffer{15};

const char* FlowName(Flow flow) {
  switch (flow) {
    case Flow::kRegister:
      return "register";
    case Flow::kCheck:
      return "check";
    case Flow::kReregister:
      return "reregister";
  }
  return "";
}

class Reconciler {
 public:
  Reconciler(Flow flow, const RunOptions& options, const RunServices& services)
      : flow_(flow),
        options_(options),
        services_(services),
        tools_{
            .acmedns = services.acmedns, .retrier = services.retrier, .random = services.random, .log = services.log},
        writes_(services.secrets, services.retrier, services.log) {
    const SecretRef& secret = services.secrets.secret();
    outcome_.command = FlowName(flow);
    outcome_.secret = secret.namespace_name + "/" + secret.name;
  }

  Outcome Run() {
    auto view = FirstRead();
    while (true) {
      if (!view) {
        outcome_.Fail(Stage::kKubernetes, view.error());
        break;
      }
      now_ = AcmednsJson::Parse(view->acmedns_json);
      if (!initial_) {
        TakeInitial();
        TellUntold(*view);
      }
      if (Has(Mutant::kRegistersAfterConflict) && writes_.conflicts() > 0) ForgetMade();
      TellDone(*view);
      Judge();
      if (give_up_) break;
      const Plan plan = MakePlan(
          now_, {.fqdns = options_.fqdns, .replacements = replacements_, .first = first_, .prune = options_.prune});
      if (plan.should_write()) {
        view = Write(*view, plan);
      } else if (plan.needs_registration()) {
        view = Obtain(*view, plan);
      } else {
        break;
      }
    }
    Conclude();
    return std::move(outcome_);
  }

 private:
  /// An account and what acme-dns says of it.
  struct Known {
    Registration registration;
    Judgement judgement;
  };

  Result<SecretView> FirstRead() {
    if (flow_ == Flow::kCheck && options_.start_jitter > std::chrono::milliseconds(0)) {
      Retrier& retrier = services_.retrier;
      const auto wait = retrier.Jitter(std::min(options_.start_jitter, retrier.Remaining() / 5));
      services_.log.Write(LogLevel::kInfo, "waiting before the first request (--start-jitter)",
                          {{"wait_ms", std::to_string(wait.count())}});
      const auto slept = retrier.Sleep(wait);
      if (!slept) return std::unexpected(slept.error());
    }
    return services_.secrets.Read();
  }

  void TakeInitial() {
    initial_ = now_;
    if (now_.unreadable()) {
      Warn(fmt::format("acmedns.json can't be read ({}); it is kept as acmedns.json.unreadable when it is replaced",
                       now_.problem()));
    }
    for (const std::string& fqdn : options_.fqdns) {
      if (const std::string problem = now_.ProblemOf(fqdn); !problem.empty()) {
        Warn(fmt::format("the entry of {} is no registration: {}", fqdn, problem));
      }
    }
    if (flow_ == Flow::kReregister) {
      for (Registration& account : AccountsOf(now_, options_.fqdns))
        replacements_.push_back({.old = std::move(account)});
    }
  }

  /// A run that was killed after its write has told nobody. The API server knows: each write is followed by an Event
  /// named after it, so of all runs that would tell of a write only one can. Asked only while the Event of a run that
  /// was not killed must still be there.
  void TellUntold(const SecretView& view) {
    if (!view.applied_at || Has(Mutant::kTellsNobody)) return;
    const auto age = services_.retrier.clock().Now() - *view.applied_at;
    if (age < -kClocksDiffer || age > kEventKept) return;
    std::vector<Change> changes;
    for (const std::string& fqdn : options_.fqdns) {
      const Registration* current = now_.Find(fqdn);
      if (current == nullptr) continue;
      changes.push_back({.fqdn = fqdn, .registration = *current, .action = Action::kKept, .previous_fulldomain = {}});
    }
    AnnounceUntold(changes, view, services_.events, services_.log, outcome_);
  }

  /// For a mistake that could be: no memory of what this run has at acme-dns.
  void ForgetMade() {
    first_.reset();
    made_.clear();
    for (Replacement& replacement : replacements_) replacement.fresh.reset();
  }

  void Warn(std::string warning) {
    services_.log.Write(LogLevel::kWarning, warning);
    outcome_.warnings.push_back(std::move(warning));
  }

  Known* FindKnown(const Registration& registration) {
    const auto found = std::ranges::find_if(
        known_, [&registration](const Known& known) { return known.registration.SameAccount(registration); });
    return found == known_.end() ? nullptr : &*found;
  }

  /// For `check`: asks acme-dns about the accounts that the configured FQDNs have and that this run does not know yet,
  /// at first and again when another client has brought in new ones.
  void Judge() {
    if (flow_ != Flow::kCheck) return;
    std::vector<Registration> accounts = AccountsOf(now_, options_.fqdns);
    std::erase_if(accounts, [this](const Registration& account) { return FindKnown(account) != nullptr; });
    const std::vector<Judgement> judgements = Probe(accounts, options_, tools_);
    for (std::size_t i = 0; i < accounts.size(); ++i) {
      known_.push_back({.registration = accounts[i], .judgement = judgements[i]});
      TakeJudgement(known_.back());
    }
  }

  void TakeJudgement(const Known& known) {
    const LogFields fields{{"fulldomain", known.registration.fulldomain()}};
    switch (known.judgement.verdict) {
      case Verdict::kNotAsked:
        return;
      case Verdict::kValid:
        if (Has(Mutant::kReregistersOnDns) &&
            !services_.dns.VerifyTxt({known.registration.fulldomain(), known.judgement.stored_text, {}})) {
          replacements_.push_back({.old = known.registration});
        }
        services_.log.Write(LogLevel::kInfo, "acme-dns accepts the registration", fields);
        return;
      case Verdict::kRejected:
        services_.log.Write(LogLevel::kWarning, "acme-dns has rejected the registration for good; replacing it",
                            fields);
        replacements_.push_back({.old = known.registration});
        return;
      case Verdict::kUnavailable:
        break;
    }
    if (Has(Mutant::kRegistersInVain)) (void)MakeRegistration(tools_);
    const Error& failure = known.judgement.failure.value();
    const bool failed_call = failure.kind == ErrorKind::kTemporary || failure.kind == ErrorKind::kRejected;
    const bool replace = options_.reregister_on == ReregisterOn::kFailure || Has(Mutant::kReregistersOnFailure);
    if (replace && failed_call) {
      services_.log.Write(LogLevel::kWarning,
                          "the check has failed; replacing the registration (--reregister-on failure)",
                          {fields[0], {"reason", failure.message}});
      replacements_.push_back({.old = known.registration});
      return;
    }
    outcome_.Fail(Stage::kAcmeDns, failure);
    give_up_ = give_up_ || failure.kind == ErrorKind::kCancelled;
  }

  /// Gets the registration that the plan lacks. Returns the view to go on with.
  Result<SecretView> Obtain(const SecretView& view, const Plan& plan) {
    if (TakeSpare(plan)) return view;
    if (const auto writable = services_.secrets.CheckWritable(view); !writable) {
      if (writable.error().kind == ErrorKind::kConflict) return writes_.AfterConflict(writable.error());
      return std::unexpected(writable.error());
    }
    auto made = MakeRegistration(tools_);
    if (!made) {
      const Failure& failure = made.error().failure;
      if (made.error().unused_fulldomain) outcome_.unused.push_back(*made.error().unused_fulldomain);
      outcome_.Fail(failure.stage, failure.error);
      // One account that can't be proven is enough: another one would most likely be left unused, too.
      give_up_ = give_up_ || !plan.needs_replacement || made.error().unused_fulldomain ||
                 failure.error.kind == ErrorKind::kCancelled;
      if (plan.needs_replacement) replacements_[*plan.needs_replacement].failed = true;
      return view;
    }
    services_.log.Write(LogLevel::kInfo, "acme-dns has made a registration, and accepts it",
                        {{"fulldomain", made->registration.fulldomain()}});
    if (Has(Mutant::kLogsPassword)) {
      services_.log.Write(LogLevel::kDebug, "made", {{"password", made->registration.password().Reveal()}});
    }
    made_.push_back(made->registration);
    known_.push_back({.registration = made->registration,
                      .judgement = {.verdict = Verdict::kValid, .stored_text = made->stored_text, .failure = {}}});
    if (plan.needs_replacement && !IsStillNeeded(*plan.needs_replacement)) return view;
    Use(made->registration, plan);
    return view;
  }

  void Use(const Registration& registration, const Plan& plan) {
    if (plan.needs_replacement) {
      replacements_[*plan.needs_replacement].fresh = registration;
    } else {
      first_ = registration;
    }
  }

  /// A registration that this run has made and that is not in the Secret, although the plan finds nothing to write:
  /// what it was meant for is gone. It serves the next need; no second one is made. A registration that it is to
  /// replace gets its last look all the same: what it was made for may just have been accepted again.
  bool TakeSpare(const Plan& plan) {
    const auto spare =
        std::ranges::find_if(made_, [this](const Registration& registration) { return !now_.Holds(registration); });
    if (spare == made_.end()) return false;
    if (!plan.needs_replacement || IsStillNeeded(*plan.needs_replacement)) Use(*spare, plan);
    return true;
  }

  /// The last look before a rejected registration is replaced. acme-dns has just made and accepted another one, so its
  /// database works now; if the old one works, too, then it was the database that had rejected it. A look without a
  /// useful answer decides nothing, and the old one stays; unless a failure is to be taken for a rejection.
  bool IsStillNeeded(std::size_t replacement) {
    if (flow_ != Flow::kCheck || Has(Mutant::kSkipsLastLook)) return true;
    const Registration& old = replacements_[replacement].old;
    const bool failure_suffices = options_.reregister_on == ReregisterOn::kFailure;
    const auto look = [&](std::chrono::milliseconds) { return AskNow(old, options_.probe, tools_); };
    const auto verdict = failure_suffices ? look({}) : services_.retrier.Run("the last look at the old one", look);
    if (!verdict) {
      const bool cancelled = verdict.error().kind == ErrorKind::kCancelled;
      if (failure_suffices && !cancelled) return true;
      outcome_.Fail(Stage::kAcmeDns, verdict.error());
      replacements_[replacement].failed = true;
      give_up_ = give_up_ || cancelled;
      return false;
    }
    if (*verdict == Verdict::kRejected) return true;
    services_.log.Write(LogLevel::kWarning, "acme-dns accepts the old registration again; it stays",
                        {{"fulldomain", old.fulldomain()}});
    FindKnown(old)->judgement = {.verdict = Verdict::kValid, .stored_text = {}, .failure = {}};
    replacements_.erase(replacements_.begin() + static_cast<std::ptrdiff_t>(replacement));
    return false;
  }

  /// Writes the plan. Returns the view to go on with.
  Result<SecretView> Write(const SecretView& view, const Plan& plan) {
    if (Has(Mutant::kTellsTooEarly)) Announce(plan.changes, view, services_.events, services_.log, outcome_);
    auto written = writes_.Write(view, plan);
    if (!written || writes_.conflicts() > 0) return written;
    if (Has(Mutant::kProvesAfterWriting) && !made_.empty()) (void)AskNow(made_.back(), options_.probe, tools_);
    if (plan.changes.empty()) AnnounceTidied(plan, *written, services_.events);
    return written;
  }

  /// Announces the changes that the Secret is now seen to hold, also when the answer to the write was lost.
  void TellDone(const SecretView& view) {
    const std::vector<Change> changes = writes_.TakeDone(now_);
    if (!Has(Mutant::kTellsNobody)) Announce(changes, view, services_.events, services_.log, outcome_);
  }

  FqdnReport Report(const std::string& fqdn) {
    FqdnReport report{.fqdn = fqdn};
    const Registration* current = now_.Find(fqdn);
    if (current == nullptr) return report;
    report.fulldomain = current->fulldomain();
    if (const Known* known = FindKnown(*current)) report.verdict = known->judgement.verdict;
    const Registration* before = initial_->Find(fqdn);
    if (const Change* done = writes_.FindDone(fqdn, now_)) {
      report.action = done->action;
      report.previous_fulldomain = done->previous_fulldomain;
    } else if (before == nullptr || !before->SameAccount(*current)) {
      report.action = Action::kAdopted;
    }
    return report;
  }

  void NoteUnused() {
    const std::vector<Change> uncertain = writes_.InDoubt(now_);
    for (const Registration& registration : made_) {
      const bool may_be_in = std::ranges::any_of(
          uncertain, [&](const Change& change) { return change.registration.SameAccount(registration); });
      if (!may_be_in && !now_.Holds(registration)) outcome_.unused.push_back(registration.fulldomain());
    }
    for (const std::string& fulldomain : outcome_.unused) {
      services_.log.Write(LogLevel::kWarning, "an account at acme-dns is left unused", {{"fulldomain", fulldomain}});
    }
    AnnounceUncertain(uncertain, services_.log, outcome_);
  }

  /// The reports, and what DNS shows.
  void Conclude() {
    if (initial_) {
      for (const std::string& fqdn : options_.fqdns) outcome_.fqdns.push_back(Report(fqdn));
    }
    NoteUnused();
    const bool stopped = outcome_.failure && outcome_.failure->error.kind == ErrorKind::kCancelled;
    if (!stopped) {
      VerifyTexts(StoredTexts(), options_, services_.dns, services_.retrier, services_.log, outcome_);
      if (options_.verify_cname && !Has(Mutant::kIgnoresVerifyCname))
        VerifyCnames(services_.dns, services_.log, outcome_);
    }
    const LogFields fields{{"secret", outcome_.secret},
                           {"fqdns", std::to_string(options_.fqdns.size())},
                           {"records_to_set", std::to_string(outcome_.records.size())},
                           {"exit_code", std::to_string(outcome_.process_exit_code())}};
    if (outcome_.failure) {
      services_.log.Write(LogLevel::kError, outcome_.failure->error.message, fields);
    } else {
      services_.log.Write(LogLevel::kInfo, outcome_.command + " is done", fields);
    }
  }

  /// The texts that were stored with registrations that the configured FQDNs have.
  std::vector<StoredText> StoredTexts() {
    std::vector<StoredText> texts;
    for (const Registration& account : AccountsOf(now_, options_.fqdns)) {
      const Known* known = FindKnown(account);
      if (known != nullptr && !known->judgement.stored_text.empty()) {
        texts.push_back({.fulldomain = account.fulldomain(), .text = known->judgement.stored_text});
      }
    }
    return texts;
  }

  Flow flow_;
  const RunOptions& options_;
  const RunServices& services_;
  ProbeTools tools_;
  Outcome outcome_;

  AcmednsJson now_;                     ///< what the Secret holds, as far as is known
  std::optional<AcmednsJson> initial_;  ///< what it held at first
  std::vector<Known> known_;
  std::vector<Replacement> replacements_;
  std::optional<Registration> first_;
  std::vector<Registration> made_;  ///< by this run
  Writes writes_;
  bool give_up_ = false;
};

}  // namespace

Outcome Reconcile(Flow flow, const RunOptions& options, const RunServices& services) {
  return Reconciler(flow, options, services).Run();
}

Outcome RunRegister(const RunOptions& options, const RunServices& services) {
  return Reconcile(Flow::kRegister, options, services);
}

Outcome RunCheck(const RunOptions& options, const RunServices& services) {
  return Reconcile(Flow::kCheck, options, services);
}

Outcome RunReregister(const RunOptions& options, const RunServices& services) {
  return Reconcile(Flow::kReregister, options, services);
}

}  // namespace client
