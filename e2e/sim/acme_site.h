// The acme-dns that all clusters of a world share, with its operator: backups, losses, restores.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/cert_manager.h"
#include "mock_acmedns/acme_dns.h"
#include "mock_http/clock.h"
#include "mock_http/random.h"

namespace sim {

inline constexpr const char* kAcmeDnsUrl = "https://acme-dns.example.net";
inline constexpr const char* kAcmeDnsAddress = "192.0.2.53";
inline constexpr const char* kBasicUser = "operator";
inline constexpr const char* kBasicPassword = "basic-auth-password-of-the-operator";

class AcmeSite {
 public:
  /// `clock` must outlive it.
  AcmeSite(const mock_http::Clock& clock, std::uint64_t seed, bool basic_auth);
  ~AcmeSite();
  AcmeSite(const AcmeSite&) = delete;
  AcmeSite& operator=(const AcmeSite&) = delete;

  mock_acmedns::AcmeDns& acme() { return *acme_; }
  bool basic_auth() const { return basic_auth_; }

  /// Whether its database holds these credentials, working or not at the moment.
  bool Holds(const harness::AcmeDnsAccount& account);
  /// The texts that DNS shows at a name, without the final dot.
  std::vector<std::string> TextsAt(const std::string& name);
  /// Stores a challenge's text as cert-manager does. False when acme-dns refuses.
  bool Present(const harness::AcmeDnsAccount& account, const std::string& text);

  /// Adds to the backups; the oldest of more than eight goes.
  void Backup();
  /// False when there is none of that name.
  bool Delete(const std::string& username);
  void LoseDatabase();
  /// Restores the backup that `salt` chooses. False when there is none.
  bool Restore(std::uint64_t salt);
  void SetDown(bool down);

  /// When the account, missing before, was there again by a restore; nullopt: never.
  std::optional<mock_http::TimePoint> CameBackAt(const std::string& username) const;
  /// Whether the database was down at some moment since `since`.
  bool WasDownSince(mock_http::TimePoint since) const;
  /// Whether the operator has deleted or restored accounts since `since`.
  bool WasChangedSince(mock_http::TimePoint since) const { return last_change_ && *last_change_ >= since; }

 private:
  const mock_http::Clock& clock_;
  mock_http::SeededRandom random_;
  bool basic_auth_;
  std::unique_ptr<mock_acmedns::AcmeDns> acme_;
  std::deque<std::vector<mock_acmedns::Account>> backups_;
  std::map<std::string, mock_http::TimePoint> came_back_;
  std::optional<mock_http::TimePoint> last_down_;
  std::optional<mock_http::TimePoint> last_change_;
};

}  // namespace sim
