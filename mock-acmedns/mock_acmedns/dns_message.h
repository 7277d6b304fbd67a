// DNS messages as the Go library miekg/dns (1.1.50) reads and refuses them: what acme-dns answers to odd messages is
// that library's doing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mock_acmedns/dns_rdata.h"

namespace mock_acmedns {

namespace rcode {
constexpr int kNoError = 0;
constexpr int kFormErr = 1;
constexpr int kServFail = 2;
constexpr int kNxDomain = 3;
constexpr int kNotImp = 4;
constexpr int kRefused = 5;
constexpr int kBadVers = 16;
}  // namespace rcode

/// "NOERROR", "SERVFAIL" …; the number as text when it has no name.
std::string RcodeName(int code);
/// The reverse; nullopt for a name that is none.
std::optional<int> RcodeFromName(std::string_view name);
/// "TXT", "A" …; "TYPE123" for a number that has no name.
std::string TypeName(std::uint16_t type);
/// Whether TypeName gives this name for some type.
bool IsTypeName(std::string_view name);

/// The name whose octets (uncompressed, with the final root label) are `wire`, as text: with a final dot, special and
/// unprintable characters escaped as in a zone file.
std::string NameText(std::string_view wire);
/// The reverse for names without escapes; nullopt for what is no DNS name.
std::optional<std::string> NameWire(std::string_view text);

struct DnsQuestion {
  std::string name;       ///< text, see NameText; letter case as sent
  std::string name_wire;  ///< uncompressed
  std::uint16_t type = 0;
  std::uint16_t klass = 0;
};

/// A message that a client sent.
struct DnsRequest {
  enum class Verdict {
    kIgnore,          ///< no answer: shorter than a header, or itself an answer
    kFormErr,         ///< not exactly one question, too many records, or malformed
    kNotImplemented,  ///< neither QUERY nor NOTIFY
    kServe,
  };
  Verdict verdict = Verdict::kIgnore;
  std::uint16_t id = 0;
  std::uint16_t bits = 0;  ///< second half-word of the header
  std::optional<DnsQuestion> question;
  std::optional<int> edns_version;  ///< absent: no OPT record

  int opcode() const { return bits >> 11U & 15; }
};

DnsRequest ReadDnsRequest(std::string_view message);

/// Puts an answer together.
class DnsReply {
 public:
  enum class Section { kAnswer = 1, kAuthority = 2 };

  /// The header of an answer to a query: id, opcode and question repeated, RD and CD only for opcode QUERY. An OPT
  /// record follows when the query had one.
  explicit DnsReply(const DnsRequest& request);
  /// The answer to a message that isn't served (verdict kFormErr or kNotImplemented).
  static std::string Refusal(const DnsRequest& request);

  void SetRcode(int code) { rcode_ = code; }
  void SetAuthoritative() { bits_ |= 0x0400U; }
  void SetTruncated() { bits_ |= 0x0200U; }
  /// `record` in wire format, uncompressed. Answers must be added before authority records.
  void Add(Section section, std::string_view record);
  /// A TXT record of class IN with one string.
  void AddTxt(std::string_view name_wire, std::uint32_t ttl_seconds, std::string_view text);
  std::string Finish();

 private:
  std::string message_;
  unsigned bits_ = 0;
  int rcode_ = 0;
  bool has_edns_ = false;
  unsigned answers_ = 0;
  unsigned authorities_ = 0;
};

}  // namespace mock_acmedns
