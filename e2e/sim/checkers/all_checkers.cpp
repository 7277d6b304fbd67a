#include "sim/checkers/accounts_bounded.h"
#include "sim/checkers/announced.h"
#include "sim/checkers/backs_off.h"
#include "sim/checkers/checker.h"
#include "sim/checkers/credentials_kept.h"
#include "sim/checkers/entries_whole.h"
#include "sim/checkers/foreign_data.h"
#include "sim/checkers/honest_exit.h"
#include "sim/checkers/no_secret_in_output.h"
#include "sim/checkers/proven_before_written.h"
#include "sim/checkers/recovery.h"
#include "sim/checkers/rejection_confirmed.h"
#include "sim/checkers/run_budget.h"
#include "sim/checkers/secret_valid.h"
#include "sim/checkers/secrets_at_home.h"
#include "sim/checkers/start_spread.h"
#include "sim/checkers/summary_true.h"
#include "sim/checkers/unreadable_kept.h"

namespace sim {

std::vector<std::unique_ptr<Checker>> AllCheckers() {
  std::vector<std::unique_ptr<Checker>> checkers;
  checkers.push_back(std::make_unique<SecretValid>());
  checkers.push_back(std::make_unique<CredentialsKept>());
  checkers.push_back(std::make_unique<RejectionConfirmed>());
  checkers.push_back(std::make_unique<ProvenBeforeWritten>());
  checkers.push_back(std::make_unique<AccountsBounded>());
  checkers.push_back(std::make_unique<Announced>());
  checkers.push_back(std::make_unique<ForeignData>());
  checkers.push_back(std::make_unique<EntriesWhole>());
  checkers.push_back(std::make_unique<UnreadableKept>());
  checkers.push_back(std::make_unique<NoSecretInOutput>());
  checkers.push_back(std::make_unique<SecretsAtHome>());
  checkers.push_back(std::make_unique<HonestExit>());
  checkers.push_back(std::make_unique<SummaryTrue>());
  checkers.push_back(std::make_unique<RunBudget>());
  checkers.push_back(std::make_unique<BacksOff>());
  checkers.push_back(std::make_unique<StartSpread>());
  checkers.push_back(std::make_unique<RecoveryComplete>());
  return checkers;
}

}  // namespace sim
