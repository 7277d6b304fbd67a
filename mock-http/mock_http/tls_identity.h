// A certificate authority for tests: makes server and client certificates, valid or wrong on purpose.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "mock_http/clock.h"

namespace mock_http {

/// PEM texts; `certificate` may hold a chain, leaf first.
struct KeyPair {
  std::string certificate;
  std::string private_key;
};

struct CertificateOptions {
  std::string common_name;
  std::vector<std::string> organizations;
  /// DNS names and IP addresses of the subjectAltName; empty for client certificates.
  std::vector<std::string> names;
  bool for_client = false;
  TimePoint not_before;  ///< default: an hour ago
  TimePoint not_after;   ///< default: in a year
};

/// An in-memory CA with an EC P-256 key. Movable; thread-compatible.
class CertificateAuthority {
 public:
  /// Makes a fresh CA. Fails only when OpenSSL does.
  static std::expected<CertificateAuthority, std::string> Create(const std::string& common_name);
  ~CertificateAuthority();
  CertificateAuthority(CertificateAuthority&&) noexcept;
  CertificateAuthority& operator=(CertificateAuthority&&) noexcept;

  /// The CA's own certificate, PEM.
  const std::string& certificate() const { return certificate_; }
  std::expected<KeyPair, std::string> Issue(const CertificateOptions& options) const;

 private:
  struct Keys;
  explicit CertificateAuthority(std::unique_ptr<Keys> keys);
  std::unique_ptr<Keys> keys_;
  std::string certificate_;
};

}  // namespace mock_http
