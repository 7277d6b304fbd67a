// A hexadecimal digit, as addresses, UUIDs and JSON escapes have them.
#pragma once

namespace mock_acmedns {

/// 0 to 15 for a digit of either case, -1 for any other character.
constexpr int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace mock_acmedns
