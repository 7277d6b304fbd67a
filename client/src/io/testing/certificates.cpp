#include "io/testing/certificates.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <atomic>
#include <cstdlib>

namespace client::testing {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

std::string Drain(BIO* bio) {
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(length)};
}

void AddExtension(X509* certificate, int kind, const std::string& value) {
  const Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
  if (!extension) std::abort();
  X509_add_ext(certificate, extension.get(), -1);
}

void SetName(X509_NAME* name, const std::string& common_name) {
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common_name.c_str()), -1,
                             -1, 0);
}

bool IsAddress(const std::string& host) {
  std::array<unsigned char, 16> bytes = {};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1;
}

}  // namespace

CertificatePair MakeCertificate(const CertificateOptions& options) {
  static std::atomic<long> serial = 1;
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const Owned<X509> certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  constexpr long kDaySeconds = 86'400;
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), options.valid_from_days * kDaySeconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), options.valid_to_days * kDaySeconds);
  X509_set_pubkey(certificate.get(), key.get());
  SetName(X509_get_subject_name(certificate.get()), options.common_name);
  if (!options.host.empty()) {
    AddExtension(certificate.get(), NID_subject_alt_name, (IsAddress(options.host) ? "IP:" : "DNS:") + options.host);
  }
  if (options.ca == nullptr) {
    AddExtension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
    X509_sign(certificate.get(), key.get(), EVP_sha256());
  } else {
    const Owned<BIO> ca_bio(BIO_new_mem_buf(options.ca->certificate_pem.data(), -1));
    const Owned<X509> ca(PEM_read_bio_X509(ca_bio.get(), nullptr, nullptr, nullptr));
    const Owned<BIO> key_bio(BIO_new_mem_buf(options.ca->key_pem.data(), -1));
    const Owned<EVP_PKEY> ca_key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(ca.get()));
    X509_sign(certificate.get(), ca_key.get(), EVP_sha256());
  }
  const Owned<BIO> certificate_out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(certificate_out.get(), certificate.get());
  const Owned<BIO> key_out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {.certificate_pem = Drain(certificate_out.get()), .key_pem = Drain(key_out.get())};
}

}  // namespace client::testing
