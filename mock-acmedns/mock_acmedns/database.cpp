#include "mock_acmedns/database.h"

#include <utility>

namespace mock_acmedns {
namespace {

constexpr std::string_view kPasswordAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz1234567890-_";
constexpr std::size_t kPasswordLength = 40;

}  // namespace

std::string Database::MakePassword() {
  return mock_http::RandomText(random_, kPasswordAlphabet, kPasswordLength);
}

void Database::Insert(Account account) {
  const auto row = accounts_.insert(accounts_.end(), std::move(account));
  by_username_[row->username] = row;
  by_subdomain_[row->subdomain] = row;
}

std::expected<const Account*, DatabaseError> Database::Register(std::vector<std::string> allow_from) {
  if (state_ == DatabaseState::kDown) return std::unexpected(DatabaseError::kDown);
  if (state_ == DatabaseState::kReadOnly) return std::unexpected(DatabaseError::kReadOnly);
  Account account;
  account.password = MakePassword();
  account.username = Uuid::Random(random_);
  account.subdomain = Uuid::Random(random_);
  account.registered = clock_.Now();
  for (const std::string& text : allow_from) {
    if (const auto network = Network::Parse(text)) account.networks.push_back(*network);
  }
  account.allow_from = std::move(allow_from);
  Insert(std::move(account));
  ++registrations_;
  return &accounts_.back();
}

std::expected<const Account*, DatabaseError> Database::FindByUsername(const Uuid& username) const {
  if (state_ == DatabaseState::kDown) return std::unexpected(DatabaseError::kDown);
  const auto found = by_username_.find(username);
  if (found == by_username_.end()) return std::unexpected(DatabaseError::kNoSuchAccount);
  return &*found->second;
}

std::expected<void, DatabaseError> Database::Update(const Uuid& subdomain, std::string_view txt) {
  if (state_ == DatabaseState::kDown) return std::unexpected(DatabaseError::kDown);
  if (state_ == DatabaseState::kReadOnly) return std::unexpected(DatabaseError::kReadOnly);
  const auto found = by_subdomain_.find(subdomain);
  if (found == by_subdomain_.end()) return std::unexpected(DatabaseError::kNoSuchAccount);
  Account& account = *found->second;

  const mock_http::TimePoint now = clock_.Now();
  account.changes.push_back({.at = now, .before = account.values});
  if (account.changes.size() > kChangesMax) account.changes.pop_front();
  const std::size_t slot = account.updated_seconds[1] < account.updated_seconds[0] ? 1 : 0;
  account.values.at(slot) = txt;
  account.updated_seconds.at(slot) = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  ++account.updates;
  return {};
}

const Account* Database::FindBySubdomain(const Uuid& subdomain) const {
  if (state_ == DatabaseState::kDown) return nullptr;
  const auto found = by_subdomain_.find(subdomain);
  return found == by_subdomain_.end() ? nullptr : &*found->second;
}

std::vector<const Account*> Database::Accounts() const {
  std::vector<const Account*> accounts;
  accounts.reserve(accounts_.size());
  for (const Account& account : accounts_) accounts.push_back(&account);
  return accounts;
}

const Account* Database::Find(std::string_view any_name) const {
  const auto uuid = Uuid::Parse(any_name.substr(0, any_name.find('.')));
  if (!uuid) return nullptr;
  const auto by_name = by_username_.find(*uuid);
  if (by_name != by_username_.end()) return &*by_name->second;
  const auto by_subdomain = by_subdomain_.find(*uuid);
  return by_subdomain == by_subdomain_.end() ? nullptr : &*by_subdomain->second;
}

bool Database::Delete(const Uuid& username) {
  const auto found = by_username_.find(username);
  if (found == by_username_.end()) return false;
  by_subdomain_.erase(found->second->subdomain);
  accounts_.erase(found->second);
  by_username_.erase(found);
  return true;
}

void Database::DeleteAll() {
  by_username_.clear();
  by_subdomain_.clear();
  accounts_.clear();
}

std::optional<std::string> Database::ChangePassword(const Uuid& username) {
  const auto found = by_username_.find(username);
  if (found == by_username_.end()) return std::nullopt;
  found->second->password = MakePassword();
  return found->second->password;
}

std::vector<Account> Database::Backup() const {
  return {accounts_.begin(), accounts_.end()};
}

void Database::Restore(const std::vector<Account>& backup) {
  DeleteAll();
  for (const Account& account : backup) Insert(account);
}

const TxtValues& ValuesAt(const Account& account, mock_http::TimePoint time) {
  for (const Account::Change& change : account.changes) {
    if (change.at > time) return change.before;
  }
  return account.values;
}

const TxtValues& ValuesBeforeLastUpdate(const Account& account) {
  return account.changes.empty() ? account.values : account.changes.back().before;
}

}  // namespace mock_acmedns
