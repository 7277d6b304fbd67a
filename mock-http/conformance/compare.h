// Compares what a server answered with what was recorded: volatile values don't count, equality between them does.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/scenario.h"

namespace mock_http::conformance {

/// Which live value stands for which recorded <uuid#N> or <rv#N>: one to one within a scenario.
class Bindings {
 public:
  /// True if `got` is `want` with each placeholder standing for one value, the same as before; binds new ones. When it
  /// is false nothing is bound.
  bool Match(std::string_view want, std::string_view got);

 private:
  std::map<std::string, std::string, std::less<>> value_of_;
  std::map<std::pair<std::string, std::string>, std::string> placeholder_of_;
};

/// Brings a live answer into the form in which answers were recorded, apart from UUIDs and resourceVersions, which
/// Bindings matches: times, passwords, tokens, saved values and the namespace become placeholders.
class Normaliser {
 public:
  /// `shapes`: saved values are also recognised in upper case and without hyphens (acme-dns recordings).
  Normaliser(const Variables& variables, bool shapes) : variables_(variables), shapes_(shapes) {}

  std::string Text(std::string_view text) const;
  Json Value(const Json& value) const { return Value(value, ""); }

 private:
  Json Value(const Json& value, std::string_view key) const;

  const Variables& variables_;
  bool shapes_;
};

enum class Mode {
  kExact,     ///< the whole body
  kContains,  ///< the server's objects may have more keys, its arrays more items
  kStatus,    ///< the status alone
};
/// "exact", "contains" or "status"; anything else counts as exact.
Mode ModeFromText(std::string_view text);

/// One line per difference, each beginning with the JSON pointer `where`; empty when `got` is as wanted. Binds
/// placeholders on the way.
std::vector<std::string> Differences(const Json& want, const Json& got, Mode mode, Bindings& bindings,
                                     const std::string& where);

/// Compares a step's "expect" with what was seen: {"status", "headers", "body" | "text" | "lines"}, {"answers": […]} or
/// a DNS reply.
std::vector<std::string> CompareAnswer(const Json& expect, const Json& seen, Mode mode, Bindings& bindings);

}  // namespace mock_http::conformance
