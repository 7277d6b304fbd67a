// Values in the words of Go's fmt, because the API server's messages are made with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace mock_kubeapi {

/// Go's strconv.Quote (`%q`): double quotes, backslash escapes, printable UTF-8 as it is, other bytes as \x or \u.
std::string GoQuote(std::string_view text);

/// The printable characters of `text` (Go's unicode.IsPrint; bytes that are no UTF-8 become U+FFFD), as many from the
/// start as fit into `bytes_max`.
std::string PrintablePrefix(std::string_view text, std::size_t bytes_max);

/// One character of a text, as `for i, r := range text` gives it: a byte that is no UTF-8 is U+FFFD.
struct GoRune {
  std::uint32_t value = 0;
  std::size_t position = 0;  ///< of its first byte
  std::size_t length = 0;    ///< bytes
  bool valid = false;        ///< false: stands for a byte that is no UTF-8
  bool printable = false;    ///< unicode.IsPrint

  /// "U+0009"
  std::string Code() const;
};
std::vector<GoRune> GoRunes(std::string_view text);

/// `%q` of a []string: ["a" "b"].
std::string GoQuoteList(const std::vector<std::string>& values);

/// `%#v` of a []string: []string{"a", "b"}.
std::string GoStrings(const std::vector<std::string>& values);

/// A decimal number as strconv.ParseInt and ParseUint read it; the error is theirs:
/// `strconv.ParseInt: parsing "x": invalid syntax` (or `value out of range`).
std::expected<std::int64_t, std::string> GoParseInt(std::string_view text);
std::expected<std::uint64_t, std::string> GoParseUint(std::string_view text);

/// apiserver's guard against texts that a browser would take for HTML: &, < and > as entities.
std::string EscapeHtml(std::string_view text);

}  // namespace mock_kubeapi
