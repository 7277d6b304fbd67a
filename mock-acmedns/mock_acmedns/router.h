// Paths to handlers as julienschmidt/httprouter does it: exact routes, redirects to a path that was meant, 405 with
// Allow, 404.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mock_acmedns {

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
