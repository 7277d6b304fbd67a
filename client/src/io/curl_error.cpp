#include "io/curl_error.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <memory>
#include <string_view>

namespace client {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

Error Make(const CurlFailure& failure, ErrorKind kind, std::string_view reason) {
  return {.kind = kind, .message = fmt::format("{} at {}: {}", failure.peer, failure.url, reason)};
}

Error Temporary(const CurlFailure& failure, std::string_view reason) {
  return Make(failure, ErrorKind::kTemporary, reason);
}

Error Misconfigured(const CurlFailure& failure, std::string_view reason) {
  return Make(failure, ErrorKind::kMisconfigured, reason);
}

Error CertificateRefused(const CurlFailure& failure) {
  switch (failure.verify_result) {
    case X509_V_OK:
      return Misconfigured(
          failure, fmt::format("its certificate is for another host than {}; use the name that the certificate holds, "
                               "or have the certificate issued for this one",
                               failure.host));
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Misconfigured(failure, "its certificate has expired; renew it (or set this machine's clock)");
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Misconfigured(failure,
                           "its certificate is not valid yet; set the clock of this machine, or of its issuer");
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:  // a CA of the right name with another key
      return Misconfigured(failure, fmt::format("its certificate is signed by an unknown CA; {}", failure.ca_remedy));
    default:
      return Misconfigured(
          failure, fmt::format("its certificate is refused: {}", X509_verify_cert_error_string(failure.verify_result)));
  }
}

/// The proxy was reached and did not let us through.
Error ProxyRefused(const CurlFailure& failure) {
  // Only the variables have exceptions.
  const bool from_variable = failure.proxy_source.ends_with("_PROXY");
  const std::string_view or_except = from_variable ? ", or the host into NO_PROXY" : "";
  if (failure.proxy_status == 407) {
    return Misconfigured(failure, fmt::format("the proxy {} wants a valid login (407); put user and password into {}{}",
                                              failure.proxy, failure.proxy_source, or_except));
  }
  const std::string reason = fmt::format("the proxy {} answered {}", failure.proxy, failure.proxy_status);
  if (failure.proxy_status >= 500 || failure.proxy_status == 429) return Temporary(failure, reason);
  return Misconfigured(failure, fmt::format("{}; correct {}{}", reason, failure.proxy_source,
                                            from_variable ? ", or put the host into NO_PROXY" : ""));
}

Error HandshakeFailed(const CurlFailure& failure) {
  if (failure.verify_result != X509_V_OK) return CertificateRefused(failure);
  const std::string_view detail = failure.detail;
  const auto has = [&](std::string_view words) { return detail.find(words) != std::string_view::npos; };
  if (has("wrong version number") || has("http request")) {
    return Misconfigured(failure, "it does not speak TLS; is the port right, or is it an http:// address?");
  }
  if (has("protocol version") || has("unsupported protocol")) {
    return Misconfigured(failure, "it does not offer TLS 1.2 or later");
  }
  // Alerts 42 to 48 and 116 come from a server that looked at our certificate.
  if (has("alert") && (has("certificate") || has("unknown ca"))) {
    return Misconfigured(failure, failure.client_source.empty()
                                      ? std::string("it wants a client certificate")
                                      : fmt::format("it refuses the client certificate of {}", failure.client_source));
  }
  return Temporary(failure, fmt::format("the TLS handshake failed ({})", detail));
}

}  // namespace

Error DescribeCurlFailure(const CurlFailure& failure) {
  if (failure.over_limit) return Temporary(failure, "the answer is longer than 1 MiB");
  if (failure.proxy_status >= 400) return ProxyRefused(failure);
  switch (failure.code) {
    case CURLE_URL_MALFORMAT:
      return Misconfigured(failure, "the URL is malformed");
    case CURLE_COULDNT_RESOLVE_HOST:
      return Temporary(failure, fmt::format("the name {} can't be resolved", failure.host));
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Temporary(failure, fmt::format("the name of the proxy {} can't be resolved", failure.proxy));
    case CURLE_COULDNT_CONNECT:
      return Temporary(failure, failure.proxy.empty()
                                    ? std::string("no connection")
                                    : fmt::format("no connection (through the proxy {})", failure.proxy));
    case CURLE_OPERATION_TIMEDOUT:
      return Temporary(failure, fmt::format("no complete answer within {} ms", failure.timeout.count()));
    case CURLE_PEER_FAILED_VERIFICATION:
      return CertificateRefused(failure);
    case CURLE_SSL_CACERT_BADFILE:
      return Misconfigured(failure, fmt::format("the CA certificates can't be read; {}", failure.ca_remedy));
    case CURLE_SSL_CERTPROBLEM:
      return Misconfigured(failure, fmt::format("the client certificate of {} can't be used", failure.client_source));
    case CURLE_SSL_CONNECT_ERROR:
      return HandshakeFailed(failure);
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_FAIL_REWIND:
      return Temporary(failure, "it closed the connection without an answer");
    case CURLE_PARTIAL_FILE:
      return Temporary(failure, "the answer breaks off");
    case CURLE_UNSUPPORTED_PROTOCOL:  // libcurl's word for an answer without a status line
    case CURLE_WEIRD_SERVER_REPLY:
      return Temporary(failure, "the answer is not HTTP");
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      if (failure.detail.find("alert") != std::string::npos) return HandshakeFailed(failure);
      return Temporary(failure, "the connection broke");
    default:
      return Temporary(failure, curl_easy_strerror(static_cast<CURLcode>(failure.code)));
  }
}

std::string UrlForMessages(const std::string& url) {
  const std::unique_ptr<CURLU, FreeUrl> parsed(curl_url());
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_GUESS_SCHEME) != CURLUE_OK) {
    return "(malformed URL)";
  }
  for (const CURLUPart part :
       {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
    curl_url_set(parsed.get(), part, nullptr, 0);
  }
  char* text = nullptr;
  if (curl_url_get(parsed.get(), CURLUPART_URL, &text, 0) != CURLUE_OK) return "(malformed URL)";
  std::string clean = text;
  curl_free(text);
  return clean;
}

}  // namespace client
