#include "app/run.h"

#include <fmt/format.h>

#include "acmedns/acme_dns_client.h"
#include "app/report.h"
#include "app/version.h"
#include "base/retry.h"
#include "dns/verifier.h"
#include "kube/api_client.h"
#include "kube/events.h"
#include "kube/secret_store.h"
#include "manifests/manifests.h"
#include "mutant.h"
#include "selfreg/outcome.h"
#include "selfreg/run.h"
#include "selfreg/solver.h"
#include "selfreg/status.h"

namespace client {
namespace {

int Number(ExitCode code) {
  return static_cast<int>(code);
}

/// Everything between the decisions and the effects, for one run.
struct Wiring {
  Wiring(const Config& config, const Effects& effects, const SecretRef& secret)
      : retrier(effects.clock, effects.random, effects.log, config.retry),
        acmedns(effects.acmedns, effects.clock, config.acmedns),
        api(effects.kube.transport, effects.kube.credentials, retrier,
            {.server = effects.kube.server, .user_agent = UserAgent()}),
        secrets(api, {.secret = secret, .field_manager = config.field_manager}),
        events(api, effects.random, effects.log, {.secret = secret}),
        dns(effects.resolver, effects.clock, {.look_up = {.resolvers = config.resolvers}}) {}

  Retrier retrier;
  AcmeDnsClient acmedns;
  ApiClient api;
  SecretStore secrets;
  EventRecorder events;
  ResolverVerifier dns;
};

CommandResult FromOutcome(const Config& config, const Outcome& outcome) {
  return {.exit_code = Has(Mutant::kExitsZero) ? 0 : outcome.process_exit_code(),
          .output = config.output == OutputFormat::kJson ? SummaryJson(outcome) + "\n" : OutcomeText(outcome),
          .termination_message =
              Has(Mutant::kNoTerminationMessage) ? std::string() : SummaryJson(outcome, kTerminationMessageBytesMax)};
}

CommandResult RunStatus(const Config& config, Wiring& wiring, Random& random, Log& log) {
  const ProbeTools acmedns = {.acmedns = wiring.acmedns, .retrier = wiring.retrier, .random = random, .log = log};
  const StatusSources sources = {.dns = config.run.verify_dns == DnsCheck::kOff ? nullptr : &wiring.dns,
                                 .acmedns = config.acmedns.endpoint.empty() ? nullptr : &acmedns};
  const auto status = GatherStatus(config.run.fqdns, wiring.secrets, sources);
  if (!status) {
    log.Write(LogLevel::kError, status.error().message);
    return {.exit_code = Number(ExitCodeFor(Stage::kKubernetes, status.error().kind))};
  }
  return {.output = config.output == OutputFormat::kJson ? StatusJson(*status) + "\n" : StatusText(*status)};
}

CommandResult RunManifests(const Config& config, Log& log) {
  for (const std::string& warning : ManifestWarnings(config.manifests.params)) log.Write(LogLevel::kWarning, warning);
  const auto format = config.output == OutputFormat::kJson ? ManifestFormat::kJson : ManifestFormat::kYaml;
  auto text = RenderManifests(config.manifests.params, config.manifests.options, format);
  if (text) return {.output = *std::move(text)};
  log.Write(LogLevel::kError, text.error().message);
  return {.exit_code = Number(ExitCode::kUsage)};
}

}  // namespace

CommandResult RunCommand(const Config& config, const Effects& effects) {
  SecretRef secret = config.secret;
  if (secret.namespace_name.empty()) secret.namespace_name = effects.kube.default_namespace;
  if (secret.namespace_name.empty()) {
    const Error error = {.kind = ErrorKind::kMisconfigured,
                         .message =
                             "--namespace (NAMESPACE): is missing, and neither the pod nor the kubeconfig's "
                             "context has one"};
    effects.log.Write(LogLevel::kError, error.message);
    return RefusedResult(config.command, config.output, error);
  }
  Wiring wiring(config, effects, secret);
  if (config.command == Command::kStatus) return RunStatus(config, wiring, effects.random, effects.log);
  const RunServices services = {.acmedns = wiring.acmedns,
                                .secrets = wiring.secrets,
                                .events = wiring.events,
                                .dns = wiring.dns,
                                .retrier = wiring.retrier,
                                .random = effects.random,
                                .log = effects.log};
  switch (config.command) {
    case Command::kRegister:
      return FromOutcome(config, RunRegister(config.run, services));
    case Command::kReregister:
      return FromOutcome(config, RunReregister(config.run, services));
    default:
      return FromOutcome(config, RunCheck(config.run, services));
  }
}

CommandResult RunOffline(const Config& config, Log& log) {
  switch (config.command) {
    case Command::kSolver: {
      const SolverOptions options = {.endpoint = config.acmedns.endpoint, .secret_name = config.secret.name};
      return {.output = config.output == OutputFormat::kJson ? SolverJson(options) : SolverYaml(options)};
    }
    case Command::kManifests:
      return RunManifests(config, log);
    default:
      return {.output = config.output == OutputFormat::kJson ? fmt::format("{{\"version\":\"{}\"}}\n", Version())
                                                             : fmt::format("acmedns-selfreg {}\n", Version())};
  }
}

CommandResult RefusedResult(Command command, OutputFormat output, const Error& error) {
  Outcome outcome = {.command = CommandName(command)};
  outcome.Fail(Stage::kConfiguration, error);
  const bool is_run = command == Command::kRegister || command == Command::kCheck || command == Command::kReregister;
  return {.exit_code = Number(outcome.exit_code()),
          .output = is_run && output == OutputFormat::kJson ? SummaryJson(outcome) + "\n" : std::string(),
          .termination_message = is_run ? SummaryJson(outcome, kTerminationMessageBytesMax) : std::string()};
}

}  // namespace client
