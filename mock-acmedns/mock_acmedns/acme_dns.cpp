#include "mock_acmedns/acme_dns.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mock_acmedns/dns_message.h"
#include "mock_acmedns/http_api.h"
#include "mock_acmedns/zone.h"

namespace mock_acmedns {
namespace {

/// miekg/dns reads no more of a datagram.
constexpr std::size_t kDatagramOctetsMax = 512;

/// The database's TXT values as a fault lets DNS see them.
class TxtView final : public TxtSource {
 public:
  TxtView(const Database& database, const std::optional<DnsFault>& fault, mock_http::TimePoint now)
      : database_(database), fault_(fault), now_(now) {}

  void Find(std::string_view label, std::vector<std::string_view>& values) const override {
    const auto subdomain = Uuid::ParseCanonical(label);
    const Account* account = subdomain ? database_.FindBySubdomain(*subdomain) : nullptr;
    if (account == nullptr) return;
    for (const std::string& value : Values(*account)) {
      if (!value.empty()) values.emplace_back(value);
    }
  }

 private:
  const TxtValues& Values(const Account& account) const {
    if (fault_ && fault_->action.stale_txt) return ValuesBeforeLastUpdate(account);
    if (fault_ && fault_->action.txt_delay) return ValuesAt(account, now_ - *fault_->action.txt_delay);
    return account.values;
  }

  const Database& database_;
  const std::optional<DnsFault>& fault_;
  mock_http::TimePoint now_;
};

std::string ErrorReply(const DnsRequest& request, int code) {
  DnsReply reply(request);
  reply.SetRcode(code);
  return reply.Finish();
}

std::string TruncatedReply(const DnsRequest& request) {
  DnsReply reply(request);
  reply.SetAuthoritative();
  reply.SetTruncated();
  return reply.Finish();
}

}  // namespace

std::expected<std::unique_ptr<AcmeDns>, std::string> AcmeDns::Create(const Config& config,
                                                                     const mock_http::Clock& clock,
                                                                     mock_http::Random& random) {
  auto complete = config.Complete();
  if (!complete) return std::unexpected(complete.error());
  auto zone = Zone::Create(*complete, clock.Now());
  if (!zone) return std::unexpected(zone.error());
  return std::unique_ptr<AcmeDns>(
      new AcmeDns(std::move(*complete), std::make_unique<Zone>(std::move(*zone)), clock, random));
}

AcmeDns::AcmeDns(Config config, std::unique_ptr<Zone> zone, const mock_http::Clock& clock, mock_http::Random& random)
    : config_(std::move(config)),
      clock_(clock),
      database_(clock, random),
      dns_faults_(random),
      zone_(std::move(zone)),
      api_(std::make_unique<HttpApi>(config_, database_)),
      endpoint_(*api_, clock, random) {}

AcmeDns::~AcmeDns() = default;

DnsExchange AcmeDns::AskDns(std::string_view message, Transport transport) {
  if (transport == Transport::kUdp) message = message.substr(0, kDatagramOctetsMax);
  const DnsRequest request = ReadDnsRequest(message);
  return endpoint_.Locked([&](mock_http::Endpoint&) {
    const std::string type = request.question ? TypeName(request.question->type) : "";
    const std::string_view name = request.question ? std::string_view(request.question->name) : "";
    std::optional<DnsFault> fault;
    if (!dns_faults_.empty() && request.verdict != DnsRequest::Verdict::kIgnore) {
      fault = dns_faults_.Next({.name = name, .type = type, .transport = transport});
    }
    const TxtView view(database_, fault, clock_.Now());
    DnsExchange exchange;
    if (fault) exchange.delay = fault->action.delay;
    if (!fault || !fault->action.no_answer) {
      if (fault && fault->action.rcode) {
        exchange.reply = ErrorReply(request, *fault->action.rcode);
      } else if (fault && fault->action.truncate && transport == Transport::kUdp) {
        exchange.reply = TruncatedReply(request);
      } else {
        exchange.reply = zone_->Answer(request, view);
      }
    }
    DnsHistoryEntry entry{.name = std::string(name), .type = type, .transport = transport};
    if (exchange.reply) {
      entry.rcode = static_cast<unsigned char>((*exchange.reply)[3]) & 15;
      entry.answers = static_cast<unsigned char>((*exchange.reply)[7]);
    }
    if (fault) entry.fault_id = fault->id;
    Record(std::move(entry));
    return exchange;
  });
}

std::optional<DnsAnswer> AcmeDns::LookUp(std::string_view name, std::uint16_t type, Transport transport) {
  return endpoint_.Locked([&](mock_http::Endpoint&) -> std::optional<DnsAnswer> {
    const std::string full = name.ends_with('.') ? std::string(name) : std::string(name) + ".";
    const std::string type_name = TypeName(type);
    std::optional<DnsFault> fault;
    if (!dns_faults_.empty()) {
      fault = dns_faults_.Next({.name = full, .type = type_name, .transport = transport});
    }
    const TxtView view(database_, fault, clock_.Now());
    DnsAnswer answer;
    const bool is_answered = !fault || !fault->action.no_answer;
    if (fault) answer.delay = fault->action.delay;
    if (fault && fault->action.rcode) {
      answer.rcode = *fault->action.rcode;
    } else if (is_answered) {
      const Resolution resolution = zone_->Resolve(full, type, view);
      answer.rcode = resolution.rcode;
      answer.authoritative = resolution.authoritative;
      for (const ZoneRecord* record : resolution.records) {
        answer.records.push_back(
            {.name = record->owner, .type = record->type, .ttl_seconds = record->ttl_seconds, .data = record->data});
      }
      for (const std::string_view txt : resolution.txt) {
        answer.records.push_back(
            {.name = full, .type = kTypeTxt, .ttl_seconds = Zone::kTxtTtlSeconds, .data = std::string(txt)});
      }
    }
    DnsHistoryEntry entry{.name = full, .type = type_name, .transport = transport, .answers = answer.records.size()};
    if (is_answered) entry.rcode = answer.rcode;
    if (fault) entry.fault_id = fault->id;
    Record(std::move(entry));
    if (!is_answered) return std::nullopt;
    return answer;
  });
}

void AcmeDns::Record(DnsHistoryEntry entry) {
  entry.number = ++dns_queries_;
  if (dns_history_capacity_ == 0) return;
  entry.time = clock_.Now();
  dns_history_.push_back(std::move(entry));
  if (dns_history_.size() > dns_history_capacity_) dns_history_.pop_front();
}

void AcmeDns::SetDnsHistoryCapacity(std::size_t capacity) {
  dns_history_capacity_ = capacity;
  while (dns_history_.size() > capacity) dns_history_.pop_front();
}

}  // namespace mock_acmedns
