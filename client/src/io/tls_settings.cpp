#include "io/tls_settings.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <memory>
#include <system_error>
#include <vector>

namespace client {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using BioPtr = std::unique_ptr<BIO, Free>;
using CertificatePtr = std::unique_ptr<X509, Free>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Free>;

BioPtr OpenPem(const std::string& pem) {
  const auto length = std::min<std::size_t>(pem.size(), std::numeric_limits<int>::max());
  return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(length)));
}

/// An encrypted key would make OpenSSL ask on the terminal.
int NoPassphrase(char*, int, int, void*) {
  return -1;
}

/// All certificates in the text; empty when there is none or one is damaged.
std::vector<CertificatePtr> ReadCertificates(const std::string& pem) {
  std::vector<CertificatePtr> certificates;
  const BioPtr bio = OpenPem(pem);
  while (CertificatePtr certificate{PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr)}) {
    certificates.push_back(std::move(certificate));
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) certificates.clear();
  return certificates;
}

int RecordIndex() {
  static const int kIndex = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return kIndex;
}

int NoteVerification(int good, X509_STORE_CTX* context) {
  const auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* result = static_cast<int*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), RecordIndex()));
  if (good == 0 && result != nullptr) *result = X509_STORE_CTX_get_error(context);
  return good;
}

bool IsHashName(const std::string& name) {
  return name.size() == 10 && name[8] == '.' && name[9] >= '0' && name[9] <= '9' &&
         std::all_of(name.begin(), name.begin() + 8,
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsHashedFolder(const char* path) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
    if (IsHashName(entry->path().filename().string())) return true;
  }
  return false;
}

}  // namespace

Result<void> CheckTlsSettings(const TlsSettings& settings) {
  if (!settings.ca_pem.empty() && ReadCertificates(settings.ca_pem).empty()) {
    return Fail(ErrorKind::kMisconfigured,
                fmt::format("{}: must be CA certificates in PEM (-----BEGIN CERTIFICATE-----)", settings.ca_source));
  }
  if (settings.client_certificate_pem.empty() && settings.client_key_pem.empty()) return {};
  const auto fail = [&](std::string_view reason) {
    return Fail(ErrorKind::kMisconfigured, fmt::format("{}: {}", settings.client_source, reason));
  };
  const std::vector<CertificatePtr> chain = ReadCertificates(settings.client_certificate_pem);
  if (chain.empty()) return fail("the client certificate is missing or is not PEM");
  const BioPtr bio = OpenPem(settings.client_key_pem);
  const KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  const bool belong = key && X509_check_private_key(chain.front().get(), key.get()) == 1;
  ERR_clear_error();
  if (!key) return fail("the client key is missing, encrypted or not PEM");
  if (!belong) return fail("the client key does not belong to the client certificate");
  return {};
}

bool TrustAlso(void* ssl_ctx, const std::string& ca_pem) {
  X509_STORE* store = SSL_CTX_get_cert_store(static_cast<SSL_CTX*>(ssl_ctx));
  const std::vector<CertificatePtr> certificates = ReadCertificates(ca_pem);
  return !certificates.empty() && std::ranges::all_of(certificates, [&](const CertificatePtr& certificate) {
    return X509_STORE_add_cert(store, certificate.get()) == 1;
  });
}

void RecordVerification(void* ssl_ctx, int* result) {
  auto* context = static_cast<SSL_CTX*>(ssl_ctx);
  SSL_CTX_set_ex_data(context, RecordIndex(), result);
  SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context), NoteVerification);
}

SystemCas FindSystemCas() {
  constexpr const char* kFolder = "/etc/ssl/certs";
  // Debian, Alpine and our image; Fedora and RHEL; openSUSE; OpenSSL's own default.
  constexpr std::array kBundles = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                   "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};
  if (IsHashedFolder(kFolder)) return {.folder = kFolder, .bundle = {}};
  for (const char* bundle : kBundles) {
    std::error_code error;
    if (std::filesystem::is_regular_file(bundle, error)) return {.folder = {}, .bundle = bundle};
  }
  return {};
}

}  // namespace client
