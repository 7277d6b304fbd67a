#include "selfreg/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mutant.h"

namespace client {
namespace {

void Warn(std::string warning, Log& log, Outcome& outcome) {
  log.Write(LogLevel::kWarning, warning);
  outcome.warnings.push_back(std::move(warning));
}

/// An error when the record is not what it should be.
Result<void> CheckCname(const FqdnReport& report, DnsVerifier& dns) {
  const auto answer = dns.LookUpCname({.fqdn = report.fqdn, .fulldomain = report.fulldomain});
  if (!answer) return std::unexpected(answer.error());
  if (answer->state == CnameState::kCorrect) return {};
  return Fail(ErrorKind::kTemporary,
              fmt::format("_acme-challenge.{} {}; the record to set is: {}", report.fqdn,
                          answer->state == CnameState::kMissing ? "is no CNAME" : "points to " + answer->target,
                          CnameRecord(report.fqdn, report.fulldomain)));
}

}  // namespace

void VerifyTexts(const std::vector<StoredText>& texts, const RunOptions& options, DnsVerifier& dns, Retrier& retrier,
                 Log& log, Outcome& outcome) {
  if (options.verify_dns == DnsCheck::kOff) return;
  for (const auto& [fulldomain, text] : texts) {
    const auto patience = std::min(options.dns_patience, retrier.Remaining());
    const auto seen = dns.VerifyTxt({.fulldomain = fulldomain, .text = text, .patience = patience});
    for (FqdnReport& report : outcome.fqdns) {
      if (report.fulldomain == fulldomain) report.txt = seen ? Seen::kYes : Seen::kNo;
    }
    if (seen) {
      log.Write(LogLevel::kInfo, "the TXT record shows in DNS", {{"fulldomain", fulldomain}});
    } else if (seen.error().kind == ErrorKind::kCancelled) {
      return outcome.Fail(Stage::kVerification, seen.error());
    } else if (options.verify_dns == DnsCheck::kRequired && !Has(Mutant::kIgnoresVerifyDns)) {
      outcome.Fail(Stage::kVerification, seen.error());
    } else {
      Warn(fmt::format("the TXT record of {} was not seen in DNS: {}", fulldomain, seen.error().message), log, outcome);
    }
  }
}

void VerifyCnames(DnsVerifier& dns, Log& log, Outcome& outcome) {
  for (FqdnReport& report : outcome.fqdns) {
    if (report.fulldomain.empty()) continue;
    const auto correct = CheckCname(report, dns);
    report.cname = correct ? Seen::kYes : Seen::kNo;
    if (correct) continue;
    if (correct.error().kind == ErrorKind::kCancelled) {
      report.cname = Seen::kNotAsked;
      return outcome.Fail(Stage::kVerification, correct.error());
    }
    if (report.action == Action::kKept) {
      outcome.Fail(Stage::kVerification, correct.error());
    } else {
      Warn(correct.error().message, log, outcome);
    }
  }
}

}  // namespace client
