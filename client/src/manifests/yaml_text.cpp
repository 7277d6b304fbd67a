#include "manifests/yaml_text.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace client {
namespace {

using Json = nlohmann::ordered_json;

bool IsPlain(std::string_view text) {
  // What YAML 1.1 or 1.2 reads as a boolean or null.
  constexpr std::array<std::string_view, 8> kWords = {"true", "false", "yes", "no", "on", "off", "null", "y"};
  if (text.empty() || !(IsLetter(text.front()) || text.front() == '/')) return false;
  const bool safe = std::ranges::all_of(text, [](char c) {
    return IsLetter(c) || IsDigit(c) || c == '/' || c == '.' || c == '-' || c == '_' || c == ':' || c == '@';
  });
  if (!safe || text.back() == ':') return false;
  const std::string lower = ToLower(text);
  return lower != "n" && std::ranges::find(kWords, lower) == kWords.end();
}

/// Text with double quotes reads better in single ones, which know no escapes.
bool IsForSingleQuotes(std::string_view text) {
  return text.find('"') != std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~' && c != '\''; });
}

std::string Scalar(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (IsPlain(text)) return text;
    if (IsForSingleQuotes(text)) return '\'' + text + '\'';
  }
  return value.dump();  // JSON's double-quoted strings, numbers and words are YAML's
}

/// Several lines that can stand as they are, a certificate for example.
bool IsBlock(const Json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  const bool lines = text.size() >= 2 && text.back() == '\n' && text[text.size() - 2] != '\n';
  return lines && text.front() != ' ' && text.front() != '\n' &&
         std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
}

void WriteBlock(std::string_view text, std::size_t indent, std::string& out) {
  out += " |\n";
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    if (!line.empty()) out.append(indent, ' ').append(line);
    out += '\n';
  }
}

void Write(const Json& value, std::size_t indent, std::string& out);

/// Behind "key:" or "-".
void WriteBehind(const Json& value, std::size_t indent, std::string& out) {
  if ((value.is_object() || value.is_array()) && !value.empty()) {
    out += '\n';
    Write(value, indent, out);
  } else if (IsBlock(value)) {
    WriteBlock(value.get_ref<const std::string&>(), indent, out);
  } else {
    out += ' ' + Scalar(value) + '\n';
  }
}

void Write(const Json& value, std::size_t indent, std::string& out) {
  const std::string blanks(indent, ' ');
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      out += blanks + (IsPlain(key) ? key : Json(key).dump()) + ':';
      // A list stands at its key's own level, as kubectl prints it.
      WriteBehind(member, member.is_array() ? indent : indent + 2, out);
    }
    return;
  }
  for (const Json& item : value) {
    if (item.is_object() && !item.empty()) {
      std::string block;
      Write(item, indent + 2, block);
      block[indent] = '-';
      out += block;
    } else {
      out += blanks + '-';
      WriteBehind(item, indent + 2, out);
    }
  }
}

}  // namespace

std::string YamlText(const Json& value) {
  if ((!value.is_object() && !value.is_array()) || value.empty()) return Scalar(value) + '\n';
  std::string out;
  Write(value, 0, out);
  return out;
}

}  // namespace client
