#include "mock_kubeapi/discovery/version_order.h"

#include <charconv>
#include <compare>
#include <optional>

namespace mock_kubeapi::discovery {
namespace {

struct Version {
  int stability = 0;  ///< 2: stable, 1: beta, 0: alpha
  int major = 0;
  int minor = 0;  ///< the number after beta or alpha

  auto operator<=>(const Version&) const = default;
};

/// Takes a number without leading zeros off `text`.
std::optional<int> TakeNumber(std::string_view* text) {
  int value = 0;
  const auto [rest, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || value <= 0 || text->front() == '0' || text->front() == '-') {
    return std::nullopt;
  }
  text->remove_prefix(static_cast<std::size_t>(rest - text->data()));
  return value;
}

std::optional<Version> Parse(std::string_view text) {
  if (!text.starts_with('v')) {
    return std::nullopt;
  }
  text.remove_prefix(1);
  Version version;
  const std::optional<int> major = text.empty() ? std::nullopt : TakeNumber(&text);
  if (!major) {
    return std::nullopt;
  }
  version.major = *major;
  if (text.empty()) {
    version.stability = 2;
    return version;
  }
  for (const std::string_view word : {"alpha", "beta"}) {
    if (text.starts_with(word)) {
      text.remove_prefix(word.size());
      version.stability = word == "beta" ? 1 : 0;
      const std::optional<int> minor = text.empty() ? std::nullopt : TakeNumber(&text);
      if (!minor || !text.empty()) {
        return std::nullopt;
      }
      version.minor = *minor;
      return version;
    }
  }
  return std::nullopt;
}

}  // namespace

bool IsPreferredVersion(std::string_view a, std::string_view b) {
  const std::optional<Version> left = Parse(a);
  const std::optional<Version> right = Parse(b);
  if (left.has_value() != right.has_value()) {
    return left.has_value();
  }
  return left ? *left > *right : a < b;
}

}  // namespace mock_kubeapi::discovery
