// Base64 as Go's encoding/base64 reads it, which tells where the text goes wrong and skips line ends.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace mock_kubeapi::decode {

/// Base64 as Go's StdEncoding decodes it; the error is "illegal base64 data at input byte 3".
std::expected<std::string, std::string> GoDecodeBase64(std::string_view text);

}  // namespace mock_kubeapi::decode
