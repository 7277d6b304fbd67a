#include "sim/acme_site.h"

#include <algorithm>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace sim {
namespace {

constexpr std::size_t kBackupsMax = 8;
constexpr std::uint16_t kTxt = 16;

mock_acmedns::Config MakeConfig(bool basic_auth) {
  mock_acmedns::Config config;
  config.domain = "auth.example.net";
  config.records = {std::string("auth.example.net. A ") + kAcmeDnsAddress, "auth.example.net. NS auth.example.net."};
  if (basic_auth) config.basic_auth = {.user = kBasicUser, .password = kBasicPassword};
  return config;
}

}  // namespace

AcmeSite::AcmeSite(const mock_http::Clock& clock, std::uint64_t seed, bool basic_auth)
    : clock_(clock), random_(seed), basic_auth_(basic_auth) {
  auto made = mock_acmedns::AcmeDns::Create(MakeConfig(basic_auth), clock, random_);
  if (!made) throw std::runtime_error(made.error());
  acme_ = std::move(*made);
  acme_->endpoint().history().SetCapacity(0);
  acme_->SetDnsHistoryCapacity(0);
}

AcmeSite::~AcmeSite() = default;

bool AcmeSite::Holds(const harness::AcmeDnsAccount& account) {
  const mock_acmedns::Account* found = acme_->database().Find(account.username);
  return found != nullptr && found->username.Text() == account.username && found->password == account.password &&
         found->subdomain.Text() == account.subdomain;
}

bool AcmeSite::Present(const harness::AcmeDnsAccount& account, const std::string& text) {
  mock_http::Request request{.method = "POST",
                             .target = "/update",
                             .headers = {{"X-Api-User", account.username}, {"X-Api-Key", account.password}},
                             .body = nlohmann::json{{"subdomain", account.subdomain}, {"txt", text}}.dump()};
  request.peer.address = "127.0.0.1";
  return acme_->endpoint().Serve(request).response.status == 200;
}

std::vector<std::string> AcmeSite::TextsAt(const std::string& name) {
  std::vector<std::string> texts;
  if (const auto answer = acme_->LookUp(name + ".", kTxt)) {
    for (const mock_acmedns::DnsRecord& record : answer->records) texts.push_back(record.data);
  }
  return texts;
}

void AcmeSite::Backup() {
  backups_.push_back(acme_->database().Backup());
  if (backups_.size() > kBackupsMax) backups_.pop_front();
}

bool AcmeSite::Delete(const std::string& username) {
  const mock_acmedns::Account* found = acme_->database().Find(username);
  if (found == nullptr) return false;
  last_change_ = clock_.Now();
  return acme_->database().Delete(found->username);
}

void AcmeSite::LoseDatabase() {
  last_change_ = clock_.Now();
  acme_->database().DeleteAll();
}

bool AcmeSite::Restore(std::uint64_t salt) {
  if (backups_.empty()) return false;
  last_change_ = clock_.Now();
  std::set<std::string> before;
  for (const mock_acmedns::Account* account : acme_->database().Accounts()) before.insert(account->username.Text());
  const auto& backup = backups_.at(salt % backups_.size());
  acme_->database().Restore(backup);
  for (const mock_acmedns::Account& account : backup) {
    std::string name = account.username.Text();
    if (!before.contains(name)) came_back_[std::move(name)] = clock_.Now();
  }
  return true;
}

void AcmeSite::SetDown(bool down) {
  acme_->database().SetState(down ? mock_acmedns::DatabaseState::kDown : mock_acmedns::DatabaseState::kUp);
  last_down_ = clock_.Now();
}

std::optional<mock_http::TimePoint> AcmeSite::CameBackAt(const std::string& username) const {
  const auto found = came_back_.find(username);
  return found == came_back_.end() ? std::nullopt : std::optional(found->second);
}

bool AcmeSite::WasDownSince(mock_http::TimePoint since) const {
  return acme_->database().state() == mock_acmedns::DatabaseState::kDown || (last_down_ && *last_down_ >= since);
}

}  // namespace sim
