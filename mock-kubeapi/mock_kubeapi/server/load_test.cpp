// Many clients at once on real sockets: what the sanitizers watch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "mock_http/server.h"
#include "mock_kubeapi/server/kube_api.h"
#include "mock_kubeapi/server/test_http_client.h"

namespace mock_kubeapi {
namespace {

constexpr int kWriters = 4;
constexpr int kReaders = 4;
constexpr int kWatchers = 50;
constexpr int kRoundsPerWriter = 25;
constexpr const char* kSecrets = "/api/v1/namespaces/default/secrets";

class LoadTest : public testing::Test {
 protected:
  void SetUp() override {
    ApiServerOptions options;
    options.static_tokens.Add("admin", {.name = "admin", .groups = {"system:masters"}});
    kube_ = KubeApi::Create(std::move(options), clock_, random_).value();
    server_ =
        mock_http::Server::Start(kube_->endpoint(), {.listen = "127.0.0.1:0", .tls = {}, .client_ca = {}}).value();
  }
  std::uint16_t port() const { return server_->port(); }
  std::string ListVersion() const {
    TestHttpClient client(port());
    return Json::parse(client.Request("GET", kSecrets).body)["metadata"]["resourceVersion"];
  }

  mock_http::SystemClock clock_;
  mock_http::SystemRandom random_;
  std::unique_ptr<KubeApi> kube_;
  std::unique_ptr<mock_http::Server> server_;
};

/// Creates, changes and deletes Secrets of its own.
void Write(std::uint16_t port, int number) {
  TestHttpClient client(port);
  for (int round = 0; round < kRoundsPerWriter; ++round) {
    const std::string name = "w" + std::to_string(number) + "-" + std::to_string(round);
    const std::string path = std::string(kSecrets) + "/" + name;
    EXPECT_EQ(client.Request("POST", kSecrets, R"({"metadata":{"name":")" + name + "\"}}").status, 201);
    EXPECT_EQ(client.Request("PATCH", path, R"({"data":{"k":"MQ=="}})", "application/merge-patch+json").status, 200);
    EXPECT_EQ(
        client
            .Request("PATCH", path + "?fieldManager=m&force=true",
                     R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":")" + name + R"("},"data":{"k":"Mg=="}})",
                     "application/apply-patch+yaml")
            .status,
        200);
    EXPECT_EQ(client.Request("DELETE", path).status, 200);
  }
}

void Read(std::uint16_t port, const std::atomic<bool>& done) {
  TestHttpClient client(port);
  while (!done) {
    EXPECT_EQ(client.Request("GET", kSecrets).status, 200);
    EXPECT_EQ(client.Request("GET", std::string(kSecrets) + "/none").status, 404);
  }
}

/// What a watcher has seen: "TYPE name@version", up to the marker.
std::vector<std::string> Watch(std::uint16_t port, const std::string& version) {
  std::vector<std::string> seen;
  TestHttpClient client(port);
  EXPECT_EQ(client.OpenWatch(std::string(kSecrets) + "?watch=1&resourceVersion=" + version), 200);
  while (const auto line = client.ReadLine()) {
    const Json event = Json::parse(*line);
    const Json& meta = event["object"]["metadata"];
    if (meta["name"] == "marker") return seen;
    seen.push_back(event["type"].get<std::string>() + " " + meta["name"].get<std::string>() + "@" +
                   meta["resourceVersion"].get<std::string>());
  }
  ADD_FAILURE() << "the marker never came; seen so far: " << seen.size();
  return seen;
}

TEST_F(LoadTest, EveryWatcherSeesEachChangeOnceAndInOrder) {
  const std::string start = ListVersion();
  std::vector<std::vector<std::string>> seen(kWatchers);
  std::vector<std::thread> watchers;
  watchers.reserve(kWatchers);
  for (int i = 0; i < kWatchers; ++i) {
    watchers.emplace_back([&, i] { seen[static_cast<std::size_t>(i)] = Watch(port(), start); });
  }
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  readers.reserve(kReaders);
  for (int i = 0; i < kReaders; ++i) readers.emplace_back([&] { Read(port(), done); });
  std::vector<std::thread> writers;
  writers.reserve(kWriters);
  for (int i = 0; i < kWriters; ++i) writers.emplace_back([&, i] { Write(port(), i); });
  for (std::thread& writer : writers) writer.join();
  done = true;
  for (std::thread& reader : readers) reader.join();
  TestHttpClient(port()).Request("POST", kSecrets, R"({"metadata":{"name":"marker"}})");
  for (std::thread& watcher : watchers) watcher.join();

  std::vector<std::string> happened;
  kube_->endpoint().Locked([&](mock_http::Endpoint&) {
    const auto changes = kube_->store().ChangesAfter("secrets", std::stoull(start), 1000000);
    ASSERT_TRUE(changes);
    for (const ChangePtr& change : *changes) {
      const std::string name(MetaText(change->object->json(), "name"));
      if (name == "marker") continue;
      const char* type = change->type == ChangeType::kAdded      ? "ADDED"
                         : change->type == ChangeType::kModified ? "MODIFIED"
                                                                 : "DELETED";
      happened.push_back(std::string(type) + " " + name + "@" + std::to_string(change->revision));
    }
  });
  EXPECT_EQ(happened.size(), static_cast<std::size_t>(kWriters * kRoundsPerWriter * 4));
  for (const auto& each : seen) EXPECT_EQ(each, happened);
}

TEST_F(LoadTest, IdleWatchesDoNotStopItFromServing) {
  constexpr int kIdle = 200;
  const std::string start = ListVersion();
  std::vector<std::unique_ptr<TestHttpClient>> idle;
  for (int i = 0; i < kIdle; ++i) {
    idle.push_back(std::make_unique<TestHttpClient>(port()));
    ASSERT_EQ(idle.back()->OpenWatch(std::string(kSecrets) + "?watch=1&resourceVersion=" + start), 200);
  }
  TestHttpClient client(port());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.Request("GET", kSecrets).status, 200);
  EXPECT_EQ(client.Request("POST", kSecrets, R"({"metadata":{"name":"one"}})").status, 201);
  for (const auto& watch : idle) {
    const auto line = watch->ReadLine();
    ASSERT_TRUE(line);
    EXPECT_EQ(Json::parse(*line)["object"]["metadata"]["name"], "one");
  }
}

}  // namespace
}  // namespace mock_kubeapi
