// Errors of the client: what kind of decision they call for, and a message for the operator.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>

namespace client {

/// Kinds are decisions, not library codes.
enum class ErrorKind : std::uint8_t {
  kTemporary,      ///< no answer, time-out, 5xx, 429, an answer that makes no sense: try again
  kConflict,       ///< the object has changed since it was read: read again
  kNotFound,       ///< the thing is not there
  kRejected,       ///< the other side understood and says no (401 and 403 of credentials, 4xx of a request)
  kMisconfigured,  ///< the operator must change something: flags, files, certificates, a proxy in the way
  kMalformed,      ///< data that should be ours or theirs can't be read
  kCancelled,      ///< SIGTERM, or the run's deadline passed
};

/// Never holds a secret.
struct Error {
  ErrorKind kind = ErrorKind::kTemporary;
  std::string message;  ///< names the thing, the reason and the remedy
  std::optional<int> http_status = std::nullopt;
  std::optional<std::chrono::seconds> retry_after = std::nullopt;
  std::optional<int> signal = std::nullopt;  ///< with kCancelled: the one that stopped the run, where there was one
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> Fail(ErrorKind kind, std::string message) {
  return std::unexpected(Error{.kind = kind, .message = std::move(message)});
}

}  // namespace client
