#include "io/curl_transport.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <csignal>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "io/curl_error.h"

namespace client {
namespace {

constexpr std::size_t kHeaderBytesMax = 64U << 10U;
constexpr std::chrono::milliseconds kPollMax{1'000};

// A deleter each: to C++ CURL and CURLM are the same type, void.
struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeOther {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using UrlPtr = std::unique_ptr<CURLU, FreeOther>;
using ListPtr = std::unique_ptr<curl_slist, FreeOther>;

bool InitialiseOnce() {
  // A write to a connection that the peer has closed must be an error, not the end of the process; OpenSSL writes in a
  // way that leaves this to us.
  static const bool kDone =
      std::signal(SIGPIPE, SIG_IGN) != SIG_ERR && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return kDone;
}

void Append(ListPtr& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

/// For options that every libcurl has: failing to set one is a mistake here, not of the operator.
template <class T>
void Set(CURL* easy, CURLoption option, T value) {
  [[maybe_unused]] const CURLcode code = curl_easy_setopt(easy, option, value);
  assert(code == CURLE_OK);
}

std::string UrlPart(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

curl_blob Blob(const std::string& bytes) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): libcurl copies it, its struct just isn't const-correct
  return {.data = const_cast<char*>(bytes.data()), .len = bytes.size(), .flags = CURL_BLOB_COPY};
}

bool HasControlCharacter(std::string_view text) {
  return std::ranges::any_of(text,
                             [](char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f'; });
}

/// One exchange: what libcurl's callbacks read and fill.
struct CurlExchange {
  std::string_view unsent_body;
  HttpResponse response;
  std::size_t header_bytes = 0;
  bool over_limit = false;
};

std::size_t SendBody(char* buffer, std::size_t size, std::size_t count, void* data) {
  auto& exchange = *static_cast<CurlExchange*>(data);
  const std::size_t length = exchange.unsent_body.copy(buffer, size * count);
  exchange.unsent_body.remove_prefix(length);
  return length;
}

std::size_t ReceiveBody(char* bytes, std::size_t size, std::size_t count, void* data) {
  auto& exchange = *static_cast<CurlExchange*>(data);
  const std::size_t length = size * count;
  if (length > kResponseBytesMax - exchange.response.body.size()) {
    exchange.over_limit = true;
    return 0;
  }
  exchange.response.body.append(bytes, length);
  return length;
}

std::size_t ReceiveHeader(char* bytes, std::size_t size, std::size_t count, void* data) {
  auto& exchange = *static_cast<CurlExchange*>(data);
  const std::size_t length = size * count;
  exchange.header_bytes += length;
  if (exchange.header_bytes > kHeaderBytesMax) {
    exchange.over_limit = true;
    return 0;
  }
  std::string_view line(bytes, length);
  if (line.starts_with("HTTP/")) {  // again after a 1xx: only the last answer counts
    exchange.response.headers.clear();
    return length;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return length;
  std::string_view value = line.substr(colon + 1);
  constexpr std::string_view kBlank = " \t\r\n";
  value.remove_prefix(std::min(value.find_first_not_of(kBlank), value.size()));
  value = value.substr(0, value.find_last_not_of(kBlank) + 1);
  exchange.response.headers.emplace_back(line.substr(0, colon), value);
  return length;
}

/// What the TLS set-up needs of a transport.
struct TlsContext {
  const std::string& ca_pem;
  int verify_result = 0;  ///< X509_V_ERR_* of the last refused certificate
};

CURLcode PrepareTls(CURL* /*easy*/, void* ssl_ctx, void* data) {
  auto& context = *static_cast<TlsContext*>(data);
  RecordVerification(ssl_ctx, &context.verify_result);
  if (context.ca_pem.empty() || TrustAlso(ssl_ctx, context.ca_pem)) return CURLE_OK;
  return CURLE_SSL_CACERT_BADFILE;
}

/// What a proxy was set by.
std::string SourceOfProxy(const ProxySettings& settings, std::string_view variable) {
  return settings.source.empty() ? std::string(variable) : settings.source;
}

Result<void> CheckProxy(std::string_view source, const std::string& proxy) {
  if (proxy.empty()) return {};
  const UrlPtr url(curl_url());
  const bool parsed = url && curl_url_set(url.get(), CURLUPART_URL, proxy.c_str(),
                                          CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
  const std::string scheme = parsed ? UrlPart(url.get(), CURLUPART_SCHEME) : std::string();
  constexpr std::array<std::string_view, 4> kSchemes = {"http", "https", "socks5", "socks5h"};
  if (std::ranges::find(kSchemes, scheme) == kSchemes.end()) {
    return Fail(ErrorKind::kMisconfigured,
                fmt::format("{}: must be the URL of a proxy, like http://proxy.example.com:3128", source));
  }
  return {};
}

Result<void> CheckRequest(const CurlOptions& options, const HttpRequest& request) {
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || HasControlCharacter(name) || HasControlCharacter(value)) {
      return Fail(ErrorKind::kMisconfigured,
                  fmt::format("{}: the value for the header {} holds a line break or another control character",
                              options.peer, HasControlCharacter(name) ? "(malformed)" : name));
    }
  }
  return {};
}

}  // namespace

struct CurlTransport::State {
  CurlOptions options;
  const Stop& stop;
  TlsContext tls_context = {.ca_pem = options.tls.ca_pem};  // outlives the connections, which point to it
  // Destroyed in the reverse of this order: the easy handle leaves before the multi handle that holds its connections.
  std::unique_ptr<CURLM, FreeMulti> multi;
  std::unique_ptr<CURL, FreeEasy> easy;
  SystemCas system_cas = {};

  bool Initialise();
  void SetUpTls();
  void SetUpProxy(const std::string& proxy);
  void SetUpBody(const HttpRequest& request, CurlExchange& exchange);
  std::string PointAt(const HttpRequest& request, CURLU* url, ListPtr& connect_to);
  ListPtr SetUpHeaders(const HttpRequest& request, const std::string& host_header);
  Result<CURLcode> Transfer();
};

CurlTransport::CurlTransport(std::unique_ptr<State> state) : state_(std::move(state)) {}
CurlTransport::~CurlTransport() = default;

Result<std::unique_ptr<CurlTransport>> CurlTransport::Create(CurlOptions options, const Stop& stop) {
  if (auto checked = CheckTlsSettings(options.tls); !checked) return std::unexpected(checked.error());
  for (const auto& [variable, url] :
       {std::pair("HTTP_PROXY", options.proxy.http), {"HTTPS_PROXY", options.proxy.https}}) {
    auto checked = CheckProxy(SourceOfProxy(options.proxy, variable), url);
    if (!checked) return std::unexpected(checked.error());
  }
  auto state = std::unique_ptr<State>(new State{.options = std::move(options), .stop = stop, .multi = {}, .easy = {}});
  if (!state->Initialise()) return Fail(ErrorKind::kMisconfigured, "libcurl can't be initialised");
  return std::unique_ptr<CurlTransport>(new CurlTransport(std::move(state)));
}

Result<void> CurlTransport::SetTls(TlsSettings tls) {
  if (auto checked = CheckTlsSettings(tls); !checked) return checked;
  if (tls == state_->options.tls) return {};
  state_->options.tls = std::move(tls);
  // Anew, because kept connections and the cached store of trusted certificates belong to the former settings.
  if (!state_->Initialise()) return Fail(ErrorKind::kMisconfigured, "libcurl can't be initialised");
  return {};
}

bool CurlTransport::State::Initialise() {
  easy.reset();
  multi.reset();
  if (!InitialiseOnce()) return false;
  multi.reset(curl_multi_init());
  easy.reset(curl_easy_init());
  return multi && easy;
}

void CurlTransport::State::SetUpTls() {
  const TlsSettings& tls = options.tls;
  Set(easy.get(), CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  Set(easy.get(), CURLOPT_SSL_VERIFYPEER, 1L);
  Set(easy.get(), CURLOPT_SSL_VERIFYHOST, 2L);
  // What libcurl was built with does not count: a static build knows nothing of this machine.
  if (system_cas.folder.empty() && system_cas.bundle.empty()) system_cas = FindSystemCas();
  const auto path = [](bool wanted, const std::string& value) {
    return wanted && !value.empty() ? value.c_str() : nullptr;
  };
  Set(easy.get(), CURLOPT_CAINFO, path(tls.system_cas, system_cas.bundle));
  Set(easy.get(), CURLOPT_CAPATH, path(tls.system_cas, system_cas.folder));
  // A proxy with TLS of its own is the network's, not the peer's.
  Set(easy.get(), CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  Set(easy.get(), CURLOPT_PROXY_CAINFO, path(true, system_cas.bundle));
  Set(easy.get(), CURLOPT_PROXY_CAPATH, path(true, system_cas.folder));
  tls_context.verify_result = 0;
  Set(easy.get(), CURLOPT_SSL_CTX_FUNCTION, PrepareTls);
  Set(easy.get(), CURLOPT_SSL_CTX_DATA, static_cast<void*>(&tls_context));
  if (!tls.client_certificate_pem.empty()) {
    curl_blob certificate = Blob(tls.client_certificate_pem);
    curl_blob key = Blob(tls.client_key_pem);
    Set(easy.get(), CURLOPT_SSLCERT_BLOB, &certificate);
    Set(easy.get(), CURLOPT_SSLKEY_BLOB, &key);
  }
}

void CurlTransport::State::SetUpProxy(const std::string& proxy) {
  // Set even when empty: unset, libcurl would look into the environment.
  Set(easy.get(), CURLOPT_PROXY, proxy.c_str());
  Set(easy.get(), CURLOPT_NOPROXY, "");
  Set(easy.get(), CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

void CurlTransport::State::SetUpBody(const HttpRequest& request, CurlExchange& exchange) {
  Set(easy.get(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.method == "HEAD") Set(easy.get(), CURLOPT_NOBODY, 1L);
  if (request.body.empty() && request.method != "POST") return;
  // A body that is read by callback can't be rewound, so libcurl can't send it a second time when a kept connection
  // turns out to be dead. Without a body it could: then a new connection prevents it.
  exchange.unsent_body = request.body;
  Set(easy.get(), CURLOPT_POST, 1L);
  Set(easy.get(), CURLOPT_READFUNCTION, SendBody);
  Set(easy.get(), CURLOPT_READDATA, static_cast<void*>(&exchange));
  Set(easy.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  if (request.body.empty()) Set(easy.get(), CURLOPT_FRESH_CONNECT, 1L);
}

/// Sets the URL. Where the certificate is for another name than the URL's host, the URL gets that name and a
/// connection rule leads it to the host; the Host header then has to be given, and is returned.
std::string CurlTransport::State::PointAt(const HttpRequest& request, CURLU* url, ListPtr& connect_to) {
  const std::string& name = options.tls.server_name;
  const std::string host = UrlPart(url, CURLUPART_HOST);
  if (name.empty() || name == host) {
    Set(easy.get(), CURLOPT_URL, request.url.c_str());
    return {};
  }
  const std::string port = UrlPart(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  const std::string explicit_port = UrlPart(url, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
  Append(connect_to, fmt::format("{}:{}:{}:{}", name, port, host, port));
  Set(easy.get(), CURLOPT_CONNECT_TO, connect_to.get());
  curl_url_set(url, CURLUPART_HOST, name.c_str(), 0);
  Set(easy.get(), CURLOPT_URL, UrlPart(url, CURLUPART_URL).c_str());
  return explicit_port.empty() ? host : fmt::format("{}:{}", host, explicit_port);
}

ListPtr CurlTransport::State::SetUpHeaders(const HttpRequest& request, const std::string& host_header) {
  ListPtr list;
  const auto given = [&](std::string_view name) {
    return std::ranges::any_of(request.headers,
                               [&](const HttpHeader& header) { return EqualsIgnoringCase(header.first, name); });
  };
  for (const auto& [name, value] : request.headers) {
    Append(list, value.empty() ? name + ";" : fmt::format("{}: {}", name, value));  // ";" is libcurl's "empty value"
  }
  // libcurl adds these by itself unless they are named without a value.
  if (!given("Content-Type")) Append(list, "Content-Type:");
  if (!given("Expect")) Append(list, "Expect:");
  if (!host_header.empty() && !given("Host")) Append(list, "Host: " + host_header);
  Set(easy.get(), CURLOPT_HTTPHEADER, list.get());
  return list;
}

Result<CURLcode> CurlTransport::State::Transfer() {
  struct Membership {  // the easy handle must leave on every way out
    Membership(CURLM* owner, CURL* member) : multi(owner), easy(member) { curl_multi_add_handle(multi, easy); }
    ~Membership() { curl_multi_remove_handle(multi, easy); }
    Membership(const Membership&) = delete;
    Membership& operator=(const Membership&) = delete;
    CURLM* multi;
    CURL* easy;
  };
  const Membership membership(multi.get(), easy.get());
  while (true) {
    if (stop.Requested()) return Cancelled(stop);
    int running = 0;
    if (curl_multi_perform(multi.get(), &running) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
    int queued = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi.get(), &queued)) {
      if (message->msg == CURLMSG_DONE) return message->data.result;
    }
    curl_waitfd wait_for_stop = {.fd = stop.descriptor(), .events = CURL_WAIT_POLLIN, .revents = 0};
    curl_multi_poll(multi.get(), &wait_for_stop, 1, static_cast<int>(kPollMax.count()), nullptr);
  }
}

Result<HttpResponse> CurlTransport::Send(const HttpRequest& request) {
  State& state = *state_;
  CURL* easy = state.easy.get();
  if (auto checked = CheckRequest(state.options, request); !checked) return std::unexpected(checked.error());
  CurlFailure failure = {.peer = state.options.peer,
                         .url = UrlForMessages(request.url),
                         .ca_remedy = state.options.ca_remedy,
                         .client_source = state.options.tls.client_source,
                         .timeout = std::max(request.timeout, std::chrono::milliseconds(1))};
  const UrlPtr url(curl_url());
  const bool parsed = url && curl_url_set(url.get(), CURLUPART_URL, request.url.c_str(), 0) == CURLUE_OK;
  const std::string scheme = parsed ? UrlPart(url.get(), CURLUPART_SCHEME) : std::string();
  if (scheme != "http" && scheme != "https") {
    failure.code = CURLE_URL_MALFORMAT;
    return std::unexpected(DescribeCurlFailure(failure));
  }
  const std::string host = UrlPart(url.get(), CURLUPART_HOST);
  failure.host = state.options.tls.server_name.empty() ? host : state.options.tls.server_name;

  const std::string port = UrlPart(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  const std::string proxy = ChooseProxy(state.options.proxy, {.scheme = scheme, .host = host, .port = port});

  CurlExchange exchange;
  std::array<char, CURL_ERROR_SIZE> detail = {};
  ListPtr connect_to;
  curl_easy_reset(easy);  // keeps connections and name look-ups
  Set(easy, CURLOPT_ERRORBUFFER, detail.data());
  Set(easy, CURLOPT_NOSIGNAL, 1L);
  Set(easy, CURLOPT_QUICK_EXIT, 1L);  // a name look-up that hangs must not hold up the end of the process
  Set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  Set(easy, CURLOPT_USERAGENT, state.options.user_agent.c_str());
  Set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(failure.timeout.count()));
  Set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(failure.timeout.count()));
  Set(easy, CURLOPT_WRITEFUNCTION, ReceiveBody);
  Set(easy, CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
  Set(easy, CURLOPT_HEADERFUNCTION, ReceiveHeader);
  Set(easy, CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
  if (scheme == "https" || proxy.starts_with("https:")) state.SetUpTls();
  state.SetUpProxy(proxy);
  state.SetUpBody(request, exchange);
  const std::string host_header = state.PointAt(request, url.get(), connect_to);
  const ListPtr headers = state.SetUpHeaders(request, host_header);

  const Result<CURLcode> code = state.Transfer();
  if (!code) return std::unexpected(code.error());
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  const bool from_proxy = status == 407 && !proxy.empty();
  if (*code == CURLE_OK && !from_proxy) {
    exchange.response.status = static_cast<int>(status);
    return std::move(exchange.response);
  }
  failure.code = *code;
  failure.over_limit = exchange.over_limit;
  failure.detail = detail.data();
  if (!proxy.empty()) {
    failure.proxy = UrlForMessages(proxy);
    failure.proxy_source = SourceOfProxy(state.options.proxy, scheme == "https" ? "HTTPS_PROXY" : "HTTP_PROXY");
  }
  failure.verify_result = state.tls_context.verify_result;
  curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &failure.proxy_status);
  if (from_proxy) failure.proxy_status = status;
  return std::unexpected(DescribeCurlFailure(failure));
}

}  // namespace client
