// The seam between the program and its effects: a parsed configuration and the effects go in, an exit code and the
// texts to print come out. main.cpp, the e2e harness and the simulator run commands through this one function, so
// what the simulator proves is what the program does.
#pragma once

#include <string>

#include "app/config.h"
#include "effects/clock.h"
#include "effects/dns_resolver.h"
#include "effects/http_transport.h"
#include "effects/log.h"
#include "effects/random.h"
#include "kube/credentials.h"

namespace client {

/// The API server to talk to. References must outlive the run.
struct KubeEndpoint {
  HttpTransport& transport;
  KubeCredentials& credentials;
  std::string server;  ///< base URL, e.g. https://10.0.0.1:443, maybe with a path
  /// Namespace of the pod or of the kubeconfig's context, used when the configuration names none; may be empty.
  std::string default_namespace;
};

/// All that a command can do to the world. References must outlive the run.
struct Effects {
  HttpTransport& acmedns;
  KubeEndpoint kube;
  DnsResolver& resolver;
  Clock& clock;
  Random& random;
  Log& log;
};

struct CommandResult {
  int exit_code = 0;
  std::string output;  ///< for stdout: tables, JSON summary; may be empty. Never a secret.
  /// For the container's termination message file, at most 4096 bytes of JSON; empty: this command leaves none.
  std::string termination_message;
};

/// Runs register, check, reregister or status to its end, blocking. Never throws; whatever fails is in the log and in
/// the exit code. Touches nothing outside but through `effects`.
CommandResult RunCommand(const Config& config, const Effects& effects);

/// Runs a command that needs no network: solver, manifests, version. Failures are logged.
CommandResult RunOffline(const Config& config, Log& log);

/// The result of a command that could not begin: a wrong configuration. Logs nothing.
CommandResult RefusedResult(Command command, OutputFormat output, const Error& error);

}  // namespace client
