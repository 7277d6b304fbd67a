// Base64 (RFC 4648): the standard alphabet for Secret data, the URL alphabet without padding for JWTs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mock_kubeapi {

std::string EncodeBase64(std::string_view bytes);
/// Line breaks are skipped, padding is required. nullopt for anything that is no base64.
std::optional<std::string> DecodeBase64(std::string_view text);

std::string EncodeBase64Url(std::string_view bytes);
/// Strict: no padding, no line breaks, no stray bits.
std::optional<std::string> DecodeBase64Url(std::string_view text);

}  // namespace mock_kubeapi
