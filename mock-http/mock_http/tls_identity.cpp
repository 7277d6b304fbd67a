#include "mock_http/tls_identity.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <utility>

namespace mock_http {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using CertPtr = std::unique_ptr<X509, Deleter<X509_free>>;
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;

std::unexpected<std::string> OpenSslError(const std::string& what) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  return std::unexpected("OpenSSL can't " + what + ": " + text.data());
}

std::string ReadAll(BIO* bio) {
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(length)};
}

std::string CertificatePem(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return ReadAll(bio.get());
}

std::string KeyPem(EVP_PKEY* key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return ReadAll(bio.get());
}

bool AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool AddName(X509_NAME* name, const char* field, const std::string& value) {
  return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

bool SetValidity(X509* certificate, TimePoint not_before, TimePoint not_after) {
  const auto seconds = [](TimePoint time) {
    return static_cast<time_t>(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
  };
  return ASN1_TIME_set(X509_getm_notBefore(certificate), seconds(not_before)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), seconds(not_after)) != nullptr;
}

bool SetSerial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), bytes.size()) != 1) return false;
  bytes[0] = static_cast<unsigned char>(bytes[0] & 0x7FU);  // RFC 5280 4.1.2.2: positive
  const std::unique_ptr<BIGNUM, Deleter<BN_free>> number(BN_bin2bn(bytes.data(), bytes.size(), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

std::string AlternativeNames(const std::vector<std::string>& names) {
  std::string value;
  for (const std::string& name : names) {
    std::array<unsigned char, 16> address{};
    const bool is_ip = inet_pton(name.contains(':') ? AF_INET6 : AF_INET, name.c_str(), address.data()) == 1;
    value += (value.empty() ? "" : ",") + std::string(is_ip ? "IP:" : "DNS:") + name;
  }
  return value;
}

TimePoint Now() {
  return SystemClock().Now();
}

}  // namespace

struct CertificateAuthority::Keys {
  KeyPtr key;
  CertPtr certificate;
};

CertificateAuthority::CertificateAuthority(std::unique_ptr<Keys> keys)
    : keys_(std::move(keys)), certificate_(CertificatePem(keys_->certificate.get())) {}
CertificateAuthority::~CertificateAuthority() = default;
CertificateAuthority::CertificateAuthority(CertificateAuthority&&) noexcept = default;
CertificateAuthority& CertificateAuthority::operator=(CertificateAuthority&&) noexcept = default;

std::expected<CertificateAuthority, std::string> CertificateAuthority::Create(const std::string& common_name) {
  KeyPtr key(EVP_EC_gen("P-256"));
  CertPtr certificate(X509_new());
  if (!key || !certificate) return OpenSslError("make a CA key");
  X509* x = certificate.get();
  X509_NAME* name = X509_get_subject_name(x);
  const bool made = X509_set_version(x, 2) == 1 && SetSerial(x) &&
                    SetValidity(x, Now() - std::chrono::hours(1), Now() + std::chrono::days(3650)) &&
                    AddName(name, "CN", common_name) && X509_set_issuer_name(x, name) == 1 &&
                    X509_set_pubkey(x, key.get()) == 1 &&
                    AddExtension(x, x, NID_basic_constraints, "critical,CA:TRUE") &&
                    AddExtension(x, x, NID_key_usage, "critical,keyCertSign,cRLSign,digitalSignature") &&
                    AddExtension(x, x, NID_subject_key_identifier, "hash") && X509_sign(x, key.get(), EVP_sha256()) > 0;
  if (!made) return OpenSslError("make a CA certificate");
  return CertificateAuthority(
      std::make_unique<Keys>(Keys{.key = std::move(key), .certificate = std::move(certificate)}));
}

std::expected<KeyPair, std::string> CertificateAuthority::Issue(const CertificateOptions& options) const {
  const KeyPtr key(EVP_EC_gen("P-256"));
  const CertPtr certificate(X509_new());
  if (!key || !certificate) return OpenSslError("make a key");
  X509* x = certificate.get();
  X509* issuer = keys_->certificate.get();
  X509_NAME* name = X509_get_subject_name(x);
  const TimePoint unset{};
  bool made = X509_set_version(x, 2) == 1 && SetSerial(x) &&
              SetValidity(x, options.not_before == unset ? Now() - std::chrono::hours(1) : options.not_before,
                          options.not_after == unset ? Now() + std::chrono::days(365) : options.not_after);
  for (const std::string& organization : options.organizations) made = made && AddName(name, "O", organization);
  if (!options.common_name.empty()) made = made && AddName(name, "CN", options.common_name);
  made = made && X509_set_issuer_name(x, X509_get_subject_name(issuer)) == 1 && X509_set_pubkey(x, key.get()) == 1 &&
         AddExtension(x, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
         AddExtension(x, issuer, NID_key_usage, "critical,digitalSignature") &&
         AddExtension(x, issuer, NID_ext_key_usage, options.for_client ? "clientAuth" : "serverAuth") &&
         AddExtension(x, issuer, NID_authority_key_identifier, "keyid");
  if (!options.names.empty()) {
    made = made && AddExtension(x, issuer, NID_subject_alt_name, AlternativeNames(options.names));
  }
  if (!made || X509_sign(x, keys_->key.get(), EVP_sha256()) <= 0) return OpenSslError("make a certificate");
  return KeyPair{.certificate = CertificatePem(x), .private_key = KeyPem(key.get())};
}

}  // namespace mock_http
