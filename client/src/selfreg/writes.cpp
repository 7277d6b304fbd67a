#include "selfreg/writes.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "mutant.h"

namespace client {
namespace {

/// Another writer that is faster so many times in a row is no colleague but a fight over the field.
constexpr int kConflictsMax = 10;

std::string NameOf(const SecretRef& secret) {
  return secret.namespace_name + "/" + secret.name;
}

bool Holds(const AcmednsJson& now, const Change& change) {
  const Registration* current = now.Find(change.fqdn);
  return current != nullptr && current->SameAccount(change.registration);
}

}  // namespace

Result<SecretView> Writes::Write(const SecretView& view, const Plan& plan) {
  for (const Change& change : plan.changes) tried_.insert_or_assign(change.fqdn, change);
  const auto written = secrets_.Write(
      view, {.acmedns_json = plan.after.Text(),
             .unreadable = plan.keep_former && !Has(Mutant::kDropsUnreadable) ? view.acmedns_json : view.unreadable});
  if (written) {
    conflicts_ = 0;
    log_.Write(LogLevel::kInfo, "the Secret is written",
               {{"secret", NameOf(secrets_.secret())}, {"resource_version", written->resource_version}});
    if (plan.keep_former) {
      log_.Write(LogLevel::kWarning, "what could not be read is kept as acmedns.json.unreadable");
    }
    return written;
  }
  const Error& error = written.error();
  const bool in_doubt = secrets_.write_in_doubt() && !Has(Mutant::kForgetsLostWrite);
  if (error.kind == ErrorKind::kConflict) {
    auto now = AfterConflict(error);
    if (Has(Mutant::kMergesNothing) && now) now->acmedns_json = view.acmedns_json;
    in_doubt_ = in_doubt && !now;
    return now;
  }
  in_doubt_ = in_doubt;
  if (in_doubt && error.kind != ErrorKind::kCancelled) {
    // The write may have taken place without an answer; looking is cheaper than a person's doubts.
    auto again = secrets_.Read();
    if (again && AcmednsJson::Parse(again->acmedns_json).Text() == plan.after.Text()) return again;
  }
  return std::unexpected(error);
}

Result<SecretView> Writes::AfterConflict(const Error& error) {
  if (++conflicts_ > kConflictsMax) {
    Error lost = error;
    lost.message += fmt::format("; gave up after {} conflicts", conflicts_);
    return std::unexpected(std::move(lost));
  }
  log_.Write(LogLevel::kInfo, "the Secret has changed meanwhile; reading it again",
             {{"secret", NameOf(secrets_.secret())}});
  const auto slept = retrier_.Sleep(retrier_.BackOff(conflicts_, std::nullopt));
  if (!slept) return std::unexpected(slept.error());
  return secrets_.Read();
}

const Change* Writes::FindDone(const std::string& fqdn, const AcmednsJson& now) const {
  const auto tried = tried_.find(fqdn);
  return tried != tried_.end() && Holds(now, tried->second) ? &tried->second : nullptr;
}

std::vector<Change> Writes::TakeDone(const AcmednsJson& now) {
  std::vector<Change> changes;
  for (const auto& [fqdn, change] : tried_) {
    const std::string& fulldomain = change.registration.fulldomain();
    if (Holds(now, change) && std::exchange(taken_[fqdn], fulldomain) != fulldomain) changes.push_back(change);
  }
  return changes;
}

std::vector<Change> Writes::InDoubt(const AcmednsJson& now) const {
  std::vector<Change> changes;
  for (const auto& [fqdn, change] : tried_) {
    if (in_doubt_ && !Holds(now, change)) changes.push_back(change);
  }
  return changes;
}

}  // namespace client
