#include <gmock/gmock.h>

#include "io/curl_transport.h"
#include "io/testing/certificates.h"
#include "io/testing/socket_server.h"

namespace client {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using testing::Answer;
using testing::CertificatePair;
using ::testing::HasSubstr;
using testing::MakeCertificate;
using ::testing::Not;
using testing::Peer;
using testing::ServerTls;
using testing::SocketServer;

void AnswerAll(Peer& peer) {
  while (!peer.ReadRequest().empty() && peer.Write(Answer(200, "x"))) {
  }
}

class CurlTls : public ::testing::Test {
 protected:
  CurlTls() : stop_(*Stop::Create()), ca_(MakeCertificate({.common_name = "test CA"})) {
    tls_.identity = MakeCertificate({.host = "127.0.0.1", .ca = &ca_});
    options_.tls = {.system_cas = false, .ca_pem = ca_.certificate_pem, .ca_source = "--ca-file /x"};
  }

  Result<HttpResponse> Get() {
    const SocketServer server(AnswerAll, &tls_);
    auto transport = CurlTransport::Create(options_, *stop_);
    if (!transport) return std::unexpected(transport.error());
    return (*transport)->Send({.url = server.Url()});
  }
  Error GetError() {
    const auto response = Get();
    return response ? Error{.message = "no error"} : response.error();
  }

  std::unique_ptr<Stop> stop_;
  CertificatePair ca_;
  ServerTls tls_;
  CurlOptions options_ = {.peer = "acme-dns", .ca_remedy = "give it with --ca-file"};
};

TEST_F(CurlTls, TrustsTheGivenCa) {
  EXPECT_TRUE(Get()) << Get().error().message;
}

TEST_F(CurlTls, TrustsTheGivenCaBesidesTheSystems) {
  options_.tls.system_cas = true;
  EXPECT_TRUE(Get()) << Get().error().message;
}

TEST_F(CurlTls, VerifiesAProxyThatSpeaksTls) {
  const SocketServer proxy(AnswerAll, &tls_);
  options_.proxy = {.http = proxy.Url()};
  const auto get = [this] {
    return (*CurlTransport::Create(options_, *stop_))->Send({.url = "http://acme-dns.test/"});
  };
  EXPECT_TRUE(get()) << get().error().message;
  options_.tls.ca_pem.clear();
  const auto refused = get();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("signed by an unknown CA"));
}

TEST_F(CurlTls, TrustsEachOfSeveralCas) {
  const CertificatePair other = MakeCertificate({.common_name = "other CA"});
  options_.tls.ca_pem = other.certificate_pem + ca_.certificate_pem;
  EXPECT_TRUE(Get()) << Get().error().message;
}

TEST_F(CurlTls, RefusesAnUnknownCa) {
  options_.tls.ca_pem = MakeCertificate({.common_name = "other CA"}).certificate_pem;
  const Error error = GetError();
  EXPECT_EQ(error.kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(error.message, AllOf(HasSubstr("signed by an unknown CA"), HasSubstr("give it with --ca-file")));

  options_.tls = {};  // the system's alone
  EXPECT_THAT(GetError().message, HasSubstr("signed by an unknown CA"));
}

TEST_F(CurlTls, RefusesACaOfTheSameNameWithAnotherKey) {
  options_.tls.ca_pem = MakeCertificate({.common_name = "test CA"}).certificate_pem;
  EXPECT_THAT(GetError().message, HasSubstr("signed by an unknown CA"));
}

TEST_F(CurlTls, RefusesAnExpiredCertificate) {
  tls_.identity = MakeCertificate({.host = "127.0.0.1", .valid_from_days = -9, .valid_to_days = -2, .ca = &ca_});
  const Error error = GetError();
  EXPECT_EQ(error.kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(error.message, HasSubstr("has expired; renew it"));
}

TEST_F(CurlTls, RefusesACertificateOfTheFuture) {
  tls_.identity = MakeCertificate({.host = "127.0.0.1", .valid_from_days = 2, .valid_to_days = 9, .ca = &ca_});
  EXPECT_THAT(GetError().message, HasSubstr("not valid yet"));
}

TEST_F(CurlTls, RefusesACertificateForAnotherHost) {
  tls_.identity = MakeCertificate({.host = "other.test", .ca = &ca_});
  const Error error = GetError();
  EXPECT_EQ(error.kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(error.message, HasSubstr("for another host than 127.0.0.1"));
}

TEST_F(CurlTls, ChecksTheCertificateForTheGivenServerName) {
  tls_.identity = MakeCertificate({.host = "kubernetes.test", .ca = &ca_});
  options_.tls.server_name = "kubernetes.test";
  std::string seen;
  const SocketServer server(
      [&](Peer& peer) {
        seen = peer.ReadRequest();
        peer.Write(Answer(200, "x"));
      },
      &tls_);
  auto transport = CurlTransport::Create(options_, *stop_);
  ASSERT_TRUE(transport);
  const auto response = (*transport)->Send({.url = server.Url() + "/api"});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_THAT(seen, HasSubstr("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"));

  options_.tls.server_name = "wrong.test";
  EXPECT_THAT(GetError().message, HasSubstr("for another host than wrong.test"));
}

TEST_F(CurlTls, NeedsTls12) {
  tls_.old_protocols = true;
  const Error error = GetError();
  EXPECT_EQ(error.kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(error.message, HasSubstr("does not offer TLS 1.2"));
}

TEST_F(CurlTls, SaysWhenThePortSpeaksNoTls) {
  const SocketServer server([](Peer& peer) { peer.Write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"); });
  auto transport = CurlTransport::Create(options_, *stop_);
  ASSERT_TRUE(transport);
  const auto response = (*transport)->Send({.url = "https://127.0.0.1:" + std::to_string(server.port())});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(response.error().message, HasSubstr("does not speak TLS"));
}

TEST_F(CurlTls, TakesAConnectionThatBreaksInTheHandshakeAsTemporary) {
  const SocketServer server([](Peer&) {});
  auto transport = CurlTransport::Create(options_, *stop_);
  ASSERT_TRUE(transport);
  const auto response = (*transport)->Send({.url = "https://127.0.0.1:" + std::to_string(server.port())});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kTemporary);
}

TEST_F(CurlTls, ShowsTheClientCertificate) {
  tls_.client_ca_pem = ca_.certificate_pem;
  const CertificatePair client = MakeCertificate({.common_name = "client", .ca = &ca_});
  options_.tls.client_certificate_pem = client.certificate_pem;
  options_.tls.client_key_pem = client.key_pem;
  options_.tls.client_source = "context lab";
  EXPECT_TRUE(Get()) << Get().error().message;
}

TEST_F(CurlTls, SaysWhenAClientCertificateIsMissingOrRefused) {
  tls_.client_ca_pem = ca_.certificate_pem;
  const Error missing = GetError();
  EXPECT_EQ(missing.kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(missing.message, HasSubstr("wants a client certificate"));

  const CertificatePair other_ca = MakeCertificate({.common_name = "other CA"});
  const CertificatePair client = MakeCertificate({.common_name = "client", .ca = &other_ca});
  options_.tls.client_certificate_pem = client.certificate_pem;
  options_.tls.client_key_pem = client.key_pem;
  options_.tls.client_source = "context lab";
  EXPECT_THAT(GetError().message, HasSubstr("refuses the client certificate of context lab"));
}

TEST_F(CurlTls, NamesTheSourceOfWhatCantBeUsed) {
  const CertificatePair other = MakeCertificate({});
  const auto error_with = [&](TlsSettings tls) {
    tls.ca_source = "--ca-file /x";
    tls.client_source = "context lab";
    const auto created = CurlTransport::Create({.peer = "p", .tls = std::move(tls)}, *stop_);
    if (created) return std::string("no error");
    EXPECT_EQ(created.error().kind, ErrorKind::kMisconfigured);
    return created.error().message;
  };
  EXPECT_THAT(error_with({.ca_pem = "nonsense"}), HasSubstr("--ca-file /x: must be CA certificates in PEM"));
  EXPECT_THAT(error_with({.ca_pem = ca_.key_pem}), HasSubstr("--ca-file /x: must be"));
  EXPECT_THAT(error_with({.ca_pem = ca_.certificate_pem.substr(0, 200)}), HasSubstr("--ca-file /x: must be"));
  EXPECT_THAT(error_with({.client_certificate_pem = "x", .client_key_pem = ca_.key_pem}),
              HasSubstr("context lab: the client certificate is missing or is not PEM"));
  EXPECT_THAT(error_with({.client_certificate_pem = ca_.certificate_pem, .client_key_pem = "x"}),
              HasSubstr("context lab: the client key is missing, encrypted or not PEM"));
  EXPECT_THAT(error_with({.client_certificate_pem = ca_.certificate_pem, .client_key_pem = other.key_pem}),
              AllOf(HasSubstr("does not belong"), Not(HasSubstr("BEGIN"))));
}

TEST_F(CurlTls, UsesNewSettingsFromTheNextRequestOn) {
  const SocketServer server(AnswerAll, &tls_);
  auto transport = CurlTransport::Create(options_, *stop_);
  ASSERT_TRUE(transport);
  ASSERT_TRUE((*transport)->Send({.url = server.Url()}));

  TlsSettings other = options_.tls;
  other.ca_pem = MakeCertificate({.common_name = "other CA"}).certificate_pem;
  ASSERT_TRUE((*transport)->SetTls(other));
  EXPECT_FALSE((*transport)->Send({.url = server.Url()}));

  TlsSettings damaged = other;
  damaged.ca_pem = "x";
  EXPECT_FALSE((*transport)->SetTls(damaged));
  ASSERT_TRUE((*transport)->SetTls(options_.tls));
  EXPECT_TRUE((*transport)->Send({.url = server.Url()}));
}

}  // namespace
}  // namespace client
