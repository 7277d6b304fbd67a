#include "mock_acmedns/dns_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace mock_acmedns {
namespace {

constexpr std::size_t kHeaderLength = 12;
constexpr std::size_t kNameLengthMax = 255;
constexpr int kPointersMax = 126;

constexpr unsigned kQr = 0x8000;
constexpr unsigned kAa = 0x0400;
constexpr unsigned kTc = 0x0200;
constexpr unsigned kRd = 0x0100;
constexpr unsigned kRa = 0x0080;
constexpr unsigned kAd = 0x0020;
constexpr unsigned kCd = 0x0010;
constexpr unsigned kOpcodeMask = 0x7800;
constexpr int kOpcodeQuery = 0;
constexpr int kOpcodeNotify = 4;

constexpr std::array<std::string_view, 12> kRcodeNames = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
                                                          "NOTIMP",  "REFUSED", "YXDOMAIN", "YXRRSET",
                                                          "NXRRSET", "NOTAUTH", "NOTZONE",  "DSOTYPENI"};

constexpr std::array<std::pair<std::uint16_t, std::string_view>, 20> kTypeNames = {
    {{1, "A"},     {2, "NS"},      {5, "CNAME"},  {6, "SOA"},    {12, "PTR"},  {15, "MX"},  {16, "TXT"},
     {28, "AAAA"}, {33, "SRV"},    {35, "NAPTR"}, {39, "DNAME"}, {41, "OPT"},  {43, "DS"},  {46, "RRSIG"},
     {47, "NSEC"}, {48, "DNSKEY"}, {52, "TLSA"},  {251, "IXFR"}, {255, "ANY"}, {257, "CAA"}}};

unsigned Octet(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

void Put16(std::string& out, unsigned value) {
  out.push_back(static_cast<char>(value >> 8U & 0xffU));
  out.push_back(static_cast<char>(value & 0xffU));
}

void Put32(std::string& out, std::uint32_t value) {
  Put16(out, value >> 16U);
  Put16(out, value & 0xffffU);
}

/// Reads the question at `at`. A message may end behind the name, behind the type, and even within the class; what is
/// missing then is 0. False when it is malformed.
bool ReadQuestion(std::string_view message, std::size_t& at, DnsQuestion& question) {
  if (!ReadName(message, at, &question.name_wire)) return false;
  question.name = NameText(question.name_wire);
  if (at == message.size()) return true;
  if (at + 2 > message.size()) return false;
  question.type = static_cast<std::uint16_t>(Octet(message, at) << 8U | Octet(message, at + 1));
  at += 2;
  if (at + 2 > message.size()) {
    at = message.size();
    return true;
  }
  question.klass = static_cast<std::uint16_t>(Octet(message, at) << 8U | Octet(message, at + 1));
  at += 2;
  return true;
}

}  // namespace

std::string RcodeName(int code) {
  if (code >= 0 && static_cast<std::size_t>(code) < kRcodeNames.size()) {
    return std::string(kRcodeNames.at(static_cast<std::size_t>(code)));
  }
  return code == rcode::kBadVers ? "BADVERS" : std::to_string(code);
}

std::optional<int> RcodeFromName(std::string_view name) {
  const auto found = std::ranges::find(kRcodeNames, name);
  if (found != kRcodeNames.end()) return static_cast<int>(found - kRcodeNames.begin());
  return std::nullopt;
}

std::string TypeName(std::uint16_t type) {
  for (const auto& [number, name] : kTypeNames) {
    if (number == type) return std::string(name);
  }
  return fmt::format("TYPE{}", type);
}

bool IsTypeName(std::string_view name) {
  constexpr std::string_view kPrefix = "TYPE";
  std::uint16_t number = 0;
  if (name.starts_with(kPrefix)) {
    const std::string_view digits = name.substr(kPrefix.size());
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size() && TypeName(number) == name;
  }
  return std::ranges::find(kTypeNames, name, &std::pair<std::uint16_t, std::string_view>::second) != kTypeNames.end();
}

std::string NameText(std::string_view wire) {
  std::string text;
  for (std::size_t at = 0; at < wire.size() && wire[at] != '\0';) {
    const std::size_t length = Octet(wire, at);
    for (const char c : wire.substr(at + 1, length)) {
      const auto octet = static_cast<unsigned char>(c);
      if (std::string_view(". '@;()\"\\").contains(c)) {
        text.append({'\\', c});
      } else if (octet < 0x20 || octet > 0x7e) {
        text += fmt::format("\\{:03}", octet);
      } else {
        text.push_back(c);
      }
    }
    text.push_back('.');
    at += 1 + length;
  }
  return text.empty() ? "." : text;
}

std::optional<std::string> NameWire(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  std::string wire;
  while (!text.empty()) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    if (dot == 0 || dot > 63 || dot + 1 == text.size()) return std::nullopt;
    wire.push_back(static_cast<char>(dot));
    wire.append(text.substr(0, dot));
    text.remove_prefix(std::min(text.size(), dot + 1));
  }
  wire.push_back('\0');
  if (wire.size() > kNameLengthMax) return std::nullopt;
  return wire;
}

bool ReadName(std::string_view message, std::size_t& at, std::string* wire) {
  std::size_t from = at;
  std::size_t length_left = kNameLengthMax;
  int pointers = 0;
  for (;;) {
    if (from >= message.size()) return false;
    const unsigned octet = Octet(message, from++);
    if (octet == 0) break;
    switch (octet & 0xc0U) {
      case 0x00: {
        if (from + octet > message.size() || octet + 1 >= length_left) return false;
        length_left -= octet + 1;
        if (wire != nullptr) wire->append(message, from - 1, octet + 1);
        from += octet;
        break;
      }
      case 0xc0: {
        if (from >= message.size() || pointers == kPointersMax) return false;
        const std::size_t target = (octet & 0x3fU) << 8U | Octet(message, from++);
        if (pointers++ == 0) at = from;
        from = target;
        break;
      }
      default:
        return false;
    }
  }
  if (wire != nullptr) wire->push_back('\0');
  if (pointers == 0) at = from;
  return true;
}

DnsRequest ReadDnsRequest(std::string_view message) {
  DnsRequest request;
  if (message.size() < kHeaderLength) return request;
  const auto half_word = [message](std::size_t at) { return Octet(message, at) << 8U | Octet(message, at + 1); };
  request.id = static_cast<std::uint16_t>(half_word(0));
  request.bits = static_cast<std::uint16_t>(half_word(2));
  if ((request.bits & kQr) != 0) return request;
  if (request.opcode() != kOpcodeQuery && request.opcode() != kOpcodeNotify) {
    request.verdict = DnsRequest::Verdict::kNotImplemented;
    return request;
  }
  request.verdict = DnsRequest::Verdict::kFormErr;
  const unsigned answers = half_word(6);
  const unsigned authorities = half_word(8);
  const unsigned additionals = half_word(10);
  if (half_word(4) != 1 || answers > 1 || authorities > 1 || additionals > 2) return request;
  std::size_t at = kHeaderLength;
  if (at < message.size()) {
    DnsQuestion question;
    if (!ReadQuestion(message, at, question)) return request;
    // From here on a malformed message is refused with its question.
    request.question = std::move(question);
    RecordView record;
    for (unsigned i = 0; i < answers + authorities + additionals; ++i) {
      // Records that are announced but missing at the end are no error.
      if (at == message.size()) break;
      if (!ReadRecord(message, at, record)) return request;
      if (i >= answers + authorities && record.type == kTypeOpt) {
        request.edns_version = static_cast<int>(record.ttl >> 16U & 0xffU);
      }
    }
  }
  request.verdict = DnsRequest::Verdict::kServe;
  return request;
}

DnsReply::DnsReply(const DnsRequest& request) : has_edns_(request.edns_version.has_value()) {
  bits_ = kQr | (request.bits & kOpcodeMask);
  if (request.opcode() == kOpcodeQuery) bits_ |= request.bits & (kRd | kCd);
  Put16(message_, request.id);
  message_.append(kHeaderLength - 2, '\0');
  if (!request.question) return;
  message_[5] = 1;
  message_ += request.question->name_wire;
  Put16(message_, request.question->type);
  Put16(message_, request.question->klass);
}

std::string DnsReply::Refusal(const DnsRequest& request) {
  const bool not_implemented = request.verdict == DnsRequest::Verdict::kNotImplemented;
  // The library turns the request itself into the refusal, so all its flags but AA and Z stay.
  DnsRequest plain = request;
  plain.edns_version.reset();
  if (!not_implemented) plain.bits &= static_cast<std::uint16_t>(~kOpcodeMask);
  DnsReply reply(plain);
  reply.bits_ = kQr | (plain.bits & (kOpcodeMask | kTc | kRd | kRa | kAd | kCd));
  reply.rcode_ = not_implemented ? rcode::kNotImp : rcode::kFormErr;
  return reply.Finish();
}

void DnsReply::Add(Section section, std::string_view record) {
  message_ += record;
  ++(section == Section::kAnswer ? answers_ : authorities_);
}

void DnsReply::AddTxt(std::string_view name_wire, std::uint32_t ttl_seconds, std::string_view text) {
  message_ += name_wire;
  Put16(message_, kTypeTxt);
  Put16(message_, 1);
  Put32(message_, ttl_seconds);
  Put16(message_, static_cast<unsigned>(text.size() + 1));
  message_.push_back(static_cast<char>(text.size()));
  message_ += text;
  ++answers_;
}

std::string DnsReply::Finish() {
  const auto put = [this](std::size_t at, unsigned value) {
    message_[at] = static_cast<char>(value >> 8U & 0xffU);
    message_[at + 1] = static_cast<char>(value & 0xffU);
  };
  put(2, bits_ | (static_cast<unsigned>(rcode_) & 15U));
  put(6, answers_);
  put(8, authorities_);
  if (has_edns_) {
    put(10, 1);
    message_.push_back('\0');
    Put16(message_, kTypeOpt);
    Put16(message_, 512);
    Put32(message_, static_cast<std::uint32_t>(rcode_) >> 4U << 24U);
    Put16(message_, 0);
  }
  return std::move(message_);
}

}  // namespace mock_acmedns
