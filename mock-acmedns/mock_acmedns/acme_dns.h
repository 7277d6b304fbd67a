// A whole acme-dns in memory: database, HTTP API and DNS zone on an injected clock and random source, without sockets.
// A unit test or the simulator calls it directly; MockAcmeDns puts servers around it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_acmedns/config.h"
#include "mock_acmedns/database.h"
#include "mock_acmedns/dns_faults.h"
#include "mock_http/clock.h"
#include "mock_http/endpoint.h"
#include "mock_http/http_message.h"
#include "mock_http/random.h"

namespace mock_acmedns {

class HttpApi;
class Zone;

/// How a DNS query ended.
struct DnsExchange {
  std::optional<std::string> reply;    ///< the answer's octets; absent: none is sent
  std::chrono::milliseconds delay{0};  ///< before the reply
};

/// A look-up without wire format, for callers that want speed. Records are those of the answer section.
struct DnsRecord {
  std::string name;  ///< with the final dot
  std::uint16_t type = 0;
  std::uint32_t ttl_seconds = 0;
  /// A, AAAA: the address; CNAME, NS: the name with its final dot; TXT: the strings joined; others: as in a zone file.
  std::string data;
};
struct DnsAnswer {
  int rcode = 0;
  bool authoritative = false;
  std::vector<DnsRecord> records;
  std::chrono::milliseconds delay{0};
};

struct DnsHistoryEntry {
  std::uint64_t number = 0;  ///< counts from 1 and goes on through a clear
  mock_http::TimePoint time;
  std::string name;  ///< empty when the message could not be read
  std::string type;
  Transport transport = Transport::kUdp;
  std::optional<int> rcode;  ///< absent when no answer was sent
  std::size_t answers = 0;
  std::string fault_id;
};

class AcmeDns {
 public:
  /// `clock` and `random` must outlive it. Fails, naming what is wrong, on a bad configuration or record.
  static std::expected<std::unique_ptr<AcmeDns>, std::string> Create(const Config& config,
                                                                     const mock_http::Clock& clock,
                                                                     mock_http::Random& random);
  ~AcmeDns();
  AcmeDns(const AcmeDns&) = delete;
  AcmeDns& operator=(const AcmeDns&) = delete;

  /// The HTTP side: Serve() for in-memory callers, faults and history. Its lock guards everything here.
  mock_http::Endpoint& endpoint() { return endpoint_; }
  const Config& config() const { return config_; }
  const mock_http::Clock& clock() const { return clock_; }

  /// Answers one DNS message, faults applied. Thread-safe.
  DnsExchange AskDns(std::string_view message, Transport transport);
  /// Answers one question of class IN without wire format, faults applied; nullopt when no answer is sent. Thread-safe.
  std::optional<DnsAnswer> LookUp(std::string_view name, std::uint16_t type, Transport transport = Transport::kUdp);

  // Only within endpoint().Locked while a server is up.
  Database& database() { return database_; }
  DnsFaultPlan& dns_faults() { return dns_faults_; }
  std::deque<DnsHistoryEntry>& dns_history() { return dns_history_; }
  std::uint64_t dns_queries() const { return dns_queries_; }
  /// 0 switches recording off. 1000 unless set.
  void SetDnsHistoryCapacity(std::size_t capacity);
  /// Backups that were made on the control endpoint, by id.
  std::map<std::string, std::vector<Account>, std::less<>>& backups() { return backups_; }

 private:
  AcmeDns(Config config, std::unique_ptr<Zone> zone, const mock_http::Clock& clock, mock_http::Random& random);
  void Record(DnsHistoryEntry entry);

  Config config_;
  const mock_http::Clock& clock_;
  Database database_;
  DnsFaultPlan dns_faults_;
  std::unique_ptr<Zone> zone_;
  std::unique_ptr<HttpApi> api_;
  mock_http::Endpoint endpoint_;
  std::deque<DnsHistoryEntry> dns_history_;
  std::size_t dns_history_capacity_ = 1000;
  std::uint64_t dns_queries_ = 0;
  std::map<std::string, std::vector<Account>, std::less<>> backups_;
};

}  // namespace mock_acmedns
