// Who makes a request, as authentication found out: what authorisation, reviews and the history look at.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mock_kubeapi {

inline constexpr std::string_view kMastersGroup = "system:masters";
inline constexpr std::string_view kAuthenticatedGroup = "system:authenticated";
inline constexpr std::string_view kUnauthenticatedGroup = "system:unauthenticated";
inline constexpr std::string_view kAnonymousUser = "system:anonymous";
inline constexpr std::string_view kServiceAccountUserPrefix = "system:serviceaccount:";
inline constexpr std::string_view kServiceAccountsGroup = "system:serviceaccounts";

struct UserInfo {
  std::string name;
  std::string uid;  ///< empty where the credentials carry none
  std::vector<std::string> groups;
  /// E.g. authentication.kubernetes.io/pod-name of a token bound to a Pod.
  std::map<std::string, std::vector<std::string>> extra;

  bool InGroup(std::string_view group) const;
};

/// The user that a ServiceAccount's token stands for, without system:authenticated.
struct ServiceAccountName {
  std::string namespace_name;
  std::string name;
};
UserInfo ServiceAccountUser(const ServiceAccountName& account, std::string uid);

/// The ServiceAccount of a user name "system:serviceaccount:NAMESPACE:NAME"; nullopt for any other name.
std::optional<ServiceAccountName> ParseServiceAccountUser(std::string_view user_name);

}  // namespace mock_kubeapi
