#include "mock_kubeapi/server/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include <CLI/CLI.hpp>

#include "mock_http/host_port.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kDescription =
    "A mock of the Kubernetes API server, for tests of what talks to one: Secrets, ConfigMaps, ServiceAccounts, RBAC,\n"
    "Jobs, custom resources … with server-side apply, watches, validation and RBAC as the real one has them, and "
    "faults\n"
    "to order. When it serves it prints one line of JSON with its addresses; SIGTERM or SIGINT ends it.";

constexpr const char* kExamples =
    "Examples:\n"
    "  mock-kubeapi --kubeconfig /tmp/kubeconfig &\n"
    "  KUBECONFIG=/tmp/kubeconfig kubectl get namespaces\n"
    "  mock-kubeapi --listen 127.0.0.1:6443 --token-auth-file tokens.csv --ca-file /tmp/ca.pem --control 127.0.0.1:0\n"
    "  curl -X POST \"$control/faults\" -d '{\"match\": {\"facts\": {\"resource\": \"secrets\"}}, \"action\": "
    "{\"status\": "
    "503}}'\n";

std::string CheckAddress(const std::string& text) {
  const auto parsed = mock_http::ParseHostPort(text);
  return parsed ? "" : parsed.error();
}

std::string CheckVersion(const std::string& text) {
  const bool fits =
      text.size() > 3 && text[0] == 'v' && text.find('.') != std::string::npos && text.find_first_of("0123456789") == 1;
  return fits ? "" : "must look like v1.35.0";
}

std::expected<StaticTokens, std::string> ReadTokenFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) return std::unexpected(fmt::format("{} can't be read", path));
  std::ostringstream content;
  content << file.rdbuf();
  auto tokens = StaticTokens::Parse(content.str());
  if (!tokens) return std::unexpected(fmt::format("{}: {}", path, tokens.error()));
  return tokens;
}

/// Reads IMAGE=PROGRAM.
std::expected<void, std::string> AddProgram(const std::string& pair,
                                            std::map<std::string, std::string, std::less<>>& to) {
  const std::size_t equals = pair.find('=');
  if (equals == std::string::npos || equals == 0) return std::unexpected(fmt::format("{} is not IMAGE=PROGRAM", pair));
  std::error_code failed;
  const std::filesystem::path program = std::filesystem::absolute(pair.substr(equals + 1), failed);
  if (failed || !std::filesystem::is_regular_file(program, failed)) {
    return std::unexpected(fmt::format("{} is no file", pair.substr(equals + 1)));
  }
  to[pair.substr(0, equals)] = program.string();
  return {};
}

}  // namespace

std::expected<ProgramOptions, EarlyExit> ReadCommandLine(std::vector<std::string> arguments) {
  ProgramOptions options;
  ApiServerOptions& api = options.mock.api;
  CLI::App app(kDescription, "mock-kubeapi");
  app.footer(kExamples);
  app.set_version_flag("--version", MOCK_KUBEAPI_VERSION);
  std::string control;
  std::string token_file;
  std::string authorization = "RBAC";
  std::uint64_t seed = 0;
  bool no_anonymous = false;
  std::vector<std::string> run_pods;
  std::string runtime = "process";

  app.add_option("--listen", options.mock.listen, "HOST:PORT to serve on, TLS; port 0 lets the system choose")
      ->capture_default_str()
      ->check(CheckAddress);
  app.add_option("--kubeconfig", options.kubeconfig,
                 "write a kubeconfig with the CA and an administrator's client certificate to this file, mode 0600");
  app.add_option("--ca-file", options.ca_file, "write the CA's certificate, PEM, to this file");
  app.add_option("--control", control, "HOST:PORT of the control endpoint; none unless given")->check(CheckAddress);
  app.add_option("--token-auth-file", token_file,
                 "CSV with bearer tokens as kube-apiserver reads it: token,user,uid[,\"group1,group2\"]");
  app.add_option("--service-account-issuer", api.tokens.issuer, "issuer of ServiceAccount tokens")
      ->capture_default_str();
  app.add_option("--authorization", authorization, "who may do what: RBAC or always-allow")
      ->capture_default_str()
      ->check(CLI::IsMember({"RBAC", "always-allow"}));
  app.add_flag("--no-anonymous", no_anonymous, "a request without credentials is 401 instead of system:anonymous");
  app.add_option("--version-string", api.git_version, "the Kubernetes version that /version tells")
      ->capture_default_str()
      ->check(CheckVersion);
  app.add_flag("--aggregated-discovery", api.aggregated_discovery,
               "answer /api and /apis with all resources at once to clients that prefer it");
  app.add_option("--run-pods", run_pods,
                 "run the containers of Pods with that image as processes of this machine; the program stands for the "
                 "image's entrypoint; repeatable")
      ->type_name("IMAGE=PROGRAM")
      ->expected(1);
  app.add_option("--runtime", runtime,
                 "what --run-pods runs: process, a program of this machine; or podman, an image (IMAGE=ARCHIVE, an OCI "
                 "archive) by podman and runc")
      ->capture_default_str()
      ->check(CLI::IsMember({"process", "podman"}));
  app.add_option("--ready-file", options.ready_file,
                 "also write the line of JSON to this file, and remove it at the end");
  app.add_flag("--virtual-clock", options.virtual_clock, "time stands still until the control endpoint moves it on");
  CLI::Option* seeded = app.add_option("--seed", seed, "uids and generated names are the same for the same number");

  const auto fail = [](std::string_view text) {
    return std::unexpected(
        EarlyExit{.code = 2, .text = fmt::format("mock-kubeapi: {}\nRun mock-kubeapi --help for the flags.\n", text)});
  };
  std::ranges::reverse(arguments);  // CLI11 wants them so
  try {
    app.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    return std::unexpected(EarlyExit{.code = 0, .text = app.help()});
  } catch (const CLI::CallForVersion& version) {
    return std::unexpected(EarlyExit{.code = 0, .text = std::string(version.what()) + "\n"});
  } catch (const CLI::ParseError& error) {
    return fail(error.what());
  }
  if (!control.empty()) options.mock.control_listen = control;
  if (*seeded) options.mock.seed = seed;
  if (options.virtual_clock && control.empty()) return fail("--virtual-clock: needs --control, which moves it on");
  if (api.tokens.issuer.empty()) return fail("--service-account-issuer: must not be empty");
  if (authorization == "always-allow") api.authorization = ApiServerOptions::Authorization::kAlwaysAllow;
  api.allow_anonymous = !no_anonymous;
  for (const std::string& pair : run_pods) {
    auto added = AddProgram(pair, options.mock.run_pods);
    if (!added) return fail("--run-pods: " + added.error());
  }
  options.mock.use_podman = runtime == "podman";
  if (options.mock.use_podman && run_pods.empty()) return fail("--runtime podman: needs --run-pods IMAGE=ARCHIVE");
  if (!token_file.empty()) {
    auto tokens = ReadTokenFile(token_file);
    if (!tokens) return fail("--token-auth-file: " + tokens.error());
    api.static_tokens = std::move(*tokens);
  }
  return options;
}

}  // namespace mock_kubeapi
