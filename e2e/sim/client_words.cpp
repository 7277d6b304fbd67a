#include "sim/client_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include "app/cli.h"
#include "harness/kube_fixture.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace sim {
namespace {

using mock_kubeapi::Json;

std::string ValueFromSecret(const Json& pod, const Json& reference, const mock_kubeapi::StoreReader& store) {
  const std::string& name = mock_kubeapi::TextOf(reference, "name");
  const mock_kubeapi::JsonPtr secret =
      store.Get({.resource = "secrets",
                 .namespace_name = mock_kubeapi::TextOf(mock_kubeapi::ObjectOf(pod, "metadata"), "namespace"),
                 .name = name});
  auto value =
      secret == nullptr ? std::nullopt : harness::DecodedValue(*secret, mock_kubeapi::TextOf(reference, "key"));
  if (!value) throw std::runtime_error("a Pod of the simulator refers to the Secret " + name + ", which is not there");
  return *std::move(value);
}

}  // namespace

std::vector<std::string> FlagsOf(const client::RunOptions& run, const std::vector<std::string>& allow_from,
                                 const std::vector<std::string>& resolvers) {
  std::vector<std::string> flags = {"--output=json"};
  if (run.reregister_on == client::ReregisterOn::kFailure) flags.emplace_back("--reregister-on=failure");
  if (run.probe == client::ProbeMode::kReadOnly) flags.emplace_back("--probe=readonly");
  if (run.verify_dns == client::DnsCheck::kOff) flags.emplace_back("--verify-dns=off");
  if (run.verify_dns == client::DnsCheck::kRequired) flags.emplace_back("--verify-dns=required");
  if (run.verify_cname) flags.emplace_back("--verify-cname");
  if (run.prune) flags.emplace_back("--prune");
  if (!allow_from.empty()) flags.push_back(fmt::format("--allow-from={}", fmt::join(allow_from, ",")));
  for (const std::string& resolver : resolvers) flags.push_back("--resolver=" + resolver);
  return flags;
}

client::Config ConfigOf(const std::vector<std::string>& words, client::Environment environment) {
  auto parsed = client::ParseCommandLine(words);
  auto* line = std::get_if<client::CommandLine>(&parsed);
  if (line == nullptr) throw std::runtime_error("the client refuses: " + std::get<client::CliStop>(parsed).text);
  const client::Settings settings(line->command, std::move(line->flags), std::move(environment));
  const client::FileReader no_files = [](const std::string& path) -> client::Result<std::string> {
    return client::Fail(client::ErrorKind::kMisconfigured, "the simulator has no file " + path);
  };
  auto config = client::MakeConfig(settings, no_files);
  if (!config) throw std::runtime_error("the client refuses: " + config.error().message);
  return *std::move(config);
}

ContainerStart StartOf(const Json& pod, const mock_kubeapi::StoreReader& store) {
  const Json& container = mock_kubeapi::ListOf(mock_kubeapi::ObjectOf(pod, "spec"), "containers").at(0);
  ContainerStart start;
  for (const Json& word : mock_kubeapi::ListOf(container, "args")) start.words.push_back(word.get<std::string>());
  for (const Json& variable : mock_kubeapi::ListOf(container, "env")) {
    const Json* reference = mock_kubeapi::FieldAt(variable, "valueFrom", "secretKeyRef");
    start.environment[mock_kubeapi::TextOf(variable, "name")] =
        reference != nullptr ? ValueFromSecret(pod, *reference, store) : mock_kubeapi::TextOf(variable, "value");
  }
  return start;
}

}  // namespace sim
