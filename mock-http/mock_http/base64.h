// Base64 (RFC 4648 section 4), as basic authentication sends it.
#pragma once

#include <string>
#include <string_view>

namespace mock_http {

/// With padding, without line breaks.
std::string Base64(std::string_view data);

}  // namespace mock_http
