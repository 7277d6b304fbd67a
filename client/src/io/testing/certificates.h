// Certificates for tests, made on the spot: good ones, and each kind of bad one.
#pragma once

#include <memory>
#include <string>

namespace client::testing {

struct CertificatePair {
  std::string certificate_pem;
  std::string key_pem;
};

struct CertificateOptions {
  std::string common_name = "test";
  std::string host;                     ///< subjectAltName: an address or a name; empty: none
  int valid_from_days = -1;             ///< relative to now
  int valid_to_days = 1;                ///< likewise
  const CertificatePair* ca = nullptr;  ///< who signs; nullptr: itself, as a CA
};

/// An EC key and its certificate.
CertificatePair MakeCertificate(const CertificateOptions& options);

}  // namespace client::testing
