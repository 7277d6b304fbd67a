// Values seen through their type: which fields they own, how two of them differ, how they merge. Lists and maps behave
// as the type says: as a whole (atomic), as a set, by the keys of their items, or key by key. Source:
// structured-merge-diff's typed package.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "mock_kubeapi/merge/field_set.h"
#include "mock_kubeapi/schema/type.h"

namespace mock_kubeapi::merge {

/// What is wrong with a value, one text per finding ("`.spec.x: field not declared in schema`"); empty: it fits the
/// type.
std::vector<std::string> FindSchemaErrors(const schema::Type& type, const Json& value);

/// Whether FindSchemaErrors has nothing to say of an object without its metadata.managedFields; takes no memory. What
/// is the same in `fitting`, which fits and may be null, is not looked at again.
bool FitsSchema(const schema::Type& type, const Json& object, const Json* fitting = nullptr);

/// The same of one field.
bool FieldFitsSchema(const schema::Type& type, const Json& object, const char* field);

/// One text of several findings, as the server joins them.
std::string JoinSchemaErrors(const std::vector<std::string>& errors);

/// The fields that a configuration with this value owns: its leaves, the items of its lists and the keys of its maps.
/// Not the named fields that lead there. `value` must fit the type (also below).
FieldSet FieldsOf(const schema::Type& type, const Json& value);

/// `live` with everything that `config` says. Nothing is removed. The order of items of keyed lists and sets is that of
/// `config`, with those that only `live` has kept where they were.
Json MergeTyped(const schema::Type& type, const Json& live, const Json& config);

/// How `fresh` differs from `old`. No field is in more than one of the sets.
struct Comparison {
  FieldSet removed;
  FieldSet modified;
  FieldSet added;

  bool Same() const { return removed.Empty() && modified.Empty() && added.Empty(); }
};
Comparison CompareTyped(const schema::Type& type, const Json& old, const Json& fresh);

/// The same for two objects, without a look at metadata.managedFields. nullopt where it takes a copy without them to
/// compare as CompareTyped would, which no real object needs.
std::optional<Comparison> CompareObjects(const schema::Type& type, const Json& live, const Json& fresh);

/// As CompareTyped, for objects that differ in that field at most.
Comparison CompareField(const schema::Type& type, const Json& live, const Json& fresh, const char* field);

/// `value` without these fields. A container all of whose contents go becomes null.
Json RemoveFields(const schema::Type& type, const Json& value, const FieldSet& fields);

/// The same fields, and the named fields that lead to them.
FieldSet WithNamedFields(const schema::Type& type, const FieldSet& fields);

/// The same fields after a change of the schema: what lies below a node that is atomic now is replaced by the node.
FieldSet ReconcileWithSchema(const schema::Type& type, const FieldSet& fields);

}  // namespace mock_kubeapi::merge
