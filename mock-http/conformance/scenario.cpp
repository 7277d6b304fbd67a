#include "conformance/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <utility>

namespace mock_http::conformance {
namespace {

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string AsText(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// What stands between "${" and "}"; nullopt when it has no value.
std::optional<std::string> Expand(std::string_view inside, const Variables& variables) {
  if (inside.size() > 2 && inside[1] == '*') {
    std::size_t times = 0;
    const auto [end, error] = std::from_chars(inside.data() + 2, inside.data() + inside.size(), times);
    if (error == std::errc() && end == inside.data() + inside.size()) return std::string(times, inside[0]);
  }
  const std::size_t colon = inside.find(':');
  const std::string_view name = inside.substr(0, colon);
  const Json* value = variables.Find(name);
  if (value == nullptr || !std::ranges::all_of(name, IsWordCharacter)) return std::nullopt;
  if (colon == std::string_view::npos) return AsText(*value);
  const std::string_view shape = inside.substr(colon + 1);
  if (shape == "upper") return ToUpper(AsText(*value));
  if (shape == "nodash") return WithoutDashes(AsText(*value));
  return std::nullopt;
}

std::string NextPart(std::string_view& pointer) {
  pointer.remove_prefix(1);
  const std::size_t end = pointer.find('/');
  const std::string_view raw = pointer.substr(0, end);
  pointer = end == std::string_view::npos ? std::string_view() : pointer.substr(end);
  std::string part;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '~' && i + 1 < raw.size() && (raw[i + 1] == '0' || raw[i + 1] == '1')) {
      part.push_back(raw[++i] == '1' ? '/' : '~');
    } else {
      part.push_back(raw[i]);
    }
  }
  return part;
}

std::optional<std::size_t> Index(const std::string& part, std::size_t size) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (part.empty() || error != std::errc() || end != part.data() + part.size() || index >= size) return std::nullopt;
  return index;
}

}  // namespace

std::expected<Scenario, std::string> LoadScenario(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) return std::unexpected(fmt::format("{}: can't be read", file.string()));
  const Json json = Json::parse(stream, nullptr, false);
  if (!json.is_object() || !json.contains("target") || !json["target"].is_string() || !json.contains("steps") ||
      !json["steps"].is_array()) {
    return std::unexpected(fmt::format("{}: no scenario: JSON with \"target\" and \"steps\" is wanted", file.string()));
  }
  return Scenario{
      .stem = file.stem().string(), .about = json.value("about", ""), .target = json["target"], .steps = json["steps"]};
}

std::vector<std::filesystem::path> ListScenarios(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

void Variables::Set(std::string_view name, Json value) {
  const auto known = std::ranges::find(values_, name, [](const auto& entry) { return std::string_view(entry.first); });
  if (known != values_.end()) {
    known->second = std::move(value);
  } else {
    values_.emplace_back(std::string(name), std::move(value));
  }
}

const Json* Variables::Find(std::string_view name) const {
  const auto known = std::ranges::find(values_, name, [](const auto& entry) { return std::string_view(entry.first); });
  return known == values_.end() ? nullptr : &known->second;
}

std::string ToUpper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::string WithoutDashes(std::string_view text) {
  std::string out(text);
  std::erase(out, '-');
  return out;
}

std::string SubstituteText(std::string_view text, const Variables& variables) {
  std::string out;
  while (!text.empty()) {
    const std::size_t start = text.find("${");
    out += text.substr(0, start);
    if (start == std::string_view::npos) break;
    text.remove_prefix(start);
    const std::size_t end = text.find('}');
    const auto value = end == std::string_view::npos ? std::nullopt : Expand(text.substr(2, end - 2), variables);
    if (value) {
      out += *value;
      text.remove_prefix(end + 1);
    } else {
      out += text.substr(0, 2);
      text.remove_prefix(2);
    }
  }
  return out;
}

Json Substitute(const Json& value, const Variables& variables) {
  if (value.is_string()) return SubstituteText(value.get_ref<const std::string&>(), variables);
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& item : value) out.push_back(Substitute(item, variables));
    return out;
  }
  if (value.is_object()) {
    Json out = Json::object();
    for (const auto& [key, item] : value.items()) out[SubstituteText(key, variables)] = Substitute(item, variables);
    return out;
  }
  return value;
}

const Json* AtPointer(const Json& document, std::string_view pointer) {
  const Json* at = &document;
  while (!pointer.empty()) {
    if (pointer.front() != '/') return nullptr;
    const std::string part = NextPart(pointer);
    if (at->is_array()) {
      const auto index = Index(part, at->size());
      if (!index) return nullptr;
      at = &(*at)[*index];
    } else if (at->is_object() && at->contains(part)) {
      at = &(*at)[part];
    } else {
      return nullptr;
    }
  }
  return at;
}

void Drop(Json& document, std::string_view pointer) {
  if (pointer.empty() || pointer.front() != '/') return;
  const std::string part = NextPart(pointer);
  if (document.is_array()) {
    for (std::size_t i = document.size(); i-- > 0;) {
      if (part != "*" && Index(part, document.size()) != i) continue;
      if (pointer.empty()) {
        document.erase(i);
      } else {
        Drop(document[i], pointer);
      }
    }
  } else if (document.is_object()) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : document.items()) {
      if (part == "*" || part == key) keys.push_back(key);
    }
    for (const std::string& key : keys) {
      if (pointer.empty()) {
        document.erase(key);
      } else {
        Drop(document[key], pointer);
      }
    }
  }
}

}  // namespace mock_http::conformance
