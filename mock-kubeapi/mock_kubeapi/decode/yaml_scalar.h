// What a scalar of YAML stands for by go-yaml v2's rules: YAML 1.1 booleans, octal and binary numbers, null, "<<".
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace mock_kubeapi::decode {

struct YamlScalar {
  enum class Kind { kString, kNull, kBool, kInteger, kFloat, kMerge };

  Kind kind = Kind::kString;
  bool boolean = false;
  std::string text;  ///< the string; or the number in JSON's form
};

/// A scalar as it stands in the text.
struct YamlScalarText {
  std::string_view text;
  std::string_view tag;  ///< explicit, short form ("str"); "!" is non-specific; empty: none
  bool plain = false;    ///< without quotes, not a block
};

/// The error is the whole message, as go-yaml or the encoder after it has it: "yaml: !!binary value contains …".
std::expected<YamlScalar, std::string> ResolveYamlScalar(const YamlScalarText& node);

}  // namespace mock_kubeapi::decode
