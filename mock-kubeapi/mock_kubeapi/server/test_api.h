// A Kubernetes API in memory with the helpers that tests of it share.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mock_http/clock.h"
#include "mock_http/random.h"
#include "mock_kubeapi/server/kube_api.h"

namespace mock_kubeapi {

/// What came back: the status and the body, null where it is no JSON.
struct Answer {
  int status = 0;
  Json body;
  mock_http::Response response;

  std::string Text(const char* pointer) const {
    const Json::json_pointer at(pointer);
    return body.contains(at) && body[at].is_string() ? body[at].get<std::string>() : std::string();
  }
};

class TestApi {
 public:
  explicit TestApi(ApiServerOptions options = {}) : random_(7) {
    options.static_tokens.Add("admin", {.name = "admin", .groups = {"system:masters"}});
    options.static_tokens.Add("user", {.name = "user"});
    if (options.ca_certificate.empty()) options.ca_certificate = "CA";
    kube_ = KubeApi::Create(std::move(options), clock_, random_).value();
  }

  KubeApi& kube() { return *kube_; }
  Store& store() { return kube_->store(); }
  mock_http::VirtualClock& clock() { return clock_; }
  void Advance(std::chrono::seconds by) {
    clock_.Advance(by);
    kube_->RunControllers();
  }

  Answer Send(mock_http::Request request, const std::string& token = "admin") {
    if (!token.empty()) request.headers.Set("Authorization", "Bearer " + token);
    mock_http::Response response = kube_->endpoint().Serve(request).response;
    Json body = Json::parse(response.body, nullptr, false);
    if (body.is_discarded()) body = nullptr;
    return {.status = response.status, .body = std::move(body), .response = std::move(response)};
  }
  Answer Get(const std::string& target) { return Send({.method = "GET", .target = target}); }
  Answer Delete(const std::string& target, const Json& options = nullptr) {
    return Send({.method = "DELETE",
                 .target = target,
                 .headers = {{"Content-Type", "application/json"}},
                 .body = options.is_null() ? std::string() : options.dump()});
  }
  Answer Post(const std::string& target, const Json& body) { return Write("POST", target, "application/json", body); }
  Answer Put(const std::string& target, const Json& body) { return Write("PUT", target, "application/json", body); }
  Answer MergePatch(const std::string& target, const Json& body) {
    return Write("PATCH", target, "application/merge-patch+json", body);
  }
  Answer Apply(const std::string& target, const Json& body) {
    return Write("PATCH", target, "application/apply-patch+yaml", body);
  }
  Answer Write(const std::string& method, const std::string& target, const std::string& content_type,
               const Json& body) {
    return Send({.method = method, .target = target, .headers = {{"Content-Type", content_type}}, .body = body.dump()});
  }

  /// A watch's stream, to be pulled.
  std::shared_ptr<mock_http::BodyStream> Watch(const std::string& target) { return Get(target).response.stream; }
  static std::vector<Json> Pull(mock_http::BodyStream& stream, bool* ended = nullptr) {
    std::string text;
    const auto state = stream.Pull(text);
    if (ended != nullptr) *ended = state == mock_http::BodyStream::State::kEnd;
    std::vector<Json> events;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      events.push_back(Json::parse(text.substr(at, end - at)));
      at = end + 1;
    }
    return events;
  }

 private:
  mock_http::VirtualClock clock_;
  mock_http::SeededRandom random_;
  std::unique_ptr<KubeApi> kube_;
};

}  // namespace mock_kubeapi
