// Everything a run touches, in memory and on a clock that jumps: acme-dns, the API server, DNS. Runs can be disturbed
// at any of their requests, and can have other runs in between.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "selfreg/acmedns_json.h"
#include "selfreg/reconcile.h"
#include "testing/acme_dns.h"
#include "testing/fakes.h"
#include "testing/secret_api.h"

namespace client::testing {

/// DNS as it looks when all is well, unless told otherwise.
class FakeDnsVerifier final : public DnsVerifier {
 public:
  Result<void> VerifyTxt(const TxtExpectation& expected) override {
    texts.push_back(expected);
    if (txt_error) return std::unexpected(*txt_error);
    return {};
  }
  Result<CnameAnswer> LookUpCname(const CnameExpectation& expected) override {
    if (cname_error) return std::unexpected(*cname_error);
    const auto found = cnames.find(expected.fqdn);
    if (found == cnames.end()) return CnameAnswer{};
    return CnameAnswer{.state = found->second == expected.fulldomain ? CnameState::kCorrect : CnameState::kElsewhere,
                       .target = found->second};
  }
  std::vector<TxtExpectation> texts;
  std::map<std::string, std::string> cnames;  ///< target by FQDN
  std::optional<Error> txt_error;
  std::optional<Error> cname_error;
};

/// A fixture: at its end nothing that was logged, reported or told as an Event may hold a secret.
class World : public ::testing::Test {
 public:
  /// What happens around the `step`-th request of a run, 1 being the first. Returning an error replaces the exchange
  /// (kBefore) or its answer (kAfter).
  enum class Moment : std::uint8_t { kBefore, kAfter };
  using Disturbance = std::function<std::optional<Error>(int step, Moment moment, const HttpRequest& request)>;

  struct Told {
    RunOptions options;
    RetryPolicy retry;
    AcmeDnsOptions acmedns{.endpoint = "https://acme-dns.example.com", .basic_auth = {}, .allow_from = {}};
    Disturbance disturbance;
  };

  World() {
    told.options.fqdns = {"a.example.com", "b.example.com"};
    kube.clock = &clock;
  }

  Outcome Run(Flow flow) { return Run(flow, told); }

  Outcome Run(Flow flow, const Told& how) {
    int step = 0;
    FunctionTransport acme_transport([&](const HttpRequest& request) {
      return Exchange(request, ++step, how.disturbance, [&] { return acme.Handle(request); });
    });
    FunctionTransport kube_transport([&](const HttpRequest& request) {
      return Exchange(request, ++step, how.disturbance, [&] { return kube.Handle(request); });
    });
    StaticCredentials credentials("kube-token");
    Retrier retrier(clock, random, log, how.retry);
    AcmeDnsClient acmedns(acme_transport, clock, how.acmedns);
    ApiClient api(kube_transport, credentials, retrier, {.server = "https://k", .user_agent = "test"});
    SecretStore secrets(api, {.secret = {"ns", "s"}, .field_manager = "m"});
    EventRecorder events(api, random, log, {.secret = {"ns", "s"}, .component = "acmedns-selfreg"});
    Outcome outcome = Reconcile(flow, how.options,
                                {.acmedns = acmedns,
                                 .secrets = secrets,
                                 .events = events,
                                 .dns = dns,
                                 .retrier = retrier,
                                 .random = random,
                                 .log = log});
    steps = step;
    told_to_people_ += SummaryJson(outcome) + '\n';
    if (outcome.failure) told_to_people_ += outcome.failure->error.message + '\n';
    return outcome;
  }

  /// What the Secret's acmedns.json holds; empty when there is none.
  AcmednsJson Map() {
    const auto secret = kube.objects.find("s");
    if (secret == kube.objects.end() || !secret->second.data.contains("acmedns.json")) return {};
    return AcmednsJson::Parse(SecretText(secret->second.data.at("acmedns.json")));
  }
  /// The fulldomain of each FQDN's registration; "" for none.
  std::string FulldomainOf(const std::string& fqdn) {
    const AcmednsJson map = Map();
    const Registration* registration = map.Find(fqdn);
    return registration == nullptr ? "" : registration->fulldomain();
  }
  /// Accounts that no entry of the Secret holds.
  int Unused() {
    const AcmednsJson map = Map();
    int unused = 0;
    for (int number = 1; number <= acme.made; ++number) unused += map.Holds(RegistrationNumber(number)) ? 0 : 1;
    return unused;
  }
  /// Puts a Secret with an account of acme-dns for each of the FQDNs; the last write of "setup".
  nlohmann::json Furnish(const std::vector<std::string>& fqdns) {
    nlohmann::json registration = acme.MakeAccount();
    nlohmann::json map = nlohmann::json::object();
    if (kube.objects.contains("s")) map = nlohmann::json::parse(kube.objects["s"].data["acmedns.json"]);
    for (const std::string& fqdn : fqdns) map[fqdn] = registration;
    kube.Put("s", {{"acmedns.json", map.dump()}}, "setup");
    return registration;
  }
  /// As an administrator of acme-dns deletes an account.
  void Invalidate(const nlohmann::json& registration) {
    acme.accounts.erase(registration["username"].get<std::string>());
  }
  /// The data of the Secret without the keys that are ours.
  std::map<std::string, std::string> Foreign() {
    std::map<std::string, std::string> data = kube.objects["s"].data;
    data.erase("acmedns.json");
    data.erase("acmedns.json.unreadable");
    return data;
  }

  /// What must hold whatever happens, also in the middle of everything: cert-manager can read the Secret, and every
  /// configured FQDN that has an entry has a well-formed one.
  void ExpectSecretValid() {
    const AcmednsJson map = Map();
    EXPECT_FALSE(map.unreadable());
    EXPECT_TRUE(map.PoisonedFqdns().empty());
    for (const std::string& fqdn : told.options.fqdns) EXPECT_EQ(map.ProblemOf(fqdn), "");
  }
  /// What must hold when all is well again: every configured FQDN has a registration that acme-dns accepts.
  void ExpectAllAccepted() {
    ExpectSecretValid();
    const AcmednsJson map = Map();
    for (const std::string& fqdn : told.options.fqdns) {
      const Registration* registration = map.Find(fqdn);
      ASSERT_NE(registration, nullptr) << fqdn;
      EXPECT_TRUE(acme.Accepts(*registration)) << fqdn << " has " << *registration;
    }
  }

  void TearDown() override {
    std::string text = told_to_people_ + log.Text();
    for (const nlohmann::json& event : kube.events) text += event.dump() + '\n';
    for (int number = 1; number <= acme.made; ++number) {
      EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr(PasswordNumber(number)))) << "a password was told";
    }
    for (const char* secret : {"kube-token", "basic-password", "YmFzaWMtcGFzc3dvcmQ"}) {
      EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr(secret)));
    }
  }

  Told told;
  FakeClock clock;
  SeededRandom random;
  MemoryLog log;
  FakeAcmeDns acme;
  FakeSecretApi kube;
  FakeDnsVerifier dns;
  int steps = 0;  ///< requests of the last run that ended

 private:
  static Result<HttpResponse> Exchange(const HttpRequest& request, int step, const Disturbance& disturbance,
                                       const std::function<HttpResponse()>& handle) {
    if (disturbance) {
      if (auto error = disturbance(step, Moment::kBefore, request)) return std::unexpected(*std::move(error));
    }
    HttpResponse response = handle();
    if (disturbance) {
      if (auto error = disturbance(step, Moment::kAfter, request)) return std::unexpected(*std::move(error));
    }
    return response;
  }

  std::string told_to_people_;
};

inline Error NoAnswer() {
  return {.kind = ErrorKind::kTemporary, .message = "connection reset by peer"};
}
inline Error Stopped() {
  return {.kind = ErrorKind::kCancelled, .message = "stopped by a signal"};
}

}  // namespace client::testing
