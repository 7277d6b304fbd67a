// Kubernetes Events on the Secret: how a person who looks at the cluster, not at logs, hears of a registration.
#pragma once

#include <cstdint>
#include <string>

#include "effects/log.h"
#include "effects/random.h"
#include "kube/api_client.h"
#include "kube/secret_store.h"

namespace client {

enum class EventReason : std::uint8_t { kRegistered, kReregistered };

/// Not for several threads. The references must outlive it.
class EventRecorder {
 public:
  struct Options {
    SecretRef secret;
    std::string component = "acmedns-selfreg";
  };
  EventRecorder(ApiClient& api, Random& random, Log& log, Options options);

  /// Creates a core/v1 Event on the Secret `view`: Normal `Registered` or Warning `Reregistered` (somebody must change
  /// a CNAME record). At most 1024 bytes of `message` are kept. Events are a courtesy: a failure, missing rights
  /// included, is a debug line in the log and nothing else.
  void Record(const SecretView& view, EventReason reason, const std::string& message);

 private:
  ApiClient& api_;
  Random& random_;
  Log& log_;
  Options options_;
};

}  // namespace client
