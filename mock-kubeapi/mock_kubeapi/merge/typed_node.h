// What the walks over typed values share: how a type treats the value at hand, and how list items are named.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <vector>

#include "mock_kubeapi/merge/path_element.h"
#include "mock_kubeapi/schema/type.h"

namespace mock_kubeapi::merge {

/// How a value is walked.
enum class Walk : std::uint8_t { kScalar, kList, kMap };

/// How a value of that type is walked. Where the type allows anything, the value decides; null counts as a map.
Walk WalkOf(const schema::Type& type, const Json& value);

/// The type of a map's or object's field, null when it may not be there.
const schema::Type* FieldType(const schema::Type& type, const std::string& name);

/// Whether the field is one that the type names (and not a key of a map).
bool IsNamedField(const schema::Type& type, const std::string& name);

/// Whether a list or map is owned and replaced as a whole.
bool IsAtomic(const schema::Type& type, Walk walk);

/// The path element of an item of a list that is not atomic. An error is the text of why it has none.
std::expected<PathElement, std::string> ItemElement(const schema::Type& list, const Json& item);

/// The type of a list's items.
const schema::Type& ItemType(const schema::Type& list);

/// A list's items by their path elements, in the list's order. Items that can't be named are left out.
struct IndexedList {
  std::vector<PathElement> order;
  std::map<PathElement, const Json*> items;

  const Json* Find(const PathElement& element) const {
    const auto found = items.find(element);
    return found == items.end() ? nullptr : found->second;
  }
};
/// `list` may be null or no list: then there are none.
IndexedList IndexList(const schema::Type& type, const Json* list);

/// Whether there is something to descend into: not when absent, null, empty or of another kind.
bool HasItems(const Json* value, Walk walk);

/// Whether two values are compared and merged as wholes. Either may be absent (null pointer).
bool IsLeaf(const schema::Type& type, Walk walk, const Json* left, const Json* right);

}  // namespace mock_kubeapi::merge
