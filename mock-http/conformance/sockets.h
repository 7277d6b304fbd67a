// What only a real connection can show: pipelined and split requests, chunked bodies, whether it stays open.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "conformance/scenario.h"

namespace mock_http::conformance {

struct SocketAddress {
  std::string host = "127.0.0.1";  ///< numeric
  std::uint16_t port = 0;
};

/// Sends the octets of a step's "raw" to an HTTP server and reads as many answers as the step expects. The result is
/// {"answers": [{"status", "headers", "body" | "text"}, …]}, with "connection" when the step asks for it. Fails when
/// there is no connection or an answer doesn't come within the step's timeout (10 s).
std::expected<Json, std::string> SendRaw(const Json& ask, const SocketAddress& server);

/// Sends a step's "dns" over UDP or TCP, repeated, pipelined or split as it says. {"reply": "none"} when no answer
/// comes within its timeout (5 s), {"reply": "closed"} when the server hangs up. `id` as for DnsQuery.
std::expected<Json, std::string> AskDns(const Json& ask, const SocketAddress& server, std::uint16_t id);

}  // namespace mock_http::conformance
