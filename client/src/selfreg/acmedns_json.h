// The value of acmedns.json: a map from FQDN to registration, as cert-manager's acme-dns solver reads it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acmedns/registration.h"
#include "base/secret_text.h"

namespace client {

/// A value. Reading never fails: what can't be read is known as such. Entries that nobody sets stay as they were, byte
/// for byte in meaning, whoever wrote them.
///
/// cert-manager decodes the whole map at once into Go structs, so an entry that is no object, or that has a number
/// where a string belongs, makes it refuse all others. Such entries are "poisoned". An entry can be malformed for us
/// (no UUID, no password) without being poisoned.
class AcmednsJson {
 public:
  AcmednsJson() = default;
  /// From the Secret's value. Absent, blank or JSON null: empty. No JSON or no object: unreadable, and empty.
  static AcmednsJson Parse(const std::optional<SecretText>& text);

  bool unreadable() const { return !problem_.empty(); }
  /// Why it is unreadable; never a piece of the text.
  const std::string& problem() const { return problem_; }

  /// The well-formed registration of `fqdn`; nullptr when there is none.
  const Registration* Find(std::string_view fqdn) const;
  /// What is wrong with the entry of `fqdn`; empty when it is well-formed or absent.
  std::string ProblemOf(std::string_view fqdn) const;
  /// Whether any entry, configured or not, holds this account.
  bool Holds(const Registration& registration) const;
  /// All keys, sorted.
  std::vector<std::string> Fqdns() const;
  std::vector<std::string> PoisonedFqdns() const;

  void Set(const std::string& fqdn, const Registration& registration);
  void Erase(std::string_view fqdn);

  /// One JSON object, its keys sorted: the same map always has the same text. Holds passwords.
  SecretText Text() const;

 private:
  struct Entry {
    std::optional<Registration> registration;
    std::string problem;  ///< with no registration
    bool poisoned = false;
    SecretText json_text;
  };

  std::map<std::string, Entry, std::less<>> entries_;
  std::string problem_;
};

}  // namespace client
