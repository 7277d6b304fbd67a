#include "mock_http/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include "mock_http/host_port.h"
#include "mock_http/raw_client.h"
#include "mock_http/test_service.h"

namespace mock_http {
namespace {

using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

constexpr auto kPatience = RawClient::kPatience;

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto started = Server::Start(endpoint_, {.body_bytes_max = 1000});
    ASSERT_TRUE(started) << started.error();
    server_ = std::move(*started);
  }
  void Fault(FaultAction action) {
    endpoint_.Locked(
        [&](Endpoint& e) { e.faults().Put({.id = "f", .match = {.times = 1}, .action = std::move(action)}); });
  }
  /// Waits until `holds` under the endpoint's lock.
  void WaitUntil(std::string_view what, const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!endpoint_.Locked([&](Endpoint&) { return holds(); })) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "waited 5 s for: " << what;
      std::this_thread::yield();
    }
  }

  SystemClock clock_;
  SystemRandom random_;
  TestService service_;
  Endpoint endpoint_{service_, clock_, random_};
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersRequestsSentTogetherInOrderOnOneConnection) {
  RawClient client(server_->port());
  client.Send(
      "POST /one HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nabGET /two HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string all = client.ReadToClose();
  EXPECT_THAT(all, StartsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: "));
  EXPECT_LT(all.find("POST /one ab"), all.find("GET /two "));
  EXPECT_THAT(all, EndsWith("GET /end "));
}

TEST_F(ServerTest, TakesChunkedBodiesWithAndWithoutExpectation) {
  RawClient client(server_->port());
  client.Send("PUT /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("PUT /c abcde"), EndsWith("PUT /c abcde"));
}

TEST_F(ServerTest, HeadAnd204HaveNoBody) {
  RawClient client(server_->port());
  client.Send("HEAD /h HTTP/1.1\r\nHost: x\r\n\r\nGET /empty HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string all = client.ReadToClose();
  EXPECT_THAT(all, Not(HasSubstr("HEAD /h")));
  EXPECT_THAT(all, HasSubstr("HTTP/1.1 204 No Content\r\n"));
  EXPECT_THAT(all, EndsWith("\r\n\r\n"));
}

TEST_F(ServerTest, Http10ClosesUnlessAskedOtherwise) {
  RawClient client(server_->port());
  client.Send("GET /old HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.ReadToClose(), StartsWith("HTTP/1.0 200 OK\r\n"));
}

TEST_F(ServerTest, RefusesWhatIsNoRequestAsGoDoes) {
  const auto answer = [this](const std::string& bytes) {
    RawClient client(server_->port());
    client.Send(bytes);
    return client.ReadToClose();
  };
  EXPECT_THAT(answer("\x16\x03\x01\r\n\r\n"), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_THAT(answer("GET / HTTP/1.1\r\n\r\n"), EndsWith("400 Bad Request: missing required Host header"));
  EXPECT_THAT(answer("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(2U << 20U, 'x')), HasSubstr("431"));
  EXPECT_EQ(service_.handled, 0);
}

TEST_F(ServerTest, LetsAClientThatStillSendsReadWhyItIsRefused) {
  for (const std::string head : {"GET / HTTP/1.1\r\nHost: x\r\nX: ", "no request\r\n\r\n",
                                 "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n"}) {
    RawClient client(server_->port());
    client.Send(head + std::string(std::size_t{8} << 20U, 'x'));
    client.FinishSending();
    EXPECT_THAT(client.ReadToClose(), AnyOf(EndsWith("431 Request Header Fields Too Large"),
                                            EndsWith("400 Bad Request"), EndsWith("PUT / " + std::string(1000, 'x'))));
  }
  EXPECT_EQ(service_.last.body_error, "http: request body too large");
}

TEST_F(ServerTest, ServesABodyThatTheClientBreaksOff) {
  RawClient client(server_->port());
  client.Send("PUT /cut HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabc");
  client.FinishSending();
  EXPECT_THAT(client.ReadToClose(), EndsWith("PUT /cut abc"));
  EXPECT_EQ(service_.last.body_error, "unexpected EOF");
}

TEST_F(ServerTest, LeavesABodyThatTheServiceDoesNotRead) {
  RawClient client(server_->port());
  client.Send("PUT /unread HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  const std::string unasked = client.ReadToClose();
  EXPECT_THAT(unasked, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(unasked, HasSubstr("Connection: close\r\n"));
  RawClient sends_on(server_->port());
  sends_on.Send("PUT /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + std::string(100000, 'x'));
  EXPECT_THAT(sends_on.ReadToClose(), HasSubstr("Connection: close\r\n"));
  RawClient short_body(server_->port());
  short_body.Send("PUT /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
  EXPECT_THAT(short_body.ReadUntil("/unread x"), Not(HasSubstr("Connection: close")));
}

TEST_F(ServerTest, RefusesAnExpectationAndAHeadThatBreaksOff) {
  RawClient client(server_->port());
  client.Send("PUT / HTTP/1.1\r\nHost: x\r\nExpect: more\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_THAT(client.ReadToClose(), StartsWith("HTTP/1.1 417 Expectation Failed\r\nDate: "));
  RawClient breaks_off(server_->port());
  breaks_off.Send("GET / HTTP/1.1\r\nHost");
  breaks_off.FinishSending();
  EXPECT_THAT(breaks_off.ReadToClose(), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_EQ(service_.handled, 0);
}

TEST_F(ServerTest, StopDoesNotWaitForAClientThatLingers) {
  RawClient client(server_->port());
  client.Send("no request\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("400 Bad Request"), EndsWith("400 Bad Request"));
  server_->Stop();
  EXPECT_EQ(client.ReadToClose(), "");
}

TEST_F(ServerTest, DropsTruncatesGarblesAndRecovers) {
  const std::string request = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
  const auto answer = [&] {
    RawClient client(server_->port());
    client.Send(request);
    return client.ReadToClose();
  };
  Fault({.drop = true});
  EXPECT_EQ(answer(), "");
  Fault({.truncate_body_at = 2});
  EXPECT_THAT(answer(), EndsWith("Content-Length: 7\r\n\r\nGE"));
  Fault({.garbage = true});
  EXPECT_THAT(answer(), Not(HasSubstr("HTTP/1.1 200")));
  Fault({.bytes_per_second = 1000});
  RawClient slow(server_->port());
  slow.Send(request);
  EXPECT_THAT(slow.ReadUntil("GET /a "), EndsWith("\r\n\r\nGET /a "));
  Fault({.status = 429, .retry_after = "2", .delay = 1ms});
  slow.Send(request);
  EXPECT_THAT(slow.ReadUntil("\r\n\r\n"), HasSubstr("Retry-After: 2\r\n"));
  slow.Send(request);
  EXPECT_THAT(slow.ReadUntil("GET /a "), HasSubstr("200 OK"));
}

TEST_F(ServerTest, StreamsChunksAndGoesOnWithTheConnection) {
  RawClient client(server_->port());
  client.Send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), HasSubstr("Transfer-Encoding: chunked"));
  endpoint_.Locked([&](Endpoint&) { service_.stream->Feed("one\n"); });
  EXPECT_EQ(client.ReadUntil("one\n\r\n"), "4\r\none\n\r\n");
  endpoint_.Locked([&](Endpoint&) {
    service_.stream->Feed("two\n");
    service_.stream->End();
  });
  EXPECT_EQ(client.ReadUntil("0\r\n\r\n"), "4\r\ntwo\n\r\n0\r\n\r\n");
  client.Send("GET /after HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("GET /after "), HasSubstr("200 OK"));
}

TEST_F(ServerTest, ForgetsAStreamWhoseClientHasGone) {
  {
    RawClient client(server_->port());
    client.Send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    client.ReadUntil("\r\n\r\n");
    WaitUntil("the stream to have a listener", [&] { return service_.stream->has_listener(); });
  }
  WaitUntil("the server to let go of the stream", [&] { return !service_.stream->has_listener(); });
}

TEST_F(ServerTest, ServesWhileManyStreamsAreIdle) {
  std::vector<std::unique_ptr<RawClient>> idle;
  for (int i = 0; i < 200; ++i) {
    idle.push_back(std::make_unique<RawClient>(server_->port()));
    ASSERT_TRUE(idle.back()->connected());
    idle.back()->Send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_THAT(idle.back()->ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  }
  RawClient client(server_->port());
  client.Send("GET /still HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("GET /still "), HasSubstr("200 OK"));
}

TEST_F(ServerTest, StopEndsStreamsAndIdleConnectionsInOrder) {
  RawClient streaming(server_->port());
  streaming.Send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  streaming.ReadUntil("\r\n\r\n");
  RawClient idle(server_->port());
  idle.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.ReadUntil("GET / ");
  server_->Stop();
  EXPECT_THAT(streaming.ReadToClose(), EndsWith("0\r\n\r\n"));
  EXPECT_EQ(idle.ReadToClose(), "");
  server_->Stop();
}

TEST_F(ServerTest, SaysWhyItCanNotListen) {
  const auto error = [this](const std::string& listen) {
    const auto started = Server::Start(endpoint_, {.listen = listen});
    return started ? "listens" : started.error();
  };
  EXPECT_THAT(error("127.0.0.1"), HasSubstr("has no port"));
  EXPECT_THAT(error("127.0.0.1:70000"), HasSubstr("0 to 65535"));
  EXPECT_THAT(error("example.org:1"), HasSubstr("not a numeric address"));
  EXPECT_THAT(error("127.0.0.1:" + std::to_string(server_->port())), HasSubstr("in use"));
}

TEST(HostPort, ReadsAndWritesBothFamilies) {
  EXPECT_EQ(ParseHostPort("[::1]:53")->host, "::1");
  EXPECT_EQ(ParseHostPort("localhost:0")->host, "127.0.0.1");
  EXPECT_FALSE(ParseHostPort("::1:53"));
  EXPECT_EQ(FormatHostPort("::1", 53), "[::1]:53");
  EXPECT_EQ(FormatHostPort("127.0.0.1", 1), "127.0.0.1:1");
}

class TlsServerTest : public ::testing::Test {
 protected:
  struct Answer {
    std::string text;
    long verify = 0;
  };

  void SetUp() override {
    const auto key = ca_.Issue({.common_name = "server", .names = {"127.0.0.1", "localhost"}});
    ASSERT_TRUE(key) << key.error();
    auto started = Server::Start(endpoint_, {.tls = *key, .client_ca = ca_.certificate()});
    ASSERT_TRUE(started) << started.error();
    server_ = std::move(*started);
  }

  /// One request over TLS, with a client certificate when `client` is given; what OpenSSL says of the server's.
  Answer Ask(const KeyPair* client = nullptr,
             const std::string& request = "GET /tls HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") {
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(
        BIO_new_mem_buf(ca_.certificate().data(), static_cast<int>(ca_.certificate().size())), BIO_free_all);
    const std::unique_ptr<X509, decltype(&X509_free)> ca(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr),
                                                         X509_free);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), ca.get());
    if (client != nullptr) UseClient(context.get(), *client);
    RawClient raw(server_->port());
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), SSL_free);
    SSL_set_fd(ssl.get(), raw.fd());
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), "127.0.0.1");
    if (SSL_connect(ssl.get()) != 1) return {.text = "no handshake", .verify = SSL_get_verify_result(ssl.get())};
    SSL_write(ssl.get(), request.data(), static_cast<int>(request.size()));
    Answer answer{.text = {}, .verify = SSL_get_verify_result(ssl.get())};
    std::array<char, 4096> chunk{};
    int length = 0;
    while ((length = SSL_read(ssl.get(), chunk.data(), chunk.size())) > 0) answer.text.append(chunk.data(), length);
    EXPECT_EQ(SSL_get_error(ssl.get(), length), SSL_ERROR_ZERO_RETURN) << "the server must end TLS in order";
    return answer;
  }

  static void UseClient(SSL_CTX* context, const KeyPair& client) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> cert(BIO_new_mem_buf(client.certificate.data(), -1),
                                                             BIO_free_all);
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> key(BIO_new_mem_buf(client.private_key.data(), -1),
                                                            BIO_free_all);
    const std::unique_ptr<X509, decltype(&X509_free)> x(PEM_read_bio_X509(cert.get(), nullptr, nullptr, nullptr),
                                                        X509_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> k(
        PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    SSL_CTX_use_certificate(context, x.get());
    SSL_CTX_use_PrivateKey(context, k.get());
  }

  SystemClock clock_;
  SystemRandom random_;
  TestService service_;
  Endpoint endpoint_{service_, clock_, random_};
  CertificateAuthority ca_ = std::move(*CertificateAuthority::Create("test CA"));
  std::unique_ptr<Server> server_;
};

TEST_F(TlsServerTest, ServesWithACertificateThatItsCaVouchesFor) {
  const Answer answer = Ask();
  EXPECT_EQ(answer.verify, X509_V_OK);
  EXPECT_THAT(answer.text, EndsWith("GET /tls "));
  EXPECT_FALSE(service_.last.peer.certificate);
  EXPECT_FALSE(service_.last.peer.bad_certificate);
  EXPECT_THAT(server_->BaseUrl(), StartsWith("https://127.0.0.1:"));
}

TEST_F(TlsServerTest, TellsTheServiceTheClientCertificatesSubject) {
  const auto client =
      ca_.Issue({.common_name = "jane", .organizations = {"system:masters", "dev"}, .for_client = true});
  ASSERT_TRUE(client);
  EXPECT_THAT(Ask(&*client).text, HasSubstr("200 OK"));
  ASSERT_TRUE(service_.last.peer.certificate);
  EXPECT_EQ(service_.last.peer.certificate->common_name, "jane");
  EXPECT_THAT(service_.last.peer.certificate->organizations, ::testing::ElementsAre("system:masters", "dev"));
}

TEST_F(TlsServerTest, LeavesABadClientCertificateToTheService) {
  const auto other = CertificateAuthority::Create("another CA");
  const auto client = other->Issue({.common_name = "eve", .for_client = true});
  EXPECT_THAT(Ask(&*client).text, HasSubstr("200 OK"));
  EXPECT_FALSE(service_.last.peer.certificate);
  EXPECT_TRUE(service_.last.peer.bad_certificate);
}

TEST_F(TlsServerTest, MakesExpiredAndWrongHostCertificatesOnPurpose) {
  server_->Stop();
  const auto serve = [&](const CertificateOptions& options) {
    auto started = Server::Start(endpoint_, {.tls = *ca_.Issue(options)});
    ASSERT_TRUE(started) << started.error();
    server_ = std::move(*started);
  };
  serve({.common_name = "s",
         .names = {"127.0.0.1"},
         .not_before = SystemClock().Now() - 48h,
         .not_after = SystemClock().Now() - 24h});
  EXPECT_EQ(Ask().verify, X509_V_ERR_CERT_HAS_EXPIRED);
  serve({.common_name = "s", .names = {"elsewhere.example.org"}});
  EXPECT_EQ(Ask().verify, X509_V_ERR_IP_ADDRESS_MISMATCH);
}

TEST_F(TlsServerTest, LetsAClientThatStillSendsReadWhyItIsRefused) {
  const Answer answer = Ask(nullptr, "no request\r\n\r\n" + std::string(std::size_t{1} << 20U, 'x'));
  EXPECT_THAT(answer.text, EndsWith("400 Bad Request"));
}

TEST_F(TlsServerTest, TellsAPlainClientThatThisIsHttps) {
  RawClient client(server_->port());
  client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.ReadToClose(), HasSubstr("Client sent an HTTP request to an HTTPS server."));
}

}  // namespace
}  // namespace mock_http
