#include "mock_acmedns/dns_rdata.h"

#include <algorithm>
#include <array>

namespace mock_acmedns {
namespace {

unsigned Take16(std::string_view message, std::size_t& at) {
  const auto high = static_cast<unsigned char>(message[at]);
  const auto low = static_cast<unsigned char>(message[at + 1]);
  at += 2;
  return static_cast<unsigned>(high) << 8U | low;
}

/// The EDNS options whose contents miekg/dns checks.
enum Option : unsigned { kLlq = 1, kUpdateLease = 2, kSubnet = 8, kExpire = 9, kKeepAlive = 11, kError = 15 };

bool IsSubnet(std::string_view data) {
  if (data.size() < 4) return false;
  std::size_t at = 0;
  const unsigned family = Take16(data, at);
  const auto source = static_cast<unsigned char>(data[2]);
  const auto scope = static_cast<unsigned char>(data[3]);
  switch (family) {
    case 0:
      return source == 0;
    case 1:
      return source <= 32 && scope <= 32;
    case 2:
      return source <= 128 && scope <= 128;
    default:
      return false;
  }
}

bool IsOption(unsigned code, std::string_view data) {
  switch (code) {
    case kLlq:
      return data.size() >= 18;
    case kUpdateLease:
      return data.size() == 4 || data.size() == 8;
    case kSubnet:
      return IsSubnet(data);
    case kExpire:
      return data.empty() || data.size() >= 4;
    case kKeepAlive:
      return data.empty() || data.size() == 2;
    case kError:
      return data.size() >= 2;
    default:
      return true;
  }
}

bool AreOptions(std::string_view data) {
  while (!data.empty()) {
    if (data.size() < 4) return false;
    std::size_t at = 0;
    const unsigned code = Take16(data, at);
    const unsigned length = Take16(data, at);
    if (at + length > data.size() || !IsOption(code, data.substr(at, length))) return false;
    data.remove_prefix(at + length);
  }
  return true;
}

/// The list of types at the end of an NSEC record (RFC 4034 section 4.1.2): windows in rising order, none empty.
bool IsTypeBitmap(std::string_view data) {
  int last_window = -1;
  while (!data.empty()) {
    if (data.size() < 2) return false;
    const auto window = static_cast<unsigned char>(data[0]);
    const std::size_t length = static_cast<unsigned char>(data[1]);
    if (window <= last_window || length == 0 || length > 32 || length + 2 > data.size()) return false;
    last_window = window;
    data.remove_prefix(2 + length);
  }
  return true;
}

/// How the data of a type is laid out: '1' '2' '4' '6' '8' so many octets, 'a' an IPv4 and 'q' an IPv6 address, 'n' a
/// name, 's' a character string, 't' such strings to the end, 'x' a length of two octets and so much data (or nothing
/// more at all), 'b' a list of types, '*' anything.
std::string_view Layout(std::uint16_t type) {
  struct Row {
    std::uint16_t type;
    std::string_view layout;
  };
  static constexpr std::array<Row, 60> kRows = {
      {{1, "a"},         {2, "n"},          {3, "n"},          {4, "n"},     {5, "n"},     {6, "nn44444"},
       {7, "n"},         {8, "n"},          {9, "n"},          {12, "n"},    {13, "ss"},   {14, "nn"},
       {15, "2n"},       {16, "t"},         {17, "nn"},        {18, "2n"},   {19, "s"},    {21, "2n"},
       {23, "n"},        {24, "2114442n*"}, {25, "211*"},      {26, "2nn"},  {27, "sss"},  {28, "q"},
       {29, "1111444"},  {33, "222n"},      {35, "22sssn"},    {36, "2n"},   {37, "221*"}, {39, "n"},
       {43, "211*"},     {44, "11*"},       {46, "2114442n*"}, {47, "nb"},   {48, "211*"}, {52, "111*"},
       {53, "111*"},     {56, "t"},         {57, "211*"},      {58, "nn"},   {59, "211*"}, {60, "211*"},
       {62, "42b"},      {63, "411*"},      {99, "t"},         {100, "s"},   {101, "4"},   {102, "4"},
       {104, "28"},      {105, "2a"},       {106, "28"},       {107, "2n"},  {108, "6"},   {109, "8"},
       {249, "n4422xx"}, {250, "n62x22x"},  {255, ""},         {256, "22*"}, {257, "1s*"}, {258, "t"}}};
  const auto row = std::ranges::find(kRows, type, &Row::type);
  return row == kRows.end() ? "*" : row->layout;
}

/// Moves `at` behind a character string.
bool ReadString(std::string_view message, std::size_t& at) {
  if (at >= message.size()) return false;
  at += 1 + static_cast<std::size_t>(static_cast<unsigned char>(message[at]));
  return at <= message.size();
}

bool ReadField(std::string_view message, std::size_t& at, char kind) {
  switch (kind) {
    case 'n':
      return ReadName(message, at, nullptr);
    case 's':
      return ReadString(message, at);
    case 't':
      while (at < message.size()) {
        if (!ReadString(message, at)) return false;
      }
      return true;
    case 'x': {
      if (at + 2 > message.size()) return false;
      const std::size_t length = Take16(message, at);
      if (at < message.size()) at += length;
      return at <= message.size();
    }
    case 'b':
      if (!IsTypeBitmap(message.substr(at))) return false;
      at = message.size();
      return true;
    case '*':
      at = message.size();
      return true;
    default:
      at += kind == 'a' ? 4U : kind == 'q' ? 16U : static_cast<std::size_t>(kind - '0');
      return at <= message.size();
  }
}

/// Whether the data that begins at `at` and ends with `message` is laid out as its type wants. It may end behind any
/// field: the library doesn't miss the rest.
bool FitsType(std::string_view message, std::size_t at, std::uint16_t type) {
  for (const char kind : Layout(type)) {
    if (!ReadField(message, at, kind)) return false;
    if (at == message.size()) return true;
  }
  return at == message.size();
}

}  // namespace

bool ReadRecord(std::string_view message, std::size_t& at, RecordView& record) {
  constexpr std::size_t kFixedLength = 10;
  if (!ReadName(message, at, nullptr) || at + kFixedLength > message.size()) return false;
  record.type = static_cast<std::uint16_t>(Take16(message, at));
  record.klass = static_cast<std::uint16_t>(Take16(message, at));
  record.ttl = Take16(message, at) << 16U;
  record.ttl |= Take16(message, at);
  const std::size_t length = Take16(message, at);
  if (at + length > message.size()) return false;
  record.data = message.substr(at, length);
  at += length;
  if (length == 0) return true;
  if (record.type == kTypeOpt) return AreOptions(record.data);
  return FitsType(message.substr(0, at), at - length, record.type);
}

}  // namespace mock_acmedns
