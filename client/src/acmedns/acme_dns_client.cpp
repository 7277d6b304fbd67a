#include "acmedns/acme_dns_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/json_text.h"
#include "base/retry_after.h"
#include "base/text.h"
#include "mutant.h"

namespace client {
namespace {

/// A registration has some 300 bytes; what is much longer would crowd the Secret out.
constexpr std::size_t kRegistrationBytesMax = 16'384;

/// The error code of acme-dns's answer, e.g. "bad_txt"; empty when the body is another's. Codes are lower-case words,
/// so a body that echoes the request's secrets gets nowhere from here.
std::string ErrorCode(const HttpResponse& response) {
  const auto body = ParseJson(response.body);
  if (!body) return {};
  std::string code = StringMember(*body, "error");
  const bool is_code =
      code.size() <= 40 && std::ranges::all_of(code, [](char c) { return IsLowerLetter(c) || c == '_'; });
  return is_code ? code : std::string();
}

/// Scheme, host and port of a Location header: the rest may hold a secret.
std::string RedirectTarget(const HttpResponse& response) {
  const std::string_view location = response.Header("Location").value_or("");
  const std::size_t scheme_end = location.find("://");
  if (scheme_end == std::string_view::npos) return "another path of the same host";
  std::string_view authority = location.substr(scheme_end + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  return Printable(fmt::format("{}://{}", location.substr(0, scheme_end), authority), 300);
}

/// Where an error comes from: builds every error of an answer the same way.
struct Call {
  const char* path;
  const std::string& endpoint;
  const HttpResponse& response;
  TimePoint now;

  std::unexpected<Error> Fail(ErrorKind kind, std::string_view reason) const {
    return std::unexpected(Error{
        .kind = kind,
        .message = fmt::format("acme-dns at {}: POST {} answered {}: {}", endpoint, path, response.status, reason),
        .http_status = response.status,
        .retry_after = kind == ErrorKind::kTemporary ? RetryAfter(response, now) : std::nullopt});
  }
  std::unexpected<Error> Misconfigured(std::string_view reason) const {
    return Fail(ErrorKind::kMisconfigured, reason);
  }
  std::unexpected<Error> Temporary(std::string_view reason) const { return Fail(ErrorKind::kTemporary, reason); }
};

/// The statuses that mean the same for both calls. nullopt for those that the call itself must judge.
std::optional<std::unexpected<Error>> CommonFailure(const Call& call) {
  const int status = call.response.status;
  if (status >= 300 && status <= 399) {
    return call.Misconfigured(
        fmt::format("a redirect to {}, which is not followed; set --api (ACME_DNS_API) to the URL "
                    "that serves the API",
                    RedirectTarget(call.response)));
  }
  switch (status) {
    case 405:
      return call.Misconfigured("this is not the API of acme-dns; check --api (ACME_DNS_API)");
    case 407:
      return call.Misconfigured("the HTTP proxy wants credentials; check HTTP_PROXY and HTTPS_PROXY");
    case 408:
    case 425:
      return call.Temporary("the server did not take the request");
    case 429:
      return call.Temporary("too many requests");
    default:
      break;
  }
  if (status >= 500) {
    const std::string code = ErrorCode(call.response);
    return call.Temporary(code.empty() ? "the server or a proxy before it fails" : "the server fails: " + code);
  }
  if (status < 200 || (status >= 202 && status <= 299)) return call.Temporary("a status that acme-dns does not send");
  return std::nullopt;
}

std::unexpected<Error> Refused(const Call& call, const std::string& code, std::string_view remedy) {
  return call.Fail(ErrorKind::kRejected, fmt::format("{}{}", code.empty() ? "the request is refused" : code, remedy));
}

HttpRequest PostJson(std::string url, const nlohmann::json& body, std::chrono::milliseconds timeout) {
  return {.method = "POST",
          .url = std::move(url),
          .headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
          .body = DumpJson(body),
          .timeout = timeout};
}

void AddBasicAuth(const BasicAuth& auth, HttpRequest& request) {
  request.headers.emplace_back("Authorization", "Basic " + EncodeBase64(auth.username + ':' + auth.password.Reveal()));
}

Result<Registration> JudgeRegister(const Call& call, bool sent_credentials) {
  if (auto failure = CommonFailure(call)) return *failure;
  const HttpResponse& response = call.response;
  const std::string code = ErrorCode(response);
  switch (response.status) {
    case 200:
    case 201: {
      if (response.body.size() > kRegistrationBytesMax) {
        return call.Fail(ErrorKind::kMalformed, fmt::format("the registration has {} bytes, more than {}",
                                                            response.body.size(), kRegistrationBytesMax));
      }
      if (const auto parsed = ParseJson(response.body); !parsed) {
        return call.Temporary("the answer is no registration: " + parsed.error().message);
      }
      auto registration = Registration::FromAnswer(response.body);
      if (!registration) {
        return call.Fail(ErrorKind::kMalformed, "the answer is no registration: " + registration.error().message);
      }
      return registration;
    }
    case 401:
      if (!response.Header("WWW-Authenticate")) return Refused(call, code, "");
      return call.Misconfigured(sent_credentials
                                    ? "a proxy refuses the user name or password; check --username and --password-file "
                                      "(REG_USERNAME, REG_PASSWORD)"
                                    : "a proxy wants a user name and password; set --username and --password-file "
                                      "(REG_USERNAME, REG_PASSWORD)");
    case 404:
      return Refused(call, code,
                     "; registration is disabled on this acme-dns (disable_registration), or --api (ACME_DNS_API) is "
                     "not the URL of its API");
    case 400:
      return Refused(call, code, code == "invalid_allowfrom_cidr" ? "; check --allow-from (ACME_DNS_ALLOWFROM)" : "");
    default:
      return Refused(call, code, "");
  }
}

Result<UpdateAnswer> JudgeUpdate(const Call& call, const std::string& text) {
  if (auto failure = CommonFailure(call)) return *failure;
  const HttpResponse& response = call.response;
  const std::string code = ErrorCode(response);
  switch (response.status) {
    case 200: {
      // What answers 200 to everything (a portal, a default backend) does not know the text.
      const auto body = ParseJson(response.body);
      const bool is_stored = body && StringMember(*body, "txt") == text;
      if (!is_stored && !Has(Mutant::kTakesAny200)) return call.Temporary("the answer is not acme-dns's");
      return UpdateAnswer::kStored;
    }
    case 400:
      if (code == "bad_txt") return UpdateAnswer::kBadText;
      return Refused(call, code, "");
    case 401:
      if (Has(Mutant::kTakesProxys401)) return UpdateAnswer::kForbidden;
      if (response.Header("WWW-Authenticate")) {
        return call.Misconfigured(
            "a proxy wants credentials of its own, which says nothing about the registration; let /update pass the "
            "proxy, only /register is called with --username and --password-file");
      }
      // Without acme-dns's own words it may be anybody's 401, and credentials are not given up for that.
      if (code != "forbidden") return call.Temporary("a 401 that is not acme-dns's");
      return UpdateAnswer::kForbidden;
    case 403:
      if (Has(Mutant::kTakes403ForRejection)) return UpdateAnswer::kForbidden;
      return call.Misconfigured("acme-dns has no such answer; a proxy or firewall before it refuses this client");
    case 404:
      return call.Misconfigured("there is no acme-dns API at this URL; check --api (ACME_DNS_API)");
    default:
      // 201 included: acme-dns answers an update with 200.
      if (response.status < 400) return call.Temporary("a status that acme-dns does not send");
      return Refused(call, code, "");
  }
}

}  // namespace

AcmeDnsClient::AcmeDnsClient(HttpTransport& transport, Clock& clock, AcmeDnsOptions options)
    : transport_(transport), clock_(clock), options_(std::move(options)) {}

Result<Registration> AcmeDnsClient::Register(std::chrono::milliseconds timeout) {
  nlohmann::json body = nlohmann::json::object();
  if (!options_.allow_from.empty() && !Has(Mutant::kForgetsAllowFrom)) body["allowfrom"] = options_.allow_from;
  HttpRequest request = PostJson(options_.endpoint + "/register", body, timeout);
  if (options_.basic_auth) AddBasicAuth(*options_.basic_auth, request);
  const auto response = transport_.Send(request);
  if (!response) return std::unexpected(response.error());
  return JudgeRegister({.path = "/register", .endpoint = options_.endpoint, .response = *response, .now = clock_.Now()},
                       options_.basic_auth.has_value());
}

Result<UpdateAnswer> AcmeDnsClient::Update(const Registration& registration, const std::string& text,
                                           std::chrono::milliseconds timeout) {
  HttpRequest request =
      PostJson(options_.endpoint + "/update", {{"subdomain", registration.subdomain()}, {"txt", text}}, timeout);
  request.headers.emplace_back("X-Api-User", registration.username());
  request.headers.emplace_back("X-Api-Key", registration.password().Reveal());
  if (Has(Mutant::kShowsBasicAuth) && options_.basic_auth) AddBasicAuth(*options_.basic_auth, request);
  const auto response = transport_.Send(request);
  if (!response) return std::unexpected(response.error());
  return JudgeUpdate({.path = "/update", .endpoint = options_.endpoint, .response = *response, .now = clock_.Now()},
                     text);
}

}  // namespace client
