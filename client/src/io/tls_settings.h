// Which certificates a connection trusts and shows, and whether they can be used at all: found out when they are read,
// with the file's name in the message, not in the middle of a handshake.
#pragma once

#include <string>

#include "error.h"

namespace client {

struct TlsSettings {
  /// Trust the system's CA certificates. Off where only `ca_pem` counts (a cluster with its own CA): reading the
  /// system's takes longer than the request.
  bool system_cas = true;
  std::string ca_pem;     ///< further CA certificates; may be empty
  std::string ca_source;  ///< where ca_pem came from, for messages: "--ca-file /x/ca.pem"
  std::string client_certificate_pem;
  std::string client_key_pem;  ///< a secret
  std::string client_source;   ///< where the two above came from, for messages
  std::string server_name;     ///< the name the certificate must be for; empty: the URL's host

  bool operator==(const TlsSettings&) const = default;
};

/// Checks that ca_pem, if any, is one or more PEM certificates, and that the client's certificate and key, if any, are
/// PEM, unencrypted and belong together. Errors: kMisconfigured, naming the source.
Result<void> CheckTlsSettings(const TlsSettings& settings);

/// Adds the certificates in `ca_pem` to what an `SSL_CTX` trusts. False when one can't be read.
bool TrustAlso(void* ssl_ctx, const std::string& ca_pem);

/// Makes a verification that fails in `ssl_ctx` leave its X509_V_ERR_* code in `*result`, which must outlive the
/// context's use. libcurl's own report lacks it where OpenSSL has further errors to tell.
void RecordVerification(void* ssl_ctx, int* result);

/// Where this machine keeps its CA certificates. A hashed folder is preferred: of it, only the needed file is read.
struct SystemCas {
  std::string folder;  ///< empty when there is no hashed folder
  std::string bundle;  ///< empty when `folder` is set, or when there is none
};
SystemCas FindSystemCas();

}  // namespace client
