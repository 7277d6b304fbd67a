#include "sim/fault_kind.h"

#include <algorithm>

namespace sim {

const std::vector<FaultKindRow>& FaultKindTable() {
  using enum FaultKind;
  // Rates are those of a bad neighbourhood, not of a well-kept data centre: what is seen there once in ten years has to
  // come up in a campaign of some hundred cluster-years many times.
  static const std::vector<FaultKindRow> kTable = {
      // kind, name, per cluster, lasts, per year, hours, probability
      {kAcmeServerError, "acme-server-error", false, true, 12, 3, 0.7},
      {kAcmeDatabaseDown, "acme-database-down", false, true, 24, 4, 1},
      {kAcmeSlow, "acme-slow", false, true, 10, 6, 0.8},
      {kAcmeLostRequest, "acme-lost-request", false, true, 10, 6, 0.3},
      {kAcmeLostReply, "acme-lost-reply", false, true, 10, 6, 0.3},
      {kAcmeTruncated, "acme-truncated", false, true, 6, 4, 0.4},
      {kAcmeGarbage, "acme-garbage", false, true, 6, 4, 0.7},
      {kAcmeRedirect, "acme-redirect", false, true, 6, 4, 1},
      {kAcmeProxyRefuses, "acme-proxy-refuses", false, true, 6, 4, 1},
      {kAcmeTooManyRequests, "acme-too-many-requests", false, true, 8, 4, 0.75},
      {kAcmeAccountDeleted, "acme-account-deleted", true, false, 4, 0, 1},
      {kAcmeDatabaseLost, "acme-database-lost", false, false, 3, 0, 1},
      {kAcmeDatabaseRestored, "acme-database-restored", false, false, 5, 0, 1},
      {kAcmeAddressChange, "acme-address-change", false, true, 5, 5, 1},
      {kDnsServFail, "dns-servfail", false, true, 10, 5, 0.7},
      {kDnsTimeout, "dns-timeout", false, true, 10, 5, 0.7},
      {kDnsStaleCache, "dns-stale-cache", false, true, 6, 8, 1},
      {kDnsNxDomainCached, "dns-nxdomain-cached", false, true, 6, 8, 1},
      {kKubeConflict, "kube-conflict", true, true, 5, 4, 0.6},
      {kKubeTooManyRequests, "kube-too-many-requests", true, true, 5, 4, 0.6},
      {kKubeServerError, "kube-server-error", true, true, 6, 4, 0.5},
      {kKubeUnavailable, "kube-unavailable", true, true, 6, 4, 0.8},
      {kKubeLostReply, "kube-lost-reply", true, true, 6, 6, 0.4},
      {kKubeTokenExpired, "kube-token-expired", true, true, 2, 12, 1},
      {kKubeTokenRevoked, "kube-token-revoked", true, true, 3, 6, 1},
      {kKubeRbacRemoved, "kube-rbac-removed", true, true, 3, 12, 1},
      {kSecretDeleted, "secret-deleted", true, false, 3, 0, 1},
      {kSecretDamaged, "secret-damaged", true, false, 3, 0, 1},
      {kSecretHalfEdited, "secret-half-edited", true, false, 3, 0, 1},
      {kSecretForeignKeys, "secret-foreign-keys", true, false, 4, 0, 1},
      {kSecretRestored, "secret-restored", true, false, 3, 0, 1},
      {kNamespaceRecreated, "namespace-recreated", true, false, 1, 0, 1},
      {kProcessKilled, "process-killed", true, false, 12, 0, 1},
      {kRunsInterleaved, "runs-interleaved", true, false, 12, 0, 1},
      {kCronFiredTwice, "cron-fired-twice", true, false, 6, 0, 1},
      {kCronLate, "cron-late", true, true, 2, 60, 1},
      {kClockStepForward, "clock-step-forward", true, false, 2, 0, 1},
      {kClockStepBack, "clock-step-back", true, false, 2, 0, 1},
  };
  return kTable;
}

const FaultKindRow& RowOf(FaultKind kind) {
  return FaultKindTable().at(static_cast<std::size_t>(kind));
}

std::optional<FaultKind> FaultKindFromName(std::string_view name) {
  const auto found = std::ranges::find(FaultKindTable(), name, &FaultKindRow::name);
  return found == FaultKindTable().end() ? std::nullopt : std::optional(found->kind);
}

}  // namespace sim
