// What the scenarios share: a world whose secrets are scanned for at the end of every test.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>

#include "harness/world.h"

namespace scenarios {

using harness::AcmeDnsAccount;
using harness::Json;
using harness::World;

/// The one account that all configured FQDNs share; fails the test when there is another number of them.
inline AcmeDnsAccount TheAccount(World& world) {
  const auto accounts = world.Accounts();
  AcmeDnsAccount account;
  for (const std::string& fqdn : world.config().run.fqdns) {
    const auto found = accounts.find(fqdn);
    if (found == accounts.end()) {
      ADD_FAILURE() << "the Secret has no entry for " << fqdn;
      continue;
    }
    if (!account.username.empty()) {
      EXPECT_EQ(found->second, account) << "entries differ";
    }
    account = found->second;
  }
  return account;
}

/// No password and no token anywhere in what came out.
inline void ExpectNoSecretInOutput(World& world) {
  const std::string output = world.AllOutput();
  EXPECT_FALSE(world.Secrets().empty()) << "there is nothing to look for";
  for (const std::string& secret : world.Secrets()) {
    if (secret.size() < 8) continue;
    const std::size_t at = output.find(secret);
    EXPECT_EQ(at, std::string::npos) << "a secret shows: …" << output.substr(at < 60 ? 0 : at - 60, 60) << "***";
    EXPECT_EQ(output.find(harness::Base64(secret)), std::string::npos) << "a secret shows in base64";
  }
}

/// A test with one world; the scan comes at its end.
class Scenario : public ::testing::Test {
 protected:
  void TearDown() override { ExpectNoSecretInOutput(world_); }

  using Command = client::Command;
  harness::RunResult Run(Command command, harness::StepPlan plan = {}) { return world_.Run(command, std::move(plan)); }
  harness::KubeAnswer Kube(std::string method, const std::string& rest, Json body = nullptr,
                           std::string content_type = "application/json") {
    return world_.kube().Ask({.method = std::move(method),
                              .path = "/api/v1/namespaces/" + world_.rights().namespace_name + rest,
                              .body = std::move(body),
                              .content_type = std::move(content_type)});
  }
  std::string SecretPath() { return "/secrets/" + world_.rights().secret_name; }

  harness::World world_;
};

}  // namespace scenarios
