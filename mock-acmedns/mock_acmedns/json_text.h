// JSON text with the verdicts of Go's encoding/json scanner: where a value ends, whether it is well formed, what a
// string stands for.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mock_acmedns {

/// The position behind the JSON value that begins at `from` or after white space there; nullopt when none does, it is
/// cut short, or it is nested more than 10,000 deep.
std::optional<std::size_t> EndOfValue(std::string_view text, std::size_t from);

/// The position of the first character at or behind `from` that is no JSON white space; `text.size()` when none is.
std::size_t SkipSpace(std::string_view text, std::size_t from);

/// What a well-formed string, given with its quotes, stands for, in UTF-8: escapes undone; octets that are no UTF-8 and
/// lone surrogates become U+FFFD.
std::string Unquote(std::string_view quoted);

}  // namespace mock_acmedns
