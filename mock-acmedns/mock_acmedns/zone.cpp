#include "mock_acmedns/zone.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <ldns/ldns.h>
// Without <stdbool.h> before it, ldns makes bool a macro, which breaks what is included after it.
#undef bool
#undef false
#undef true

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <regex>
#include <utility>

namespace mock_acmedns {
namespace {

constexpr std::uint32_t kDefaultTtlSeconds = 3600;
constexpr std::string_view kChallengeLabel = "_acme-challenge.";

struct FreeRecord {
  void operator()(ldns_rr* record) const { ldns_rr_free(record); }
};
struct FreeName {
  void operator()(ldns_rdf* name) const { ldns_rdf_deep_free(name); }
};
struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

std::string ToLower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

/// The record as ldns reads it, who takes no parentheses in a single record, no TTL behind the class, and any end for
/// the end of a quotation. The error says what is wrong.
std::expected<std::string, std::string> ForLdns(std::string text) {
  if (text.starts_with('$')) return std::unexpected("is a directive of a zone file, not a record");
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      is_quoted = !is_quoted;
    } else if (!is_quoted && text[i] == ';') {
      break;
    } else if (!is_quoted && (text[i] == '(' || text[i] == ')')) {
      text[i] = ' ';
    }
  }
  if (is_quoted) return std::unexpected("a quotation isn't closed");
  static const std::regex kTtlBehindClass(R"(^(\S+\s+)(in|ch|hs)\s+(\d\S*))");
  return std::regex_replace(text, kTtlBehindClass, "$1$3 $2");
}

/// A record's data as text. The strings of a TXT record are joined without quotes.
std::string DataText(const ldns_rr* record) {
  std::string text;
  for (std::size_t i = 0; i < ldns_rr_rd_count(record); ++i) {
    const ldns_rdf* field = ldns_rr_rdf(record, i);
    if (ldns_rr_get_type(record) == LDNS_RR_TYPE_TXT) {
      text.append(reinterpret_cast<const char*>(ldns_rdf_data(field)) + 1, ldns_rdf_size(field) - 1);
      continue;
    }
    const std::unique_ptr<char, Free> part(ldns_rdf2str(field));
    if (i > 0) text.push_back(' ');
    text += part.get();
  }
  return text;
}

/// acme-dns drops everything outside the URL-safe base64 alphabet before it looks a label up.
std::string Sanitized(std::string_view label) {
  std::string out;
  for (const char c : label) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_') out.push_back(c);
  }
  return out;
}

}  // namespace

std::expected<ZoneRecord, std::string> ParseRecord(std::string_view text) {
  const auto fail = [text](std::string_view why) {
    return std::unexpected(fmt::format("record \"{}\": {}", text, why));
  };
  const auto lower = ForLdns(ToLower(text));
  if (!lower) return fail(lower.error());
  const std::unique_ptr<ldns_rdf, FreeName> root(ldns_dname_new_frm_str("."));
  ldns_rr* parsed = nullptr;
  const ldns_status status = ldns_rr_new_frm_str(&parsed, lower->c_str(), kDefaultTtlSeconds, root.get(), nullptr);
  const std::unique_ptr<ldns_rr, FreeRecord> record(parsed);
  if (status != LDNS_STATUS_OK) return fail(ldns_get_errorstr_by_id(status));

  std::uint8_t* wire = nullptr;
  std::size_t length = 0;
  if (ldns_rr2wire(&wire, record.get(), LDNS_SECTION_ANSWER, &length) != LDNS_STATUS_OK) {
    return fail("can't be put into a message");
  }
  const std::unique_ptr<std::uint8_t, Free> owner(wire);
  const ldns_rdf* name = ldns_rr_owner(record.get());
  return ZoneRecord{.owner = NameText({reinterpret_cast<const char*>(ldns_rdf_data(name)), ldns_rdf_size(name)}),
                    .type = static_cast<std::uint16_t>(ldns_rr_get_type(record.get())),
                    .ttl_seconds = ldns_rr_ttl(record.get()),
                    .wire = std::string(reinterpret_cast<const char*>(wire), length),
                    .data = DataText(record.get())};
}

std::expected<Zone, std::string> Zone::Create(const Config& config, mock_http::TimePoint now) {
  Zone zone;
  zone.domain_ = config.domain + ".";
  std::vector<std::string> texts = config.records;
  if (texts.empty()) {
    texts = {fmt::format("{}. A 127.0.0.1", config.domain), fmt::format("{}. NS {}.", config.domain, config.nsname)};
  }
  for (const std::string& text : texts) {
    auto record = ParseRecord(text);
    if (!record) return std::unexpected(record.error());
    zone.Add(std::move(*record));
  }
  const auto serial = fmt::format("{:%Y%m%d%H}", std::chrono::floor<std::chrono::seconds>(now));
  auto soa = ParseRecord(
      fmt::format("{}. SOA {}. {}. {} 28800 7200 604800 86400", config.domain, config.nsname, config.nsadmin, serial));
  if (!soa) return std::unexpected(soa.error());
  zone.soa_wire_ = soa->wire;
  zone.Add(std::move(*soa));
  return zone;
}

void Zone::Add(ZoneRecord record) {
  records_[record.owner].push_back(std::move(record));
}

const std::vector<ZoneRecord>* Zone::RecordsAt(std::string_view lower_name) const {
  const auto found = records_.find(lower_name);
  return found == records_.end() ? nullptr : &found->second;
}

bool Zone::IsAuthoritative(std::string_view lower_name) const {
  // Every dot of the text counts, also an escaped one within a label: so does acme-dns.
  for (;;) {
    if (lower_name.empty()) return false;
    if (records_.contains(lower_name)) return true;
    const std::size_t dot = lower_name.find('.');
    if (dot == std::string_view::npos) return false;
    lower_name.remove_prefix(dot + 1);
  }
}

bool Zone::IsOwnChallenge(std::string_view lower_name) const {
  return lower_name.starts_with(kChallengeLabel) && lower_name.substr(kChallengeLabel.size()) == domain_;
}

Resolution Zone::Resolve(std::string_view name, std::uint16_t type, const TxtSource& source) const {
  const std::string lower = ToLower(name);
  Resolution resolution;
  resolution.authoritative = IsAuthoritative(lower);
  const bool own_challenge = IsOwnChallenge(lower);
  const std::vector<ZoneRecord>* here = RecordsAt(lower);
  if (here != nullptr) {
    for (const ZoneRecord& record : *here) {
      if (record.type == type) resolution.records.push_back(&record);
    }
    // A name with a CNAME answers it to every type that it has no record of.
    if (resolution.records.empty()) {
      for (const ZoneRecord& record : *here) {
        if (record.type == kTypeCname) resolution.records.push_back(&record);
      }
    }
  }
  if (type == kTypeTxt) {
    if (own_challenge) {
      // Holds acme-dns's own challenge while it gets a certificate for its API; the mock never does.
      resolution.txt.emplace_back("");
    } else {
      // Only the first label decides, wherever the name is.
      const std::size_t dot = lower.find('.');
      source.Find(Sanitized(dot > 0 ? std::string_view(lower).substr(0, dot) : lower), resolution.txt);
    }
  }
  const bool exists = here != nullptr || own_challenge || !resolution.txt.empty();
  if (!exists) resolution.rcode = rcode::kNxDomain;
  return resolution;
}

std::optional<std::string> Zone::Answer(const DnsRequest& request, const TxtSource& source) const {
  using Verdict = DnsRequest::Verdict;
  if (request.verdict == Verdict::kIgnore) return std::nullopt;
  if (request.verdict != Verdict::kServe) return DnsReply::Refusal(request);
  DnsReply reply(request);
  if (!request.question) {
    // No handler is found for a message without a question.
    DnsRequest plain = request;
    plain.edns_version.reset();
    DnsReply refused(plain);
    refused.SetRcode(rcode::kRefused);
    return refused.Finish();
  }
  if (request.edns_version.value_or(0) != 0) {
    reply.SetRcode(rcode::kBadVers);
  } else if (request.opcode() == 0) {
    const Resolution resolution = Resolve(request.question->name, request.question->type, source);
    reply.SetRcode(resolution.rcode);
    if (resolution.authoritative) reply.SetAuthoritative();
    for (const ZoneRecord* record : resolution.records) reply.Add(DnsReply::Section::kAnswer, record->wire);
    for (const std::string_view txt : resolution.txt) {
      reply.AddTxt(request.question->name_wire, kTxtTtlSeconds, txt);
    }
    if (resolution.authoritative && resolution.rcode == rcode::kNxDomain) {
      reply.Add(DnsReply::Section::kAuthority, soa_wire_);
    }
  }
  return reply.Finish();
}

}  // namespace mock_acmedns
