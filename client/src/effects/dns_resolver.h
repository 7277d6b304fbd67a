// The client's way to a DNS server: one question, one answer. Everything above (authoritative servers, propagation,
// CNAME chains) is pure code in dns/.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "error.h"

namespace client {

enum class DnsType : std::uint8_t { kA, kAaaa, kCname, kNs, kTxt };
enum class DnsCode : std::uint8_t { kNoError, kNxDomain, kServFail, kRefused, kOther };

struct DnsQuestion {
  std::string name;  ///< with or without the final dot
  DnsType type = DnsType::kTxt;
  /// HOST or HOST:PORT (IPv6 in brackets) of the server to ask; empty: the system's resolvers.
  std::string server;
  bool recursion_desired = true;
  std::chrono::milliseconds timeout{2'000};
};

struct DnsRecord {
  std::string name;  ///< owner, lower case, with the final dot
  DnsType type = DnsType::kTxt;
  std::uint32_t ttl_seconds = 0;
  /// TXT: the character strings joined. A, AAAA: the address as text. CNAME, NS: the target, lower case, final dot.
  std::string data;
};

struct DnsAnswer {
  DnsCode code = DnsCode::kNoError;
  bool authoritative = false;
  std::vector<DnsRecord> records;  ///< the answer section; other types are left out
};

class DnsResolver {
 public:
  virtual ~DnsResolver() = default;
  /// Asks over UDP, over TCP when the answer was truncated. An answer with any response code is a success. No answer
  /// within the timeout, or an answer that is no DNS message: kTemporary; a server name that can't be used:
  /// kMisconfigured; kCancelled.
  virtual Result<DnsAnswer> Ask(const DnsQuestion& question) = 0;
};

}  // namespace client
