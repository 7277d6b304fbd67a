#include "conformance/dns_text.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace mock_http::conformance {
namespace {

constexpr std::array<std::pair<std::string_view, std::uint16_t>, 11> kTypes = {{{"A", 1},
                                                                                {"NS", 2},
                                                                                {"CNAME", 5},
                                                                                {"SOA", 6},
                                                                                {"PTR", 12},
                                                                                {"MX", 15},
                                                                                {"TXT", 16},
                                                                                {"AAAA", 28},
                                                                                {"OPT", 41},
                                                                                {"CAA", 257},
                                                                                {"ANY", 255}}};

std::string TypeName(std::uint16_t type) {
  for (const auto& [name, number] : kTypes) {
    if (number == type) return std::string(name);
  }
  return std::to_string(type);
}

std::uint16_t TypeNumber(const Json& type) {
  if (type.is_number_unsigned()) return type;
  if (!type.is_string()) return 0;
  const auto& text = type.get_ref<const std::string&>();
  for (const auto& [name, number] : kTypes) {
    if (name == text) return number;
  }
  std::uint16_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string CodeName(unsigned code) {
  static constexpr std::array<std::string_view, 6> kNames = {"NOERROR",  "FORMERR", "SERVFAIL",
                                                             "NXDOMAIN", "NOTIMP",  "REFUSED"};
  if (code < kNames.size()) return std::string(kNames.at(code));
  return code == 16 ? "BADVERS" : std::to_string(code);
}

void Put16(std::string& out, unsigned value) {
  out.push_back(static_cast<char>(value >> 8U & 0xffU));
  out.push_back(static_cast<char>(value & 0xffU));
}

std::optional<std::string> FromHex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ') digits.push_back(c);
  }
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(&digits[i], &digits[i] + 2, value, 16);
    if (error != std::errc() || end != &digits[i] + 2) return std::nullopt;
    out.push_back(static_cast<char>(value));
  }
  return out;
}

std::string ToHex(std::string_view octets) {
  std::string out;
  for (const char c : octets) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

/// Octets above 127 stand for the characters of the same number, as recordings (Latin-1) have them.
std::string Latin1ToUtf8(std::string_view octets) {
  std::string out;
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x80) {
      out.push_back(c);
    } else {
      out.push_back(static_cast<char>(0xc0U | octet >> 6U));
      out.push_back(static_cast<char>(0x80U | (octet & 0x3fU)));
    }
  }
  return out;
}

/// The reverse; characters above U+00FF become '?'.
std::string Utf8ToLatin1(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octet = static_cast<unsigned char>(text[i]);
    if (octet < 0x80) {
      out.push_back(text[i]);
    } else if ((octet == 0xc2 || octet == 0xc3) && i + 1 < text.size()) {
      out.push_back(static_cast<char>((octet & 3U) << 6U | (static_cast<unsigned char>(text[++i]) & 0x3fU)));
    } else if ((octet & 0xc0U) != 0x80U) {
      out.push_back('?');
    }
  }
  return out;
}

std::string Question(const Json& ask) {
  std::string out;
  const std::string name = Utf8ToLatin1(ask.value("name", ""));
  for (std::size_t i = 0; i < name.size();) {
    const std::size_t dot = std::min(name.find('.', i), name.size());
    if (dot > i) {
      out.push_back(static_cast<char>(dot - i));
      out.append(name, i, dot - i);
    }
    i = dot + 1;
  }
  out.push_back('\0');
  Put16(out, TypeNumber(ask.contains("type") ? ask["type"] : Json()));
  Put16(out, ask.value("class", 1U));
  return out;
}

/// Reads a message; once something is missing `ok` is false and every further value 0 or empty.
class Reader {
 public:
  explicit Reader(std::string_view message) : message_(message) {}
  bool ok = true;

  std::size_t at() const { return at_; }
  void MoveTo(std::size_t at) { at_ = at; }
  unsigned Take8() {
    if (at_ >= message_.size()) {
      ok = false;
      return 0;
    }
    return static_cast<unsigned char>(message_[at_++]);
  }
  unsigned Take16() {
    const unsigned high = Take8();
    return high << 8U | Take8();
  }
  std::uint32_t Take32() {
    const std::uint32_t high = Take16();
    return high << 16U | Take16();
  }
  std::string_view Take(std::size_t length) {
    if (at_ + length > message_.size()) {
      ok = false;
      return {};
    }
    at_ += length;
    return message_.substr(at_ - length, length);
  }
  std::string TakeName() {
    std::string name;
    std::size_t end = 0;
    for (int labels = 0; labels < 256 && ok; ++labels) {
      const unsigned length = Take8();
      if ((length & 0xc0U) == 0xc0U) {
        const std::size_t target = (length & 0x3fU) << 8U | Take8();
        if (end == 0) end = at_;
        at_ = target;
      } else if (length == 0) {
        if (end != 0) at_ = end;
        return Latin1ToUtf8(name) + ".";
      } else {
        if (!name.empty()) name.push_back('.');
        name += Take(length);
      }
    }
    ok = false;
    return {};
  }

 private:
  std::string_view message_;
  std::size_t at_ = 0;
};

Json Data(Reader& reader, unsigned type, std::size_t length) {
  const std::size_t end = reader.at() + length;
  switch (type) {
    case 16: {
      Json texts = Json::array();
      while (reader.ok && reader.at() < end) texts.push_back(Latin1ToUtf8(reader.Take(reader.Take8())));
      return texts;
    }
    case 2:
    case 5:
    case 12:
      return reader.TakeName();
    case 1:
    case 28: {
      const std::string octets(reader.Take(length));
      std::array<char, INET6_ADDRSTRLEN> text{};
      if (octets.size() != (type == 1 ? 4U : 16U)) return nullptr;
      inet_ntop(type == 1 ? AF_INET : AF_INET6, octets.data(), text.data(), text.size());
      return text.data();
    }
    case 6: {
      Json fields = Json::array({reader.TakeName(), reader.TakeName(), "<serial>"});
      reader.Take32();
      for (int i = 0; i < 4; ++i) fields.push_back(reader.Take32());
      return fields;
    }
    default:
      return ToHex(reader.Take(length));
  }
}

/// `extended` gets the upper bits of the code from an OPT record.
Json Record(Reader& reader, unsigned& extended) {
  const std::string name = reader.TakeName();
  const unsigned type = reader.Take16();
  const unsigned klass = reader.Take16();
  const std::uint32_t ttl = reader.Take32();
  const std::size_t length = reader.Take16();
  const std::size_t end = reader.at() + length;
  if (type == 41) {
    extended |= ttl >> 24U;
    return {{"type", "OPT"},
            {"udp", klass},
            {"version", ttl >> 16U & 255U},
            {"do", (ttl & 0x8000U) != 0},
            {"options", ToHex(reader.Take(length))}};
  }
  Json record = {{"name", name},
                 {"ttl", ttl},
                 {"class", klass},
                 {"type", TypeName(static_cast<std::uint16_t>(type))},
                 {"data", Data(reader, type, length)}};
  reader.MoveTo(end);
  return record;
}

}  // namespace

std::expected<std::string, std::string> DnsQuery(const Json& ask, std::uint16_t id) {
  if (ask.contains("raw")) {
    auto octets = FromHex(ask.value("raw", ""));
    if (!octets) return std::unexpected("raw: not hexadecimal");
    return *octets;
  }
  unsigned flags = ask.value("opcode", 0U) << 11U;
  if (ask.value("rd", true)) flags |= 0x0100U;
  if (ask.value("ad", false)) flags |= 0x0020U;
  if (ask.value("cd", false)) flags |= 0x0010U;
  const Json questions = ask.contains("questions") ? ask["questions"] : Json::array({ask});
  const bool edns = ask.value("edns", false);
  std::string message;
  Put16(message, ask.value("id", static_cast<unsigned>(id)));
  Put16(message, flags);
  Put16(message, static_cast<unsigned>(questions.size()));
  Put16(message, 0);
  Put16(message, 0);
  Put16(message, edns ? 1 : 0);
  for (const Json& question : questions) message += Question(question);
  if (edns) {
    const auto options = FromHex(ask.value("edns_options", ""));
    if (!options) return std::unexpected("edns_options: not hexadecimal");
    message.push_back('\0');
    Put16(message, 41);
    Put16(message, ask.value("udp", 1232U));
    Put16(message, ask.value("edns_version", 0U));
    Put16(message, ask.value("do_bit", false) ? 0x8000U : 0U);
    Put16(message, static_cast<unsigned>(options->size()));
    message += *options;
  }
  return message;
}

Json DnsReply(std::string_view query, std::string_view reply) {
  Reader reader(reply);
  reader.Take16();
  const unsigned bits = reader.Take16();
  std::array<unsigned, 4> counts{};
  for (unsigned& count : counts) count = reader.Take16();
  if (!reader.ok) return {{"reply", "malformed"}};
  if (query.substr(0, 2) != reply.substr(0, 2)) return {{"reply", "with another id"}};

  Json questions = Json::array();
  for (unsigned i = 0; i < counts[0] && reader.ok; ++i) {
    const std::string name = reader.TakeName();
    const auto type = static_cast<std::uint16_t>(reader.Take16());
    questions.push_back({{"name", name}, {"type", TypeName(type)}, {"class", reader.Take16()}});
  }
  std::array<Json, 3> sections = {Json::array(), Json::array(), Json::array()};
  unsigned extended = 0;
  for (std::size_t section = 0; section < 3; ++section) {
    for (unsigned i = 0; i < counts.at(section + 1) && reader.ok; ++i) {
      sections.at(section).push_back(Record(reader, extended));
    }
  }
  if (!reader.ok) return {{"reply", "malformed"}};

  static constexpr std::array<std::pair<unsigned, std::string_view>, 7> kFlags = {
      {{0x8000, "qr"}, {0x0400, "aa"}, {0x0200, "tc"}, {0x0100, "rd"}, {0x0080, "ra"}, {0x0020, "ad"}, {0x0010, "cd"}}};
  Json flags = Json::array();
  for (const auto& [bit, name] : kFlags) {
    if ((bits & bit) != 0) flags.push_back(name);
  }
  return {{"opcode", bits >> 11U & 15U}, {"rcode", CodeName((bits & 15U) | extended << 4U)},
          {"flags", std::move(flags)},   {"question", std::move(questions)},
          {"answer", sections[0]},       {"authority", sections[1]},
          {"additional", sections[2]}};
}

}  // namespace mock_http::conformance
