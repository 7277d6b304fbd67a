// Values in the words of Go's fmt, because the API server's messages are made with it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mock_kubeapi {

/// Go's strconv.Quote (`%q`): double quotes, backslash escapes, printable UTF-8 as it is, other bytes as \x or \u.
std::string GoQuote(std::string_view text);

/// The printable characters of `text` (Go's unicode.IsPrint; bytes that are no UTF-8 become U+FFFD), as many from the
/// start as fit into `bytes_max`.
std::string PrintablePrefix(std::string_view text, std::size_t bytes_max);

}  // namespace mock_kubeapi
