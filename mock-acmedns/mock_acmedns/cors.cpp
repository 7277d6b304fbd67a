#include "mock_acmedns/cors.h"

#include <algorithm>
#include <array>

namespace mock_acmedns {
namespace {

char Upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string ToUpper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), Upper);
  return out;
}

bool IsMethodAllowed(std::string_view method) {
  const std::string upper = ToUpper(method);
  return upper == "OPTIONS" || upper == "GET" || upper == "POST";
}

bool AreHeadersAllowed(const std::vector<std::string>& names) {
  static constexpr std::array<std::string_view, 4> kAllowed = {"Origin", "Accept", "Content-Type", "X-Requested-With"};
  return std::ranges::all_of(names, [](const std::string& name) {
    return std::ranges::any_of(
        kAllowed, [&name](std::string_view allowed) { return mock_http::EqualsIgnoringCase(name, allowed); });
  });
}

std::string_view Value(const mock_http::Request& request, std::string_view name) {
  return request.headers.Get(name).value_or(std::string_view());
}

}  // namespace

std::vector<std::string> ParseHeaderList(std::string_view list) {
  std::vector<std::string> names;
  std::string name;
  bool upper = true;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const char c = list[i];
    const bool is_letter = Lower(c) >= 'a' && Lower(c) <= 'z';
    if (is_letter) {
      name.push_back(upper ? Upper(c) : Lower(c));
    } else if (c == '-' || c == '_' || (c >= '0' && c <= '9')) {
      name.push_back(c);
    }
    if (c == ' ' || c == ',' || i + 1 == list.size()) {
      if (!name.empty()) {
        names.push_back(std::move(name));
        name.clear();
        upper = true;
      }
    } else {
      upper = c == '-' || c == '_';
    }
  }
  return names;
}

bool IsPreflight(const mock_http::Request& request) {
  return request.method == "OPTIONS" && !Value(request, "Access-Control-Request-Method").empty();
}

mock_http::Response AnswerPreflight(const mock_http::Request& request) {
  mock_http::Response response;
  for (const std::string_view name : {"Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"}) {
    response.headers.Add("Vary", std::string(name));
  }
  const std::string_view method = Value(request, "Access-Control-Request-Method");
  const std::vector<std::string> names = ParseHeaderList(Value(request, "Access-Control-Request-Headers"));
  if (Value(request, "Origin").empty() || !IsMethodAllowed(method) || !AreHeadersAllowed(names)) return response;
  response.headers.Add("Access-Control-Allow-Origin", "*");
  response.headers.Add("Access-Control-Allow-Methods", ToUpper(method));
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  if (!joined.empty()) response.headers.Add("Access-Control-Allow-Headers", joined);
  return response;
}

void AddCorsHeaders(const mock_http::Request& request, mock_http::Response& response) {
  response.headers.Add("Vary", "Origin");
  if (!Value(request, "Origin").empty() && IsMethodAllowed(request.method)) {
    response.headers.Add("Access-Control-Allow-Origin", "*");
  }
}

}  // namespace mock_acmedns
