// acme-dns's zone: static records from its configuration, TXT values of registered names from its database, and rules
// of its own where other name servers would do otherwise.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mock_acmedns/config.h"
#include "mock_acmedns/dns_message.h"
#include "mock_http/clock.h"

namespace mock_acmedns {

/// A static record.
struct ZoneRecord {
  std::string owner;  ///< text, lower case, with the final dot
  std::uint16_t type = 0;
  std::uint32_t ttl_seconds = 0;
  std::string wire;  ///< the whole record, uncompressed
  std::string data;  ///< as text, see DnsRecord::data
};

/// Reads a record in zone-file syntax; a TTL left out is 3600 seconds. Like acme-dns it is put in lower case first. The
/// error names what is wrong.
std::expected<ZoneRecord, std::string> ParseRecord(std::string_view text);

/// Where the zone finds the TXT values of registered names.
class TxtSource {
 public:
  virtual ~TxtSource() = default;
  /// Appends the values of the name whose first label is `label`, in lower case; none for a label that is not
  /// registered. The views are valid until the database changes.
  virtual void Find(std::string_view label, std::vector<std::string_view>& values) const = 0;
};

/// What a question gets.
struct Resolution {
  int rcode = 0;
  bool authoritative = false;
  std::vector<const ZoneRecord*> records;
  std::vector<std::string_view> txt;  ///< values for the name that was asked, TTL 1, behind `records`
};

class Zone {
 public:
  static constexpr std::uint32_t kTxtTtlSeconds = 1;

  /// `config` must be complete. `now` makes the SOA's serial. Fails, naming the record, when one can't be read.
  static std::expected<Zone, std::string> Create(const Config& config, mock_http::TimePoint now);

  /// `name` as text with the final dot, in any letter case. The class of a question doesn't matter.
  Resolution Resolve(std::string_view name, std::uint16_t type, const TxtSource& source) const;

  /// The answer to a message; absent for kIgnore.
  std::optional<std::string> Answer(const DnsRequest& request, const TxtSource& source) const;

 private:
  Zone() = default;
  void Add(ZoneRecord record);
  bool IsAuthoritative(std::string_view lower_name) const;
  bool IsOwnChallenge(std::string_view lower_name) const;
  const std::vector<ZoneRecord>* RecordsAt(std::string_view lower_name) const;

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::string domain_;  ///< with the final dot
  std::string soa_wire_;
  std::unordered_map<std::string, std::vector<ZoneRecord>, Hash, std::equal_to<>> records_;
};

}  // namespace mock_acmedns
