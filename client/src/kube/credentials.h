// What a request to the Kubernetes API server is authenticated with. Tokens of service accounts are replaced on disk
// while we run, so the API client asks for the token at each request and, on 401, has it read again.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "error.h"
#include "kube/access.h"

namespace client {

class KubeCredentials {
 public:
  virtual ~KubeCredentials() = default;
  /// The bearer token for the next request, without "Bearer "; nullopt where none is configured (a client certificate
  /// identifies us, or nothing does). A secret: for the Authorization header only.
  virtual std::optional<std::string> BearerToken() const = 0;
  /// Reads the files (token, CA, client certificate) again, after a 401. True when anything differs from before, so
  /// that trying again makes sense. kMisconfigured, and nothing changed, when a file can't be read or used.
  virtual Result<bool> Reload() = 0;
};

/// A token that never changes: for tests and for in-memory runs. Empty: none.
class StaticCredentials final : public KubeCredentials {
 public:
  explicit StaticCredentials(std::string token = {}) : token_(std::move(token)) {}
  std::optional<std::string> BearerToken() const override {
    return token_.empty() ? std::nullopt : std::optional(token_);
  }
  Result<bool> Reload() override { return false; }

 private:
  std::string token_;
};

/// Credentials from files, which are read again on demand.
class LoadedCredentials final : public KubeCredentials {
 public:
  /// `loaded` is what `load` gave at the start. `apply` is called with what Reload() has read before it counts, so that
  /// the transport can take over a new CA or client certificate; when it fails, nothing changes.
  struct Options {
    KubeAccess loaded;
    KubeAccessLoader load;
    std::function<Result<void>(const KubeAccess&)> apply;
  };
  explicit LoadedCredentials(Options options) : options_(std::move(options)) {}
  std::optional<std::string> BearerToken() const override;
  Result<bool> Reload() override;

 private:
  Options options_;
};

}  // namespace client
