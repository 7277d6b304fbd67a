#include "mock_kubeapi/authn/user_info.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mock_kubeapi {

bool UserInfo::InGroup(std::string_view group) const {
  return std::ranges::find(groups, group) != groups.end();
}

UserInfo ServiceAccountUser(const ServiceAccountName& account, std::string uid) {
  return {.name = fmt::format("{}{}:{}", kServiceAccountUserPrefix, account.namespace_name, account.name),
          .uid = std::move(uid),
          .groups = {std::string(kServiceAccountsGroup),
                     fmt::format("{}:{}", kServiceAccountsGroup, account.namespace_name)},
          .extra = {}};
}

std::optional<ServiceAccountName> ParseServiceAccountUser(std::string_view user_name) {
  if (!user_name.starts_with(kServiceAccountUserPrefix)) return std::nullopt;
  user_name.remove_prefix(kServiceAccountUserPrefix.size());
  const std::size_t colon = user_name.find(':');
  if (colon == std::string_view::npos || user_name.find(':', colon + 1) != std::string_view::npos) return std::nullopt;
  return ServiceAccountName{.namespace_name = std::string(user_name.substr(0, colon)),
                            .name = std::string(user_name.substr(colon + 1))};
}

}  // namespace mock_kubeapi
