// What the script's faults do to a world when they come and go. What they do to single exchanges: fault_board.cpp.
#include <algorithm>
#include <array>
#include <iterator>

#include "sim/world_player.h"

namespace sim {
namespace {

using client::Command;
using std::chrono::minutes;
using std::chrono::seconds;

/// A clock is set forward or back by less than a day and a half.
constexpr std::uint64_t kClockStepMinutes = std::uint64_t{36} * 60;

/// How a fault comes, drawn from its salt. Half of them come at their own time, when mostly nobody is at work; the
/// other half wait for a run and strike in the middle of it, and then some are over within a minute.
struct Ambush {
  bool waits = false;
  std::uint64_t step = 0;
  bool at_write = false;
  bool brief = false;
};

Ambush AmbushOf(const PlannedFault& fault) {
  switch (fault.kind) {
    // These are for the next run anyway.
    case FaultKind::kProcessKilled:
    case FaultKind::kCronFiredTwice:
    case FaultKind::kCronLate:
      return {};
    default:
      break;
  }
  mock_http::SeededRandom random(~fault.salt);
  Ambush ambush;
  ambush.waits = random.Below(2) == 0;
  ambush.step = random.Below(10);
  ambush.at_write = random.Below(2) == 0;
  ambush.brief = random.Below(2) == 0;
  if (fault.kind == FaultKind::kAcmeDatabaseDown) {
    // Down when the check asks for the first time, or it finds nothing to confirm.
    ambush.step %= 3;
    ambush.at_write = false;
  }
  return ambush;
}

/// What was meant for hours, in seconds. A database that is down is the client's hardest question: it comes back about
/// when the rejections that it gives are confirmed.
Offset Brief(const PlannedFault& fault) {
  if (fault.kind == FaultKind::kAcmeDatabaseDown) return Offset(75 + static_cast<Offset::rep>(fault.salt % 20));
  return std::max(Offset(1), fault.duration / 240);
}

}  // namespace

void WorldPlayer::MeetFault(const PlannedFault& fault) {
  if (fault.cluster >= static_cast<int>(clusters_.size())) return;  // of a scenario for more clusters
  const Ambush ambush = AmbushOf(fault);
  if (!ambush.waits) return StartFault(fault);
  const std::size_t target =
      fault.cluster >= 0 ? static_cast<std::size_t>(fault.cluster) : fault.salt % clusters_.size();
  Cluster::Strike strike{.fault = fault, .step = ambush.step, .at_write = ambush.at_write};
  if (ambush.brief && fault.duration.count() > 0) strike.fault.duration = Brief(fault);
  clusters_.at(target)->strikes.push_back(strike);
}

void WorldPlayer::SpringStrikes(Cluster& cluster, const harness::Step& step) {
  const auto is_due = [&step](const Cluster::Strike& strike) {
    return step.number >= strike.step && (!strike.at_write || step.what.starts_with("PATCH"));
  };
  if (std::ranges::none_of(cluster.strikes, is_due)) return;
  std::vector<Cluster::Strike> due;
  std::ranges::copy_if(cluster.strikes, std::back_inserter(due), is_due);
  std::erase_if(cluster.strikes, is_due);
  for (const Cluster::Strike& strike : due) StartFault(strike.fault);
}

void WorldPlayer::StartFault(const PlannedFault& fault) {
  const FaultKindRow& row = RowOf(fault.kind);
  trace_.Line(fault.cluster, "fault {}{}", row.name, row.lasts ? " begins" : "");
  if (row.lasts) {
    BeginLasting(fault);
    const std::size_t handle = board_.Begin(fault);
    scheduler_.At(clock_.Now() + fault.duration, [this, fault, handle] { StopFault(fault, handle); });
    return;
  }
  const bool struck = fault.cluster < 0
                          ? StrikeWorldOnce(fault)
                          : StrikeClusterOnce(fault, *clusters_.at(static_cast<std::size_t>(fault.cluster)));
  const bool at_work = std::ranges::any_of(clusters_, [&fault](const auto& cluster) {
    return !cluster->running().empty() && (fault.cluster < 0 || fault.cluster == cluster->index());
  });
  if (struck) board_.StrikeOnce(fault.kind, at_work);
  AssessAll();
}

void WorldPlayer::StopFault(const PlannedFault& fault, std::size_t handle) {
  if (over_) return;  // EndFaults has done it
  trace_.Line(fault.cluster, "fault {} ends", RowOf(fault.kind).name);
  if (fault.kind == FaultKind::kCronLate && clusters_.at(static_cast<std::size_t>(fault.cluster))->cron_was_due()) {
    board_.Strike(fault.kind, fault.cluster);
  }
  board_.End(handle);
  if (!board_.IsActive(fault.kind, fault.cluster)) FinishLasting(fault);
}

bool WorldPlayer::StrikeWorldOnce(const PlannedFault& fault) {
  if (fault.kind == FaultKind::kAcmeDatabaseRestored) return site_.Restore(fault.salt);
  site_.LoseDatabase();
  return true;
}

bool WorldPlayer::StrikeClusterOnce(const PlannedFault& fault, Cluster& cluster) {
  switch (fault.kind) {
    case FaultKind::kAcmeAccountDeleted:
      return DeleteAccount(cluster, fault.salt);
    case FaultKind::kSecretDeleted: {
      const bool deleted = cluster.DeleteSecret();
      if (cluster.plan().secret_is_managed) {
        scheduler_.At(clock_.Now() + minutes(3), [&cluster] { cluster.CreateManagedSecret(); });
      }
      return deleted;
    }
    case FaultKind::kSecretDamaged:
      return cluster.DamageSecret(fault.salt);
    case FaultKind::kSecretHalfEdited:
      return cluster.HalfEditSecret(fault.salt);
    case FaultKind::kSecretForeignKeys:
      return cluster.AddForeignKeys(fault.salt);
    case FaultKind::kSecretRestored:
      return cluster.RestoreSecret(fault.salt);
    case FaultKind::kNamespaceRecreated:
      return cluster.RecreateNamespace();
    case FaultKind::kClockStepForward:
      StepClock(cluster, minutes(1 + fault.salt % kClockStepMinutes));
      return true;
    case FaultKind::kClockStepBack:
      StepClock(cluster, -minutes(1 + fault.salt % kClockStepMinutes));
      return true;
    // The next run decides about these, and whether they strike.
    case FaultKind::kProcessKilled:
      // Most runs have some ten steps, those that fail and confirm several times as many.
      cluster.kills.push_back({.step = fault.salt / 32 % 4 == 0 ? fault.salt / 128 % 60 : fault.salt % 14,
                               .after = fault.salt / 16 % 2 == 0});
      return false;
    case FaultKind::kRunsInterleaved:
      if (!cluster.running().empty()) {
        // From this very step on, both take turns; a person's check has no jitter that would keep it apart.
        static constexpr std::array kOthers = {Command::kRegister, Command::kCheck, Command::kRegister,
                                               Command::kReregister};
        SpawnByHand(cluster, kOthers.at(fault.salt % kOthers.size()));
        return true;
      }
      cluster.seconds.push_back(fault.salt);
      return false;
    case FaultKind::kCronFiredTwice:
      cluster.repeats.push_back(fault.salt);
      return false;
    default:
      return false;
  }
}

void WorldPlayer::StepClock(Cluster& cluster, seconds by) {
  cluster.StepClock(by, MayRenewToken(cluster));
}

bool WorldPlayer::MayRenewToken(const Cluster& cluster) const {
  return !board_.IsActive(FaultKind::kKubeTokenRevoked, cluster.index()) &&
         !board_.IsActive(FaultKind::kKubeTokenExpired, cluster.index());
}

bool WorldPlayer::DeleteAccount(Cluster& cluster, std::uint64_t salt) {
  const auto& accounts = cluster.State().accounts;
  if (accounts.empty()) return false;
  const auto chosen = std::next(accounts.begin(), static_cast<std::ptrdiff_t>(salt % accounts.size()));
  return site_.Delete(chosen->second.username);
}

void WorldPlayer::BeginLasting(const PlannedFault& fault) {
  if (fault.kind == FaultKind::kAcmeDatabaseDown) return site_.SetDown(true);
  if (fault.cluster < 0) return;
  Cluster& cluster = *clusters_.at(static_cast<std::size_t>(fault.cluster));
  if (fault.kind == FaultKind::kKubeTokenRevoked) cluster.RevokeToken(fault.salt % 2 == 0);
  if (fault.kind == FaultKind::kKubeTokenExpired) cluster.ShortenToken();
  if (fault.kind == FaultKind::kKubeRbacRemoved) cluster.RemoveRights(fault.salt % 2 == 0);
  if (fault.kind == FaultKind::kCronLate) cluster.SuspendCron();
}

void WorldPlayer::FinishLasting(const PlannedFault& fault) {
  if (fault.kind == FaultKind::kAcmeDatabaseDown) return site_.SetDown(false);
  if (fault.cluster < 0) return;
  Cluster& cluster = *clusters_.at(static_cast<std::size_t>(fault.cluster));
  if (fault.kind == FaultKind::kKubeTokenRevoked || fault.kind == FaultKind::kKubeTokenExpired) cluster.RenewToken();
  if (fault.kind == FaultKind::kKubeRbacRemoved) cluster.RestoreRights();
  if (fault.kind == FaultKind::kCronLate) cluster.ResumeCron();
}

}  // namespace sim
