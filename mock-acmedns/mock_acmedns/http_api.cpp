#include "mock_acmedns/http_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "mock_acmedns/cors.h"
#include "mock_acmedns/payload.h"
#include "mock_http/base64.h"

namespace mock_acmedns {
namespace {

using mock_http::MakeResponse;
using mock_http::Request;
using mock_http::RequestTarget;
using mock_http::Response;

constexpr std::string_view kJson = "application/json";
constexpr std::size_t kKeyLength = 40;
constexpr std::size_t kTxtLength = 43;

Response JsonError(int status, std::string_view error) {
  return MakeResponse(status, kJson, fmt::format(R"({{"error": "{}"}})", error));
}

/// As Go's http.Error.
Response PlainError(int status, std::string_view text) {
  Response response = MakeResponse(status, "text/plain; charset=utf-8", std::string(text) + "\n");
  response.headers.Add("X-Content-Type-Options", "nosniff");
  return response;
}

/// What a Go server says to a target that it can't parse, before any handler is asked.
Response BadTarget() {
  Response response = MakeResponse(400, "text/plain; charset=utf-8", "400 Bad Request");
  response.headers.Add("Connection", "close");
  return response;
}

std::string HtmlEscape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&#34;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

/// As Go's http.Redirect.
Response Redirect(std::string_view method, const RequestTarget& target, std::string_view path) {
  // The router leaves "/" as an empty path, which an absolute target then shows.
  const bool shows_path = !target.is_opaque && (target.origin.empty() || path != "/");
  const std::string url = target.origin + (shows_path ? std::string(path) : "") + target.query;
  std::string location;
  for (const char c : url) {
    const auto octet = static_cast<unsigned char>(c);
    location += octet < 0x80 ? std::string(1, c) : fmt::format("%{:x}", octet);
  }
  Response response;
  response.status = method == "GET" ? 301 : 307;
  response.headers.Add("Location", std::move(location));
  if (method == "GET") {
    response.headers.Add("Content-Type", "text/html; charset=utf-8");
    response.body = fmt::format("<a href=\"{}\">Moved Permanently</a>.\n\n", HtmlEscape(url));
  }
  return response;
}

/// `length` characters of the URL-safe base64 alphabet: how acme-dns checks keys and TXT values.
bool IsToken(std::string_view text, std::size_t length) {
  return text.size() == length && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

/// The length of the white space that a text begins with, as Unicode has it; 0 when there is none.
std::size_t SpaceLength(std::string_view text) {
  static constexpr std::array<std::string_view, 25> kSpaces = {" ",
                                                               "\t",
                                                               "\r",
                                                               "\n",
                                                               "\v",
                                                               "\f",
                                                               "\xc2\x85",
                                                               "\xc2\xa0",
                                                               "\xe1\x9a\x80",
                                                               "\xe2\x80\x80",
                                                               "\xe2\x80\x81",
                                                               "\xe2\x80\x82",
                                                               "\xe2\x80\x83",
                                                               "\xe2\x80\x84",
                                                               "\xe2\x80\x85",
                                                               "\xe2\x80\x86",
                                                               "\xe2\x80\x87",
                                                               "\xe2\x80\x88",
                                                               "\xe2\x80\x89",
                                                               "\xe2\x80\x8a",
                                                               "\xe2\x80\xa8",
                                                               "\xe2\x80\xa9",
                                                               "\xe2\x80\xaf",
                                                               "\xe2\x81\x9f",
                                                               "\xe3\x80\x80"};
  const auto found = std::ranges::find_if(kSpaces, [text](std::string_view space) { return text.starts_with(space); });
  return found == kSpaces.end() ? 0 : found->size();
}

/// As strings.TrimSpace.
std::string_view Trim(std::string_view text) {
  while (const std::size_t length = SpaceLength(text)) text.remove_prefix(length);
  std::size_t end = 0;  // behind the last character that is no space
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = SpaceLength(text.substr(at));
    at += std::max<std::size_t>(1, length);
    if (length == 0) end = at;
  }
  return text.substr(0, end);
}

/// Whether a proxy's rule for /register covers the path: in every spelling that acme-dns takes or redirects.
bool IsRegisterPath(std::string_view path) {
  const std::string clean = CleanPath(path);
  return mock_http::EqualsIgnoringCase(clean, "/register") || mock_http::EqualsIgnoringCase(clean, "/register/");
}

/// Replaces the value of every member called password, however it is spelt.
void HidePasswords(nlohmann::json& json) {
  if (json.is_object()) {
    for (auto& [key, value] : json.items()) {
      if (mock_http::EqualsIgnoringCase(key, "password")) {
        value = "***";
      } else {
        HidePasswords(value);
      }
    }
  } else if (json.is_array()) {
    for (auto& value : json) HidePasswords(value);
  }
}

}  // namespace

HttpApi::HttpApi(const Config& config, Database& database)
    : config_(config), database_(database), router_(!config.disable_registration) {
  if (config.basic_auth) {
    basic_credentials_ = "Basic " + mock_http::Base64(config.basic_auth->user + ":" + config.basic_auth->password);
  }
}

Response HttpApi::Handle(const Request& request) {
  const auto target = mock_http::ParseRequestTarget(request.method, request.target);
  if (!target) return BadTarget();
  if (IsGuarded(request, *target)) {
    Response response = MakeResponse(401, "text/plain; charset=utf-8", "401 Unauthorized\n");
    response.headers.Add("WWW-Authenticate", "Basic realm=\"acme-dns registration\"");
    return response;
  }
  // Go's server answers this one itself.
  if (request.method == "OPTIONS" && request.target == "*") return {};
  if (IsPreflight(request)) return AnswerPreflight(request);
  Response response = Serve(request, *target);
  AddCorsHeaders(request, response);
  return response;
}

Response HttpApi::Serve(const Request& request, const RequestTarget& target) {
  const Routing routing = router_.Find(request.method, target.path);
  switch (routing.kind) {
    case Routing::Kind::kRoute:
      if (routing.route == Route::kRegister) return Register(request);
      return routing.route == Route::kUpdate ? Update(request) : Response{};
    case Routing::Kind::kRedirect:
      return Redirect(request.method, target, routing.location);
    case Routing::Kind::kOptions: {
      Response response;
      response.headers.Add("Allow", routing.allow);
      return response;
    }
    case Routing::Kind::kMethodNotAllowed: {
      Response response = PlainError(405, "Method Not Allowed");
      response.headers.Add("Allow", routing.allow);
      return response;
    }
    case Routing::Kind::kNotFound:
      break;
  }
  return PlainError(404, "404 page not found");
}

bool HttpApi::ReadsBody(const Request& head) const {
  const auto target = mock_http::ParseRequestTarget(head.method, head.target);
  if (!target || IsGuarded(head, *target)) return false;
  const Routing routing = router_.Find(head.method, target->path);
  if (routing.kind != Routing::Kind::kRoute || routing.route == Route::kHealth) return false;
  if (routing.route == Route::kRegister) return true;
  const Account* account = Authenticate(head);
  return account != nullptr && IsAllowedFrom(head, *account);
}

Response HttpApi::Register(const Request& request) {
  Payload payload;
  if (!request.body.empty()) {
    auto read = ReadWholeBody(request.body);
    if (!read) return JsonError(400, "malformed_json_payload");
    payload = std::move(*read);
  }
  std::vector<std::string> allow_from;
  for (const std::string& entry : payload.allow_from) {
    allow_from.push_back(WithoutBrackets(entry));
    if (!Network::Parse(allow_from.back())) return JsonError(400, "invalid_allowfrom_cidr");
  }
  const auto account = database_.Register(std::move(allow_from));
  if (!account) {
    // The words of the place where acme-dns fails: preparing the statement, or SQLite's when it is carried out.
    return JsonError(
        500, account.error() == DatabaseError::kReadOnly ? "attempt to write a readonly database" : "SQL error");
  }
  const Account& made = **account;
  const std::string subdomain = made.subdomain.Text();
  std::string networks;
  for (const std::string& entry : made.allow_from) {
    networks.append(networks.empty() ? "\"" : ",\"").append(entry).push_back('"');
  }
  return MakeResponse(
      201, kJson,
      fmt::format(R"({{"username":"{}","password":"{}","fulldomain":"{}.{}","subdomain":"{}","allowfrom":[{}]}})",
                  made.username.Text(), made.password, subdomain, config_.domain, subdomain, networks));
}

const Account* HttpApi::Authenticate(const Request& request) const {
  const auto username = Uuid::Parse(request.headers.Get("X-Api-User").value_or(std::string_view()));
  const std::string_view key = request.headers.Get("X-Api-Key").value_or(std::string_view());
  if (!username || !IsToken(key, kKeyLength)) return nullptr;
  const auto account = database_.FindByUsername(*username);
  return account && (*account)->password == key ? *account : nullptr;
}

bool HttpApi::IsAllowedFrom(const Request& request, const Account& account) const {
  if (account.networks.empty()) return true;
  const auto holds = [&account](std::string_view text) {
    const auto address = ParseIp(text);
    return address && std::ranges::any_of(account.networks,
                                          [&address](const Network& network) { return network.Contains(*address); });
  };
  if (config_.use_header.empty()) return holds(request.peer.address);
  std::string_view list = request.headers.Get(config_.use_header).value_or(std::string_view());
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (holds(Trim(list.substr(0, comma)))) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

Response HttpApi::Update(const Request& request) {
  // Whatever goes wrong here, acme-dns says 401: unknown user, wrong key, failing database, address outside allowfrom,
  // a body from which no subdomain, or another one, was read.
  const Account* account = Authenticate(request);
  if (account == nullptr || !IsAllowedFrom(request, *account)) return JsonError(401, "forbidden");
  const Payload payload = ReadFirstValue(request.body);
  if (payload.subdomain != account->subdomain.Text()) return JsonError(401, "forbidden");
  if (!IsToken(payload.txt, kTxtLength)) return JsonError(400, "bad_txt");
  if (!database_.Update(account->subdomain, payload.txt)) return JsonError(500, "db_error");
  return MakeResponse(200, kJson, fmt::format(R"({{"txt": "{}"}})", payload.txt));
}

bool HttpApi::IsGuarded(const Request& request, const RequestTarget& target) const {
  return !basic_credentials_.empty() && IsRegisterPath(target.path) && !PassesBasicAuth(request);
}

bool HttpApi::PassesBasicAuth(const Request& request) const {
  const std::string_view given = request.headers.Get("Authorization").value_or(std::string_view());
  const std::string_view wanted = basic_credentials_;
  constexpr std::size_t kScheme = 6;
  return given.size() == wanted.size() &&
         mock_http::EqualsIgnoringCase(given.substr(0, kScheme), wanted.substr(0, kScheme)) &&
         given.substr(kScheme) == wanted.substr(kScheme);
}

mock_http::Facts HttpApi::Describe(const Request& request) const {
  mock_http::Facts facts;
  std::string_view operation = "other";
  const std::string_view path = request.RawPath();
  for (const std::string_view known : {"/register", "/update", "/health"}) {
    if (path == known) operation = known.substr(1);
  }
  facts.emplace("operation", operation);
  if (const auto user = request.headers.Get("X-Api-User")) facts.emplace("user", *user);
  return facts;
}

std::string HttpApi::RedactBody(const Request& request, std::string_view body, bool is_request) const {
  static_cast<void>(request);
  if (body.empty()) return {};
  nlohmann::json json = nlohmann::json::parse(body, nullptr, false);
  if (json.is_discarded()) return is_request ? "***" : std::string(body);
  HidePasswords(json);
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace mock_acmedns
