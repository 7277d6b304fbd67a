// Base64 as Kubernetes has it in the data of a Secret (RFC 4648 section 4, padded).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace client {

std::string EncodeBase64(std::string_view bytes);

/// The bytes, or nullopt where `text` is not padded standard base64. Line breaks are skipped, as Go's decoder does.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace client
