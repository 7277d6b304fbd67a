// A small service for the tests of this folder: it echoes, counts, and streams.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "mock_http/service.h"

namespace mock_http {

/// A stream that a test feeds. Feed and End are called under the endpoint's lock.
class FedStream final : public BodyStream {
 public:
  State Pull(std::string& out) override {
    out += std::exchange(pending_, {});
    return ended_ ? State::kEnd : State::kPending;
  }
  std::optional<TimePoint> NextWake() const override { return next_wake_; }
  void SetWake(std::function<void()> wake) override { wake_ = std::move(wake); }

  void Feed(const std::string& data) {
    pending_ += data;
    if (wake_) wake_();
  }
  void End() {
    ended_ = true;
    if (wake_) wake_();
  }
  bool has_listener() const { return static_cast<bool>(wake_); }

 private:
  std::string pending_;
  bool ended_ = false;
  std::optional<TimePoint> next_wake_;
  std::function<void()> wake_;
};

class TestService final : public Service {
 public:
  Response Handle(const Request& request) override {
    ++handled;
    last = request;
    if (request.RawPath() == "/stream") {
      stream = std::make_shared<FedStream>();
      Response response = MakeResponse(200, "application/json", "");
      response.stream = stream;
      return response;
    }
    if (request.RawPath() == "/empty") return {.status = 204, .headers = {}, .body = {}, .stream = nullptr};
    return MakeResponse(200, "text/plain", request.method + " " + request.target + " " + request.body);
  }
  Facts Describe(const Request& request) const override {
    return {{"verb", request.method == "GET" ? "get" : "other"}};
  }
  bool ReadsBody(const Request& head) const override { return head.RawPath() != "/unread"; }
  std::string RedactBody(const Request&, std::string_view body, bool) const override {
    return body.contains("secret") ? "***" : std::string(body);
  }

  int handled = 0;
  Request last;
  std::shared_ptr<FedStream> stream;
};

}  // namespace mock_http
