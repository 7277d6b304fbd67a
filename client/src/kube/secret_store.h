// The one Secret of a client: read, and written by server-side apply so that what others own stays theirs.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/secret_text.h"
#include "effects/clock.h"
#include "error.h"
#include "kube/api_client.h"

namespace client {

/// Keys of the Secret's data that are ours.
inline constexpr const char* kAcmednsJsonKey = "acmedns.json";
inline constexpr const char* kUnreadableKey = "acmedns.json.unreadable";

struct SecretRef {
  std::string namespace_name;
  std::string name;
};

/// The Secret as it was read. A value; prints without its data.
struct SecretView {
  bool exists = false;
  std::string uid;
  std::string resource_version;
  std::optional<SecretText> acmedns_json;  ///< decoded; nullopt when the key is absent
  std::optional<SecretText> unreadable;    ///< likewise
  /// When our field manager has last changed acmedns.json, by the server's clock and in whole seconds; nullopt when it
  /// never has, or when somebody else has done so since.
  std::optional<TimePoint> applied_at;
  friend std::ostream& operator<<(std::ostream& out, const SecretView& view);
};

/// What Write() makes of our two keys.
struct SecretContent {
  SecretText acmedns_json;
  std::optional<SecretText> unreadable;
};

/// Not for several threads. The API client must outlive it.
class SecretStore {
 public:
  struct Options {
    SecretRef secret;
    std::string field_manager = "acmedns-selfreg";
  };
  SecretStore(ApiClient& api, Options options);

  const SecretRef& secret() const { return options_.secret; }

  /// The Secret, or a view with exists == false. Errors as ApiClient::Send(); kMalformed when the answer is no Secret.
  Result<SecretView> Read();

  /// Writes `content` over `base`, the view it was derived from, and returns what the server then holds. kConflict
  /// when the Secret is not as in `base` any more, or has come into being: read again. A write whose answer was lost
  /// ends in kConflict, too, when it is tried again; who reads then finds his own content. kRejected also when the
  /// server stored something else than it was sent; kNotFound when the namespace is missing. Other errors as
  /// ApiClient::Send(); see write_in_doubt().
  Result<SecretView> Write(const SecretView& base, const SecretContent& content);
  /// Whether the last Write(), which has failed, may have taken place all the same: one of its tries had no clear
  /// answer. That is so after a conflict, too, which may then be with this very write, and after a refusal.
  bool write_in_doubt() const { return write_in_doubt_; }

  /// Asks the server for the outcome of a write over `base` that changes next to nothing (dryRun=All): finds missing
  /// rights, an immutable Secret, an absent namespace, and kConflict, before an account is made for nothing. Not a
  /// promise. A server that can't answer (an admission webhook without dry-run support) counts as a success.
  Result<void> CheckWritable(const SecretView& base);

 private:
  enum class Mode : std::uint8_t { kCommit, kDryRun };
  ApiRequest Request() const;
  Result<nlohmann::json> Apply(const SecretView& base, const SecretContent& content, Mode mode);

  ApiClient& api_;
  Options options_;
  bool write_in_doubt_ = false;
  bool create_conflicted_ = false;  ///< the last create was refused with a conflict
  int vain_creates_ = 0;  ///< ... and the Secret was not there afterwards either, so often in a row: see Apply()
};

}  // namespace client
