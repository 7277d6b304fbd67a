#include "mock_kubeapi/api/yaml_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "mock_kubeapi/decode/ascii.h"

namespace mock_kubeapi {
namespace {

using decode::IsDigit;

constexpr int kIndentStep = 2;

std::string WithoutSign(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return std::string(text);
}

bool IsAll(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

/// An integer in any of YAML 1.1's bases, or a decimal fraction.
bool IsNumber(std::string_view text) {
  const std::string body = WithoutSign(text);
  if (body.starts_with("0x")) return IsAll(std::string_view(body).substr(2), "0123456789abcdefABCDEF_");
  if (body.starts_with("0b")) return IsAll(std::string_view(body).substr(2), "01_");
  if (body.starts_with("0o")) return IsAll(std::string_view(body).substr(2), "01234567_");
  if (body.empty() || (!IsDigit(body[0]) && body[0] != '.')) return false;
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t begin = at;
    while (at < body.size() && (IsDigit(body[at]) || body[at] == '_')) ++at;
    return at > begin;
  };
  bool any = digits();
  if (at < body.size() && body[at] == '.') {
    ++at;
    any = digits() || any;
  }
  if (!any) return false;
  if (at < body.size() && (body[at] == 'e' || body[at] == 'E')) {
    ++at;
    if (at < body.size() && (body[at] == '+' || body[at] == '-')) ++at;
    if (!digits()) return false;
  }
  return at == body.size();
}

/// "12:30:45": base 60 in YAML 1.1.
bool IsSexagesimal(std::string_view text) {
  const std::string body = WithoutSign(text);
  return body.find(':') != std::string::npos && IsDigit(body.front()) && IsDigit(body.back()) &&
         IsAll(body, "0123456789:_.");
}

/// "2024-01-01", with or without a time behind it.
bool IsDate(std::string_view text) {
  static constexpr std::string_view kForm = "dddd-dd-dd";
  if (text.size() < kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == 'd' ? !IsDigit(text[i]) : text[i] != kForm[i]) return false;
  }
  return text.size() == kForm.size() || text[kForm.size()] == 'T' || text[kForm.size()] == 't' ||
         text[kForm.size()] == ' ';
}

/// Whether YAML 1.1 would read the text as null, a boolean, a number, a time or a merge key.
bool LooksLikeAnotherType(std::string_view text) {
  static constexpr std::array<std::string_view, 38> kWords = {
      "",    "~",   "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE", "y",    "Y",
      "yes", "Yes", "YES",  "n",    "N",    "no",   "No",   "NO",   "on",    "On",    "ON",    "off",  "Off",
      "OFF", "<<",  ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "-.inf", "-.Inf", "-.INF", "+.inf"};
  if (std::find(kWords.begin(), kWords.end(), text) != kWords.end()) return true;
  return IsNumber(text) || IsSexagesimal(text) || IsDate(text);
}

/// Whether a plain scalar of that text would break the block it stands in.
bool NeedsQuotes(std::string_view text) {
  if (text.empty() || LooksLikeAnotherType(text)) return true;
  if (std::string_view("-?:,[]{}#&*!|>'\"%@`").find(text.front()) != std::string_view::npos) {
    const bool harmless =
        std::string_view("-?:").find(text.front()) != std::string_view::npos && text.size() > 1 && text[1] != ' ';
    if (!harmless) return true;
  }
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') return true;
  if (text.starts_with("---") || text.starts_with("...")) return true;
  return text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos;
}

bool HasControls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n') || byte == 0x7F;
  });
}

std::string Indent(int columns) {
  return std::string(static_cast<std::size_t>(columns), ' ');
}

void WriteText(std::string_view text, int indent, std::string& out) {
  if (HasControls(text)) {
    out += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    return;
  }
  if (text.find('\n') != std::string_view::npos) {
    // A literal block; the sign after '|' keeps exactly the line feeds at the end.
    const std::size_t end = text.find_last_not_of('\n');
    const std::size_t final_feeds = end == std::string_view::npos ? text.size() : text.size() - end - 1;
    out += '|';
    if (text.front() == ' ' || text.front() == '\n') out += std::to_string(kIndentStep);
    if (final_feeds == 0) out += '-';
    if (final_feeds > 1) out += '+';
    std::string_view rest = text;
    if (final_feeds > 0) rest.remove_suffix(1);
    while (true) {
      const std::size_t feed = rest.find('\n');
      const std::string_view line = rest.substr(0, feed);
      out += '\n';
      if (!line.empty()) out += Indent(indent) + std::string(line);
      if (feed == std::string_view::npos) return;
      rest.remove_prefix(feed + 1);
    }
  }
  if (!NeedsQuotes(text)) {
    out += text;
  } else if (LooksLikeAnotherType(text)) {
    out += Json(text).dump();
  } else {
    out += '\'';
    for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
    out += '\'';
  }
}

void WriteValue(const Json& value, int indent, std::string& out);

/// The members, each on its own line, the first one where the output stands already.
void WriteObject(const Json& object, int indent, std::string& out) {
  bool first = true;
  for (const auto& [key, value] : object.items()) {
    if (!first) out += Indent(indent);
    first = false;
    WriteText(key, indent, out);
    out += ':';
    if (value.is_object() && !value.empty()) {
      out += '\n' + Indent(indent + kIndentStep);
      WriteObject(value, indent + kIndentStep, out);
      continue;
    }
    if (value.is_array() && !value.empty()) {
      out += '\n' + Indent(indent);
      WriteValue(value, indent, out);
      continue;
    }
    out += ' ';
    WriteValue(value, indent + kIndentStep, out);
  }
}

void WriteArray(const Json& array, int indent, std::string& out) {
  bool first = true;
  for (const Json& item : array) {
    if (!first) out += Indent(indent);
    first = false;
    out += "- ";
    WriteValue(item, indent + kIndentStep, out);
  }
}

/// Ends with a line feed. `indent` is that of the lines that follow the first one.
void WriteValue(const Json& value, int indent, std::string& out) {
  if (value.is_object() && !value.empty()) return WriteObject(value, indent, out);
  if (value.is_array() && !value.empty()) return WriteArray(value, indent, out);
  if (value.is_string()) {
    WriteText(value.get_ref<const std::string&>(), indent, out);
  } else {
    out += value.dump();
  }
  out += '\n';
}

}  // namespace

std::string ToYaml(const Json& value) {
  std::string out;
  WriteValue(value, 0, out);
  return out;
}

}  // namespace mock_kubeapi
