#include "mock_http/client_certificate.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <string>
#include <utility>

namespace mock_http {

std::optional<ClientCertificate> ReadClientCertificate(const SSL* ssl, bool& is_bad) {
  X509* certificate = SSL_get0_peer_certificate(ssl);
  if (certificate == nullptr) return std::nullopt;
  if (SSL_get_verify_result(ssl) != X509_V_OK) {
    is_bad = true;
    return std::nullopt;
  }
  ClientCertificate subject;
  X509_NAME* name = X509_get_subject_name(certificate);
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    const int nid = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry));
    unsigned char* utf8 = nullptr;
    const int length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));
    if (length < 0) continue;
    std::string value(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(length));
    OPENSSL_free(utf8);
    if (nid == NID_commonName)
      subject.common_name = std::move(value);
    else if (nid == NID_organizationName)
      subject.organizations.push_back(std::move(value));
  }
  return subject;
}

}  // namespace mock_http
