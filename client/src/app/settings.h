// The one table of what can be set: flag, environment variable, which commands take it. The command line, the help
// texts and the error messages are made from it, so they can't disagree.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace client {

enum class Command : std::uint8_t { kRegister, kCheck, kReregister, kStatus, kSolver, kManifests, kVersion };

inline constexpr std::array kCommands = {Command::kRegister, Command::kCheck,  Command::kReregister,
                                         Command::kStatus,   Command::kSolver, Command::kManifests,
                                         Command::kVersion};

/// The word on the command line.
const char* CommandName(Command command);

/// Whether the command talks to the cluster; the others work offline.
bool NeedsCluster(Command command);

enum class SettingForm : std::uint8_t {
  kValue,
  kList,    ///< the flag may be repeated
  kSwitch,  ///< without a value, or with =true or =false
};

struct Setting {
  const char* flag;        ///< "--api"
  const char* variable;    ///< "ACME_DNS_API"; nullptr when there is none
  const char* value_name;  ///< "URL", for the help
  const char* help;
  unsigned commands;  ///< set of 1 << Command
  SettingForm form = SettingForm::kValue;
  const char* manifests_help = nullptr;  ///< where it means something else to `manifests`

  const char* HelpFor(Command command) const {
    return command == Command::kManifests && manifests_help != nullptr ? manifests_help : help;
  }
  bool AppliesTo(Command command) const { return (commands & (1U << static_cast<unsigned>(command))) != 0; }
};

/// All settings in the order of the help.
std::span<const Setting> AllSettings();

/// The setting with that flag, which must exist.
const Setting& SettingFor(std::string_view flag);

/// "--api (ACME_DNS_API)", or the flag alone: how messages name a setting.
std::string NameOf(const Setting& setting);

using Environment = std::map<std::string, std::string, std::less<>>;

/// What flags were given, by flag. A switch has one empty value.
using Flags = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Flag, else environment variable. An empty variable counts as not set: manifests often have such.
class Settings {
 public:
  Settings(Command command, Flags flags, Environment environment);

  Command command() const { return command_; }
  const Environment& environment() const { return environment_; }

  /// The value, nullopt when neither is given. `flag` must be one of the table.
  std::optional<std::string> Value(std::string_view flag) const;
  /// All values of a kList; from the environment, the variable's whole text as one.
  std::vector<std::string> Values(std::string_view flag) const;
  bool IsOn(std::string_view flag) const;

 private:
  Command command_;
  Flags flags_;
  Environment environment_;
};

/// The word of `words` that a typing mistake of at most a third of its letters turns into `word`; empty when none is
/// near.
std::string_view Nearest(std::string_view word, std::span<const std::string_view> words);

}  // namespace client
