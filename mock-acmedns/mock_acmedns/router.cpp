#include "mock_acmedns/router.h"

#include <algorithm>
#include <utility>

#include "mock_http/http_message.h"

namespace mock_acmedns {
std::string CleanPath(std::string_view path) {
  std::vector<std::string_view> kept;
  bool ends_with_slash = false;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view segment = path.substr(0, slash);
    ends_with_slash = slash != std::string_view::npos;
    path = ends_with_slash ? path.substr(slash + 1) : std::string_view();
    if (segment.empty() && ends_with_slash) continue;
    if (segment == ".") {
      // "/a/." is a folder; so is "/a/..", whose parent's slash stays below.
      ends_with_slash = true;
    } else if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty()) {
      kept.push_back(segment);
    }
  }
  std::string out;
  for (const std::string_view segment : kept) out.append("/").append(segment);
  if (kept.empty()) return "/";
  return ends_with_slash ? out + "/" : out;
}

Router::Router(bool has_register) : get_{{"/health", Route::kHealth}}, post_{{"/update", Route::kUpdate}} {
  if (has_register) post_.insert(post_.begin(), {"/register", Route::kRegister});
}

const Router::Entries* Router::EntriesOf(std::string_view method) const {
  if (method == "GET") return &get_;
  return method == "POST" ? &post_ : nullptr;
}

std::optional<std::string> Router::FixedPath(const Entries& entries, std::string_view path) {
  for (const Entry& entry : entries) {
    if (path.size() == entry.path.size() + 1 && path.back() == '/' && path.starts_with(entry.path)) {
      return std::string(entry.path);
    }
  }
  const std::string clean = CleanPath(path);
  for (const Entry& entry : entries) {
    if (mock_http::EqualsIgnoringCase(clean, entry.path) ||
        mock_http::EqualsIgnoringCase(clean, std::string(entry.path) + "/")) {
      return std::string(entry.path);
    }
  }
  // A tree with one route has no node for "/", and the library then takes "/" for a route with a slash too many.
  if (clean == "/" && entries.size() == 1) return "/";
  return std::nullopt;
}

std::string Router::Allowed(std::string_view path, std::string_view except_method) const {
  if (path == "*") return "GET, OPTIONS, POST";
  const auto has = [path](const Entries& entries) {
    return std::ranges::any_of(entries, [path](const Entry& entry) { return entry.path == path; });
  };
  // OPTIONS itself, then in alphabetical order.
  if (except_method != "GET" && has(get_)) return "GET, OPTIONS";
  return except_method != "POST" && has(post_) ? "OPTIONS, POST" : "";
}

Routing Router::Find(std::string_view method, std::string_view path) const {
  if (const Entries* entries = EntriesOf(method)) {
    for (const Entry& entry : *entries) {
      if (entry.path == path) return {.kind = Routing::Kind::kRoute, .route = entry.route, .location = {}, .allow = {}};
    }
    if (path != "/") {
      if (auto fixed = FixedPath(*entries, path)) {
        return {.kind = Routing::Kind::kRedirect, .route = {}, .location = std::move(*fixed), .allow = {}};
      }
    }
  }
  std::string allow = Allowed(path, method);
  if (allow.empty()) return {};
  return {.kind = method == "OPTIONS" ? Routing::Kind::kOptions : Routing::Kind::kMethodNotAllowed,
          .route = {},
          .location = {},
          .allow = std::move(allow)};
}

}  // namespace mock_acmedns
