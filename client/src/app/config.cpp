#include "app/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "acmedns/endpoint.h"
#include "app/cli.h"
#include "app/values.h"
#include "app/version.h"
#include "base/text.h"
#include "io/dns_server.h"
#include "io/tls_settings.h"
#include "selfreg/fqdn.h"

namespace client {
namespace {

constexpr const char* kLetsEncrypt = "https://acme-v02.api.letsencrypt.org/directory";

std::unexpected<Error> WrongFlag(std::string_view flag, std::string_view problem) {
  return Fail(ErrorKind::kMisconfigured, fmt::format("{}: {}", NameOf(SettingFor(flag)), problem));
}

std::unexpected<Error> Missing(std::string_view flag, std::string_view what) {
  return WrongFlag(flag, fmt::format("is missing; give {}", what));
}

std::string VariableOf(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

/// Reads one setting after the other and stops at the first error.
class Maker {
 public:
  Maker(const Settings& settings, const FileReader& read_file) : settings_(settings), read_file_(read_file) {}

  Result<Config> Make() {
    config_.command = settings_.command();
    ReadForms();
    ReadAcmeDns();
    ReadSecret();
    ReadCluster();
    ReadRun();
    ReadRetry();
    ReadManifests();
    ReadEnvironment();
    if (error_) return std::unexpected(*std::move(error_));
    return std::move(config_);
  }

 private:
  bool Applies(std::string_view flag) const { return SettingFor(flag).AppliesTo(settings_.command()); }

  void Note(std::unexpected<Error> error) {
    if (!error_) error_ = std::move(error.error());
  }

  /// Calls `take(text)`, which returns a Result<void>, when the setting applies and is given.
  template <class Take>
  bool IfGiven(std::string_view flag, Take take) {
    if (error_ || !Applies(flag)) return false;
    const auto text = settings_.Value(flag);
    if (!text) return false;
    if (const Result<void> taken = take(*text); !taken) Note(WrongFlag(flag, taken.error().message));
    return true;
  }

  void Take(std::string_view flag, std::string& target) {
    IfGiven(flag, [&](const std::string& text) -> Result<void> {
      target = text;
      return {};
    });
  }

  /// Takes what `parse` makes of the text.
  template <class T, class Parse>
  bool TakeParsed(std::string_view flag, T& target, Parse parse) {
    return IfGiven(flag, [&](const std::string& text) -> Result<void> {
      auto value = parse(text);
      if (!value) return std::unexpected(value.error());
      target = *std::move(value);
      return {};
    });
  }

  /// Takes the text as it is when `check` accepts it.
  template <class Check>
  bool TakeChecked(std::string_view flag, std::string& target, Check check) {
    return IfGiven(flag, [&](const std::string& text) -> Result<void> {
      if (auto checked = check(text); !checked) return checked;
      target = text;
      return {};
    });
  }

  /// Takes one of a few words.
  template <class T>
  void TakeChoice(std::string_view flag, T& target, std::initializer_list<std::pair<std::string_view, T>> choices) {
    IfGiven(flag, [&](const std::string& text) -> Result<void> {
      std::string words;
      for (const auto& [word, value] : choices) {
        if (text == word) {
          target = value;
          return {};
        }
        words += (words.empty() ? "" : " or ") + std::string(word);
      }
      return Fail(ErrorKind::kMisconfigured, fmt::format("must be {}, not {}", words, Printable(text, 40)));
    });
  }

  void ReadForms() {
    TakeChoice<OutputFormat>("--output", config_.output,
                             {{config_.command == Command::kManifests ? "yaml" : "text", OutputFormat::kText},
                              {"json", OutputFormat::kJson}});
    TakeChoice<LogFormat>("--log-format", config_.log.format, {{"text", LogFormat::kText}, {"json", LogFormat::kJson}});
    if (settings_.IsOn("--verbose")) config_.log.level = LogLevel::kDebug;
  }

  void ReadAcmeDns() {
    if (!Applies("--api")) return;
    const bool given = TakeParsed("--api", config_.acmedns.endpoint, NormaliseEndpoint);
    // Without it `status` tells what the Secret and DNS hold.
    if (!given && config_.command != Command::kStatus) Note(Missing("--api", "the base URL of acme-dns"));
    if (Applies("--ca-file")) ReadCaFile();
    if (!Applies("--username")) return;
    ReadBasicAuth();
    TakeParsed("--allow-from", config_.acmedns.allow_from, [](const std::string& text) {
      auto ranges = ParseList(text);
      if (!ranges) return ranges;
      for (const std::string& range : *ranges) {
        if (auto checked = CheckCidr(range); !checked) ranges = std::unexpected(checked.error());
        if (!ranges) break;
      }
      return ranges;
    });
  }

  void ReadCaFile() {
    IfGiven("--ca-file", [&](const std::string& path) -> Result<void> {
      auto pem = read_file_(path);
      if (!pem) return std::unexpected(pem.error());
      config_.ca_pem = *std::move(pem);
      config_.ca_source = fmt::format("{}: {}", NameOf(SettingFor("--ca-file")), path);
      if (config_.ca_pem.empty()) return Fail(ErrorKind::kMisconfigured, fmt::format("{} is empty", path));
      return {};
    });
  }

  void ReadBasicAuth() {
    BasicAuth auth;
    const bool has_user = IfGiven("--username", [&](const std::string& text) -> Result<void> {
      const bool printable = std::ranges::all_of(text, [](char c) { return c >= ' ' && c != '\x7f' && c != ':'; });
      if (!printable) return Fail(ErrorKind::kMisconfigured, "must have no colon and no control characters");
      auth.username = text;
      return {};
    });
    // Editors and `echo` end files with a line break, and a Secret made of such a file hands it on; no password does.
    const auto take_line_break = [](std::string& text) {
      if (text.ends_with('\n')) text.pop_back();
      if (text.ends_with('\r')) text.pop_back();
    };
    std::string password = VariableOf(settings_.environment(), "REG_PASSWORD");
    take_line_break(password);
    IfGiven("--password-file", [&](const std::string& path) -> Result<void> {
      auto content = read_file_(path);
      if (!content) return std::unexpected(content.error());
      take_line_break(*content);
      if (content->empty()) return Fail(ErrorKind::kMisconfigured, fmt::format("{} is empty", path));
      password = *std::move(content);
      return {};
    });
    if (error_) return;
    const bool control = std::ranges::any_of(password, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
    if (control) {
      return Note(Fail(ErrorKind::kMisconfigured,
                       "--password-file (or the variable REG_PASSWORD): must have no control characters"));
    }
    if (has_user && password.empty()) {
      return Note(Fail(ErrorKind::kMisconfigured,
                       "--password-file (or the variable REG_PASSWORD): is missing, but --username (REG_USERNAME) is "
                       "given; give both or none"));
    }
    if (!has_user && !password.empty()) return Note(Missing("--username", "the password's user, or no password"));
    if (!has_user) return;
    auth.password = SecretText(std::move(password));
    config_.acmedns.basic_auth = std::move(auth);
  }

  void ReadSecret() {
    if (!Applies("--secret")) return;
    const bool given = TakeChecked("--secret", config_.secret.name, CheckObjectName);
    if (!given) Note(Missing("--secret", "the name of the Secret that holds the registrations"));
    TakeChecked("--namespace", config_.secret.namespace_name, CheckNamespaceName);
  }

  void ReadCluster() {
    if (!NeedsCluster(config_.command)) return;
    IfGiven("--kubeconfig", [&](const std::string& text) -> Result<void> {
      config_.kubeconfig.paths = SplitKubeconfigPaths(text);
      return {};
    });
    const bool has_context = settings_.Value("--context").has_value();
    Take("--context", config_.kubeconfig.context);
    if (has_context && config_.kubeconfig.paths.empty()) {
      Note(WrongFlag("--context", "needs a kubeconfig; give one with --kubeconfig (KUBECONFIG)"));
    }
    const Environment& environment = settings_.environment();
    config_.in_cluster = {.host = VariableOf(environment, "KUBERNETES_SERVICE_HOST"),
                          .port = VariableOf(environment, "KUBERNETES_SERVICE_PORT"),
                          .folder = kServiceAccountFolder};
    Take("--service-account-dir", config_.in_cluster.folder);
    IfGiven("--field-manager", [&](const std::string& text) -> Result<void> {
      const bool printable = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
      if (text.empty() || text.size() > 128 || !printable) {
        return Fail(ErrorKind::kMisconfigured, "must be 1 to 128 printable characters");
      }
      config_.field_manager = text;
      return {};
    });
  }

  void ReadRun() {
    RunOptions& run = config_.run;
    const bool given = TakeParsed("--fqdns", run.fqdns, ParseFqdns);
    if (!given && Applies("--fqdns") && config_.command != Command::kStatus) {
      Note(Missing("--fqdns", "the names to register, as a JSON array or a comma list"));
    }
    TakeChoice<ReregisterOn>("--reregister-on", run.reregister_on,
                             {{"rejected", ReregisterOn::kRejected}, {"failure", ReregisterOn::kFailure}});
    TakeChoice<ProbeMode>("--probe", run.probe, {{"update", ProbeMode::kUpdate}, {"readonly", ProbeMode::kReadOnly}});
    TakeChoice<DnsCheck>("--verify-dns", run.verify_dns,
                         {{"auto", DnsCheck::kAuto}, {"required", DnsCheck::kRequired}, {"off", DnsCheck::kOff}});
    run.verify_cname = settings_.IsOn("--verify-cname");
    run.prune = settings_.IsOn("--prune");
    TakeParsed("--confirm-tries", run.confirm.tries,
               [](const std::string& text) { return ParseNumber(text, {.min = 1, .max = 100}); });
    TakeParsed("--confirm-spread", run.confirm.spread, ParseDuration);
    TakeParsed("--start-jitter", run.start_jitter, ParseDelay);
    TakeParsed("--dns-patience", run.dns_patience, ParseDuration);
    if (error_ || !Applies("--resolver")) return;
    config_.resolvers = settings_.Values("--resolver");
    for (const std::string& resolver : config_.resolvers) {
      if (SplitServer(resolver)) continue;
      Note(WrongFlag("--resolver",
                     fmt::format("must be HOST or HOST:PORT, IPv6 in brackets, not {}", Printable(resolver, 60))));
    }
  }

  void ReadRetry() {
    RetryPolicy& retry = config_.retry;
    TakeParsed("--attempts", retry.attempts,
               [](const std::string& text) { return ParseNumber(text, {.min = 1, .max = 100}); });
    TakeParsed("--timeout", retry.timeout, ParseDuration);
    TakeParsed("--deadline", retry.deadline, ParseDuration);
    if (error_ || !Applies("--confirm-spread")) return;
    const auto longest_spread = config_.run.confirm.spread + config_.run.confirm.spread / 4;  // with its jitter
    if (longest_spread >= retry.deadline) {
      Note(WrongFlag("--deadline", fmt::format("must be longer than --confirm-spread and a quarter ({} ms), so that a "
                                               "rejection can be confirmed",
                                               longest_spread.count())));
    }
  }

  void ReadManifests() {
    if (config_.command != Command::kManifests) return;
    ManifestOptions& options = config_.manifests.options;
    const bool given = IfGiven("--params", [&](const std::string& path) -> Result<void> {
      const auto content = read_file_(path);
      if (!content) return std::unexpected(content.error());
      auto params = ParseParams(*content);
      const std::string name = path == "-" ? "standard input" : path;
      if (!params) return Fail(ErrorKind::kMisconfigured, fmt::format("{}: {}", name, params.error().message));
      config_.manifests.params = *std::move(params);
      return {};
    });
    if (!given) Note(Missing("--params", "the file with the acmeClients, or - for standard input"));
    options.clients = settings_.Values("--client");
    TakeChecked("--namespace", options.namespace_name, CheckNamespaceName);
    options.image = fmt::format("acmedns-selfreg:{}", Version());
    TakeChecked("--image", options.image, CheckWord);
    Take("--scope", options.scope);
    TakeParsed("--start-jitter", options.start_jitter, ParseDelay);
    TakeChecked("--time-zone", options.time_zone, CheckTimeZone);
    IfGiven("--acme-ca-file", [&](const std::string& path) -> Result<void> {
      auto pem = read_file_(path);
      if (!pem) return std::unexpected(pem.error());
      if (pem->empty()) return Fail(ErrorKind::kMisconfigured, fmt::format("{} is empty", path));
      if (!IsUtf8(*pem)) return Fail(ErrorKind::kMisconfigured, fmt::format("{}: must be UTF-8 text", path));
      options.acme_ca_pem = *std::move(pem);
      return CheckTlsSettings({.ca_pem = options.acme_ca_pem, .ca_source = path});
    });
    options.arguments = settings_.Values("--arg");
    for (const Command command : {Command::kRegister, Command::kCheck}) {
      if (auto checked = CheckArguments(command, options.arguments); !checked) {
        Note(WrongFlag("--arg", checked.error().message));
      }
    }
    ReadIssuer(options);
  }

  /// Reads the command line that the Jobs will have: what is wrong with it would show in a night, not now.
  static Result<void> CheckArguments(Command command, const std::vector<std::string>& arguments) {
    std::vector<std::string> words = {CommandName(command)};
    for (const std::string& argument : arguments) {
      if (!IsUtf8(argument)) return Fail(ErrorKind::kMisconfigured, "must be UTF-8 text");
      words.push_back(argument);
    }
    auto parsed = ParseCommandLine(words);
    auto* line = std::get_if<CommandLine>(&parsed);
    if (line == nullptr) {
      return Fail(ErrorKind::kMisconfigured,
                  fmt::format("must be a flag of {}, like --arg=--probe=readonly", CommandName(command)));
    }
    // All else is given by the manifests, and files are those of the pod.
    const Settings settings(command, std::move(line->flags),
                            {{"ACME_DNS_API", "acme-dns.example.com"},
                             {"ACME_DNS_FQDNS", "a.example.com"},
                             {"CLIENT_SECRET_NAME", "a"},
                             {"REG_USERNAME", "a"},
                             {"REG_PASSWORD", "a"}});
    const FileReader any_file = [](const std::string& /*path*/) -> Result<std::string> { return std::string("a"); };
    if (const auto config = MakeConfig(settings, any_file); !config) return std::unexpected(config.error());
    return {};
  }

  void ReadIssuer(ManifestOptions& options) {
    IssuerOptions issuer = {.acme_server = kLetsEncrypt};
    const bool given = TakeChecked("--issuer", issuer.name, CheckObjectName);
    const bool has_email = TakeChecked("--email", issuer.email, CheckEmail);
    const bool has_server = TakeChecked("--acme-server", issuer.acme_server, CheckHttpsUrl);
    if (given) options.issuer = std::move(issuer);
    if (!given && has_email) Note(WrongFlag("--email", "is of use with --issuer only"));
    if (!given && has_server) Note(WrongFlag("--acme-server", "is of use with --issuer only"));
  }

  void ReadEnvironment() {
    // Lower case goes first, as curl has it.
    const auto either = [&](std::string_view lower, std::string_view upper) {
      std::string value = VariableOf(settings_.environment(), lower);
      return value.empty() ? VariableOf(settings_.environment(), upper) : value;
    };
    config_.proxy = {.http = either("http_proxy", "HTTP_PROXY"),
                     .https = either("https_proxy", "HTTPS_PROXY"),
                     .no_proxy = either("no_proxy", "NO_PROXY")};
  }

  const Settings& settings_;
  const FileReader& read_file_;
  Config config_;
  std::optional<Error> error_;
};

}  // namespace

Result<Config> MakeConfig(const Settings& settings, const FileReader& read_file) {
  return Maker(settings, read_file).Make();
}

LogOptions LogOptionsOf(const Settings& settings) {
  return {.format = settings.Value("--log-format") == "json" ? LogFormat::kJson : LogFormat::kText,
          .level = settings.IsOn("--verbose") ? LogLevel::kDebug : LogLevel::kInfo};
}

OutputFormat OutputFormatOf(const Settings& settings) {
  return settings.Value("--output") == "json" ? OutputFormat::kJson : OutputFormat::kText;
}

}  // namespace client
