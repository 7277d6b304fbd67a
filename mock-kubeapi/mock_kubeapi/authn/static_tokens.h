// The file of kube-apiserver's --token-auth-file: token,user,uid[,"group1,group2"] per line (CSV).
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "mock_kubeapi/authn/user_info.h"

namespace mock_kubeapi {

/// Tokens that are valid as long as the server runs. Holds secrets: never printed.
class StaticTokens {
 public:
  /// Reads the CSV text of a token file; quoted fields and empty lines as in Go's encoding/csv. The
  /// error names the line and what is missing, never a token.
  static std::expected<StaticTokens, std::string> Parse(std::string_view csv);

  /// The last one of a token wins.
  void Add(std::string token, UserInfo user);
  /// The token's user, without system:authenticated; null for an unknown token.
  const UserInfo* Find(std::string_view token) const;
  std::size_t size() const { return users_.size(); }

 private:
  std::map<std::string, UserInfo, std::less<>> users_;
};

}  // namespace mock_kubeapi
