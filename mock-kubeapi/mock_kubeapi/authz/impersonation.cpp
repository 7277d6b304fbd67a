#include "mock_kubeapi/authz/impersonation.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mock_kubeapi {
namespace {

constexpr std::string_view kUserHeader = "Impersonate-User";
constexpr std::string_view kGroupHeader = "Impersonate-Group";
constexpr std::string_view kUidHeader = "Impersonate-Uid";
constexpr std::string_view kExtraPrefix = "impersonate-extra-";
constexpr std::string_view kAuthenticationGroup = "authentication.k8s.io";

std::string LowerCase(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// The values of Impersonate-Extra-KEY headers by key, lower-cased and unescaped.
std::map<std::string, std::vector<std::string>> ExtrasOf(const mock_http::Headers& headers) {
  std::map<std::string, std::vector<std::string>> extras;
  for (const auto& [name, value] : headers.fields()) {
    const std::string lower = LowerCase(name);
    if (!lower.starts_with(kExtraPrefix)) continue;
    const std::string key = lower.substr(kExtraPrefix.size());
    extras[mock_http::PercentDecode(key).value_or(key)].push_back(value);
  }
  return extras;
}

/// The references to what is asked for, as Go prints them: {Kind Namespace Name UID APIVersion ResourceVersion
/// FieldPath}.
std::string RequestsText(const UserInfo& user) {
  std::vector<std::string> requests;
  requests.reserve(user.groups.size());
  for (const std::string& group : user.groups) requests.push_back(fmt::format("{{Group  {}    }}", group));
  for (const auto& [key, values] : user.extra) {
    for (const std::string& value : values) {
      requests.push_back(fmt::format("{{UserInfo  {}  {}/v1  {}}}", value, kAuthenticationGroup, key));
    }
  }
  if (!user.uid.empty()) requests.push_back(fmt::format("{{UID  {}  {}/v1  }}", user.uid, kAuthenticationGroup));
  return fmt::format("{}", fmt::join(requests, " "));
}

/// Asks for the verb impersonate on one thing after the other, until one is refused.
class Permission {
 public:
  Permission(const UserInfo& requester, const Authorizer& authorizer)
      : requester_(requester), authorizer_(authorizer) {}

  void Ask(Attributes attributes) {
    if (refused_) return;
    attributes.user = requester_;
    attributes.verb = "impersonate";
    const Verdict verdict = authorizer_.Authorize(attributes);
    if (!verdict.allowed) refused_ = ForbiddenRequestError(attributes, verdict.reason);
  }
  const std::optional<ApiError>& refused() const { return refused_; }

 private:
  const UserInfo& requester_;
  const Authorizer& authorizer_;
  std::optional<ApiError> refused_;
};

}  // namespace

Result<std::optional<UserInfo>> ImpersonatedUser(const mock_http::Headers& headers, const UserInfo& requester,
                                                 const Authorizer& authorizer) {
  UserInfo user;
  user.name = headers.Get(kUserHeader).value_or(std::string_view());
  user.uid = headers.Get(kUidHeader).value_or(std::string_view());
  for (const std::string_view group : headers.GetAll(kGroupHeader)) user.groups.emplace_back(group);
  user.extra = ExtrasOf(headers);
  if (user.name.empty()) {
    if (user.groups.empty() && user.extra.empty() && user.uid.empty()) return std::optional<UserInfo>();
    return std::unexpected(
        PlainTextError(fmt::format("requested [{}] without impersonating a user", RequestsText(user))));
  }

  Permission permission(requester, authorizer);
  const auto account = ParseServiceAccountUser(user.name);
  if (account) {
    permission.Ask({.namespace_name = account->namespace_name,
                    .version = "v1",
                    .resource = "serviceaccounts",
                    .name = account->name});
  } else {
    permission.Ask({.resource = "users", .name = user.name});
  }
  for (const std::string& group : user.groups) permission.Ask({.resource = "groups", .name = group});
  for (const auto& [key, values] : user.extra) {
    for (const std::string& value : values) {
      permission.Ask({.group = std::string(kAuthenticationGroup),
                      .version = "v1",
                      .resource = "userextras",
                      .subresource = key,
                      .name = value});
    }
  }
  if (!user.uid.empty()) {
    permission.Ask({.group = std::string(kAuthenticationGroup), .version = "v1", .resource = "uids", .name = user.uid});
  }
  if (permission.refused()) return std::unexpected(*permission.refused());

  if (account && user.groups.empty()) user.groups = ServiceAccountUser(*account, {}).groups;
  if (user.name == kAnonymousUser) {
    if (!user.InGroup(kUnauthenticatedGroup)) user.groups.emplace_back(kUnauthenticatedGroup);
  } else if (!user.InGroup(kAuthenticatedGroup) && !user.InGroup(kUnauthenticatedGroup)) {
    user.groups.emplace_back(kAuthenticatedGroup);
  }
  return user;
}

}  // namespace mock_kubeapi
