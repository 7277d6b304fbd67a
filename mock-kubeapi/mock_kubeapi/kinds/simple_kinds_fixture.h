// For tests of rows: a context with a store, a clock and a user, and complaints as text.
#pragma once

#include <string>

#include "mock_kubeapi/authn/user_info.h"
#include "mock_kubeapi/kinds/kind.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {

/// What the functions of a row are called with.
class KindWorld {
 public:
  KindContext Context() { return {.clock = clock, .random = random, .store = store, .user = &user}; }
  /// All complaints about a new object; "" for none.
  std::string Complaints(const Kind& kind, const Json& object) { return Text(kind.validate(object, Context())); }
  /// All about a changed one but those about its metadata.
  std::string Complaints(const Kind& kind, const Json& object, const Json& old, const std::string& subresource = {}) {
    FieldErrors errors;
    for (const UpdateCheck check :
         subresource.empty() ? kind.update_checks : std::vector<UpdateCheck>{UpdateCheck::kChange}) {
      FieldErrors more;
      if (check == UpdateCheck::kObject && kind.validate) more = kind.validate(object, Context());
      if (check == UpdateCheck::kChange && kind.validate_update) {
        more = kind.validate_update(object, old, subresource, Context());
      }
      errors.insert(errors.end(), more.begin(), more.end());
    }
    return Text(errors);
  }

  mock_http::VirtualClock clock;
  mock_http::SeededRandom random{1};
  Store store;
  UserInfo user{.name = "alice", .groups = {"system:authenticated"}};

 private:
  static std::string Text(const FieldErrors& errors) { return errors.empty() ? "" : AggregateText(errors); }
};

/// `object` with the kind's defaults.
inline Json WithDefaults(const Kind& kind, Json object) {
  if (kind.set_defaults) kind.set_defaults(object);
  return object;
}

}  // namespace mock_kubeapi
