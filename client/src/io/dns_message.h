// DNS messages for the resolver: bytes in and out, no sockets. ldns does the encoding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "effects/dns_resolver.h"

namespace client {

struct DnsQuery {
  std::uint16_t id = 0;
  std::string name;  ///< lower case, final dot
  int type = 0;      ///< RR type number
  std::string wire;
};

struct QueryOptions {
  std::uint16_t id = 0;
  bool edns = true;  ///< announce that 1232 bytes fit into a datagram
};

/// kMisconfigured when the name is no DNS name.
Result<DnsQuery> MakeQuery(const DnsQuestion& question, const QueryOptions& options);

/// Whether the message answers this query: its id, and its one question without regard to letter case. FORMERR and the
/// like may come without the question.
bool IsAnswerTo(const DnsQuery& query, std::string_view wire);

/// The TC bit of a message that IsAnswerTo() has accepted.
bool IsTruncated(std::string_view wire);

struct ParsedAnswer {
  DnsAnswer answer;
  bool refuses_edns = false;  ///< FORMERR, NOTIMP or BADVERS
};

/// nullopt when it is no DNS message.
std::optional<ParsedAnswer> ParseAnswer(std::string_view wire);

}  // namespace client
