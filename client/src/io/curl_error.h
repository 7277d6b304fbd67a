// What a failed transfer means: the decision it calls for and words for the operator.
#pragma once

#include <chrono>
#include <string>

#include "error.h"

namespace client {

/// What is known about a failed transfer. Plain values, so that each case can be tested by itself.
struct CurlFailure {
  int code = 0;               ///< CURLcode
  int verify_result = 0;      ///< X509_V_ERR_*, or 0 when the chain was fine or not looked at
  long proxy_status = 0;      ///< the proxy's answer to CONNECT, or 0
  std::string detail;         ///< libcurl's own words
  bool over_limit = false;    ///< we ended it: the answer was too long
  std::string peer;           ///< "acme-dns"
  std::string url;            ///< without user, password and query
  std::string host;           ///< the name the certificate must be for
  std::string ca_remedy;      ///< what to do about an unknown CA
  std::string client_source;  ///< where the client certificate came from, or empty
  std::string proxy;          ///< the proxy in use without user and password, or empty
  std::string proxy_source;   ///< what set it, "HTTPS_PROXY" for example
  std::chrono::milliseconds timeout{0};
};

/// kTemporary or kMisconfigured, as HttpTransport::Send() promises.
Error DescribeCurlFailure(const CurlFailure& failure);

/// A URL as it may stand in a message: without user, password, query and fragment. "(malformed URL)" for what is none.
std::string UrlForMessages(const std::string& url);

}  // namespace client
