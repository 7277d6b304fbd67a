// Kubernetes Events on the Secret: how a person who looks at the cluster, not at logs, hears of a registration.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "effects/log.h"
#include "effects/random.h"
#include "kube/api_client.h"
#include "kube/secret_store.h"

namespace client {

/// Type and reason, as `kubectl get events` shows them. Warnings where somebody must change a CNAME record.
enum class EventReason : std::uint8_t {
  kRegistered,    ///< Normal Registered
  kReregistered,  ///< Warning Reregistered
  kUntold,        ///< Warning Registered: by a run before this one
  kTidied,        ///< Normal Tidied: nothing for a person to do
};

enum class EventFate : std::uint8_t {
  kCreated,
  kWasThere,  ///< one of the same id; after a lost answer it may be this one
  kUnknown,   ///< no rights, no answer
};

struct EventText {
  EventReason reason = EventReason::kRegistered;
  std::string message;
  std::optional<std::uint64_t> id;  ///< makes the Event's name; nullopt: a random one
  bool insist = false;              ///< try again after failures that may pass, within the run's budget
};

/// Not for several threads. The references must outlive it.
class EventRecorder {
 public:
  struct Options {
    SecretRef secret;
    std::string component = "acmedns-selfreg";
  };
  EventRecorder(ApiClient& api, Random& random, Log& log, Options options);

  /// Creates a core/v1 Event on the Secret `view`. At most 1024 bytes of the message are kept. Events are a courtesy: a
  /// failure, missing rights included, is a debug line in the log and nothing else.
  EventFate Record(const SecretView& view, const EventText& text);

 private:
  ApiClient& api_;
  Random& random_;
  Log& log_;
  Options options_;
};

}  // namespace client
