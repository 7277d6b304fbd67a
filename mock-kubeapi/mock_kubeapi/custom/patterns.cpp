#include "mock_kubeapi/custom/patterns.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

namespace mock_kubeapi::custom {
namespace {

std::unique_ptr<RE2> Compile(const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  return std::make_unique<RE2>(pattern, options);
}

/// What Go says of an error in a regular expression.
std::string_view GoRegexWords(RE2::ErrorCode code) {
  switch (code) {
    case RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case RE2::ErrorBadCharClass:
      return "invalid character class";
    case RE2::ErrorBadCharRange:
      return "invalid character class range";
    case RE2::ErrorMissingBracket:
      return "missing closing ]";
    case RE2::ErrorMissingParen:
      return "missing closing )";
    case RE2::ErrorUnexpectedParen:
      return "unexpected )";
    case RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8:
      return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    default:
      return "regexp/syntax: internal error";
  }
}

}  // namespace

bool MatchesPattern(const std::string& pattern, const std::string& text) {
  static std::mutex mutex;
  static std::unordered_map<std::string, std::shared_ptr<const RE2>> compiled;
  constexpr std::size_t kPatternsMax = 1000;
  std::shared_ptr<const RE2> regex;
  {
    const std::lock_guard lock(mutex);
    if (compiled.size() > kPatternsMax) {
      compiled.clear();
    }
    std::shared_ptr<const RE2>& kept = compiled[pattern];
    if (kept == nullptr) {
      kept = Compile(pattern);
    }
    regex = kept;
  }
  return RE2::PartialMatch(text, *regex);
}

std::string RegexError(const std::string& pattern) {
  const std::unique_ptr<RE2> regex = Compile(pattern);
  if (regex->ok()) {
    return {};
  }
  return fmt::format("error parsing regexp: {}: `{}`", GoRegexWords(regex->error_code()), regex->error_arg());
}

}  // namespace mock_kubeapi::custom
