// The table of kinds: those of kinds/builtin.h and those which CustomResourceDefinitions add while the server runs.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

/// A row. Shared, because a watch may outlive the CustomResourceDefinition that made it.
using KindPtr = std::shared_ptr<const Kind>;

struct GroupVersionResource {
  std::string_view group;
  std::string_view version;
  std::string_view resource;  ///< plural
};

struct GroupVersionKind {
  std::string_view group;
  std::string_view version;
  std::string_view kind;
};

/// Thread-compatible: the owner serialises calls.
class KindTable {
 public:
  explicit KindTable(std::vector<Kind> builtin);

  /// Null when there is no such row.
  KindPtr Find(const GroupVersionResource& name) const;
  KindPtr FindByKind(const GroupVersionKind& name) const;
  /// A row of that collection at any version, the first one there is.
  KindPtr FindAnyVersion(std::string_view group, std::string_view resource) const;
  /// The rows that read and write the store's collection of that qualified name; empty when there are none.
  std::vector<KindPtr> OfStorage(std::string_view storage) const;
  /// Built-in rows first, in their order; then custom ones by group, plural and version.
  const std::vector<KindPtr>& rows() const { return rows_; }
  bool HasGroup(std::string_view group) const;
  bool HasGroupVersion(std::string_view group, std::string_view version) const;

  /// Replaces the rows that the CustomResourceDefinition called `definition` added; none removes them.
  void SetCustom(const std::string& definition, std::vector<Kind> rows);
  /// Grows with each change of the rows: what is derived from them (discovery, OpenAPI) can be kept until then.
  std::uint64_t generation() const { return generation_; }

 private:
  void Rebuild();

  std::vector<KindPtr> builtin_;
  std::map<std::string, std::vector<KindPtr>> custom_;
  std::vector<KindPtr> rows_;
  std::map<std::string, KindPtr, std::less<>> by_resource_;  ///< "group/version/plural"
  std::uint64_t generation_ = 0;
};

}  // namespace mock_kubeapi
