#include "mock_acmedns/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "mock_acmedns/dns_message.h"

namespace mock_acmedns {
namespace {

/// Lower case without a final dot; nullopt when it is no DNS name, or the root.
std::optional<std::string> NormalisedZone(std::string_view name) {
  if (!NameWire(name)) return std::nullopt;
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty() || !std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.';
      })) {
    return std::nullopt;
  }
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

bool IsHeaderName(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").contains(c);
  });
}

/// "admin.example.org" for "auth.example.org"; of a domain with fewer than three labels nothing is cut.
std::string DefaultAdmin(const std::string& domain) {
  const std::size_t dot = domain.find('.');
  const bool has_parent = dot != std::string::npos && domain.find('.', dot + 1) != std::string::npos;
  return "admin." + (has_parent ? domain.substr(dot + 1) : domain);
}

}  // namespace

std::expected<Config, std::string> Config::Complete() const {
  Config complete = *this;
  const auto bad_name = [](std::string_view member, std::string_view value) {
    return std::unexpected(fmt::format("{}: \"{}\" is no DNS name", member, value));
  };
  const auto own = NormalisedZone(domain);
  if (!own) return bad_name("domain", domain);
  complete.domain = *own;
  const auto server = nsname.empty() ? own : NormalisedZone(nsname);
  if (!server) return bad_name("nsname", nsname);
  complete.nsname = *server;
  const auto admin = NormalisedZone(nsadmin.empty() ? DefaultAdmin(*own) : nsadmin);
  if (!admin) return bad_name("nsadmin", nsadmin);
  complete.nsadmin = *admin;
  if (!IsHeaderName(use_header)) {
    return std::unexpected(fmt::format("use-header: \"{}\" is no header name", use_header));
  }
  if (basic_auth && (basic_auth->user.empty() || basic_auth->user.contains(':'))) {
    return std::unexpected("basic-auth: the user must be a name without a colon");
  }
  if (basic_auth && basic_auth->password.empty()) return std::unexpected("basic-auth: the password is empty");
  return complete;
}

}  // namespace mock_acmedns
