#include "mock_kubeapi/validation/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

namespace mock_kubeapi::validation {
namespace {

constexpr std::size_t kLabelCharactersMax = 63;
constexpr std::size_t kSubdomainCharactersMax = 253;
constexpr std::size_t kPortNameCharactersMax = 15;
constexpr std::int64_t kPortMax = 65535;

constexpr std::string_view kDns1123LabelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
constexpr std::string_view kDns1123SubdomainPattern =
    "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
constexpr std::string_view kDns1035LabelPattern = "[a-z]([-a-z0-9]*[a-z0-9])?";
constexpr std::string_view kQualifiedNamePattern = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
constexpr std::string_view kLabelValuePattern = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
constexpr std::string_view kConfigMapKeyPattern = "[-._a-zA-Z0-9]+";
constexpr std::string_view kEnvVarNamePattern = "[-._a-zA-Z][-._a-zA-Z0-9]*";
constexpr std::string_view kCIdentifierPattern = "[A-Za-z_][A-Za-z0-9_]*";
constexpr std::string_view kHttpHeaderPattern = "[-A-Za-z0-9]+";

constexpr std::string_view kQualifiedNameMessage =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

bool IsLower(char c) {
  return c >= 'a' && c <= 'z';
}
bool IsUpper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return IsLower(c) || IsUpper(c);
}
bool IsLowerAlnum(char c) {
  return IsLower(c) || IsDigit(c);
}
bool IsAlnum(char c) {
  return IsLetter(c) || IsDigit(c);
}
bool IsConfigKeyCharacter(char c) {
  return IsAlnum(c) || c == '-' || c == '.' || c == '_';
}

bool MatchesDns1123Label(std::string_view value) {
  return !value.empty() && IsLowerAlnum(value.front()) && IsLowerAlnum(value.back()) &&
         std::ranges::all_of(value, [](char c) { return IsLowerAlnum(c) || c == '-'; });
}

bool MatchesDns1123Subdomain(std::string_view value) {
  while (true) {
    const std::size_t dot = value.find('.');
    if (!MatchesDns1123Label(value.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    value.remove_prefix(dot + 1);
  }
}

bool MatchesQualifiedNamePart(std::string_view value) {
  return !value.empty() && IsAlnum(value.front()) && IsAlnum(value.back()) &&
         std::ranges::all_of(value, IsConfigKeyCharacter);
}

std::string QualifiedNameComplaint() {
  return RegexComplaint(kQualifiedNameMessage, kQualifiedNamePattern, {"MyName", "my.name", "123-abc"});
}

/// What would change the directory if the value became a file name.
Complaints ChangesDirectory(std::string_view value) {
  if (value == ".") return {"must not be '.'"};
  if (value == "..") return {"must not be '..'"};
  if (value.starts_with("..")) return {"must not start with '..'"};
  return {};
}

void Append(Complaints& complaints, Complaints more) {
  for (std::string& each : more) complaints.push_back(std::move(each));
}

/// A generateName is checked as the name that a letter behind it would make.
std::string MaskTrailingDash(const std::string& name) {
  if (name.size() > 1 && name.ends_with('-')) return name.substr(0, name.size() - 2) + "a";
  return name;
}

}  // namespace

std::string MaxLengthComplaint(std::size_t characters_max) {
  return fmt::format("must be no more than {} characters", characters_max);
}

std::string RegexComplaint(std::string_view message, std::string_view pattern,
                           const std::vector<std::string_view>& examples) {
  std::string out(message);
  if (examples.empty()) return out + fmt::format(" (regex used for validation is '{}')", pattern);
  std::string_view before = " (e.g. ";
  for (const std::string_view example : examples) {
    out += fmt::format("{}'{}', ", before, example);
    before = " or ";  // behind ", ": the doubled space is the real server's
  }
  return out + fmt::format("regex used for validation is '{}')", pattern);
}

Complaints IsDns1123Label(std::string_view value) {
  Complaints complaints;
  if (value.size() > kLabelCharactersMax) complaints.push_back(MaxLengthComplaint(kLabelCharactersMax));
  if (!MatchesDns1123Label(value)) {
    complaints.push_back(
        MatchesDns1123Subdomain(value)
            ? std::string("must not contain dots")
            : RegexComplaint(
                  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
                  "must start and end with an alphanumeric character",
                  kDns1123LabelPattern, {"my-name", "123-abc"}));
  }
  return complaints;
}

Complaints IsDns1123Subdomain(std::string_view value) {
  Complaints complaints;
  if (value.size() > kSubdomainCharactersMax) complaints.push_back(MaxLengthComplaint(kSubdomainCharactersMax));
  if (!MatchesDns1123Subdomain(value)) {
    complaints.push_back(
        RegexComplaint("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
                       "and must start and end with an alphanumeric character",
                       kDns1123SubdomainPattern, {"example.com"}));
  }
  return complaints;
}

Complaints IsDns1035Label(std::string_view value) {
  Complaints complaints;
  if (value.size() > kLabelCharactersMax) complaints.push_back(MaxLengthComplaint(kLabelCharactersMax));
  if (!MatchesDns1123Label(value) || !IsLower(value.front())) {
    complaints.push_back(
        RegexComplaint("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
                       "alphabetic character, and end with an alphanumeric character",
                       kDns1035LabelPattern, {"my-name", "abc-123"}));
  }
  return complaints;
}

Complaints IsQualifiedName(std::string_view value) {
  Complaints complaints;
  std::string_view name = value;
  if (const std::size_t slash = value.find('/'); slash != std::string_view::npos) {
    const std::string_view prefix = value.substr(0, slash);
    name = value.substr(slash + 1);
    if (name.find('/') != std::string_view::npos) {
      return {"a qualified name " + QualifiedNameComplaint() +
              " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"};
    }
    if (prefix.empty()) complaints.emplace_back("prefix part must be non-empty");
    if (!prefix.empty()) {
      for (const std::string& each : IsDns1123Subdomain(prefix)) complaints.push_back("prefix part " + each);
    }
  }
  if (name.empty()) complaints.emplace_back("name part must be non-empty");
  if (name.size() > kLabelCharactersMax) complaints.push_back("name part " + MaxLengthComplaint(kLabelCharactersMax));
  if (!MatchesQualifiedNamePart(name)) complaints.push_back("name part " + QualifiedNameComplaint());
  return complaints;
}

Complaints IsLabelValue(std::string_view value) {
  Complaints complaints;
  if (value.size() > kLabelCharactersMax) complaints.push_back(MaxLengthComplaint(kLabelCharactersMax));
  if (!value.empty() && !MatchesQualifiedNamePart(value)) {
    complaints.push_back(
        RegexComplaint("a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
                       "and must start and end with an alphanumeric character",
                       kLabelValuePattern, {"MyValue", "my_value", "12345"}));
  }
  return complaints;
}

Complaints IsConfigMapKey(std::string_view value) {
  Complaints complaints;
  if (value.size() > kSubdomainCharactersMax) complaints.push_back(MaxLengthComplaint(kSubdomainCharactersMax));
  if (value.empty() || !std::ranges::all_of(value, IsConfigKeyCharacter)) {
    complaints.push_back(RegexComplaint("a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
                                        kConfigMapKeyPattern, {"key.name", "KEY_NAME", "key-name"}));
  }
  Append(complaints, ChangesDirectory(value));
  return complaints;
}

Complaints IsEnvVarName(std::string_view value) {
  Complaints complaints;
  if (value.empty() || IsDigit(value.front()) || !std::ranges::all_of(value, IsConfigKeyCharacter)) {
    complaints.push_back(
        RegexComplaint("a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or "
                       "'.', and must not start with a digit",
                       kEnvVarNamePattern, {"my.env-name", "MY_ENV.NAME", "MyEnvName1"}));
  }
  Append(complaints, ChangesDirectory(value));
  return complaints;
}

Complaints IsCIdentifier(std::string_view value) {
  const bool matches = !value.empty() && !IsDigit(value.front()) &&
                       std::ranges::all_of(value, [](char c) { return IsAlnum(c) || c == '_'; });
  if (matches) return {};
  return {
      RegexComplaint("a valid C identifier must start with alphabetic character or '_', followed by a string of "
                     "alphanumeric characters or '_'",
                     kCIdentifierPattern, {"my_name", "MY_NAME", "MyName"})};
}

Complaints IsHttpHeaderName(std::string_view value) {
  const bool matches = !value.empty() && std::ranges::all_of(value, [](char c) { return IsAlnum(c) || c == '-'; });
  if (matches) return {};
  return {RegexComplaint("a valid HTTP header must consist of alphanumeric characters or '-'", kHttpHeaderPattern,
                         {"X-Header-Name"})};
}

Complaints IsPathSegmentName(std::string_view value) {
  if (value == "." || value == "..") return {fmt::format("may not be '{}'", value)};
  return IsPathSegmentPrefix(value);
}

Complaints IsPathSegmentPrefix(std::string_view value) {
  Complaints complaints;
  for (const char forbidden : {'/', '%'}) {
    if (value.find(forbidden) != std::string_view::npos)
      complaints.push_back(fmt::format("may not contain '{}'", forbidden));
  }
  return complaints;
}

Complaints IsPortNumber(std::int64_t port) {
  if (port >= 1 && port <= kPortMax) return {};
  return {fmt::format("must be between 1 and {}, inclusive", kPortMax)};
}

Complaints IsPortName(std::string_view value) {
  Complaints complaints;
  if (value.size() > kPortNameCharactersMax) complaints.push_back(MaxLengthComplaint(kPortNameCharactersMax));
  if (value.empty() || !std::ranges::all_of(value, [](char c) { return IsLowerAlnum(c) || c == '-'; })) {
    complaints.emplace_back("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  }
  if (!std::ranges::any_of(value, IsLower)) complaints.emplace_back("must contain at least one letter (a-z)");
  if (value.find("--") != std::string_view::npos) complaints.emplace_back("must not contain consecutive hyphens");
  if (value.starts_with('-') || value.ends_with('-')) complaints.emplace_back("must not begin or end with a hyphen");
  return complaints;
}

Complaints NameIsDnsSubdomain(const std::string& name, bool is_prefix) {
  return IsDns1123Subdomain(is_prefix ? MaskTrailingDash(name) : name);
}

Complaints NameIsDnsLabel(const std::string& name, bool is_prefix) {
  return IsDns1123Label(is_prefix ? MaskTrailingDash(name) : name);
}

Complaints NameIsPathSegment(const std::string& name, bool is_prefix) {
  return is_prefix ? IsPathSegmentPrefix(name) : IsPathSegmentName(name);
}

}  // namespace mock_kubeapi::validation
