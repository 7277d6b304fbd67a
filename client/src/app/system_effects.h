// The effects of a real run: sockets, files, the clock, put together from the configuration.
#pragma once

#include <memory>
#include <optional>

#include "app/config.h"
#include "app/run.h"
#include "io/curl_transport.h"
#include "io/ldns_resolver.h"
#include "io/stop.h"
#include "io/system_clock.h"
#include "io/system_random.h"
#include "kube/credentials.h"

namespace client {

/// Owns what Effects refers to. Not for several threads.
class SystemEffects {
 public:
  /// Reads the kubeconfig or the pod's service account and prepares the connections; connects nowhere yet.
  /// kMisconfigured when something can't be read or used. `config`, `stop` and `log` must outlive it.
  static Result<std::unique_ptr<SystemEffects>> Create(const Config& config, const Stop& stop, Log& log);

  Effects effects();

 private:
  SystemEffects(const Stop& stop, Log& log) : log_(log), clock_(stop), resolver_(stop, random_) {}

  Log& log_;
  SystemClock clock_;
  SystemRandom random_;
  LdnsResolver resolver_;
  std::unique_ptr<CurlTransport> acmedns_;
  std::unique_ptr<CurlTransport> kube_;
  std::optional<LoadedCredentials> credentials_;
  std::string server_;
  std::string default_namespace_;
};

/// The kubeconfig where one is configured, else the pod's service account; read from disk at each call.
Result<KubeAccess> LoadKubeAccess(const Config& config);

}  // namespace client
