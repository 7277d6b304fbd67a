// Label and field selectors of lists and watches, in the words of the API server where they don't parse.
// Source: apimachinery's pkg/labels/selector.go and pkg/fields/selector.go.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

class LabelSelector {
 public:
  /// An empty text selects everything. The error is the server's text.
  static std::expected<LabelSelector, std::string> Parse(std::string_view text);

  bool Empty() const { return requirements_.empty(); }
  /// Whether all requirements hold for metadata.labels of `object`.
  bool Matches(const Json& object) const;

 private:
  enum class Operator { kExists, kDoesNotExist, kIn, kNotIn, kGreaterThan, kLessThan };
  struct Requirement {
    std::string key;
    Operator op = Operator::kExists;
    std::vector<std::string> values;
  };
  class Parser;
  static bool Holds(const Requirement& requirement, const Json* labels);

  std::vector<Requirement> requirements_;
};

class FieldSelector {
 public:
  struct Term {
    std::string field;
    std::string value;
    bool equal = true;  ///< false: !=
  };

  static std::expected<FieldSelector, std::string> Parse(std::string_view text);

  bool Empty() const { return terms_.empty(); }
  const std::vector<Term>& terms() const { return terms_; }
  /// The value that `field` must have; nullopt when no term asks for one.
  std::optional<std::string> ExactMatch(std::string_view field) const;
  void Require(std::string field, std::string value);
  /// `fields` are those of an object; one that is missing counts as empty.
  bool Matches(const std::map<std::string, std::string>& fields) const;

 private:
  std::vector<Term> terms_;
};

}  // namespace mock_kubeapi
