// Every kind of fault that the simulator knows, as one table: its name, what it strikes, whether it lasts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sim {

enum class FaultKind : std::uint8_t {
  // acme-dns, shared by all clusters of a world
  kAcmeServerError,   ///< 5xx
  kAcmeDatabaseDown,  ///< 401 for everyone
  kAcmeSlow,
  kAcmeLostRequest,
  kAcmeLostReply,
  kAcmeTruncated,
  kAcmeGarbage,
  kAcmeRedirect,
  kAcmeProxyRefuses,  ///< 401 with WWW-Authenticate, 403: something before acme-dns says no
  kAcmeTooManyRequests,
  kAcmeAccountDeleted,
  kAcmeDatabaseLost,
  kAcmeDatabaseRestored,  ///< from an older backup
  kAcmeAddressChange,     ///< nobody at the address that clients know, until their DNS follows
  // DNS
  kDnsServFail,
  kDnsTimeout,
  kDnsStaleCache,
  kDnsNxDomainCached,
  // one cluster's Kubernetes API
  kKubeConflict,
  kKubeTooManyRequests,
  kKubeServerError,
  kKubeUnavailable,
  kKubeLostReply,
  kKubeTokenExpired,  ///< the kubelet does not renew it
  kKubeTokenRevoked,
  kKubeRbacRemoved,
  kSecretDeleted,
  kSecretDamaged,
  kSecretHalfEdited,
  kSecretForeignKeys,
  kSecretRestored,  ///< from an older backup
  kNamespaceRecreated,
  // the process and its schedule
  kProcessKilled,
  kRunsInterleaved,  ///< a second run beside the first
  kCronFiredTwice,
  kCronLate,
  kClockStepForward,
  kClockStepBack,
};

inline constexpr std::size_t kFaultKinds = static_cast<std::size_t>(FaultKind::kClockStepBack) + 1;

struct FaultKindRow {
  FaultKind kind;
  std::string_view name;  ///< "acme-server-error", in reports and scenario files
  bool per_cluster;       ///< strikes one cluster; else the whole world
  bool lasts;             ///< has a duration; else happens once
  double per_year;        ///< how often it starts in a cluster-year (a world-year where shared) at rate 1
  double hours;           ///< mean duration where it lasts
  double probability;     ///< that a request within its time is struck; 1 where that makes no sense
};

/// The table in order of the enumeration.
const std::vector<FaultKindRow>& FaultKindTable();
const FaultKindRow& RowOf(FaultKind kind);
std::optional<FaultKind> FaultKindFromName(std::string_view name);

}  // namespace sim
