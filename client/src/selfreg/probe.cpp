#include "selfreg/probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mutant.h"

namespace client {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kTextLength = 43;
/// A text that acme-dns refuses for its length after it has accepted the credentials.
constexpr const char* kReadOnlyText = "credentials-probe";

/// One registration on its way to a judgement.
struct Candidate {
  const Registration* registration = nullptr;
  std::string text;
  milliseconds due{0};  ///< of the next try, on the monotonic clock
  int rejections = 0;   ///< in a row
  int failures = 0;     ///< in all
  Judgement judgement;

  bool open() const { return judgement.verdict == Verdict::kNotAsked; }
  void Judge(Verdict verdict, std::optional<Error> failure = std::nullopt) {
    judgement.verdict = verdict;
    judgement.failure = std::move(failure);
  }
};

Error Forbidden(const AcmeDnsClient& acmedns, const Registration& registration) {
  return {.kind = ErrorKind::kRejected,
          .message = fmt::format("acme-dns at {} answers 401 forbidden for the registration {}", acmedns.endpoint(),
                                 registration.fulldomain()),
          .http_status = 401};
}

/// kValid or kRejected, of one answer; an Error when the answer decides nothing.
Result<Verdict> AskOnce(const Registration& registration, const std::string& text, ProbeMode mode,
                        const ProbeTools& tools, milliseconds timeout) {
  const auto answer = tools.acmedns.Update(registration, text, timeout);
  if (!answer && answer.error().http_status >= 500 && Has(Mutant::kTakes5xxForValid)) return Verdict::kValid;
  if (!answer) return std::unexpected(answer.error());
  switch (*answer) {
    case UpdateAnswer::kStored:
      return Verdict::kValid;
    case UpdateAnswer::kForbidden:
      return Verdict::kRejected;
    case UpdateAnswer::kBadText:
      break;
  }
  if (mode == ProbeMode::kReadOnly) return Verdict::kValid;
  return Fail(ErrorKind::kMalformed, fmt::format("acme-dns at {} refuses a TXT text of {} characters that an ACME "
                                                 "challenge could have (bad_txt)",
                                                 tools.acmedns.endpoint(), text.size()));
}

void TakeRejection(Candidate& candidate, const RunOptions& options, const ProbeTools& tools) {
  const Registration& registration = *candidate.registration;
  Error error = Forbidden(tools.acmedns, registration);
  ++candidate.rejections;
  if (candidate.rejections >= options.confirm.tries || Has(Mutant::kBelievesFirst401)) {
    error.message += fmt::format(", {} times in a row", candidate.rejections);
    candidate.Judge(Verdict::kRejected, std::move(error));
    return;
  }
  const milliseconds wait = ConfirmationWaits(options.confirm)[static_cast<std::size_t>(candidate.rejections) - 1];
  candidate.due = tools.retrier.clock().Monotonic() + wait + tools.retrier.Jitter(wait / 4);
  tools.log.Write(LogLevel::kWarning, "acme-dns rejects the registration; it must do so repeatedly to be believed",
                  {{"fulldomain", registration.fulldomain()},
                   {"try", fmt::format("{}/{}", candidate.rejections, options.confirm.tries)},
                   {"wait_ms", std::to_string(wait.count())}});
  candidate.judgement.failure = std::move(error);  // in case the time ends here
}

void TakeFailure(Candidate& candidate, Error error, const ProbeTools& tools) {
  if (!Has(Mutant::kCountsAllRejections)) candidate.rejections = 0;
  ++candidate.failures;
  if (error.kind != ErrorKind::kTemporary) return candidate.Judge(Verdict::kUnavailable, std::move(error));
  if (candidate.failures >= tools.retrier.policy().attempts && !Has(Mutant::kTriesForEver)) {
    error.message += fmt::format("; gave up after {} such answers", candidate.failures);
    return candidate.Judge(Verdict::kUnavailable, std::move(error));
  }
  const milliseconds wait = tools.retrier.BackOff(candidate.failures, error.retry_after);
  candidate.due = tools.retrier.clock().Monotonic() + wait;
  tools.log.Write(LogLevel::kInfo, "will ask acme-dns again",
                  {{"fulldomain", candidate.registration->fulldomain()},
                   {"reason", error.message},
                   {"try", fmt::format("{}/{}", candidate.failures, tools.retrier.policy().attempts)},
                   {"wait_ms", std::to_string(wait.count())}});
  candidate.judgement.failure = std::move(error);
}

/// No time for another try: what was said last decides, and a rejection that is not confirmed is none.
void GiveUp(Candidate& candidate, const Error& why) {
  Error error = why;
  if (candidate.judgement.failure) {
    error.message = fmt::format("{}; {}", candidate.judgement.failure->message, why.message);
    if (why.kind != ErrorKind::kCancelled) error.http_status = candidate.judgement.failure->http_status;
  }
  candidate.Judge(Verdict::kUnavailable, std::move(error));
}

/// Waits until `due`. kTemporary when the run's deadline comes first, kCancelled when told to stop.
Result<void> WaitUntil(milliseconds due, Retrier& retrier) {
  const milliseconds wait = due - retrier.clock().Monotonic();
  if (wait <= milliseconds(0)) return {};
  if (wait >= retrier.Remaining()) {
    return Fail(ErrorKind::kTemporary, "the run's deadline leaves no time to ask again (--deadline)");
  }
  return retrier.Sleep(wait);
}

}  // namespace

std::string RandomText(Random& random) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  while (text.size() < kTextLength) {
    // Ten characters of six bits from each number.
    std::uint64_t bits = random.Next();
    for (int i = 0; i < 10 && text.size() < kTextLength; ++i, bits >>= 6U) text += kAlphabet[bits & 0x3fU];
  }
  return text;
}

std::vector<milliseconds> ConfirmationWaits(const ConfirmPolicy& policy) {
  // A longer series of doublings would start with waits of nothing.
  constexpr int kDoublingsMax = 16;
  std::vector<milliseconds> waits;
  milliseconds::rep shares = 0;
  for (int i = 0; i < policy.tries - 1; ++i) shares += milliseconds::rep{1} << std::min(i, kDoublingsMax);
  for (int i = 0; i < policy.tries - 1; ++i) {
    const milliseconds::rep share = milliseconds::rep{1} << std::min(i, kDoublingsMax);
    waits.push_back(policy.spread * share / shares);
  }
  if (Has(Mutant::kConfirmsAtOnce)) return std::vector<milliseconds>(waits.size(), milliseconds(0));
  // What the divisions lost belongs to the last wait, so that the sum is not less than was asked for.
  milliseconds lost = policy.spread;
  for (const milliseconds wait : waits) lost -= wait;
  if (!waits.empty()) waits.back() += lost;
  return waits;
}

std::vector<Judgement> Probe(const std::vector<Registration>& registrations, const RunOptions& options,
                             const ProbeTools& tools) {
  std::vector<Candidate> candidates;
  candidates.reserve(registrations.size());
  for (const Registration& registration : registrations) {
    candidates.push_back(
        {.registration = &registration,
         .text = options.probe == ProbeMode::kUpdate ? RandomText(tools.random) : std::string(kReadOnlyText),
         .due = tools.retrier.clock().Monotonic()});
  }
  while (true) {
    Candidate* next = nullptr;
    for (Candidate& candidate : candidates) {
      if (candidate.open() && (next == nullptr || candidate.due < next->due)) next = &candidate;
    }
    if (next == nullptr) break;
    auto waited = WaitUntil(next->due, tools.retrier);
    const auto timeout = waited ? tools.retrier.NextTimeout() : std::unexpected(waited.error());
    if (!timeout) {
      GiveUp(*next, timeout.error());
      continue;
    }
    const auto verdict = AskOnce(*next->registration, next->text, options.probe, tools, *timeout);
    if (!verdict) {
      TakeFailure(*next, verdict.error(), tools);
      if (verdict.error().kind == ErrorKind::kCancelled) {
        for (Candidate& candidate : candidates) {
          if (candidate.open()) GiveUp(candidate, verdict.error());
        }
      }
    } else if (*verdict == Verdict::kRejected) {
      TakeRejection(*next, options, tools);
    } else {
      next->Judge(Verdict::kValid);
      if (options.probe == ProbeMode::kUpdate) next->judgement.stored_text = next->text;
    }
  }
  std::vector<Judgement> judgements;
  judgements.reserve(candidates.size());
  for (Candidate& candidate : candidates) judgements.push_back(std::move(candidate.judgement));
  return judgements;
}

Result<Verdict> AskNow(const Registration& registration, ProbeMode mode, const ProbeTools& tools) {
  const auto timeout = tools.retrier.NextTimeout();
  if (!timeout) return std::unexpected(timeout.error());
  const std::string text = mode == ProbeMode::kUpdate ? RandomText(tools.random) : std::string(kReadOnlyText);
  return AskOnce(registration, text, mode, tools, *timeout);
}

}  // namespace client
