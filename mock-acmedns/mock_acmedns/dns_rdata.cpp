#include "mock_acmedns/dns_rdata.h"

#include <ldns/ldns.h>

#include <memory>

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

struct FreeRecord {
  void operator()(ldns_rr* record) const { ldns_rr_free(record); }
};

/// Whether ldns can read the record that begins at `from` and ends at `end`.
bool FitsType(std::string_view message, std::size_t from, std::size_t end) {
  ldns_rr* parsed = nullptr;
  std::size_t at = from;
  const ldns_status status =
      ldns_wire2rr(&parsed, reinterpret_cast<const std::uint8_t*>(message.data()), end, &at, LDNS_SECTION_ADDITIONAL);
  const std::unique_ptr<ldns_rr, FreeRecord> owner(parsed);
  return status == LDNS_STATUS_OK && at == end;
}

}  // namespace

bool ReadRecord(std::string_view message, std::size_t& at, RecordView& record) {
  constexpr std::size_t kFixedLength = 10;
  const std::size_t from = at;
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
  return record.type == kTypeOpt ? AreOptions(record.data) : FitsType(message, from, at);
}

}  // namespace mock_acmedns
