#include "mock_kubeapi/decode/yaml_scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <utility>

#include "mock_kubeapi/decode/ascii.h"
#include "mock_kubeapi/decode/go_base64.h"
#include "mock_kubeapi/decode/json_node.h"
#include "mock_kubeapi/decode/utf8.h"
#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi::decode {
namespace {

/// ^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$
bool LooksLikeFloat(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t start = at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    return at - start;
  };
  const auto sign = [&] {
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  };
  sign();
  const std::size_t whole = digits();
  std::size_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    fraction = digits();
  }
  if (whole == 0 && fraction == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    sign();
    if (digits() == 0) return false;
  }
  return at == text.size();
}

/// strconv.ParseInt and ParseUint with base 0: 12, 0x1F, 017, 0o17, 0b11. The text of the number in base ten.
std::optional<std::string> ParseGoInteger(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char kind = static_cast<char>(text[1] | 0x20);
    base = kind == 'x' ? 16 : kind == 'b' ? 2 : 8;
    text.remove_prefix(kind == 'x' || kind == 'b' || kind == 'o' ? 2 : 1);
  }
  std::uint64_t value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  if (negative && value > (std::uint64_t{1} << 63)) return std::nullopt;
  return fmt::format("{}{}", negative && value != 0 ? "-" : "", value);
}

template <std::size_t N>
bool IsOneOf(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

/// The error is the whole message.
std::expected<std::optional<YamlScalar>, std::string> ResolveWord(std::string_view text) {
  static constexpr std::array<std::string_view, 11> kTrue = {"y",  "Y",  "yes",  "Yes",  "YES", "on",
                                                             "On", "ON", "true", "True", "TRUE"};
  static constexpr std::array<std::string_view, 11> kFalse = {"n",   "N",   "no",    "No",    "NO",   "off",
                                                              "Off", "OFF", "false", "False", "FALSE"};
  static constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};
  static constexpr std::array<std::string_view, 12> kOdd = {".nan",  ".NaN",  ".NAN",  ".inf",  ".Inf",  ".INF",
                                                            "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"};
  if (IsOneOf(text, kTrue) || IsOneOf(text, kFalse)) {
    return YamlScalar{.kind = YamlScalar::Kind::kBool, .boolean = IsOneOf(text, kTrue), .text = {}};
  }
  if (IsOneOf(text, kNull)) {
    return YamlScalar{.kind = YamlScalar::Kind::kNull, .boolean = false, .text = {}};
  }
  if (IsOneOf(text, kOdd)) {
    const bool nan = text.find_first_of("aA") != std::string_view::npos;
    return std::unexpected(fmt::format("json: unsupported value: {}", nan ? "NaN" : text[0] == '-' ? "-Inf" : "+Inf"));
  }
  if (text == "<<") {
    return YamlScalar{.kind = YamlScalar::Kind::kMerge, .boolean = false, .text = std::string(text)};
  }
  return std::nullopt;
}

std::optional<YamlScalar> ResolveNumber(std::string_view text) {
  if (text.empty() || !(IsDigit(text[0]) || text[0] == '-' || text[0] == '+' || text[0] == '.')) return std::nullopt;
  std::string plain(text);
  std::erase(plain, '_');
  if (text[0] != '.') {
    if (auto integer = ParseGoInteger(plain)) {
      return YamlScalar{.kind = YamlScalar::Kind::kInteger, .boolean = false, .text = std::move(*integer)};
    }
  }
  if (!LooksLikeFloat(plain)) return std::nullopt;
  const double value = std::strtod(plain.c_str(), nullptr);
  if (!std::isfinite(value)) return std::nullopt;
  return YamlScalar{.kind = YamlScalar::Kind::kFloat, .boolean = false, .text = NumberText(value)};
}

}  // namespace

std::expected<YamlScalar, std::string> ResolveYamlScalar(const YamlScalarText& node) {
  YamlScalar as_string{.kind = YamlScalar::Kind::kString, .boolean = false, .text = std::string(node.text)};
  if (node.tag == "binary") {
    auto bytes = GoDecodeBase64(node.text);
    if (!bytes) return std::unexpected("yaml: !!binary value contains invalid base64 data");
    as_string.text = ValidUtf8(*bytes);
    return as_string;
  }
  const bool hinted = node.tag == "int" || node.tag == "float" || node.tag == "bool" || node.tag == "null";
  if ((!node.plain && !hinted) || (!node.tag.empty() && !hinted)) return as_string;
  auto word = ResolveWord(node.text);
  if (!word) return std::unexpected(std::move(word.error()));
  std::optional<YamlScalar> scalar = *std::move(word);
  if (!scalar) scalar = ResolveNumber(node.text);
  if (!scalar) scalar = as_string;
  const bool fits = !hinted || (node.tag == "int" && scalar->kind == YamlScalar::Kind::kInteger) ||
                    (node.tag == "float" &&
                     (scalar->kind == YamlScalar::Kind::kFloat || scalar->kind == YamlScalar::Kind::kInteger)) ||
                    (node.tag == "bool" && scalar->kind == YamlScalar::Kind::kBool) ||
                    (node.tag == "null" && scalar->kind == YamlScalar::Kind::kNull);
  if (!fits) {
    return std::unexpected(fmt::format("yaml: cannot decode {} `{}` as a !!{}", "!!str", node.text, node.tag));
  }
  return *scalar;
}

}  // namespace mock_kubeapi::decode
