#include "acmedns/registration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <ostream>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "base/text.h"

namespace client {
namespace {

constexpr std::size_t kDomainLengthMax = 253;
constexpr std::size_t kLabelLengthMax = 63;

std::unexpected<Error> Bad(std::string message) {
  return Fail(ErrorKind::kMalformed, std::move(message));
}

/// 8-4-4-4-12 hexadecimal digits. acme-dns makes them in lower case and finds the user in either.
bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? c != '-' : !(IsDigit(c) || (ToLower(c) >= 'a' && ToLower(c) <= 'f'))) return false;
  }
  return true;
}

bool IsLabel(std::string_view label) {
  return !label.empty() && label.size() <= kLabelLengthMax && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return IsDigit(c) || IsLetter(c) || c == '-' || c == '_'; });
}

/// Two labels or more.
bool IsDomain(std::string_view name) {
  if (name.size() > kDomainLengthMax || name.find('.') == std::string_view::npos) return false;
  while (true) {
    const std::size_t dot = name.find('.');
    if (!IsLabel(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

/// Which members an object must have and how their names are matched.
enum class Rule : std::uint8_t { kAnswer, kEntry };

const nlohmann::json* Find(const nlohmann::json& object, const char* name, Rule rule) {
  if (rule == Rule::kEntry) return FindMember(object, name);
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

Result<std::string> ReadString(const nlohmann::json& object, const char* name, Rule rule) {
  const nlohmann::json* member = Find(object, name, rule);
  if (member == nullptr) return Bad(fmt::format("{} is missing", name));
  if (!member->is_string()) return Bad(fmt::format("{} is no string but {}", name, member->type_name()));
  auto text = member->get<std::string>();
  if (text.empty()) return Bad(fmt::format("{} is empty", name));
  return text;
}

Result<std::vector<std::string>> ReadAllowFrom(const nlohmann::json& object, Rule rule) {
  const nlohmann::json* member = Find(object, "allowfrom", rule);
  if (rule == Rule::kEntry && (member == nullptr || member->is_null())) return std::vector<std::string>();
  if (member == nullptr) return Bad("allowfrom is missing");
  if (!member->is_array()) return Bad(fmt::format("allowfrom is no array but {}", member->type_name()));
  std::vector<std::string> networks;
  for (const nlohmann::json& network : *member) {
    if (!network.is_string()) return Bad(fmt::format("allowfrom holds {}, not only strings", network.type_name()));
    networks.push_back(network.get<std::string>());
  }
  return networks;
}

struct Members {
  std::string username;
  std::string password;
  std::string fulldomain;
  std::string subdomain;
  std::vector<std::string> allow_from;
};

Result<Members> ReadMembers(const nlohmann::json& object, Rule rule) {
  if (!object.is_object()) return Bad(fmt::format("not an object but {}", object.type_name()));
  Members members;
  const std::array<std::pair<const char*, std::string*>, 4> strings{{{"username", &members.username},
                                                                     {"password", &members.password},
                                                                     {"fulldomain", &members.fulldomain},
                                                                     {"subdomain", &members.subdomain}}};
  for (const auto& [name, target] : strings) {
    auto text = ReadString(object, name, rule);
    if (!text) return std::unexpected(text.error());
    *target = std::move(*text);
  }
  auto networks = ReadAllowFrom(object, rule);
  if (!networks) return std::unexpected(networks.error());
  members.allow_from = std::move(*networks);
  return members;
}

/// What is wrong with the values; empty when nothing is.
std::optional<std::string> Problem(const Members& members) {
  if (!IsUuid(members.username)) return "username is no UUID";
  if (!IsUuid(members.subdomain)) return "subdomain is no UUID";
  if (members.password.size() > kPasswordLengthMax) {
    return fmt::format("password has {} characters, more than {}", members.password.size(), kPasswordLengthMax);
  }
  if (!std::ranges::all_of(members.password, [](char c) { return c > ' ' && c <= '~'; })) {
    return "password has characters that an HTTP header can't carry";
  }
  if (!members.fulldomain.starts_with(ToLower(members.subdomain) + '.')) {
    return "fulldomain does not start with the subdomain and a dot";
  }
  if (!IsDomain(members.fulldomain)) return "fulldomain is no DNS name";
  return std::nullopt;
}

}  // namespace

Result<Registration> Registration::FromAnswer(std::string_view body) {
  auto object = ParseJson(body);
  if (!object) return std::unexpected(object.error());
  return FromJson(*object, /*strict=*/true);
}

Result<Registration> Registration::FromEntry(const nlohmann::json& entry) {
  return FromJson(entry, /*strict=*/false);
}

Result<Registration> Registration::FromJson(const nlohmann::json& object, bool strict) {
  auto members = ReadMembers(object, strict ? Rule::kAnswer : Rule::kEntry);
  if (!members) return std::unexpected(members.error());
  members->fulldomain = ToLower(members->fulldomain);
  if (members->fulldomain.ends_with('.')) members->fulldomain.pop_back();
  if (const auto problem = Problem(*members)) return Bad(*problem);
  Registration registration;
  registration.username_ = std::move(members->username);
  registration.password_ = SecretText(std::move(members->password));
  registration.fulldomain_ = std::move(members->fulldomain);
  registration.subdomain_ = std::move(members->subdomain);
  registration.allow_from_ = std::move(members->allow_from);
  registration.json_text_ = SecretText(DumpJson(object));
  return registration;
}

nlohmann::json Registration::ToJson() const {
  return nlohmann::json::parse(json_text_.Reveal());
}

std::ostream& operator<<(std::ostream& out, const Registration& registration) {
  return out << "registration " << registration.fulldomain_;
}

}  // namespace client
