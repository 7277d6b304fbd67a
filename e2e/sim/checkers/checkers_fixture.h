// What the tests of the checkers share: an acme-dns, and a run of a check that exits 0.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "harness/kube_fixture.h"
#include "mock_http/clock.h"
#include "sim/checkers/checker.h"

namespace sim {

class Checkers : public ::testing::Test {
 protected:
  Checkers() {
    run_.command = client::Command::kCheck;
    run_.configured = {"a.example.com", "b.example.com"};
    run_.start = run_.end = clock_.Now();
    run_.deadline = std::chrono::minutes(5);
    run_.attempts = 5;
    run_.result = client::CommandResult{};
  }

  /// Makes an account at acme-dns, as an entry of acmedns.json.
  nlohmann::json Register() {
    const auto exchange = site_.acme().endpoint().Serve({.method = "POST", .target = "/register"});
    return nlohmann::json::parse(exchange.response.body);
  }

  static nlohmann::json Secret(const nlohmann::json& map, const nlohmann::json& further = nlohmann::json::object()) {
    nlohmann::json data = further;
    data["acmedns.json"] = harness::Base64(map.is_string() ? map.get<std::string>() : map.dump());
    return {{"metadata", {{"uid", "u"}}}, {"type", "Opaque"}, {"data", std::move(data)}};
  }

  Checker::Findings Write(Checker& checker, const std::optional<nlohmann::json>& before, const nlohmann::json& after) {
    Checker::Findings findings;
    checker.OnClientWrite({.run = run_, .before = before ? &*before : nullptr, .after = &after}, site_, findings);
    return findings;
  }
  Checker::Findings End(Checker& checker) {
    Checker::Findings findings;
    checker.OnRunEnd(run_, site_, findings);
    return findings;
  }

  mock_http::VirtualClock clock_;
  AcmeSite site_{clock_, 1, false};
  RunRecord run_;
};

}  // namespace sim
