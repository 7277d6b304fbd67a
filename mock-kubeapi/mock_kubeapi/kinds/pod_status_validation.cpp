#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/pod_parts.h"
#include "mock_kubeapi/kinds/pod_validation.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

int IpFamily(const std::string& ip) {
  in6_addr parsed{};
  if (inet_pton(AF_INET, ip.c_str(), &parsed) == 1) return AF_INET;
  return inet_pton(AF_INET6, ip.c_str(), &parsed) == 1 ? AF_INET6 : AF_UNSPEC;
}

/// Conditions of others than the system's must have a qualified name. The path is the real server's.
FieldErrors ValidateConditionTypes(const Json& conditions) {
  FieldErrors errors;
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const std::string& type = TextOf(conditions[i], "type");
    if (type == "PodScheduled" || type == "Ready" || type == "Initialized") continue;
    Append(errors,
           InvalidForEach(Child(Index("metadata.conditions", i), "Type"), type, validation::IsQualifiedName(type)));
  }
  return errors;
}

/// A container that has ended for good may not be said to run again.
FieldErrors ValidateStateTransition(const Json& statuses, const Json& old_statuses, std::string_view restart_policy,
                                    const std::string& path) {
  FieldErrors errors;
  if (restart_policy == "Always") return errors;
  for (std::size_t i = 0; i < old_statuses.size(); ++i) {
    const Json* ended = FieldAt(old_statuses[i], "state", "terminated");
    if (ended == nullptr) continue;
    if (IntegerOf(*ended, "exitCode").value_or(0) != 0 && restart_policy == "OnFailure") continue;
    for (const Json& status : statuses) {
      if (TextOf(status, "name") == TextOf(old_statuses[i], "name") &&
          FieldAt(status, "state", "terminated") == nullptr) {
        errors.push_back(Forbidden(Child(Index(path, i), "state"), "may not be transitioned to non-terminated state"));
      }
    }
  }
  return errors;
}

std::string IpGoText(const Json& ip) {
  return fmt::format("core.PodIP{{IP:{}}}", GoQuote(TextOf(ip, "ip")));
}

std::string IpsGoText(const Json& ips) {
  std::string out;
  for (const Json& ip : ips) out += (out.empty() ? "" : ", ") + IpGoText(ip);
  return "[]core.PodIP{" + out + "}";
}

FieldErrors ValidatePodIps(const Json& ips) {
  const std::string path = "status.podIPs";
  FieldErrors errors;
  std::set<int> families;
  bool are_valid = true;
  for (std::size_t i = 0; i < ips.size(); ++i) {
    const std::string& ip = TextOf(ips[i], "ip");
    Append(errors, ValidateIp(ip, Index(path, i)));
    are_valid = are_valid && IpFamily(ip) != AF_UNSPEC;
    families.insert(IpFamily(ip));
  }
  if (ips.size() < 2 || !are_valid) return errors;
  if (families.size() < 2 || ips.size() > 2) {
    errors.push_back(InvalidGoValue(path, IpsGoText(ips), "may specify no more than one IP for each IP family"));
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < ips.size(); ++i) {
    if (seen.insert(TextOf(ips[i], "ip")).second) continue;
    FieldError error = Duplicate(Index(path, i), ips[i]);
    error.go_value = IpGoText(ips[i]);
    errors.push_back(std::move(error));
  }
  return errors;
}

}  // namespace

FieldErrors ValidateIp(const std::string& ip, const std::string& path) {
  if (IpFamily(ip) != AF_UNSPEC) return {};
  return {Invalid(path, ip, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")};
}

FieldErrors ValidatePodStatusUpdate(const Json& pod, const Json& old) {
  FieldErrors errors = ValidatePodAnnotationUpdates(pod, old);
  const Json& status = ObjectOf(pod, "status");
  const Json& old_status = ObjectOf(old, "status");
  Append(errors, ValidateConditionTypes(ListOf(status, "conditions")));
  const std::string& nominated = TextOf(status, "nominatedNodeName");
  if (!nominated.empty() && nominated != TextOf(old_status, "nominatedNodeName")) {
    Append(errors, InvalidForEach("status.nominatedNodeName", nominated, validation::IsDns1123Subdomain(nominated)));
  }
  const std::string& restart_policy = TextOf(ObjectOf(old, "spec"), "restartPolicy");
  for (const char* list : {"containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"}) {
    // Ephemeral containers never start again, whatever the Pod's policy.
    const bool is_ephemeral = std::string_view(list).starts_with("ephemeral");
    Append(errors,
           ValidateStateTransition(ListOf(status, list), ListOf(old_status, list),
                                   is_ephemeral ? "Never" : std::string_view(restart_policy), Child("status", list)));
  }
  Append(errors, ValidatePodIps(ListOf(status, "podIPs")));
  return errors;
}

}  // namespace mock_kubeapi
