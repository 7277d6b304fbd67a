#include "mock_acmedns/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <utility>

#include <CLI/CLI.hpp>

#include "mock_acmedns/zone.h"
#include "mock_http/host_port.h"

namespace mock_acmedns {
namespace {

constexpr const char* kDescription =
    "A mock of acme-dns (HTTP API and DNS server) that answers as acme-dns v1.1 does, with faults to order.\n"
    "When it serves it prints one line of JSON with its addresses; SIGTERM or SIGINT ends it.";

constexpr const char* kExamples =
    "Examples:\n"
    "  mock-acmedns\n"
    "      serves zone auth.example.org on free loopback ports\n"
    "  mock-acmedns --http 127.0.0.1:8080 --dns 127.0.0.1:5353 --domain auth.test \\\n"
    "      --record 'auth.test. A 127.0.0.1' --record '_acme-challenge.api.test. CNAME x.auth.test.'\n"
    "  mock-acmedns --tls --ca-file /tmp/ca.pem --basic-auth operator:/tmp/password --control 127.0.0.1:0\n"
    "  curl -X POST \"$control/accounts/invalidate\"           # every registration stops working\n"
    "  curl -X POST \"$control/faults\" -d '{\"match\": {\"path\": \"/update\"}, \"action\": {\"status\": 503}}'\n";

/// Empty when the text is HOST:PORT.
std::string CheckAddress(const std::string& text) {
  const auto parsed = mock_http::ParseHostPort(text);
  return parsed ? "" : parsed.error();
}

std::string CheckRecord(const std::string& text) {
  const auto parsed = ParseRecord(text);
  return parsed ? "" : parsed.error();
}

std::string CheckSeed(const std::string& text) {
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  return error == std::errc() && end == text.data() + text.size() ? "" : "must be a whole number from 0 to 2^64-1";
}

/// USER:PASSWORD-FILE; the password is the file's text without the line end behind it.
std::expected<BasicAuth, std::string> ReadBasicAuth(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) {
    return std::unexpected("must be USER:PASSWORD-FILE");
  }
  const std::string path = text.substr(colon + 1);
  std::ifstream file(path);
  std::ostringstream content;
  if (file) content << file.rdbuf();
  if (!file || content.fail())
    return std::unexpected(fmt::format("the password file {} can't be read, or is empty", path));
  std::string password = content.str();
  while (!password.empty() && (password.back() == '\n' || password.back() == '\r')) password.pop_back();
  if (password.empty()) return std::unexpected(fmt::format("the password file {} is empty", path));
  return BasicAuth{.user = text.substr(0, colon), .password = std::move(password)};
}

}  // namespace

std::expected<ProgramOptions, EarlyExit> ReadCommandLine(std::vector<std::string> arguments) {
  ProgramOptions options;
  Config& config = options.mock.config;
  CLI::App app(kDescription, "mock-acmedns");
  app.footer(kExamples);
  app.set_version_flag("--version", MOCK_ACMEDNS_VERSION);
  std::string basic_auth;
  std::string control;
  std::uint64_t seed = 0;

  app.add_option("--http", options.mock.http_listen, "HOST:PORT of the HTTP API; port 0 lets the system choose")
      ->capture_default_str()
      ->check(CheckAddress);
  app.add_option("--dns", options.mock.dns_listen, "HOST:PORT of the DNS server, UDP and TCP")
      ->capture_default_str()
      ->check(CheckAddress);
  app.add_option("--control", control, "HOST:PORT of the control endpoint; none unless given")->check(CheckAddress);
  app.add_option("--domain", config.domain, "the zone")->capture_default_str();
  app.add_option("--nsname", config.nsname, "name server in the SOA record [the domain]");
  app.add_option("--nsadmin", config.nsadmin,
                 "mailbox in the SOA record, as a name [admin. and the domain without its first label]");
  app.add_option("--record", config.records,
                 "static record in zone-file syntax, e.g. 'auth.example.org. A 127.0.0.1'; repeatable "
                 "[A 127.0.0.1 and NS for the domain]")
      ->take_all()
      ->expected(1)
      ->check(CheckRecord);
  app.add_option("--basic-auth", basic_auth, "USER:PASSWORD-FILE that guard /register, as a reverse proxy would");
  app.add_flag("--disable-registration", config.disable_registration, "/register is an unknown path");
  app.add_option("--use-header", config.use_header,
                 "header with the client's address for allowfrom, e.g. X-Forwarded-For [the connection's address]");
  app.add_flag("--tls", options.mock.tls, "HTTPS, with a certificate from a CA made for this run");
  app.add_option("--ca-file", options.ca_file, "with --tls: where to write that CA's certificate, PEM");
  app.add_option("--ready-file", options.ready_file,
                 "also write the line of JSON to this file, and remove it at the end");
  app.add_flag("--virtual-clock", options.virtual_clock, "time stands still until the control endpoint moves it on");
  CLI::Option* seeded =
      app.add_option("--seed", seed, "names and passwords are the same for the same number")->check(CheckSeed);

  const auto fail = [](std::string_view text) {
    return std::unexpected(
        EarlyExit{.code = 2, .text = fmt::format("mock-acmedns: {}\nRun mock-acmedns --help for the flags.\n", text)});
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
  if (!options.ca_file.empty() && !options.mock.tls) return fail("--ca-file: needs --tls");
  if (options.virtual_clock && control.empty()) return fail("--virtual-clock: needs --control, which moves it on");
  if (!basic_auth.empty()) {
    auto credentials = ReadBasicAuth(basic_auth);
    if (!credentials) return fail("--basic-auth: " + credentials.error());
    config.basic_auth = std::move(*credentials);
  }
  return options;
}

}  // namespace mock_acmedns
