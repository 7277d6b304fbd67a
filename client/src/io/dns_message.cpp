#include "io/dns_message.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ldns/ldns.h>
// Without <stdbool.h> before it, ldns makes bool a macro, which breaks what is included after it.
#undef bool
#undef false
#undef true

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "base/text.h"

namespace client {
namespace {

constexpr std::uint16_t kEdnsBytesMax = 1232;  // what passes everywhere unfragmented (DNS flag day 2020)
constexpr std::size_t kHeaderBytes = 12;
constexpr int kBadVersion = 16;  // BADVERS, whose upper bits stand in the EDNS record

struct FreeLdns {
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
  void operator()(ldns_rdf* rdf) const { ldns_rdf_deep_free(rdf); }
  void operator()(void* bytes) const { std::free(bytes); }  // NOLINT(cppcoreguidelines-no-malloc): ldns' malloc
};
using PacketPtr = std::unique_ptr<ldns_pkt, FreeLdns>;
using RdfPtr = std::unique_ptr<ldns_rdf, FreeLdns>;
using BytesPtr = std::unique_ptr<std::uint8_t, FreeLdns>;
using TextPtr = std::unique_ptr<char, FreeLdns>;

ldns_rr_type ToLdns(DnsType type) {
  switch (type) {
    case DnsType::kA:
      return LDNS_RR_TYPE_A;
    case DnsType::kAaaa:
      return LDNS_RR_TYPE_AAAA;
    case DnsType::kCname:
      return LDNS_RR_TYPE_CNAME;
    case DnsType::kNs:
      return LDNS_RR_TYPE_NS;
    case DnsType::kTxt:
      break;
  }
  return LDNS_RR_TYPE_TXT;
}

std::optional<DnsType> FromLdns(ldns_rr_type type) {
  switch (type) {
    case LDNS_RR_TYPE_A:
      return DnsType::kA;
    case LDNS_RR_TYPE_AAAA:
      return DnsType::kAaaa;
    case LDNS_RR_TYPE_CNAME:
      return DnsType::kCname;
    case LDNS_RR_TYPE_NS:
      return DnsType::kNs;
    case LDNS_RR_TYPE_TXT:
      return DnsType::kTxt;
    default:
      return std::nullopt;
  }
}

DnsCode CodeOf(const ldns_pkt* packet) {
  switch (ldns_pkt_get_rcode(packet)) {
    case LDNS_RCODE_NOERROR:
      return DnsCode::kNoError;
    case LDNS_RCODE_NXDOMAIN:
      return DnsCode::kNxDomain;
    case LDNS_RCODE_SERVFAIL:
      return DnsCode::kServFail;
    case LDNS_RCODE_REFUSED:
      return DnsCode::kRefused;
    default:
      return DnsCode::kOther;
  }
}

std::uint16_t Number16(std::string_view wire, std::size_t at) {
  return static_cast<std::uint16_t>((static_cast<unsigned char>(wire[at]) << 8U) |
                                    static_cast<unsigned char>(wire[at + 1]));
}

std::string NameText(const ldns_rdf* name) {
  const TextPtr text(ldns_rdf2str(name));
  return text ? ToLower(std::string_view(text.get())) : std::string();
}

std::string TextOf(const ldns_rr* record) {
  std::string text;
  for (std::size_t i = 0; i < ldns_rr_rd_count(record); ++i) {
    const ldns_rdf* string = ldns_rr_rdf(record, i);
    if (ldns_rdf_size(string) == 0) continue;
    text.append(reinterpret_cast<const char*>(ldns_rdf_data(string)) + 1, ldns_rdf_size(string) - 1);
  }
  return text;
}

std::string AddressText(int family, const ldns_rdf* rdf) {
  std::array<char, INET6_ADDRSTRLEN> text = {};
  ::inet_ntop(family, ldns_rdf_data(rdf), text.data(), text.size());
  return text.data();
}

std::string DataOf(const ldns_rr* record, DnsType type) {
  if (type == DnsType::kTxt) return TextOf(record);
  if (ldns_rr_rd_count(record) == 0) return {};
  const ldns_rdf* rdf = ldns_rr_rdf(record, 0);
  if (type == DnsType::kA) return AddressText(AF_INET, rdf);
  if (type == DnsType::kAaaa) return AddressText(AF_INET6, rdf);
  return NameText(rdf);
}

}  // namespace

Result<DnsQuery> MakeQuery(const DnsQuestion& question, const QueryOptions& options) {
  const auto fail = [&] {
    return Fail(ErrorKind::kMisconfigured, fmt::format("{} is no DNS name", Printable(question.name)));
  };
  RdfPtr name(ldns_dname_new_frm_str(question.name.c_str()));
  if (!name) return fail();
  DnsQuery query = {.id = options.id, .name = NameText(name.get()), .type = ToLdns(question.type), .wire = {}};
  const auto flags = static_cast<std::uint16_t>(question.recursion_desired ? LDNS_RD : 0);
  const PacketPtr packet(ldns_pkt_query_new(name.release(), ToLdns(question.type), LDNS_RR_CLASS_IN, flags));
  if (!packet) return fail();
  ldns_pkt_set_id(packet.get(), options.id);
  if (options.edns) ldns_pkt_set_edns_udp_size(packet.get(), kEdnsBytesMax);
  std::uint8_t* bytes = nullptr;
  std::size_t length = 0;
  if (ldns_pkt2wire(&bytes, packet.get(), &length) != LDNS_STATUS_OK) return fail();
  const BytesPtr owner(bytes);
  query.wire.assign(reinterpret_cast<const char*>(bytes), length);
  return query;
}

bool IsAnswerTo(const DnsQuery& query, std::string_view wire) {
  if (wire.size() < kHeaderBytes || Number16(wire, 0) != query.id) return false;
  const std::uint16_t flags = Number16(wire, 2);
  const bool is_response = (flags & 0x8000U) != 0;
  const bool is_error = (flags & 0x000fU) != 0;
  if (!is_response) return false;
  const std::uint16_t question_count = Number16(wire, 4);
  if (question_count == 0) return is_error;
  if (question_count != 1) return false;
  ldns_rdf* parsed = nullptr;
  std::size_t position = kHeaderBytes;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(wire.data());
  if (ldns_wire2dname(&parsed, bytes, wire.size(), &position) != LDNS_STATUS_OK) return false;
  const RdfPtr name(parsed);
  if (wire.size() < position + 4) return false;
  return NameText(name.get()) == query.name && Number16(wire, position) == query.type &&
         Number16(wire, position + 2) == LDNS_RR_CLASS_IN;
}

bool IsTruncated(std::string_view wire) {
  return wire.size() >= kHeaderBytes && (Number16(wire, 2) & 0x0200U) != 0;
}

std::optional<ParsedAnswer> ParseAnswer(std::string_view wire) {
  ldns_pkt* parsed = nullptr;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(wire.data());
  if (ldns_wire2pkt(&parsed, bytes, wire.size()) != LDNS_STATUS_OK) return std::nullopt;
  const PacketPtr packet(parsed);
  ParsedAnswer result;
  result.answer.code = CodeOf(packet.get());
  result.answer.authoritative = ldns_pkt_aa(packet.get());
  const int code = ldns_pkt_get_rcode(packet.get()) | (ldns_pkt_edns_extended_rcode(packet.get()) << 4);
  result.refuses_edns = code == LDNS_RCODE_FORMERR || code == LDNS_RCODE_NOTIMPL || code == kBadVersion;
  if (code >= kBadVersion) result.answer.code = DnsCode::kOther;
  const ldns_rr_list* answers = ldns_pkt_answer(packet.get());
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(answers); ++i) {
    const ldns_rr* record = ldns_rr_list_rr(answers, i);
    const auto type = FromLdns(ldns_rr_get_type(record));
    if (!type || ldns_rr_get_class(record) != LDNS_RR_CLASS_IN) continue;
    result.answer.records.push_back({.name = NameText(ldns_rr_owner(record)),
                                     .type = *type,
                                     .ttl_seconds = ldns_rr_ttl(record),
                                     .data = DataOf(record, *type)});
  }
  return result;
}

}  // namespace client
