#include "base/json_text.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace client {
namespace {

/// Whether brackets nest deeper than kJsonDepthMax. Looked for before parsing: the parser needs no stack for depth,
/// but printing and destroying the value does.
bool TooDeep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  bool escaped = false;
  for (const char c : text) {
    if (in_string) {
      if (escaped) {
        escaped = false;
      } else if (c == '\\') {
        escaped = true;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kJsonDepthMax) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

Result<nlohmann::json> ParseJson(std::string_view text) {
  if (Trim(text).empty()) return Fail(ErrorKind::kMalformed, "empty, not JSON");
  if (TooDeep(text)) return Fail(ErrorKind::kMalformed, "JSON nested too deeply");
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    // The exception's own text quotes the last token read, which may be a password.
    return Fail(ErrorKind::kMalformed, "not JSON (byte " + std::to_string(error.byte) + ")");
  } catch (const nlohmann::json::exception&) {
    return Fail(ErrorKind::kMalformed, "JSON with a number out of range");
  }
}

std::string DumpJson(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

const nlohmann::json* FindMember(const nlohmann::json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  if (const auto exact = object.find(key); exact != object.end()) return &*exact;
  for (const auto& [name, value] : object.items()) {
    if (EqualsIgnoringCase(name, key)) return &value;
  }
  return nullptr;
}

std::string StringMember(const nlohmann::json& object, std::string_view key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace client
