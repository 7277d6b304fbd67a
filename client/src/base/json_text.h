// JSON that came from elsewhere: parsed without exceptions and without a depth that would exhaust the stack.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "error.h"

namespace client {

/// Deeper text is refused. Real documents of acme-dns and of Secrets have five levels at most.
inline constexpr int kJsonDepthMax = 64;

/// The one JSON value in `text`. kMalformed, with the reason and never with a piece of the text (which may be a
/// secret), for: no JSON, text behind it, invalid UTF-8, numbers out of range, nesting beyond kJsonDepthMax.
Result<nlohmann::json> ParseJson(std::string_view text);

/// Compact text of `value`. Bytes that are no UTF-8 (there are none in what ParseJson() gives) become U+FFFD.
std::string DumpJson(const nlohmann::json& value);

/// The member named `key`: the exact one, else one that matches without regard to case, as Go's decoder finds it.
/// nullptr when there is none or `object` is no object. Points into `object`.
const nlohmann::json* FindMember(const nlohmann::json& object, std::string_view key);

/// The string member `key` of `object`, exactly so named; empty when it is absent or no string.
std::string StringMember(const nlohmann::json& object, std::string_view key);

}  // namespace client
