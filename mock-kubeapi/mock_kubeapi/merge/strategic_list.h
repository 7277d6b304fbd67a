// Lists in strategic merge patches: which items they have, and in which order they come. The order that the patch asks
// for wins over that of its own list, and this over that of the stored one.
// Source: apimachinery's strategicpatch package.
#pragma once

#include <expected>
#include <string>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi::merge {

template <class T>
using StrategicResult = std::expected<T, ApiError>;

/// An error whose text is sent with that status code and no reason (500), or as a bad request (400), or as one that
/// could not be processed (422), which hides its text.
ApiError StrategicError(int code, std::string text);

/// `map: map[…] does not contain declared merge key: name`, 500.
ApiError NoMergeKeyError(const Json& item, const std::string& merge_key);

/// `expected a []interface {}, but received a string`, 500.
ApiError BadTypeError(const std::string& expected, const Json& received);

/// The stored list of a field and the one that the patch has for it.
struct ListPair {
  const Json& original;
  const Json& patch;
};

/// Whether the items are objects. Errors: items of different types, lists as items, no item at all.
StrategicResult<bool> HoldObjects(const ListPair& lists);

/// The values of both lists, each once.
Json JoinScalars(const ListPair& lists);

/// `original` without the values of `patch`.
Json WithoutScalars(const ListPair& lists);

/// The index of the item with that value of the merge key; -1 when there is none. An error when an item is no object.
StrategicResult<int> FindByKey(const Json& list, const std::string& merge_key, const Json& value);

struct OrderRequest {
  const Json& merged;          ///< the items to bring into order
  const Json& patch_order;     ///< the order of those that it has (as items, or as objects with their merge keys)
  const Json& original_order;  ///< the order of the others
  std::string merge_key;       ///< empty for lists of scalars
  bool objects = false;
};
/// Items of the patch in its order; those which only the stored list has where they were, as far as that goes.
StrategicResult<Json> OrderItems(const OrderRequest& request);

/// Checks that `patch` has its items in the order of a $setElementOrder list and none that this lacks.
StrategicResult<void> CheckElementOrder(const Json& patch, const Json& set_order, const std::string& merge_key);

}  // namespace mock_kubeapi::merge
