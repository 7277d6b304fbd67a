#include "mock_kubeapi/server/pod_runner.h"

#include <chrono>
#include <utility>

#include "mock_http/host_port.h"
#include "mock_kubeapi/node/local_node.h"
#include "mock_kubeapi/node/scheduler.h"
#include "mock_kubeapi/node/service_tokens.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kNodeName = "local";
/// A container that has run this long is taken for one that stays.
constexpr std::chrono::seconds kPatience{5};
/// Runs get old without telling so.
constexpr std::chrono::milliseconds kLookAgain{50};

}  // namespace

struct PodRunner::Parts {
  LogStore logs{kNodeName, {}};
  std::unique_ptr<ProcessRuntime> runtime;
};

std::expected<std::unique_ptr<PodRunner>, std::string> PodRunner::Create(ProcessRuntime::Options options) {
  auto runtime = ProcessRuntime::Create(std::move(options));
  if (!runtime) return std::unexpected(runtime.error());
  auto parts = std::make_unique<Parts>();
  parts->runtime = std::move(*runtime);
  return std::unique_ptr<PodRunner>(new PodRunner(std::move(parts)));
}

PodRunner::PodRunner(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {
  parts_->runtime->SetWake([this] { Wake(); });
}

PodRunner::~PodRunner() {
  parts_->runtime->SetWake(nullptr);
}

void PodRunner::Join(KubeApi& kube, mock_http::Random& random, const std::string& base_url) {
  const auto address = mock_http::ParseHostPort(base_url.substr(base_url.find("//") + 2));
  kube.endpoint().Locked([&](mock_http::Endpoint& endpoint) {
    ApiServer& server = kube.server();
    server.SetLogs(&parts_->logs);
    server.AddController(std::make_unique<LocalNode>(LocalNode::Options{
        .facts = {.node_name = kNodeName,
                  .host_ip = address->host,
                  .api_host = address->host,
                  .api_port = std::to_string(address->port)},
        .runtime = *parts_->runtime,
        .logs = parts_->logs,
        .tokens = RequestedTokens(
            {.clock = endpoint.clock(), .random = random, .store = server.store(), .issuer = server.tokens()}),
        .version = server.git_version()}));
    server.AddController(std::make_unique<Scheduler>(server.store(), kNodeName));
    server.RunControllers();
  });
}

void PodRunner::SetWake(std::function<void()> wake) {
  const std::scoped_lock lock(mutex_);
  wake_ = std::move(wake);
}

void PodRunner::Wake() {
  const std::scoped_lock lock(mutex_);
  has_news_ = true;
  woken_.notify_all();
  if (wake_) wake_();
}

void PodRunner::Settle(KubeApi& kube) {
  while (true) {
    kube.RunControllers();
    if (parts_->runtime->IsSettled(kPatience)) return;
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, kLookAgain, [this] { return has_news_; });
    has_news_ = false;
  }
}

}  // namespace mock_kubeapi
