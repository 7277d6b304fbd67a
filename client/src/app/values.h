// Texts that an operator gives, to typed values. Each function says in one sentence what is right; the caller puts the
// flag's and the variable's names before it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "error.h"

namespace client {

/// Whole numbers; kMisconfigured outside [min, max].
struct Range {
  int min = 0;
  int max = 0;
};
Result<int> ParseNumber(std::string_view text, const Range& range);

/// "10s", "500ms", "2m", "1h", or "10", which is seconds. kMisconfigured for anything else, zero, or over a day.
Result<std::chrono::milliseconds> ParseDuration(std::string_view text);

/// The same, or zero: "0", "0s".
Result<std::chrono::milliseconds> ParseDelay(std::string_view text);

/// A JSON array of strings when it starts with '[', else separated by commas or blanks. kMisconfigured for JSON of
/// another form. Empty words of the second form are left out.
Result<std::vector<std::string>> ParseList(std::string_view text);

/// "192.0.2.0/24": what acme-dns takes for allowfrom. kMisconfigured for anything else.
Result<void> CheckCidr(std::string_view text);

/// A Kubernetes object name: DNS-1123 subdomain, at most 253 characters.
Result<void> CheckObjectName(std::string_view text);

/// A Kubernetes namespace: DNS-1123 label, at most 63 characters.
Result<void> CheckNamespaceName(std::string_view text);

/// An image, or another name that is one word of printable characters.
Result<void> CheckWord(std::string_view text);

/// The form of a time zone's name, "Europe/Zurich"; not whether there is one. Kubernetes refuses "Local".
Result<void> CheckTimeZone(std::string_view text);

/// "somebody@example.com", loosely.
Result<void> CheckEmail(std::string_view text);

/// An https:// URL without user and password.
Result<void> CheckHttpsUrl(std::string_view text);

}  // namespace client
