// One registration at acme-dns: what POST /register answers, and what acmedns.json holds per FQDN.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/secret_text.h"
#include "error.h"

namespace client {

/// acme-dns makes passwords of 40 characters and stores them by bcrypt, which reads no more than 72 bytes.
inline constexpr std::size_t kPasswordLengthMax = 72;

/// A well-formed registration; there are no others. Keeps every member that it came with, known or not, and gives it
/// back by ToJson() as it came. A value; prints without its secrets.
class Registration {
 public:
  /// From acme-dns's answer to /register, by the strict rule: an object with the strings username, password,
  /// fulldomain, subdomain and the array of strings allowfrom; username and subdomain UUIDs (RFC 4122 text form);
  /// the password 1 to kPasswordLengthMax visible ASCII characters; fulldomain a DNS name that is the subdomain, a dot
  /// and at least one more label. kMalformed names the member and what is wrong with it, never its value.
  static Result<Registration> FromAnswer(std::string_view body);

  /// From an entry of acmedns.json, by the rule of those who read it (cert-manager, lego): as FromAnswer(), but names
  /// match without regard to case and allowfrom may be absent or null, as the files of other tools have it.
  static Result<Registration> FromEntry(const nlohmann::json& entry);

  const std::string& username() const { return username_; }
  const SecretText& password() const { return password_; }
  const std::string& fulldomain() const { return fulldomain_; }  ///< lower case, without the final dot
  const std::string& subdomain() const { return subdomain_; }
  const std::vector<std::string>& allow_from() const { return allow_from_; }

  /// The object as it came. Holds the password.
  nlohmann::json ToJson() const;

  /// Whether both speak of the same account with the same key, whatever their other members.
  bool SameAccount(const Registration& other) const {
    return username_ == other.username_ && password_ == other.password_ && subdomain_ == other.subdomain_ &&
           fulldomain_ == other.fulldomain_;
  }

  /// "registration <fulldomain>", no secrets.
  friend std::ostream& operator<<(std::ostream& out, const Registration& registration);

 private:
  Registration() = default;
  static Result<Registration> FromJson(const nlohmann::json& object, bool strict);

  std::string username_;
  SecretText password_;
  std::string fulldomain_;
  std::string subdomain_;
  std::vector<std::string> allow_from_;
  SecretText json_text_;
};

}  // namespace client
