// UTF-8 as Go reads and writes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mock_kubeapi::decode {

/// U+FFFD, which stands for what is no character.
inline constexpr std::uint32_t kReplacement = 0xFFFD;

/// `text` with every byte that is no part of valid UTF-8 replaced by U+FFFD, as Go does.
std::string ValidUtf8(std::string_view text);
/// Appends a code point.
void AppendUtf8(std::string* out, std::uint32_t code_point);

}  // namespace mock_kubeapi::decode
