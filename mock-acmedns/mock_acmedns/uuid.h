// UUIDs as acme-dns's library (google/uuid) reads them: generous in form, exact in content.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "mock_http/random.h"

namespace mock_acmedns {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  bool operator==(const Uuid&) const = default;
  /// Lower case with hyphens.
  std::string Text() const;
  /// A random one, version 4.
  static Uuid Random(mock_http::Random& random);
  /// Accepts 36 characters with hyphens, the same after "urn:uuid:" or between two characters of any kind (meant for
  /// braces), or 32 hexadecimal digits; either letter case.
  static std::optional<Uuid> Parse(std::string_view text);
  /// Accepts exactly what Text() gives.
  static std::optional<Uuid> ParseCanonical(std::string_view text);
};

struct UuidHash {
  std::size_t operator()(const Uuid& uuid) const {
    std::size_t hash = 0;
    std::memcpy(&hash, uuid.bytes.data(), sizeof hash);  // random bits already
    return hash;
  }
};

}  // namespace mock_acmedns
