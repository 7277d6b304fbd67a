// Values in the words of Go's fmt, because the API server's messages are made with it.
#pragma once

#include <string>
#include <string_view>

namespace mock_kubeapi {

/// Go's strconv.Quote (`%q`): double quotes, backslash escapes, printable UTF-8 as it is, other bytes as \x or \u.
std::string GoQuote(std::string_view text);

}  // namespace mock_kubeapi
