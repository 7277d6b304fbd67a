#include "mock_kubeapi/api/deadline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "mock_kubeapi/decode/ascii.h"
#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi {
namespace {

using decode::IsDigit;

constexpr std::array<std::pair<std::string_view, double>, 8> kUnits = {
    {{"ns", 1}, {"us", 1e3}, {"\u00b5s", 1e3}, {"\u03bcs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}}};
/// Nanoseconds are counted in 63 bits.
constexpr double kNanosecondsMax = 9.223372036854775807e18;

/// Takes what is before the first character that `ends`.
template <class Predicate>
std::string_view Take(std::string_view& text, Predicate ends) {
  const auto end = std::find_if(text.begin(), text.end(), ends);
  const std::string_view taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(taken.size());
  return taken;
}

bool IsLongRunning(const RequestInfo& info) {
  static constexpr std::array<std::string_view, 5> kSubresources = {"attach", "exec", "proxy", "log", "portforward"};
  if (info.verb == "watch" || info.verb == "proxy") return true;
  return info.is_resource &&
         std::find(kSubresources.begin(), kSubresources.end(), info.subresource) != kSubresources.end();
}

}  // namespace

std::expected<void, std::string> CheckGoDuration(std::string_view text) {
  const auto invalid = [whole = text] { return std::unexpected("time: invalid duration " + GoQuote(whole)); };
  std::string_view rest = text;
  if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return {};
  if (rest.empty()) return invalid();
  double sum = 0;
  while (!rest.empty()) {
    const auto is_no_digit = [](char c) { return !IsDigit(c); };
    std::string number(Take(rest, is_no_digit));
    if (rest.starts_with('.')) {
      rest.remove_prefix(1);
      const std::string_view fraction = Take(rest, is_no_digit);
      if (number.empty() && fraction.empty()) return invalid();
      number = fmt::format("0{}.{}0", number, fraction);
    }
    if (number.empty()) return invalid();
    const std::string_view unit = Take(rest, [](char c) { return c == '.' || IsDigit(c); });
    if (unit.empty()) return std::unexpected("time: missing unit in duration " + GoQuote(text));
    const auto known = std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& each) { return each.first == unit; });
    if (known == kUnits.end()) {
      return std::unexpected(fmt::format("time: unknown unit {} in duration {}", GoQuote(unit), GoQuote(text)));
    }
    sum += std::strtod(number.c_str(), nullptr) * known->second;  // infinite where there are too many digits
    if (sum > kNanosecondsMax) return invalid();
  }
  return {};
}

Result<void> CheckTimeout(const RequestInfo& info, const QueryParameters& query) {
  const std::string_view timeout = query.Text("timeout");
  if (timeout.empty() || IsLongRunning(info)) return {};
  if (const auto duration = CheckGoDuration(timeout); !duration) {
    return std::unexpected(BadRequestError("invalid timeout specified in the request URL - " + duration.error()));
  }
  return {};
}

}  // namespace mock_kubeapi
