#include "app/cli.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

#include "app/version.h"
#include "base/text.h"

namespace client {
namespace {

constexpr int kUsageExit = 2;

constexpr const char* kExitCodesOffline =
    "Exit codes:\n"
    "  0  done\n"
    "  2  wrong usage or configuration, or the output could not be written";

constexpr const char* kExitCodes =
    "Exit codes:\n"
    "  0  done, also when it registered anew\n"
    "  2  wrong usage or configuration\n"
    "  3  acme-dns unavailable; nothing changed\n"
    "  4  Kubernetes API unavailable or refused; nothing lost\n"
    "  5  acme-dns refused the registration\n"
    "  6  verification failed (DNS, CNAME)\n"
    "  128+N  ended by signal N; nothing half-written";

struct CommandHelp {
  Command command;
  const char* about;
  const char* examples;
};

constexpr CommandHelp kHelp[] = {
    {Command::kRegister, "Register at acme-dns and save the credentials; does nothing where they are there already",
     "  acmedns-selfreg register --api acme-dns.example.com --fqdns api.example.com,'*.apps.example.com' \\\n"
     "    --secret acme-dns-edge-client\n"
     "  ACME_DNS_API=… ACME_DNS_FQDNS='[\"api.example.com\"]' CLIENT_SECRET_NAME=… acmedns-selfreg register"},
    {Command::kCheck, "Check the saved credentials at acme-dns; register anew where it does not know them any more",
     "  acmedns-selfreg check --api acme-dns.example.com --fqdns api.example.com --secret acme-dns-edge-client\n"
     "  acmedns-selfreg check … --probe readonly --verify-cname --output json"},
    {Command::kReregister, "Replace the credentials by a new registration, valid or not",
     "  acmedns-selfreg reregister --api acme-dns.example.com --fqdns api.example.com --secret acme-dns-edge-client"},
    {Command::kStatus, "Show what the Secret holds and where the CNAME records point; changes nothing",
     "  acmedns-selfreg status --secret acme-dns-edge-client --namespace cert-manager\n"
     "  acmedns-selfreg status --secret acme-dns-edge-client --verify-dns off --output json"},
    {Command::kSolver, "Print the dns01 solver for a cert-manager Issuer",
     "  acmedns-selfreg solver --api acme-dns.example.com --secret acme-dns-edge-client"},
    {Command::kManifests, "Print the Kubernetes manifests of the clients in a parameter file",
     "  acmedns-selfreg manifests --params clients.yaml --scope t-tenant/c-cluster | kubectl apply --server-side -f -\n"
     "  acmedns-selfreg manifests --params - --client a --issuer letsencrypt --email ops@example.com < clients.yaml"},
    {Command::kVersion, "Print the version", "  acmedns-selfreg version"},
};

/// Where CLI11 puts what it reads for one command.
struct Reader {
  CLI::App* app = nullptr;
  std::map<std::string, std::vector<std::string>> values;
  std::map<std::string, bool> switches;
};

std::string HelpText(const Setting& setting, Command command) {
  const char* help = setting.HelpFor(command);
  return setting.variable == nullptr ? std::string(help) : fmt::format("{} [{}]", help, setting.variable);
}

void AddCommand(CLI::App& root, const CommandHelp& help, Reader& reader) {
  reader.app = root.add_subcommand(CommandName(help.command), help.about);
  reader.app->set_help_flag("-h,--help", "print this help");
  reader.app->footer(fmt::format("A flag goes before the environment variable in brackets.\n\nExamples:\n{}\n\n{}",
                                 help.examples, NeedsCluster(help.command) ? kExitCodes : kExitCodesOffline));
  reader.app->get_formatter()->column_width(32);
  for (const Setting& setting : AllSettings()) {
    if (!setting.AppliesTo(help.command)) continue;
    if (setting.form == SettingForm::kSwitch) {
      reader.app->add_flag(setting.flag, reader.switches[setting.flag], HelpText(setting, help.command));
      continue;
    }
    // Each flag takes exactly one word, also one in square brackets, which CLI11 would take for a list of its own.
    reader.app->add_option(setting.flag, reader.values[setting.flag], HelpText(setting, help.command))
        ->type_name(setting.value_name)
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(setting.form == SettingForm::kList ? CLI::MultiOptionPolicy::TakeAll
                                                                 : CLI::MultiOptionPolicy::TakeLast);
  }
}

CliStop WrongUsage(const std::string& message, const char* command = nullptr) {
  return {.exit_code = kUsageExit,
          .text = fmt::format("acmedns-selfreg: {} (see acmedns-selfreg {}--help)\n", message,
                              command == nullptr ? "" : fmt::format("{} ", command))};
}

CliStop UnknownCommand(const std::string& word) {
  std::vector<std::string_view> names;
  names.reserve(kCommands.size());
  for (const Command command : kCommands) names.emplace_back(CommandName(command));
  const std::string_view nearest = Nearest(word, names);
  return WrongUsage(fmt::format("unknown command {};{} the commands are {}", Printable(word, 60),
                                nearest.empty() ? "" : fmt::format(" did you mean {}?", nearest),
                                fmt::join(names, ", ")));
}

/// A flag's name without its value, which may be a secret that stands in the wrong place.
std::string FlagOf(const std::string& word) {
  return Printable(word.substr(0, word.find('=')), 60);
}

CliStop UnknownWord(const std::string& word, Command command) {
  const char* name = CommandName(command);
  if (!word.starts_with('-'))
    return WrongUsage(fmt::format("{} takes flags only, not {}", name, Printable(word, 60)), name);
  const std::string flag = FlagOf(word);
  if (flag == "--password") {
    return WrongUsage("passwords don't belong on a command line; use --password-file or the variable REG_PASSWORD",
                      name);
  }
  std::vector<std::string_view> flags;
  for (const Setting& setting : AllSettings()) {
    if (flag == setting.flag) return WrongUsage(fmt::format("{} is not for {}", flag, name), name);
    if (setting.AppliesTo(command)) flags.emplace_back(setting.flag);
  }
  const std::string_view nearest = Nearest(flag, flags);
  return WrongUsage(
      fmt::format("unknown flag {}{}", flag, nearest.empty() ? "" : fmt::format(", did you mean {}?", nearest)), name);
}

/// The problems that CLI11 does not see, or tells without the variable: a flag without its value, also where another
/// flag stands in the value's place, a switch with a value that is neither true nor false, the command twice.
std::optional<CliStop> LookThrough(const std::vector<std::string>& arguments, Command command) {
  const char* name = CommandName(command);
  const auto find = [command](const std::string& word) -> const Setting* {
    const std::string flag = word.substr(0, word.find('='));
    const auto settings = AllSettings();
    const auto found = std::ranges::find_if(
        settings, [&](const Setting& setting) { return setting.AppliesTo(command) && flag == setting.flag; });
    return found == settings.end() ? nullptr : &*found;
  };
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == name) return UnknownWord(word, command);
    const Setting* setting = find(word);
    if (setting == nullptr) continue;
    const std::size_t equals = word.find('=');
    const bool is_joined = equals != std::string::npos;
    if (setting->form == SettingForm::kSwitch) {
      const std::string value = is_joined ? word.substr(equals + 1) : "true";
      if (value == "true" || value == "false") continue;
      return WrongUsage(fmt::format("{} must be true or false, not {}", setting->flag, Printable(value, 40)), name);
    }
    const bool is_missing =
        is_joined ? equals + 1 == word.size() : i + 1 == arguments.size() || find(arguments[i + 1]) != nullptr;
    if (is_missing) {
      return WrongUsage(fmt::format("{}: its value {} is missing", NameOf(*setting), setting->value_name), name);
    }
    if (!is_joined) ++i;
  }
  return std::nullopt;
}

std::optional<Command> FindCommand(std::string_view word) {
  const auto* found = std::ranges::find_if(kCommands, [&](Command command) { return word == CommandName(command); });
  return found == kCommands.end() ? std::nullopt : std::optional(*found);
}

Flags TakeFlags(Reader& reader, Command command) {
  Flags flags;
  for (const Setting& setting : AllSettings()) {
    if (!setting.AppliesTo(command) || reader.app->count(setting.flag) == 0) continue;
    if (setting.form != SettingForm::kSwitch) {
      flags[setting.flag] = std::move(reader.values[setting.flag]);
    } else if (reader.switches[setting.flag]) {
      flags[setting.flag] = {""};
    }
  }
  return flags;
}

}  // namespace

std::variant<CommandLine, CliStop> ParseCommandLine(const std::vector<std::string>& arguments) {
  CLI::App root("Registers an acme-dns client and keeps its credentials in a Kubernetes Secret valid.",
                "acmedns-selfreg");
  root.set_help_flag("-h,--help", "print this help");
  root.footer(fmt::format("Each command has its own --help.\n\n{}", kExitCodes));

  std::optional<Command> command;
  if (!arguments.empty()) {
    const std::string& first = arguments.front();
    if (first == "--version") return CommandLine{.command = Command::kVersion, .flags = {}};
    command = FindCommand(first);
    if (!command && first != "--help" && first != "-h") {
      return first.starts_with('-') ? WrongUsage(fmt::format("the command goes before {}", FlagOf(first)))
                                    : UnknownCommand(first);
    }
  }
  if (!command) {
    Reader unused;
    for (const CommandHelp& help : kHelp) root.add_subcommand(CommandName(help.command), help.about);
    if (!arguments.empty()) return CliStop{.exit_code = 0, .text = root.help()};
    return CliStop{.exit_code = kUsageExit, .text = root.help()};
  }

  if (auto stop = LookThrough(arguments, *command)) return *std::move(stop);
  const auto* help = std::ranges::find_if(kHelp, [&](const CommandHelp& entry) { return entry.command == *command; });
  Reader reader;
  AddCommand(root, *help, reader);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 wants them
    root.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    return CliStop{.exit_code = 0, .text = reader.app->help("acmedns-selfreg")};
  } catch (const CLI::ExtrasError&) {
    const std::vector<std::string> extras = root.remaining(true);
    return UnknownWord(extras.empty() ? std::string("(unknown)") : extras.front(), *command);
  } catch (const CLI::ParseError& error) {
    return WrongUsage(Printable(error.what()), CommandName(*command));
  }
  return CommandLine{.command = *command, .flags = TakeFlags(reader, *command)};
}

}  // namespace client
