// YAML for people to read, from JSON values. A writer of our own because what is text must stay text ("true", "6 1 * *
// *", "0755"), which libraries leave to the caller.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace client {

/// Block style, two blanks per level, members in their order. Text stands plain only where no YAML parser can take it
/// for anything else.
std::string YamlText(const nlohmann::ordered_json& value);

}  // namespace client
