// A small stand-in for acme-dns: accounts, /register and /update, and the ways in which the real one says no. For unit
// tests, which need neither a mock server nor DNS.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "effects/http_transport.h"
#include "testing/registrations.h"

namespace client::testing {

class FakeAcmeDns {
 public:
  struct Account {
    std::string password;
    std::string subdomain;
    std::vector<std::string> texts;  ///< all that were stored, the last one last
  };

  HttpResponse Handle(const HttpRequest& request) {
    const std::string path = request.url.substr(request.url.rfind('/'));
    if (override_answer) {
      if (auto answer = override_answer(request)) return *answer;
    }
    if (path == "/register") return Register(request);
    if (path == "/update") return Update(request);
    return {.status = 404, .body = "404 page not found\n"};
  }

  /// Makes an account as /register does, and returns its registration.
  nlohmann::json MakeAccount() {
    const int number = ++made;
    nlohmann::json registration = RegistrationJson(number);
    accounts[registration["username"]] = {.password = registration["password"], .subdomain = registration["subdomain"]};
    return registration;
  }

  bool Accepts(const Registration& registration) const {
    const auto found = accounts.find(registration.username());
    return found != accounts.end() && found->second.password == registration.password().Reveal();
  }

  std::map<std::string, Account> accounts;  ///< by user name
  int made = 0;                             ///< accounts ever; their numbers are 1 to this
  int registrations = 0;                    ///< POST /register that reached it
  int updates = 0;                          ///< POST /update that reached it
  /// As when the database is gone: 401 for every update, 500 for every registration.
  bool database_down = false;
  bool registration_disabled = false;
  bool refuses_new_accounts = false;  ///< new accounts can't be used, as with a wrong allowfrom
  std::string basic_auth;             ///< the Authorization header that a proxy wants for /register; empty: none
  /// Answers in place of all the rest where it returns one.
  std::function<std::optional<HttpResponse>(const HttpRequest&)> override_answer;

 private:
  static std::string Value(const HttpRequest& request, std::string_view name) {
    return std::string(HttpResponse{.headers = request.headers}.Header(name).value_or(""));
  }
  static HttpResponse Answer(int status, const nlohmann::json& body) {
    return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = body.dump()};
  }

  HttpResponse Register(const HttpRequest& request) {
    if (!basic_auth.empty() && Value(request, "Authorization") != basic_auth) {
      return {.status = 401, .headers = {{"WWW-Authenticate", "Basic"}}, .body = "<html>"};
    }
    ++registrations;
    if (registration_disabled) return {.status = 404, .body = "404 page not found\n"};
    if (database_down) return Answer(500, {{"error", "database_error"}});
    nlohmann::json registration = MakeAccount();
    if (refuses_new_accounts) accounts.erase(registration["username"].get<std::string>());
    const auto body = nlohmann::json::parse(request.body);
    if (body.contains("allowfrom")) registration["allowfrom"] = body["allowfrom"];
    return Answer(201, registration);
  }

  HttpResponse Update(const HttpRequest& request) {
    ++updates;
    const auto body = nlohmann::json::parse(request.body);
    const auto account = accounts.find(Value(request, "X-Api-User"));
    if (database_down || account == accounts.end() || account->second.password != Value(request, "X-Api-Key") ||
        account->second.subdomain != StringMember(body, "subdomain")) {
      return Answer(401, {{"error", "forbidden"}});
    }
    const std::string text = StringMember(body, "txt");
    if (text.size() != 43) return Answer(400, {{"error", "bad_txt"}});
    account->second.texts.push_back(text);
    return Answer(200, {{"txt", text}});
  }
};

}  // namespace client::testing
