// The JSONPath subset of printer columns: .a.b, ['a.b'], [0], [-1], [*], .*, and filters [?(@.type=="Ready")].
// Source: client-go's util/jsonpath, as far as columns use it.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi::custom {

/// A parsed path. A value type; evaluation never fails: what is not there is not found.
class JsonPath {
 public:
  /// The error says what cannot be read.
  static std::expected<JsonPath, std::string> Parse(std::string_view text);

  /// All values that the path leads to, in document order. They live as long as `root`.
  std::vector<const Json*> Find(const Json& root) const;

 private:
  struct Step {
    enum class Kind { kMember, kIndex, kAll, kFilter };

    Kind kind = Kind::kMember;
    std::string name;               ///< kMember
    long index = 0;                 ///< kIndex; negative: from the end
    std::vector<std::string> left;  ///< kFilter: members below @
    std::string comparison;         ///< ==, !=, <, <=, >, >=; empty: exists
    Json right;                     ///< what they are compared with
  };

  class Parser;

  static void Apply(const Step& step, const Json& value, std::vector<const Json*>* found);
  static bool Passes(const Step& step, const Json& item);

  std::vector<Step> steps_;
};

}  // namespace mock_kubeapi::custom
