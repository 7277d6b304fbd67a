#include "selfreg/announce.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/timestamp.h"
#include "mutant.h"
#include "selfreg/acmedns_json.h"

namespace client {
namespace {

const char* Reason(const Change& change) {
  switch (change.action) {
    case Action::kReregistered:
      return "registered anew";
    case Action::kAdded:
      return "added to the registration that the others share";
    case Action::kKept:
      return "a former run may have ended before it told";
    default:
      return "registered";
  }
}

/// The same for all who look at the same write, and another one for every other (64-bit FNV-1a).
std::optional<std::uint64_t> IdOfWrite(const SecretView& view) {
  if (!view.applied_at) return std::nullopt;
  std::uint64_t id = 0xcbf29ce484222325U;
  const auto add = [&id](std::string_view text) {
    for (const char c : text) id = (id ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    id = (id ^ 0xffU) * 0x100000001b3U;  // where a text ends
  };
  add(view.uid);
  add(FormatTimestamp(*view.applied_at));
  const AcmednsJson map = AcmednsJson::Parse(view.acmedns_json);
  for (const std::string& fqdn : map.Fqdns()) {
    const Registration* registration = map.Find(fqdn);
    add(fqdn);
    add(registration == nullptr ? std::string() : registration->fulldomain());
  }
  return id;
}

/// "a; b"
std::string RecordsOf(const std::vector<Change>& changes) {
  std::string records;
  for (const Change& change : changes) {
    records += (records.empty() ? "" : "; ") + CnameRecord(change.fqdn, change.registration.fulldomain());
  }
  return records;
}

void Tell(const std::vector<Change>& changes, Log& log, Outcome& outcome) {
  for (const Change& change : changes) {
    const std::string record =
        CnameRecord(change.fqdn, Has(Mutant::kTellsWrongTarget) ? change.registration.subdomain()
                                                                : change.registration.fulldomain());
    LogFields fields{{"fqdn", change.fqdn}, {"fulldomain", change.registration.fulldomain()}, {"why", Reason(change)}};
    if (!change.previous_fulldomain.empty()) fields.emplace_back("previous_fulldomain", change.previous_fulldomain);
    log.Write(LogLevel::kWarning, "CNAME record to set: " + record, fields);
    outcome.records.push_back(record);
  }
}

}  // namespace

void Announce(const std::vector<Change>& changes, const SecretView& view, EventRecorder& events, Log& log,
              Outcome& outcome) {
  if (changes.empty()) return;
  Tell(changes, log, outcome);
  const bool again =
      std::ranges::any_of(changes, [](const Change& change) { return change.action == Action::kReregistered; });
  events.Record(view, {.reason = again ? EventReason::kReregistered : EventReason::kRegistered,
                       .message = fmt::format("{} at acme-dns. CNAME records to set: {}",
                                              again ? "Registered anew" : "Registered", RecordsOf(changes)),
                       .id = IdOfWrite(view)});
}

void AnnounceUntold(const std::vector<Change>& changes, const SecretView& view, EventRecorder& events, Log& log,
                    Outcome& outcome) {
  const auto id = IdOfWrite(view);
  if (changes.empty() || !id) return;
  const EventFate fate = events.Record(
      view,
      {.reason = EventReason::kUntold,
       .message = fmt::format("Registered at acme-dns by a run that ended before it told. CNAME records to set: {}",
                              RecordsOf(changes)),
       .id = id,
       .insist = true});
  if (fate == EventFate::kCreated) Tell(changes, log, outcome);
}

void AnnounceTidied(const Plan& plan, const SecretView& view, EventRecorder& events) {
  events.Record(view, {.reason = EventReason::kTidied,
                       .message = plan.repair ? "Left out of acmedns.json what made cert-manager refuse it; the former "
                                                "text is kept as acmedns.json.unreadable"
                                              : "Left out of acmedns.json what belongs to no configured FQDN",
                       .id = IdOfWrite(view)});
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
