// Paths to handlers as julienschmidt/httprouter does it, on request targets as Go's net/url reads them: exact routes,
// redirects to a path that was meant, 405 with Allow, 404.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mock_acmedns {

/// A request target, decoded.
struct Target {
  std::string origin;  ///< "http://host" of an absolute target; else empty
  std::string path;    ///< percent-decoded
  std::string query;   ///< with its '?', as sent; empty when there is none
};

/// As url.ParseRequestURI: "/path?query", "*" or an absolute URL. nullopt for what Go's server refuses with 400.
std::optional<Target> ParseTarget(std::string_view method, std::string_view target);

/// As httprouter.CleanPath: begins with '/', no empty, "." or ".." segments; a final '/' stays.
std::string CleanPath(std::string_view path);

enum class Route { kRegister, kUpdate, kHealth };

struct Routing {
  enum class Kind { kRoute, kRedirect, kOptions, kMethodNotAllowed, kNotFound };
  Kind kind = Kind::kNotFound;
  Route route = Route::kHealth;  ///< for kRoute
  std::string location;          ///< path for kRedirect, without query
  std::string allow;             ///< for kOptions and kMethodNotAllowed
};

/// The fixed routes of acme-dns.
class Router {
 public:
  explicit Router(bool has_register);
  Routing Find(std::string_view method, std::string_view path) const;

 private:
  struct Entry {
    std::string_view path;
    Route route;
  };
  using Entries = std::vector<Entry>;
  const Entries* EntriesOf(std::string_view method) const;
  static std::optional<std::string> FixedPath(const Entries& entries, std::string_view path);
  std::string Allowed(std::string_view path, std::string_view except_method) const;

  Entries get_;
  Entries post_;
};

}  // namespace mock_acmedns
