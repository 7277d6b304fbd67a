// acme-dns's database: accounts, and two TXT values for each. Passwords are kept as they are: comparing them gives the
// same verdicts as bcrypt and takes nothing of its time, so that a simulation can make millions of requests.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mock_acmedns/address.h"
#include "mock_acmedns/uuid.h"
#include "mock_http/clock.h"
#include "mock_http/random.h"

namespace mock_acmedns {

/// The two values of a name, in the order in which DNS answers them; an empty one is not answered.
using TxtValues = std::array<std::string, 2>;

struct Account {
  Uuid username;
  Uuid subdomain;
  std::string password;                 ///< secret: never in a dump, a log or a control answer
  std::vector<std::string> allow_from;  ///< CIDRs as the client gave them, without brackets
  std::vector<Network> networks;        ///< the same, parsed
  TxtValues values;
  std::array<std::int64_t, 2> updated_seconds{};  ///< since 1970; 0 = never written
  std::uint64_t updates = 0;
  mock_http::TimePoint registered;

  struct Change {
    mock_http::TimePoint at;
    TxtValues before;
  };
  /// What the values were before each of the last updates, oldest first: for stale and delayed answers.
  std::deque<Change> changes;
};

/// How well the database works. acme-dns hides most of it: see HttpApi.
enum class DatabaseState {
  kUp,
  kReadOnly,  ///< reads work, writes fail
  kDown,      ///< every statement fails
};

enum class DatabaseError { kReadOnly, kDown, kNoSuchAccount };

/// Not thread-safe: lives behind its mock's Endpoint.
class Database {
 public:
  /// Updates of one account whose earlier values are remembered.
  static constexpr std::size_t kChangesMax = 16;

  /// Draws names and passwords from `random`. Both must outlive the database.
  Database(const mock_http::Clock& clock, mock_http::Random& random) : clock_(clock), random_(random) {}

  // --- what acme-dns does; these fail as `state` says --------------------------------------------------------------

  /// Makes an account. `allow_from` must hold networks only. The result is valid until the next change.
  std::expected<const Account*, DatabaseError> Register(std::vector<std::string> allow_from);
  std::expected<const Account*, DatabaseError> FindByUsername(const Uuid& username) const;
  /// Writes `txt` over the value that was written longest ago, counted in whole seconds; the first of two equally old.
  std::expected<void, DatabaseError> Update(const Uuid& subdomain, std::string_view txt);
  /// The account of a subdomain; nullptr when there is none, or the database is down.
  const Account* FindBySubdomain(const Uuid& subdomain) const;

  // --- what a test does to it, whatever the state ------------------------------------------------------------------

  DatabaseState state() const { return state_; }
  void SetState(DatabaseState state) { state_ = state; }
  std::size_t size() const { return accounts_.size(); }
  /// Accounts ever made by Register.
  std::uint64_t registrations() const { return registrations_; }
  /// In order of registration.
  std::vector<const Account*> Accounts() const;
  /// The account with this username, subdomain or full name; nullptr when there is none.
  const Account* Find(std::string_view any_name) const;
  /// Removes the account and its TXT values. False when there is none.
  bool Delete(const Uuid& username);
  void DeleteAll();
  /// Gives the account a fresh password, which is returned; nullopt when there is none. What clients hold is refused
  /// from then on.
  std::optional<std::string> ChangePassword(const Uuid& username);
  /// A backup: everything but the state. Restoring it brings back deleted accounts and forgets later ones.
  std::vector<Account> Backup() const;
  void Restore(const std::vector<Account>& backup);

 private:
  using Rows = std::list<Account>;
  std::string MakePassword();
  void Insert(Account account);

  const mock_http::Clock& clock_;
  mock_http::Random& random_;
  DatabaseState state_ = DatabaseState::kUp;
  Rows accounts_;
  std::unordered_map<Uuid, Rows::iterator, UuidHash> by_username_;
  std::unordered_map<Uuid, Rows::iterator, UuidHash> by_subdomain_;
  std::uint64_t registrations_ = 0;
};

/// The values as they were at `time`, as far back as the account remembers.
const TxtValues& ValuesAt(const Account& account, mock_http::TimePoint time);
/// The values as of before the last update; the current ones when there was none.
const TxtValues& ValuesBeforeLastUpdate(const Account& account);

}  // namespace mock_acmedns
