#include "mock_http/request_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mock_http/http_message.h"

namespace mock_http {
namespace {

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// The length of the scheme in front of a colon; 0 when the text begins with none, nullopt when with a bare colon.
std::optional<std::size_t> SchemeLength(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (IsLetter(c)) continue;
    if (c == ':') return i > 0 ? std::optional(i) : std::nullopt;
    if (i == 0 || !(IsDigit(c) || c == '+' || c == '-' || c == '.')) return 0;
  }
  return 0;
}

/// Whether a text consists of characters that `allowed` takes and of escapes. In a host only octets from 0x80 on, and
/// '%' itself, may be escaped.
bool IsEscaped(std::string_view text, bool is_host, std::string_view allowed) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      const std::string_view escape = text.substr(i, 3);
      if (!PercentDecode(escape)) return false;
      if (is_host && IsDigit(escape[1]) && escape[1] < '8' && escape != "%25") return false;
      i += 2;
      continue;
    }
    const bool is_plain = IsLetter(c) || IsDigit(c) || allowed.contains(c);
    if (!is_plain && !(is_host && static_cast<unsigned char>(c) >= 0x80)) return false;
  }
  return true;
}

/// "" or a colon with any number of digits.
bool IsOptionalPort(std::string_view text) {
  return text.empty() || (text[0] == ':' && std::ranges::all_of(text.substr(1), IsDigit));
}

bool IsHostAndPort(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t end = host.rfind(']');
    if (end == std::string_view::npos || !IsOptionalPort(host.substr(end + 1))) return false;
  } else if (const std::size_t colon = host.rfind(':'); colon != std::string_view::npos) {
    if (!IsOptionalPort(host.substr(colon))) return false;
  }
  return IsEscaped(host, true, "-_.~!$&'()*+,;=:[]<>\"");
}

/// What stands between "//" and the path.
bool IsAuthority(std::string_view authority) {
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return IsHostAndPort(authority);
  return IsEscaped(authority.substr(0, at), false, "-._:~!$&'()*+,;=@") && IsHostAndPort(authority.substr(at + 1));
}

/// An authority as Go writes it again: what is beyond ASCII is escaped, in capitals.
std::string Rewritten(std::string_view authority) {
  const auto capital = [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; };
  std::string out;
  for (std::size_t i = 0; i < authority.size(); ++i) {
    const char c = authority[i];
    if (c == '%') {
      out.append({c, capital(authority[i + 1]), capital(authority[i + 2])});
      i += 2;
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string ToLower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::optional<RequestTarget> ParseUrl(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (text.empty() || std::ranges::any_of(text, is_control)) return std::nullopt;
  RequestTarget parsed;
  if (text == "*") {
    parsed.path = "*";
    return parsed;
  }
  const auto scheme = SchemeLength(text);
  if (!scheme) return std::nullopt;
  if (*scheme > 0) {
    parsed.origin = ToLower(text.substr(0, *scheme)) + ':';
    text.remove_prefix(*scheme + 1);
  }
  if (const std::size_t question = text.find('?'); question != std::string_view::npos) {
    parsed.query = text.substr(question);
    text = text.substr(0, question);
  }
  if (!text.starts_with('/')) {
    if (*scheme == 0) return std::nullopt;
    parsed.origin += text;
    parsed.is_opaque = true;
    return parsed;
  }
  if (*scheme > 0 && text.starts_with("//")) {
    const std::size_t end = std::min(text.find('/', 2), text.size());
    if (!IsAuthority(text.substr(2, end - 2))) return std::nullopt;
    parsed.origin.append("//").append(Rewritten(text.substr(2, end - 2)));
    text.remove_prefix(end);
  }
  auto path = PercentDecode(text);
  if (!path) return std::nullopt;
  parsed.path = std::move(*path);
  return parsed;
}

}  // namespace

std::optional<RequestTarget> ParseRequestTarget(std::string_view method, std::string_view target) {
  if (method != "CONNECT" || target.starts_with('/')) return ParseUrl(target);
  // CONNECT names a host and a port.
  constexpr std::string_view kScheme = "http:";
  auto parsed = ParseUrl(std::string(kScheme) + "//" + std::string(target));
  if (parsed) parsed->origin.erase(0, kScheme.size());
  return parsed;
}

}  // namespace mock_http
