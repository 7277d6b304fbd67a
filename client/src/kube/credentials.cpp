#include "kube/credentials.h"

namespace client {

std::optional<std::string> LoadedCredentials::BearerToken() const {
  const SecretText& token = options_.loaded.token;
  return token.empty() ? std::nullopt : std::optional(token.Reveal());
}

Result<bool> LoadedCredentials::Reload() {
  auto fresh = options_.load();
  if (!fresh) return std::unexpected(fresh.error());
  if (*fresh == options_.loaded) return false;
  if (auto applied = options_.apply(*fresh); !applied) return std::unexpected(applied.error());
  options_.loaded = *std::move(fresh);
  return true;
}

}  // namespace client
