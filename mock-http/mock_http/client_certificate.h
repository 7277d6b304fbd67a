// Who the other end of a TLS connection says it is. Internal to the server.
#pragma once

#include <openssl/types.h>

#include <optional>

#include "mock_http/http_message.h"

namespace mock_http {

/// The subject of the certificate that the client presented on `ssl` after its handshake; nullopt when it presented
/// none, or one that the server's CA doesn't vouch for: then `is_bad` is set.
std::optional<ClientCertificate> ReadClientCertificate(const SSL* ssl, bool& is_bad);

}  // namespace mock_http
