#include "selfreg/plan.h"

#include <algorithm>

#include "mutant.h"

namespace client {
namespace {

/// The index of the replacement for `registration`; nullopt when it is not to be replaced.
std::optional<std::size_t> ReplacementOf(const std::vector<Replacement>& replacements,
                                         const Registration& registration) {
  const auto found = std::ranges::find_if(replacements, [&registration](const Replacement& replacement) {
    return replacement.old.SameAccount(registration);
  });
  if (found == replacements.end()) return std::nullopt;
  return static_cast<std::size_t>(found - replacements.begin());
}

/// The registration that most of `fqdns` have in `map`, leaving out those that should be replaced; the first FQDN
/// decides a tie.
const Registration* Shared(const AcmednsJson& map, const PlanInput& input) {
  struct Count {
    const Registration* registration;
    int fqdns;
  };
  std::vector<Count> counts;
  for (const std::string& fqdn : Has(Mutant::kSharesOtherEntries) ? map.Fqdns() : input.fqdns) {
    const Registration* registration = map.Find(fqdn);
    if (registration == nullptr || ReplacementOf(input.replacements, *registration)) continue;
    const auto found = std::ranges::find_if(
        counts, [registration](const Count& count) { return count.registration->SameAccount(*registration); });
    if (found == counts.end()) {
      counts.push_back({.registration = registration, .fqdns = 1});
    } else {
      ++found->fqdns;
    }
  }
  const auto most = std::ranges::max_element(counts, {}, &Count::fqdns);
  return most == counts.end() ? nullptr : most->registration;
}

void Assign(Plan& plan, Change change) {
  plan.after.Set(change.fqdn, change.registration);
  plan.changes.push_back(std::move(change));
}

/// Entries with a registration: they keep it or have it replaced.
void PlanReplacements(const AcmednsJson& now, const PlanInput& input, Plan& plan) {
  for (const std::string& fqdn : input.fqdns) {
    const Registration* current = now.Find(fqdn);
    const auto index = current == nullptr ? std::nullopt : ReplacementOf(input.replacements, *current);
    if (!index) continue;
    const Replacement& replacement = input.replacements[*index];
    if (replacement.fresh) {
      Assign(plan, {.fqdn = fqdn,
                    .registration = *replacement.fresh,
                    .action = Action::kReregistered,
                    .previous_fulldomain = current->fulldomain()});
    } else if (!replacement.failed && !plan.needs_replacement) {
      plan.needs_replacement = index;
    }
  }
}

/// Entries without a registration that can be used.
void PlanAdditions(const AcmednsJson& now, const PlanInput& input, Plan& plan) {
  const Registration* shared = Shared(plan.after, input);
  // What others share may be on its way; then those who lack one wait for it. And where it could not be had for the
  // others, it can't be had for them.
  const bool wait =
      shared == nullptr && std::ranges::any_of(input.fqdns, [&](const std::string& fqdn) { return now.Find(fqdn); });
  const std::optional<Registration> source = shared != nullptr ? std::optional(*shared) : input.first;
  for (const std::string& fqdn : input.fqdns) {
    if (now.Find(fqdn) != nullptr || wait) continue;
    if (!source) {
      plan.needs_first = true;
      continue;
    }
    if (!now.ProblemOf(fqdn).empty()) plan.keep_former = true;
    Assign(plan, {.fqdn = fqdn,
                  .registration = *source,
                  .action = shared != nullptr ? Action::kAdded : Action::kRegistered,
                  .previous_fulldomain = {}});
  }
}

}  // namespace

Plan MakePlan(const AcmednsJson& now, const PlanInput& input) {
  Plan plan{.after = Has(Mutant::kDropsOtherEntries) ? AcmednsJson() : now,
            .changes = {},
            .keep_former = now.unreadable(),
            .needs_replacement = {}};
  PlanReplacements(now, input, plan);
  PlanAdditions(now, input, plan);
  const auto configured = [&input](const std::string& fqdn) { return std::ranges::binary_search(input.fqdns, fqdn); };
  for (const std::string& fqdn : now.PoisonedFqdns()) {
    if (configured(fqdn)) continue;  // furnished above
    plan.after.Erase(fqdn);
    plan.repair = plan.keep_former = true;
  }
  if ((input.prune || Has(Mutant::kAlwaysPrunes)) && !Has(Mutant::kNeverPrunes)) {
    for (const std::string& fqdn : plan.after.Fqdns()) {
      if (configured(fqdn)) continue;
      plan.after.Erase(fqdn);
      plan.prune = true;
    }
  }
  return plan;
}

std::vector<Registration> AccountsOf(const AcmednsJson& now, const std::vector<std::string>& fqdns) {
  std::vector<Registration> accounts;
  for (const std::string& fqdn : fqdns) {
    const Registration* registration = now.Find(fqdn);
    if (registration == nullptr) continue;
    const bool known = std::ranges::any_of(
        accounts, [registration](const Registration& account) { return account.SameAccount(*registration); });
    if (!known) accounts.push_back(*registration);
  }
  return accounts;
}

}  // namespace client
