// For the tests of kinds: a store of a few objects, complaints as texts.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "mock_http/clock.h"
#include "mock_http/random.h"
#include "mock_kubeapi/kinds/kind.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {

/// The texts of complaints, as they appear in a Status message.
inline std::vector<std::string> Texts(const FieldErrors& errors) {
  std::vector<std::string> texts;
  for (const FieldError& error : errors) texts.push_back(error.Text());
  return texts;
}

/// A context with a real store, a clock that stands still and seeded randomness. Warnings are collected.
class KindTestContext {
 public:
  KindContext context() { return {.clock = clock, .random = random, .store = store, .warnings = &warnings}; }
  /// Adds a ServiceAccount to the namespace "ns".
  void AddServiceAccount(const std::string& name, Json more = Json::object()) {
    more["metadata"] = {{"name", name}, {"namespace", "ns"}, {"uid", "uid-of-" + name}};
    store.Put({.resource = "serviceaccounts", .namespace_name = "ns", .name = name}, std::move(more));
  }

  mock_http::VirtualClock clock;
  mock_http::SeededRandom random{1};
  Store store;
  std::vector<std::string> warnings;
};

}  // namespace mock_kubeapi
