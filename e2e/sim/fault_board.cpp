#include "sim/fault_board.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sim {
namespace {

using Effect = ExchangeFault::Effect;

client::HttpResponse Html(int status, std::string_view what) {
  return {.status = status,
          .headers = {{"Content-Type", "text/html"}},
          .body = fmt::format("<html><body><h1>{} {}</h1></body></html>", status, what)};
}

client::HttpResponse KubeStatus(int code, std::string_view reason, std::optional<int> retry_after = std::nullopt) {
  client::HttpResponse response{
      .status = code,
      .headers = {{"Content-Type", "application/json"}},
      .body = fmt::format(R"({{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Failure","message":)"
                          R"("{0}: injected by the simulator","reason":"{0}","code":{1}}})",
                          reason, code)};
  if (retry_after) response.headers.emplace_back("Retry-After", std::to_string(*retry_after));
  return response;
}

bool IsAcmeDns(FaultKind kind) {
  return kind <= FaultKind::kAcmeAddressChange;
}

/// Whether the kind can strike a question that a cache stands before, or one that goes straight to the zone's server.
bool StrikesDns(FaultKind kind, bool cached) {
  switch (kind) {
    case FaultKind::kDnsServFail:
    case FaultKind::kDnsTimeout:
      return true;
    case FaultKind::kDnsStaleCache:
    case FaultKind::kDnsNxDomainCached:
      return cached;
    case FaultKind::kAcmeAddressChange:
      return !cached;
    default:
      return false;
  }
}

/// A proxy may guard one of the two calls only.
bool IsSpared(const PlannedFault& fault, const client::HttpRequest& request) {
  if (fault.kind != FaultKind::kAcmeProxyRefuses) return false;
  const bool is_register = request.url.ends_with("/register");
  const std::uint64_t guarded = fault.salt / 2 % 3;
  return (guarded == 0 && is_register) || (guarded == 1 && !is_register);
}

/// nullopt for kinds that act on acme-dns's database and not on its exchanges.
std::optional<ExchangeFault> AcmeDnsEffect(const PlannedFault& fault, mock_http::Random& random) {
  ExchangeFault out{.kind = fault.kind};
  switch (fault.kind) {
    case FaultKind::kAcmeServerError: {
      static constexpr std::array kStatuses = {500, 502, 503, 504};
      out.answer = Html(kStatuses.at(random.Below(kStatuses.size())), "injected");
      return out;
    }
    case FaultKind::kAcmeSlow:
      out.effect = Effect::kDelay;
      out.delay = std::chrono::milliseconds(500 + random.Below(15'000));
      return out;
    case FaultKind::kAcmeLostRequest:
      out.effect = Effect::kLostRequest;
      return out;
    case FaultKind::kAcmeLostReply:
      out.effect = Effect::kLostReply;
      return out;
    case FaultKind::kAcmeTruncated:
      out.effect = random.Below(2) == 0 ? Effect::kCut : Effect::kShortBody;
      return out;
    case FaultKind::kAcmeGarbage: {
      out.effect = Effect::kGarbage;
      static constexpr std::array kBodies = {
          "<html>Welcome to nginx!</html>", "", "null", "[]", "{}", R"({"username": 7})"};
      out.answer = {.status = random.Below(2) == 0 ? 200 : 201,
                    .headers = {{"Content-Type", "application/json"}},
                    .body = kBodies.at(random.Below(kBodies.size()))};
      return out;
    }
    case FaultKind::kAcmeRedirect: {
      // A portal that wants a login has taken the place in front of acme-dns, or the API has moved.
      static constexpr std::array kStatuses = {302, 307, 308};
      out.answer = Html(kStatuses.at(fault.salt % kStatuses.size()), "Found");
      out.answer.headers.emplace_back("Location", "https://login.example.net/");
      return out;
    }
    case FaultKind::kAcmeProxyRefuses:
      out.answer = fault.salt % 2 == 0 ? Html(403, "Forbidden") : Html(401, "Unauthorized");
      if (fault.salt % 2 != 0) out.answer.headers.emplace_back("WWW-Authenticate", "Basic realm=\"staff\"");
      return out;
    case FaultKind::kAcmeTooManyRequests:
      out.answer = Html(429, "Too Many Requests");
      if (random.Below(3) > 0) out.answer.headers.emplace_back("Retry-After", std::to_string(1 + random.Below(90)));
      return out;
    case FaultKind::kAcmeAddressChange:
      out.effect = fault.salt % 2 == 0 ? Effect::kRefused : Effect::kLostRequest;
      return out;
    default:
      return std::nullopt;
  }
}

std::optional<ExchangeFault> KubernetesEffect(const PlannedFault& fault, const client::HttpRequest& request,
                                              mock_http::Random& random) {
  ExchangeFault out{.kind = fault.kind};
  switch (fault.kind) {
    case FaultKind::kKubeConflict:
      if (request.method != "PATCH") return std::nullopt;
      out.effect = Effect::kConflict;
      return out;
    case FaultKind::kKubeTooManyRequests:
      out.answer = KubeStatus(429, "TooManyRequests", 1 + static_cast<int>(random.Below(5)));
      return out;
    case FaultKind::kKubeServerError:
      out.answer = KubeStatus(500, "InternalError");
      return out;
    case FaultKind::kKubeUnavailable:
      if (random.Below(2) == 0) {
        out.effect = Effect::kRefused;
      } else {
        out.answer = KubeStatus(503, "ServiceUnavailable");
      }
      return out;
    case FaultKind::kKubeLostReply:
      out.effect = Effect::kLostReply;
      return out;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::size_t FaultBoard::Begin(const PlannedFault& fault) {
  active_.push_back({.handle = next_handle_,
                     .fault = fault,
                     .random = mock_http::SeededRandom(fault.salt ^ (static_cast<std::uint64_t>(fault.kind) << 56U))});
  return next_handle_++;
}

void FaultBoard::End(std::size_t handle) {
  std::erase_if(active_, [handle](const Active& active) { return active.handle == handle; });
}

void FaultBoard::EndAll() {
  active_.clear();
}

FaultBoard::Active* FaultBoard::Find(FaultKind kind, int cluster) {
  const auto found = std::ranges::find_if(active_, [&](const Active& active) {
    return active.fault.kind == kind && (active.fault.cluster < 0 || active.fault.cluster == cluster);
  });
  return found == active_.end() ? nullptr : &*found;
}

bool FaultBoard::IsActive(FaultKind kind, int cluster) const {
  return const_cast<FaultBoard*>(this)->Find(kind, cluster) != nullptr;
}

void FaultBoard::Strike(Active& active) {
  // What lasts strikes a run's exchange, or keeps one from starting.
  if (!active.struck) StrikeOnce(active.fault.kind, active.fault.kind != FaultKind::kCronLate);
  active.struck = true;
}

void FaultBoard::Strike(FaultKind kind, int cluster) {
  if (Active* active = Find(kind, cluster)) Strike(*active);
}

bool FaultBoard::Draws(Active& active) {
  const double probability = RowOf(active.fault.kind).probability;
  return probability >= 1 || active.random.Unit() < probability;
}

std::optional<ExchangeFault> FaultBoard::ForAcmeDns(const client::HttpRequest& request) {
  for (Active& active : active_) {
    if (!IsAcmeDns(active.fault.kind) || !Draws(active) || IsSpared(active.fault, request)) continue;
    auto effect = AcmeDnsEffect(active.fault, active.random);
    if (!effect) {
      Strike(active);  // the database is down: the exchange itself goes its way
      continue;
    }
    Strike(active);
    return effect;
  }
  return std::nullopt;
}

std::optional<ExchangeFault> FaultBoard::ForKubernetes(int cluster, const client::HttpRequest& request) {
  for (Active& active : active_) {
    if (active.fault.cluster != cluster || !Draws(active)) continue;
    auto effect = KubernetesEffect(active.fault, request, active.random);
    if (!effect) continue;
    Strike(active);
    return effect;
  }
  return std::nullopt;
}

std::optional<FaultKind> FaultBoard::ForDns(bool cached) {
  for (Active& active : active_) {
    if (!StrikesDns(active.fault.kind, cached) || !Draws(active)) continue;
    if (active.fault.kind != FaultKind::kDnsStaleCache) Strike(active);
    return active.fault.kind;
  }
  return std::nullopt;
}

}  // namespace sim
