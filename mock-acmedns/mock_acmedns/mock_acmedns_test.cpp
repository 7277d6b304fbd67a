// The mock on real sockets: servers, TLS, control endpoint.
#include "mock_acmedns/mock_acmedns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "conformance/sockets.h"
#include "mock_http/raw_client.h"

namespace mock_acmedns {
namespace {

using mock_http::conformance::AskDns;
using mock_http::conformance::Json;
using mock_http::conformance::SendRaw;
using mock_http::conformance::SocketAddress;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::unique_ptr<MockAcmeDns> StartMock(const MockAcmeDnsOptions& options = {}) {
  return MockAcmeDns::Start(options).value();
}

SocketAddress Dns(const MockAcmeDns& mock) {
  return {.host = "127.0.0.1", .port = mock.dns_port()};
}

std::uint16_t PortOf(const std::string& url) {
  return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

/// Sends one request to the control endpoint; the answer's {"status", "body"}.
Json Control(const MockAcmeDns& mock, const std::string& method, const std::string& path,
             const std::string& body = "") {
  const std::string raw = method + " " + path +
                          " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  const SocketAddress server{.host = "127.0.0.1", .port = PortOf(mock.ControlUrl())};
  return SendRaw(Json{{"raw", raw}}, server).value()["answers"].at(0);
}

Json Register(const MockAcmeDns& mock) {
  const Json raw = {{"raw", "POST /register HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"}};
  return SendRaw(raw, {.host = "127.0.0.1", .port = mock.http_port()}).value()["answers"].at(0)["body"];
}

int Update(const MockAcmeDns& mock, const Json& account, char letter = 'A') {
  const std::string body = Json{{"subdomain", account["subdomain"]}, {"txt", std::string(43, letter)}}.dump();
  const std::string raw = "POST /update HTTP/1.1\r\nHost: x\r\nX-Api-User: " + account["username"].get<std::string>() +
                          "\r\nX-Api-Key: " + account["password"].get<std::string>() +
                          "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  return SendRaw(Json{{"raw", raw}}, {.host = "127.0.0.1", .port = mock.http_port()})
      .value()["answers"]
      .at(0)["status"];
}

Json Txt(const MockAcmeDns& mock, const Json& account, const std::string& proto) {
  return AskDns(Json{{"name", account["fulldomain"]}, {"type", "TXT"}, {"proto", proto}}, Dns(mock), 1).value();
}

TEST(MockAcmeDns, ServesTheWholeCycleOverSockets) {
  const auto mock = StartMock();
  EXPECT_THAT(mock->BaseUrl(), StartsWith("http://127.0.0.1:"));
  EXPECT_EQ(mock->DnsAddress(), "127.0.0.1:" + std::to_string(mock->dns_port()));
  EXPECT_EQ(mock->ControlUrl(), "");
  const Json account = Register(*mock);
  EXPECT_EQ(Update(*mock, account), 200);
  for (const char* proto : {"udp", "tcp"}) {
    EXPECT_EQ(Txt(*mock, account, proto)["answer"][0]["data"][0], std::string(43, 'A')) << proto;
  }
  EXPECT_EQ(mock->Locked([](AcmeDns& acme) { return acme.database().size(); }), 1U);
  EXPECT_EQ(mock->Locked([](AcmeDns& acme) { return acme.dns_history().size(); }), 2U);
}

TEST(MockAcmeDns, ServesPipelinedAndSplitQueriesOverTcp) {
  const auto mock = StartMock();
  Json ask = {{"name", "auth.example.org"}, {"type", "A"}, {"proto", "tcp"}, {"repeat", 100}, {"pipeline", true}};
  EXPECT_EQ(AskDns(ask, Dns(*mock), 1).value()["answer"][0]["data"], "127.0.0.1");
  ask = {{"name", "auth.example.org"}, {"type", "A"}, {"proto", "tcp"}, {"split", true}};
  EXPECT_EQ(AskDns(ask, Dns(*mock), 1).value()["rcode"], "NOERROR");
}

TEST(MockAcmeDns, ClosesAConnectionBehind128Queries) {
  const auto mock = StartMock();
  Json ask = {{"name", "auth.example.org"}, {"type", "A"}, {"proto", "tcp"}, {"repeat", 128}};
  EXPECT_EQ(AskDns(ask, Dns(*mock), 1).value()["rcode"], "NOERROR");
  ask["repeat"] = 129;
  EXPECT_TRUE(AskDns(ask, Dns(*mock), 1).value().contains("differing replies"));
}

TEST(MockAcmeDns, HangsUpWhenADnsClientSendsNoMore) {
  const auto mock = StartMock();
  mock_http::RawClient client(mock->dns_port());
  client.Send(std::string_view("\0\x20 a piece of a message", 24));
  client.FinishSending();
  EXPECT_EQ(client.ReadToClose(), "");
}

TEST(MockAcmeDns, DnsFaultsOverSocketsThenRecovers) {
  const auto mock = StartMock();
  const Json account = Register(*mock);
  Update(*mock, account);
  mock->Locked([](AcmeDns& acme) {
    acme.dns_faults().Put({.match = {.transport = Transport::kUdp, .times = 1}, .action = {.no_answer = true}});
    acme.dns_faults().Put({.match = {.transport = Transport::kUdp, .times = 1}, .action = {.truncate = true}});
    acme.dns_faults().Put({.match = {.times = 1}, .action = {.rcode = 2, .delay = std::chrono::milliseconds(30)}});
  });
  Json ask = {{"name", account["fulldomain"]}, {"type", "TXT"}, {"timeout", 0.05}};
  EXPECT_EQ(AskDns(ask, Dns(*mock), 1).value()["reply"], "none");
  EXPECT_THAT(Txt(*mock, account, "udp")["flags"].dump(), HasSubstr("tc"));
  const auto asked = std::chrono::steady_clock::now();
  EXPECT_EQ(Txt(*mock, account, "tcp")["rcode"], "SERVFAIL");
  EXPECT_GE(std::chrono::steady_clock::now() - asked, std::chrono::milliseconds(30));
  EXPECT_EQ(Txt(*mock, account, "udp")["rcode"], "NOERROR");
}

TEST(MockAcmeDns, HttpFaultsOverSocketsThenRecovers) {
  const auto mock = StartMock({.control_listen = "127.0.0.1:0"});
  const Json account = Register(*mock);
  Control(
      *mock, "POST", "/faults",
      R"({"match": {"facts": {"operation": "update"}, "times": 2}, "action": {"status": 503, "retry_after": "1"}})");
  EXPECT_EQ(Update(*mock, account), 503);
  EXPECT_EQ(Update(*mock, account), 503);
  EXPECT_EQ(Update(*mock, account), 200);
}

TEST(ControlEndpoint, ListsAccountsWithoutPasswords) {
  const auto mock = StartMock({.control_listen = "127.0.0.1:0"});
  const Json account = Register(*mock);
  Update(*mock, account, 'Z');
  const Json list = Control(*mock, "GET", "/accounts");
  EXPECT_EQ(list["body"][0]["subdomain"], account["subdomain"]);
  EXPECT_EQ(list["body"][0]["txt"][0], std::string(43, 'Z'));
  EXPECT_EQ(Control(*mock, "GET", "/accounts/" + account["fulldomain"].get<std::string>())["body"], list["body"][0]);
  EXPECT_EQ(Control(*mock, "GET", "/accounts/bob")["status"], 404);
  for (const char* path : {"/accounts", "/history", "/dns/history", "/database", "/"}) {
    EXPECT_THAT(Control(*mock, "GET", path).dump(), Not(HasSubstr(account["password"].get<std::string>()))) << path;
  }
}

TEST(ControlEndpoint, InvalidatesOneOrAll) {
  const auto mock = StartMock({.control_listen = "127.0.0.1:0"});
  const Json one = Register(*mock);
  const Json two = Register(*mock);
  const Json three = Register(*mock);
  const auto invalidate = [&](const std::string& path, const std::string& body) {
    return Control(*mock, "POST", path, body);
  };
  EXPECT_EQ(invalidate("/accounts/" + one["username"].get<std::string>() + "/invalidate", "")["status"], 200);
  EXPECT_EQ(invalidate("/accounts/" + two["subdomain"].get<std::string>() + "/invalidate",
                       R"({"how": "password"})")["status"],
            200);
  EXPECT_EQ(Update(*mock, one), 401);
  EXPECT_EQ(Update(*mock, two), 401);
  EXPECT_EQ(Update(*mock, three), 200);
  EXPECT_EQ(Control(*mock, "GET", "/database")["body"]["accounts"], 2);
  EXPECT_EQ(invalidate("/accounts/invalidate", R"({"how": "delete"})")["body"]["invalidated"], 2);
  EXPECT_EQ(Update(*mock, three), 401);
  EXPECT_EQ(invalidate("/accounts/invalidate", R"({"how": "gently"})")["body"]["error"],
            "how must be \"delete\" or \"password\"");
  EXPECT_EQ(invalidate("/accounts/none/invalidate", "")["status"], 404);
}

TEST(ControlEndpoint, TakesTheDatabaseDownAndRestoresBackups) {
  const auto mock = StartMock({.control_listen = "127.0.0.1:0"});
  const Json account = Register(*mock);
  EXPECT_EQ(Control(*mock, "PUT", "/backups/early")["body"]["accounts"], 1);
  EXPECT_EQ(Control(*mock, "PUT", "/database", R"({"state": "down"})")["body"]["state"], "down");
  EXPECT_EQ(Update(*mock, account), 401);
  EXPECT_EQ(Control(*mock, "PUT", "/database", R"({"state": "up"})")["status"], 200);
  EXPECT_EQ(Update(*mock, account), 200);
  Control(*mock, "POST", "/accounts/invalidate");
  EXPECT_EQ(Update(*mock, account), 401);
  EXPECT_EQ(Control(*mock, "GET", "/backups")["body"][0]["id"], "early");
  EXPECT_EQ(Control(*mock, "POST", "/backups/early/restore")["status"], 200);
  EXPECT_EQ(Update(*mock, account), 200);
  EXPECT_EQ(Control(*mock, "POST", "/backups/none/restore")["status"], 404);
  EXPECT_EQ(Control(*mock, "PUT", "/database", R"({"state": "odd"})")["status"], 400);
}

TEST(ControlEndpoint, HandlesDnsFaultsAndHistory) {
  const auto mock = StartMock({.control_listen = "127.0.0.1:0"});
  const Json put = Control(*mock, "PUT", "/dns/faults/f", R"({"action": {"rcode": "REFUSED"}})");
  EXPECT_EQ(put["status"], 201);
  const Json ask = {{"name", "auth.example.org"}, {"type", "A"}};
  EXPECT_EQ(AskDns(ask, Dns(*mock), 1).value()["rcode"], "REFUSED");
  EXPECT_EQ(Control(*mock, "GET", "/dns/faults")["body"][0]["fired"], 1);
  EXPECT_EQ(Control(*mock, "GET", "/dns/history")["body"][0]["fault"], "f");
  EXPECT_EQ(Control(*mock, "DELETE", "/dns/faults/f")["status"], 204);
  EXPECT_EQ(Control(*mock, "DELETE", "/dns/faults/f")["status"], 404);
  EXPECT_EQ(AskDns(ask, Dns(*mock), 1).value()["rcode"], "NOERROR");
  EXPECT_EQ(Control(*mock, "DELETE", "/dns/history")["status"], 204);
  EXPECT_TRUE(Control(*mock, "GET", "/dns/history")["body"].empty());
  EXPECT_EQ(Control(*mock, "POST", "/dns/faults", R"({"action": {"rcode": 5}})")["status"], 400);
  EXPECT_EQ(Control(*mock, "POST", "/dns/faults", R"({"action": {"truncate": true}})")["body"]["id"], "dns-fault-1");
  EXPECT_EQ(Control(*mock, "DELETE", "/dns/faults")["status"], 204);
}

TEST(ControlEndpoint, MovesAVirtualClock) {
  mock_http::VirtualClock clock;
  const auto mock = StartMock({.control_listen = "127.0.0.1:0", .virtual_clock = &clock});
  const auto before = clock.Now();
  EXPECT_EQ(Control(*mock, "POST", "/clock/advance", R"({"seconds": 86400})")["status"], 200);
  EXPECT_EQ(clock.Now() - before, std::chrono::hours(24));
}

TEST(MockAcmeDns, OffersTlsWithACaOfItsOwn) {
  const auto mock = StartMock({.tls = true});
  EXPECT_THAT(mock->BaseUrl(), StartsWith("https://127.0.0.1:"));
  EXPECT_THAT(mock->ca_certificate(), StartsWith("-----BEGIN CERTIFICATE-----"));
  const Json answer = SendRaw(Json{{"raw", "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"}},
                              {.host = "127.0.0.1", .port = mock->http_port()})
                          .value()["answers"]
                          .at(0);
  EXPECT_EQ(answer["status"], 400) << "plain HTTP on a TLS port";
}

TEST(MockAcmeDns, NamesTheOptionThatIsWrong) {
  EXPECT_THAT(MockAcmeDns::Start({.http_listen = "nonsense"}).error(), StartsWith("http: "));
  EXPECT_THAT(MockAcmeDns::Start({.dns_listen = "127.0.0.1"}).error(), StartsWith("dns: "));
  EXPECT_THAT(MockAcmeDns::Start({.control_listen = "192.0.2.1:0"}).error(), StartsWith("control: "));
  EXPECT_THAT(MockAcmeDns::Start({.config = {.records = {"bad"}}}).error(), HasSubstr("record \"bad\""));
  const auto running = StartMock();
  EXPECT_THAT(MockAcmeDns::Start({.dns_listen = running->DnsAddress()}).error(), StartsWith("dns: "));
}

TEST(MockAcmeDns, StopsTwiceWithoutHarm) {
  const auto mock = StartMock({.control_listen = "127.0.0.1:0"});
  const Json idle = {{"name", "auth.example.org"}, {"type", "A"}};
  EXPECT_TRUE(AskDns(idle, Dns(*mock), 1));
  mock->Stop();
  mock->Stop();
  EXPECT_EQ(AskDns(Json{{"name", "a"}, {"type", "A"}, {"timeout", 0.05}}, Dns(*mock), 1).value()["reply"], "none");
}

}  // namespace
}  // namespace mock_acmedns
