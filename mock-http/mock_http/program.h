// What the mock programs have in common: telling others that they are ready, and stopping when told.
#pragma once

#include <string>

namespace mock_http {

/// Permissions of a file for everybody's eyes, and of one that holds a secret.
inline constexpr unsigned kPublicFileMode = 0644;
inline constexpr unsigned kSecretFileMode = 0600;

/// Writes `text` to `path` by way of a temporary file beside it, so that a reader sees all of it or nothing. The error
/// names the path; empty when it is written.
std::string WriteFileAtomically(const std::string& path, const std::string& text, unsigned mode = kPublicFileMode);

/// SIGTERM and SIGINT, taken by WaitForStop instead of ending the process. Must be made before any thread is started,
/// so that every thread leaves them to it. Ignores SIGPIPE too.
class StopSignals {
 public:
  StopSignals();
  /// Blocks until one of them comes; returns its number.
  int Wait() const;
};

}  // namespace mock_http
