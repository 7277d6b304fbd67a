// Reading names and resource records out of messages, with the limits and checks of miekg/dns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mock_acmedns {

constexpr std::uint16_t kTypeA = 1;
constexpr std::uint16_t kTypeCname = 5;
constexpr std::uint16_t kTypeSoa = 6;
constexpr std::uint16_t kTypeTxt = 16;
constexpr std::uint16_t kTypeOpt = 41;

/// Reads the name at `at` of `message`, following compression pointers, and moves `at` behind it. Appends it,
/// uncompressed, to `wire` unless that is null. False when it is cut short, longer than 255 octets, has a reserved
/// label type, or more than 126 pointers.
bool ReadName(std::string_view message, std::size_t& at, std::string* wire);

struct RecordView {
  std::uint16_t type = 0;
  std::uint16_t klass = 0;
  std::uint32_t ttl = 0;
  std::string_view data;
};

/// Reads the record at `at` and moves `at` behind it. False when it is cut short or its data doesn't fit its type. Data
/// of rare types whose layout isn't known here fits always.
bool ReadRecord(std::string_view message, std::size_t& at, RecordView& record);

}  // namespace mock_acmedns
