#include "selfreg/announce.h"

#include <fmt/format.h>

#include <algorithm>

namespace client {
namespace {

const char* Reason(const Change& change) {
  switch (change.action) {
    case Action::kReregistered:
      return "registered anew";
    case Action::kAdded:
      return "added to the registration that the others share";
    default:
      return "registered";
  }
}

}  // namespace

void Announce(const std::vector<Change>& changes, const SecretView& view, EventRecorder& events, Log& log,
              Outcome& outcome) {
  if (changes.empty()) return;
  std::string records;
  for (const Change& change : changes) {
    const std::string record = CnameRecord(change.fqdn, change.registration.fulldomain());
    LogFields fields{{"fqdn", change.fqdn}, {"fulldomain", change.registration.fulldomain()}, {"why", Reason(change)}};
    if (!change.previous_fulldomain.empty()) fields.emplace_back("previous_fulldomain", change.previous_fulldomain);
    log.Write(LogLevel::kWarning, "CNAME record to set: " + record, fields);
    outcome.records.push_back(record);
    records += (records.empty() ? "" : "; ") + record;
  }
  const bool again =
      std::ranges::any_of(changes, [](const Change& change) { return change.action == Action::kReregistered; });
  events.Record(
      view, again ? EventReason::kReregistered : EventReason::kRegistered,
      fmt::format("{} at acme-dns. CNAME records to set: {}", again ? "Registered anew" : "Registered", records));
}

void AnnounceUncertain(const std::vector<Change>& changes, Log& log, Outcome& outcome) {
  for (const Change& change : changes) {
    std::string warning = fmt::format(
        "it is not known whether the Secret was written; if it was, the CNAME record to "
        "set is: {}",
        CnameRecord(change.fqdn, change.registration.fulldomain()));
    log.Write(LogLevel::kWarning, warning, {{"fqdn", change.fqdn}});
    outcome.warnings.push_back(std::move(warning));
  }
}

}  // namespace client
