// Reading decoded objects: a field that is absent and one that is null mean the same, "not set".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// The field's value; null where it is not set. `object` may be anything.
const Json* FieldOf(const Json& object, std::string_view name);
Json* FieldOf(Json& object, std::string_view name);
bool IsSet(const Json& object, std::string_view name);

/// The value at a path of object members; null where any of them is not set.
template <class... Names>
const Json* FieldAt(const Json& object, Names... names) {
  const Json* at = &object;
  ((at = at == nullptr ? nullptr : FieldOf(*at, names)), ...);
  return at;
}

/// A list or object that lives as long as `object`; an empty one where the field is not set or of another type.
const Json& ListOf(const Json& object, std::string_view name);
const Json& ObjectOf(const Json& object, std::string_view name);
/// The field's text; empty where it is not set or no text.
const std::string& TextOf(const Json& object, std::string_view name);
std::optional<std::int64_t> IntegerOf(const Json& object, std::string_view name);
bool IsTrue(const Json& object, std::string_view name);

/// metadata.uid; empty where there is none.
const std::string& UidOf(const Json& object);
/// Whether metadata.deletionTimestamp is set.
bool IsBeingDeleted(const Json& object);
/// Whether metadata.finalizers names it.
bool HasFinalizer(const Json& object, std::string_view finalizer);

/// Sets the field unless it is set already.
void SetDefault(Json& object, std::string_view name, Json value);
/// As SetDefault, and an empty text counts as not set.
void SetDefaultText(Json& object, std::string_view name, std::string_view value);

/// A copy with another status.
Json CopyWithStatus(const Json& object, Json status);

/// Both values as they are seen by the API server's semantic comparison: unset, null and empty lists and objects are
/// equal.
bool SemanticallyEqual(const Json* a, const Json* b);

}  // namespace mock_kubeapi
