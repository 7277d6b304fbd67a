// A set of fields of an object, as a tree of path elements. A field can be a member, have members below it, or both.
// Everything server-side apply decides is set algebra on these.
// Source: structured-merge-diff's fieldpath.Set and its FieldsV1 form.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "mock_kubeapi/merge/path_element.h"

namespace mock_kubeapi::merge {

/// A value type. Copies are deep.
class FieldSet {
 public:
  struct Node;

  FieldSet();
  ~FieldSet();
  FieldSet(const FieldSet&);
  FieldSet& operator=(const FieldSet&);
  FieldSet(FieldSet&&) noexcept;
  FieldSet& operator=(FieldSet&&) noexcept;

  /// Sets of named fields: {{"metadata","name"}} holds .metadata.name and not .metadata.
  static FieldSet OfFields(const std::vector<std::vector<std::string>>& paths);

  /// Reads the fieldsV1 object of a managedFields entry. Unknown kinds of path elements are dropped. An error is the
  /// text of what is wrong.
  static std::expected<FieldSet, std::string> FromFieldsV1(const Json& fields);
  Json ToFieldsV1() const;

  bool Empty() const;
  /// Number of members.
  std::size_t Size() const;
  /// Adds the path, and not its parents. The empty path is not added.
  void Insert(const Path& path);
  /// Adds to this level: `element` if `member`, and all of `below` under it.
  void Add(PathElement element, bool member, FieldSet below);
  bool Has(const Path& path) const;
  /// Whether this level's `element` is a member.
  bool HasHere(const PathElement& element) const;
  /// What is below this level's `element`; null when nothing is.
  const FieldSet* Below(const PathElement& element) const;

  FieldSet Union(const FieldSet& other) const;
  FieldSet Intersection(const FieldSet& other) const;
  /// Without the members of `other`. A member of `other` takes nothing below it away: {a.b} - {a} = {a.b}.
  FieldSet Difference(const FieldSet& other) const;
  /// Without the members of `other` and everything below them.
  FieldSet RecursiveDifference(const FieldSet& other) const;

  /// In place: Difference. Whether it took anything away.
  bool Subtract(const FieldSet& other);
  /// In place: RecursiveDifference.
  void SubtractRecursively(const FieldSet& other);
  /// In place: Union.
  void Include(FieldSet other);

  /// Calls `visit` for each member: those of a level in order, then those below each of its elements.
  void ForEach(const std::function<void(const Path&)>& visit) const;
  /// For messages of tests: one path a line.
  std::string Text() const;

  bool operator==(const FieldSet& other) const;

  /// The level's elements in order; none is without membership and without anything below it.
  const std::vector<Node>& nodes() const { return nodes_; }

 private:
  const Node* FindNode(const PathElement& element) const;

  std::vector<Node> nodes_;
};

struct FieldSet::Node {
  PathElement element;
  bool member = false;
  FieldSet below;
};

}  // namespace mock_kubeapi::merge
