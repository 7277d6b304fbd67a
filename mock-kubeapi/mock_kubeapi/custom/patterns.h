// Regular expressions of schemas. They are Go's, whose syntax is RE2's.
#pragma once

#include <string>

namespace mock_kubeapi::custom {

/// Whether `text` has a part that matches. Compiled patterns are kept: every object of a kind is checked against the
/// same few. Thread-safe.
bool MatchesPattern(const std::string& pattern, const std::string& text);

/// Whether `pattern` is a regular expression that can be used; otherwise the error.
std::string RegexError(const std::string& pattern);

}  // namespace mock_kubeapi::custom
