#include "io/curl_transport.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "io/testing/socket_server.h"

namespace client {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using testing::Answer;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using testing::Peer;
using testing::SocketServer;
using ::testing::StartsWith;

class CurlTransportTest : public ::testing::Test {
 protected:
  CurlTransportTest() : stop_(*Stop::Create()) {}

  CurlTransport& Transport() {
    if (!transport_) {
      auto created = CurlTransport::Create(options_, *stop_);
      EXPECT_TRUE(created) << created.error().message;
      transport_ = *std::move(created);
    }
    return *transport_;
  }
  Result<HttpResponse> Get(const std::string& url) { return Transport().Send({.url = url}); }
  Error GetError(const std::string& url) {
    const auto response = Transport().Send({.url = url, .timeout = timeout_});
    return response ? Error{.message = "no error"} : response.error();
  }
  /// Answers every request so.
  static SocketServer::Handler Always(std::string answer) {
    return [answer = std::move(answer)](Peer& peer) {
      while (!peer.ReadRequest().empty() && peer.Write(answer)) {
      }
    };
  }
  /// Answers the first request of a connection and then does this to its bytes.
  static SocketServer::Handler Once(std::string bytes) {
    return [bytes = std::move(bytes)](Peer& peer) {
      peer.ReadRequest();
      peer.Write(bytes);
    };
  }

  std::unique_ptr<Stop> stop_;
  CurlOptions options_ = {.peer = "acme-dns", .ca_remedy = "give it with --ca-file", .user_agent = "test/1"};
  std::chrono::milliseconds timeout_ = 10s;
  std::unique_ptr<CurlTransport> transport_;
};

TEST_F(CurlTransportTest, SendsMethodHeadersAndBodyAndReturnsTheWholeAnswer) {
  std::string seen;
  SocketServer server([&](Peer& peer) {
    seen = peer.ReadRequest();
    peer.Write(Answer(201, "made", "X-Two:  b \r\nEmpty:\r\n"));
  });
  const auto response = Transport().Send({.method = "PATCH",
                                          .url = server.Url() + "/path?query=1",
                                          .headers = {{"Content-Type", "application/json"}, {"X-One", "a"}},
                                          .body = "{}"});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, "made");
  EXPECT_THAT(response->headers, ElementsAre(Pair("Content-Length", "4"), Pair("X-Two", "b"), Pair("Empty", "")));
  EXPECT_THAT(seen, StartsWith("PATCH /path?query=1 HTTP/1.1\r\n"));
  EXPECT_THAT(seen, AllOf(HasSubstr("\r\nContent-Type: application/json\r\n"), HasSubstr("\r\nX-One: a\r\n"),
                          HasSubstr("\r\nUser-Agent: test/1\r\n"), HasSubstr("\r\nContent-Length: 2\r\n"),
                          HasSubstr("\r\n\r\n{}"), Not(HasSubstr("Expect:"))));
}

TEST_F(CurlTransportTest, SendsAnEmptyPostWithoutContentType) {
  std::string seen;
  SocketServer server([&](Peer& peer) {
    seen = peer.ReadRequest();
    peer.Write(Answer(200, ""));
  });
  ASSERT_TRUE(Transport().Send({.method = "POST", .url = server.Url() + "/register"}));
  EXPECT_THAT(seen, AllOf(StartsWith("POST /register HTTP/1.1\r\n"), HasSubstr("\r\nContent-Length: 0\r\n"),
                          Not(HasSubstr("Content-Type"))));
}

TEST_F(CurlTransportTest, LooksOnlyAtTheLastAnswerAfterAnInterimOne) {
  SocketServer server(Once("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" + Answer(200, "done")));
  const auto response = Get(server.Url());
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->Header("X-Early"), std::nullopt);
}

TEST_F(CurlTransportTest, KeepsTheConnection) {
  SocketServer server(Always(Answer(200, "x")));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(Transport().Send({.method = "POST", .url = server.Url(), .body = "x"}));
    ASSERT_TRUE(Get(server.Url()));
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(CurlTransportTest, ReturnsRedirectsAsTheyAre) {
  SocketServer server(Always(Answer(302, "", "Location: http://127.0.0.1:1/elsewhere\r\n")));
  const auto response = Get(server.Url());
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(response->Header("location"), "http://127.0.0.1:1/elsewhere");
}

TEST_F(CurlTransportTest, TakesAnswersOfOneMebibyteAndNotMore) {
  for (const std::size_t extra : {0U, 1U}) {
    SocketServer server(Once(Answer(200, std::string(kResponseBytesMax + extra, 'x'))));
    const auto response = Get(server.Url());
    if (extra == 0) {
      ASSERT_TRUE(response) << response.error().message;
      EXPECT_EQ(response->body.size(), kResponseBytesMax);
    } else {
      ASSERT_FALSE(response);
      EXPECT_EQ(response.error().kind, ErrorKind::kTemporary);
      EXPECT_THAT(response.error().message, HasSubstr("longer than 1 MiB"));
    }
  }
}

TEST_F(CurlTransportTest, EndsAnEndlessAnswer) {
  SocketServer server([](Peer& peer) {
    peer.ReadRequest();
    peer.Write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (peer.Write("1000\r\n" + std::string(0x1000, 'x') + "\r\n")) {
    }
  });
  EXPECT_THAT(GetError(server.Url()).message, HasSubstr("longer than 1 MiB"));
}

TEST_F(CurlTransportTest, EndsEndlessHeaders) {
  SocketServer server([](Peer& peer) {
    peer.ReadRequest();
    peer.Write("HTTP/1.1 200 OK\r\n");
    while (peer.Write("X: " + std::string(1000, 'x') + "\r\n")) {
    }
  });
  EXPECT_EQ(GetError(server.Url()).kind, ErrorKind::kTemporary);
}

TEST_F(CurlTransportTest, TellsBrokenAnswersApart) {
  const std::pair<std::string, std::string> cases[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "breaks off"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "breaks off"},
      {"", "closed the connection without an answer"},
      {"garbage\r\n\r\n", "not HTTP"},
      {std::string("\x00\xff\x01\r\n", 5), "not HTTP"}};
  for (const auto& [bytes, words] : cases) {
    SocketServer server(Once(bytes));
    const Error error = GetError(server.Url());
    EXPECT_EQ(error.kind, ErrorKind::kTemporary);
    EXPECT_THAT(error.message, AllOf(HasSubstr(words), HasSubstr("acme-dns at http://127.0.0.1:")));
  }
}

TEST_F(CurlTransportTest, NeverSendsARequestWithAnEffectTwice) {
  for (const std::string body : {"", "{}"}) {
    std::atomic<int> requests = 0;
    // The connection dies under the second request, after it was read: libcurl would send it again.
    SocketServer server([&](Peer& peer) {
      while (!peer.ReadRequest().empty() && ++requests == 1) peer.Write(Answer(200, "x"));
    });
    ASSERT_TRUE(Get(server.Url()));
    const auto response = Transport().Send({.method = "POST", .url = server.Url(), .body = body});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::kTemporary);
    EXPECT_EQ(requests, 2);
  }
}

TEST_F(CurlTransportTest, BoundsTheWholeExchange) {
  SocketServer silent([](Peer& peer) { peer.WaitForEnd(); });
  SocketServer slow([](Peer& peer) {
    peer.ReadRequest();
    peer.Write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx");
    peer.WaitForEnd();
  });
  timeout_ = 50ms;
  for (const SocketServer* server : {&silent, &slow}) {
    const auto started = std::chrono::steady_clock::now();
    const Error error = GetError(server->Url());
    EXPECT_LT(std::chrono::steady_clock::now() - started, 5s);
    EXPECT_EQ(error.kind, ErrorKind::kTemporary);
    EXPECT_THAT(error.message, HasSubstr("no complete answer within 50 ms"));
  }
}

TEST_F(CurlTransportTest, SaysWhenNobodyListens) {
  std::string url;
  {
    const SocketServer gone([](Peer&) {});
    url = gone.Url();
  }
  const Error error = GetError(url);
  EXPECT_EQ(error.kind, ErrorKind::kTemporary);
  EXPECT_THAT(error.message, HasSubstr("no connection"));
}

TEST_F(CurlTransportTest, EndsATransferWhenStopped) {
  SocketServer server([&](Peer& peer) {
    peer.ReadRequest();
    stop_->Request(15);
    peer.WaitForEnd();
  });
  const auto started = std::chrono::steady_clock::now();
  const Error error = GetError(server.Url());
  EXPECT_EQ(error.kind, ErrorKind::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - started, 5s);
  EXPECT_EQ(GetError(server.Url()).kind, ErrorKind::kCancelled);
}

TEST_F(CurlTransportTest, RefusesWhatIsNoHttpAddress) {
  for (const char* url : {"", "host", "ftp://host/", "file:///etc/passwd", "https://", "http://host:99999/"}) {
    const Error error = GetError(url);
    EXPECT_EQ(error.kind, ErrorKind::kMisconfigured) << url;
    EXPECT_THAT(error.message, HasSubstr("URL is malformed")) << url;
  }
}

TEST_F(CurlTransportTest, RefusesHeadersThatWouldBecomeTwo) {
  const auto response = Transport().Send({.url = "http://127.0.0.1:1", .headers = {{"X-Api-Key", "s3c\r\nr3t: x"}}});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(response.error().message, AllOf(HasSubstr("X-Api-Key"), Not(HasSubstr("r3t"))));
}

TEST_F(CurlTransportTest, RecoversAfterAFailure) {
  std::atomic<int> requests = 0;
  SocketServer server([&](Peer& peer) {
    while (!peer.ReadRequest().empty()) {
      if (++requests == 1) return;
      peer.Write(Answer(200, "x"));
    }
  });
  EXPECT_EQ(GetError(server.Url()).kind, ErrorKind::kTemporary);
  EXPECT_TRUE(Get(server.Url()));
}

TEST_F(CurlTransportTest, LooksForNoProxyInTheEnvironment) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  SocketServer server(Always(Answer(200, "x")));
  EXPECT_TRUE(Get(server.Url()));
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
}

TEST_F(CurlTransportTest, AsksTheProxyForHttpAddresses) {
  std::string seen;
  SocketServer proxy([&](Peer& peer) {
    seen = peer.ReadRequest();
    peer.Write(Answer(200, "from the proxy"));
  });
  options_.proxy = {.http = "http://user:p4ss@127.0.0.1:" + std::to_string(proxy.port()), .no_proxy = "other.test"};
  const auto response = Get("http://acme-dns.test/update");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_THAT(seen, AllOf(StartsWith("GET http://acme-dns.test/update HTTP/1.1\r\n"),
                          HasSubstr("\r\nProxy-Authorization: Basic dXNlcjpwNHNz\r\n")));
}

TEST_F(CurlTransportTest, GoesAroundTheProxyWhereConfigured) {
  SocketServer server(Always(Answer(200, "x")));
  options_.proxy = {.http = "http://127.0.0.1:1", .no_proxy = "127.0.0.0/8"};
  EXPECT_TRUE(Get(server.Url()));
}

TEST_F(CurlTransportTest, TellsWhatTheProxyRefusesAndNotItsPassword) {
  const std::pair<int, ErrorKind> cases[] = {
      {407, ErrorKind::kMisconfigured}, {403, ErrorKind::kMisconfigured}, {503, ErrorKind::kTemporary}};
  for (const auto& [status, kind] : cases) {
    SocketServer proxy(Always(Answer(status, "no")));
    options_.proxy = {.https = "http://user:p4ss@127.0.0.1:" + std::to_string(proxy.port())};
    transport_.reset();
    const Error error = GetError("https://acme-dns.test/");
    EXPECT_EQ(error.kind, kind) << status;
    EXPECT_THAT(error.message, AllOf(HasSubstr("the proxy http://127.0.0.1:"), HasSubstr(std::to_string(status)),
                                     Not(HasSubstr("p4ss"))));
  }
}

TEST_F(CurlTransportTest, TakesA407OfTheProxyForNoAnswerOfThePeer) {
  SocketServer proxy(Always(Answer(407, "no")));
  options_.proxy = {.http = proxy.Url()};
  const Error error = GetError("http://acme-dns.test/");
  EXPECT_EQ(error.kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(error.message, HasSubstr("wants a valid login (407)"));
}

TEST_F(CurlTransportTest, RefusesAProxyThatIsNone) {
  options_.proxy = {.https = "gopher://user:p4ss@proxy"};
  const auto created = CurlTransport::Create(options_, *stop_);
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().kind, ErrorKind::kMisconfigured);
  EXPECT_THAT(created.error().message, AllOf(HasSubstr("HTTPS_PROXY"), Not(HasSubstr("p4ss"))));
}

TEST_F(CurlTransportTest, NamesWhatHasSetTheProxy) {
  SocketServer proxy(Always(Answer(407, "no")));
  options_.proxy = {.http = proxy.Url()};
  EXPECT_THAT(GetError("http://acme-dns.test/").message, HasSubstr("into HTTP_PROXY, or the host into NO_PROXY"));
  options_.proxy.source = "the proxy-url of context lab";
  transport_.reset();
  EXPECT_THAT(GetError("http://acme-dns.test/").message, EndsWith("password into the proxy-url of context lab"));
  options_.proxy.http = "gopher://proxy";
  EXPECT_THAT(CurlTransport::Create(options_, *stop_).error().message, StartsWith("the proxy-url of context lab: "));
}

}  // namespace
}  // namespace client
