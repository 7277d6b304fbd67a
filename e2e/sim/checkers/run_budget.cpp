#include "sim/checkers/run_budget.h"

#include <fmt/format.h>

namespace sim {
namespace {

using std::chrono::milliseconds;

/// The last DNS question may have begun just before the deadline.
constexpr milliseconds kGrace{2'000};
/// Kinds of calls in one round: read, dry run, register, prove, ask the old one again, write, read again, Event.
constexpr std::size_t kCallsPerRound = 8;
/// Conflicts that the client puts up with, each a dry run or write, and a read.
constexpr std::size_t kConflictCalls = std::size_t{2} * 11;
/// Rounds of questions within the patience of 30 s, of up to three questions each, and the walks to the servers.
constexpr std::size_t kQuestionsPerFqdn = 200;

}  // namespace

void RunBudget::OnRunEnd(const RunRecord& run, AcmeSite& /*acme*/, Findings& findings) {
  const auto took = std::chrono::floor<milliseconds>(run.end - run.start);
  if (took > run.deadline + kGrace) {
    findings.push_back(fmt::format("the run took {} ms, its deadline was {} ms", took.count(), run.deadline.count()));
  }
  const auto attempts = static_cast<std::size_t>(run.attempts);
  const std::size_t requests_max =
      attempts * (kCallsPerRound * run.configured.size() + kConflictCalls) + attempts * run.configured.size();
  if (run.requests > requests_max) {
    findings.push_back(fmt::format("the run sent {} requests, {} are enough", run.requests, requests_max));
  }
  // One account for each FQDN may have to be made, and a last look come after the tries of an update.
  const std::size_t tries_max = attempts * run.configured.size() + 1;
  if (run.most_tries > tries_max) {
    findings.push_back(fmt::format("a request was tried {} times in a row, {} are allowed", run.most_tries, tries_max));
  }
  if (run.questions > kQuestionsPerFqdn * run.configured.size()) {
    findings.push_back(fmt::format("the run asked DNS {} questions", run.questions));
  }
}

}  // namespace sim
