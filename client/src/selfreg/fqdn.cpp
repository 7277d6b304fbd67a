#include "selfreg/fqdn.h"

#include <fmt/format.h>
#include <idn2.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "base/text.h"

namespace client {
namespace {

constexpr std::size_t kLabelLengthMax = 63;

std::unexpected<Error> Bad(std::string_view text, std::string_view rule) {
  return Fail(ErrorKind::kMisconfigured, fmt::format("\"{}\" is no FQDN to register: {}", Printable(text, 100), rule));
}

bool HasALabel(std::string_view lower) {
  return lower.starts_with("xn--") || lower.find(".xn--") != lower.npos;
}

/// `text` in lower case and A-labels; the rule it breaks where that is impossible.
std::expected<std::string, std::string> ToALabels(const std::string& text) {
  const bool ascii = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii && !HasALabel(ToLower(text))) return ToLower(text);
  char* converted = nullptr;
  const int status = idn2_to_ascii_8z(text.c_str(), &converted, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<char, decltype(&idn2_free)> owner(converted, &idn2_free);
  if (status != IDN2_OK) {
    return std::unexpected(fmt::format("not a valid internationalised name ({})", idn2_strerror(status)));
  }
  return ToLower(std::string_view(converted));
}

/// The rule that `label` breaks.
std::optional<std::string> LabelProblem(std::string_view label) {
  if (label.empty()) return "a label is empty";
  if (label.size() > kLabelLengthMax) return fmt::format("a label has more than {} characters", kLabelLengthMax);
  const auto belongs = [](char c) { return IsLowerLetter(c) || IsDigit(c) || c == '-'; };
  if (!std::ranges::all_of(label, belongs)) return "it holds other characters than letters, digits, hyphens and dots";
  if (label.front() == '-' || label.back() == '-') return "a label starts or ends with a hyphen";
  return std::nullopt;
}

}  // namespace

Result<std::string> NormaliseFqdn(std::string_view text) {
  const std::string_view trimmed = Trim(text);
  if (trimmed.empty()) return Bad(text, "it is empty");
  if (trimmed.find('\0') != std::string_view::npos) return Bad(text, "it holds a zero byte");
  std::string_view name = trimmed;
  if (name.starts_with("*.")) name.remove_prefix(2);
  if (name.find('*') != std::string_view::npos) return Bad(text, "a wildcard stands only alone, as the first label");
  auto ascii = ToALabels(std::string(name));
  if (!ascii) return Bad(text, ascii.error());
  if (ascii->ends_with('.')) ascii->pop_back();
  if (ascii->starts_with("_acme-challenge.")) return Bad(text, "give the name without _acme-challenge");

  std::size_t labels = 0;
  std::string_view last;
  for (std::string_view rest = *ascii;; ++labels) {
    const std::size_t dot = rest.find('.');
    last = rest.substr(0, dot);
    if (const auto problem = LabelProblem(last)) return Bad(text, *problem);
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  if (labels == 0) return Bad(text, "it has one label only");
  if (std::ranges::all_of(last, IsDigit)) return Bad(text, "it ends in a number, as an IP address does");
  if (ascii->size() > kFqdnLengthMax) {
    return Bad(text, fmt::format("it has more than {} characters, so _acme-challenge before it is no DNS name",
                                 kFqdnLengthMax));
  }
  return *std::move(ascii);
}

Result<std::vector<std::string>> ParseFqdns(std::string_view text) {
  std::vector<std::string> items;
  if (Trim(text).starts_with('[')) {
    const auto list = ParseJson(text);
    if (!list) {
      return Fail(ErrorKind::kMisconfigured, fmt::format("starts like a JSON array and is {}", list.error().message));
    }
    for (const nlohmann::json& item : *list) {
      if (!item.is_string()) {
        return Fail(ErrorKind::kMisconfigured, fmt::format("holds {}, not only strings", item.type_name()));
      }
      items.push_back(item.get<std::string>());
    }
  } else {
    std::string item;
    const auto finish = [&] {
      if (!item.empty()) items.push_back(std::exchange(item, {}));
    };
    for (const char c : text) {
      if (c == ',' || IsSpace(c)) {
        finish();
      } else {
        item += c;
      }
    }
    finish();
  }
  if (items.empty()) {
    return Fail(ErrorKind::kMisconfigured, "no FQDN is given; write e.g. api.example.com,*.apps.example.com");
  }
  std::vector<std::string> fqdns;
  for (const std::string& item : items) {
    auto fqdn = NormaliseFqdn(item);
    if (!fqdn) return std::unexpected(fqdn.error());
    fqdns.push_back(*std::move(fqdn));
  }
  std::ranges::sort(fqdns);
  const auto [first, last] = std::ranges::unique(fqdns);
  fqdns.erase(first, last);
  return fqdns;
}

}  // namespace client
