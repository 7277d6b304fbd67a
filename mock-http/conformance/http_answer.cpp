#include "conformance/http_answer.h"

#include <algorithm>
#include <array>

namespace mock_http::conformance {
namespace {

bool IsKept(std::string_view name, bool is_acme) {
  static constexpr std::array<std::string_view, 13> kNames = {"content-type",
                                                              "allow",
                                                              "warning",
                                                              "retry-after",
                                                              "www-authenticate",
                                                              "location",
                                                              "vary",
                                                              "access-control-allow-origin",
                                                              "access-control-allow-methods",
                                                              "access-control-allow-headers",
                                                              "access-control-allow-credentials",
                                                              "access-control-max-age",
                                                              "x-content-type-options"};
  constexpr std::size_t kKubeNames = 7;
  const auto end = is_acme ? kNames.end() : kNames.begin() + kKubeNames;
  return std::find(kNames.begin(), end, name) != end;
}

}  // namespace

Json KeptHeaders(const Response& response, bool is_acme) {
  Json kept = Json::object();
  for (const auto& [name, value] : response.headers.fields()) {
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (!IsKept(lower, is_acme)) continue;
    if (kept.contains(lower)) {
      kept[lower] = kept[lower].get<std::string>() + ", " + value;
    } else {
      kept[lower] = value;
    }
  }
  return kept;
}

void AddBody(const std::string& body, Json& answer) {
  if (body.empty()) return;
  Json parsed = Json::parse(body, nullptr, false);
  if (parsed.is_discarded()) {
    answer["text"] = body;
  } else {
    answer["body"] = std::move(parsed);
  }
}

}  // namespace mock_http::conformance
