#include "mock_kubeapi/merge/strategic_list.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "mock_kubeapi/go_value.h"

namespace mock_kubeapi::merge {
namespace {

/// Go compares values within an interface{} with their types: 1 is not 1.0.
bool Same(const Json& a, const Json& b) {
  return GoTypeName(a) == GoTypeName(b) && a == b;
}

bool Contains(const Json& list, const Json& value) {
  return std::any_of(list.begin(), list.end(), [&value](const Json& item) { return Same(item, value); });
}

/// What an item is compared by: its merge key (null when it has none), or itself.
const Json* Identity(const Json& item, const OrderRequest& request) {
  static const Json none;
  if (!request.objects) {
    return &item;
  }
  if (!item.is_object()) {
    return &none;
  }
  const auto value = item.find(request.merge_key);
  return value == item.end() ? &none : &*value;
}

int IndexOf(const Json& order, const Json& item, const OrderRequest& request) {
  const Json& wanted = *Identity(item, request);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (Same(*Identity(order[i], request), wanted)) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

bool IsDeleteDirective(const Json& item) {
  if (!item.is_object()) {
    return false;
  }
  const auto directive = item.find("$patch");
  return directive != item.end() && *directive == "delete";
}

/// Sorts by `order`; directives to delete come last, items without a place keep it.
StrategicResult<std::vector<Json>> SortBy(std::vector<Json> items, const Json& order, const OrderRequest& request) {
  std::vector<Json> deletions;
  if (request.objects) {
    const auto check = [&request](const auto& list) -> StrategicResult<void> {
      for (const Json& item : list) {
        if (!item.is_object()) {
          return std::unexpected(BadTypeError("map[string]interface {}", item));
        }
        if (!item.contains(request.merge_key)) {
          return std::unexpected(NoMergeKeyError(item, request.merge_key));
        }
      }
      return {};
    };
    if (auto checked = check(items); !checked) {
      return std::unexpected(std::move(checked.error()));
    }
    if (auto checked = check(order); !checked) {
      return std::unexpected(std::move(checked.error()));
    }
    const auto first_deletion =
        std::stable_partition(items.begin(), items.end(), [](const Json& item) { return !IsDeleteDirective(item); });
    deletions.assign(std::make_move_iterator(first_deletion), std::make_move_iterator(items.end()));
    items.erase(first_deletion, items.end());
  }
  std::vector<std::pair<int, Json>> keyed;
  keyed.reserve(items.size());
  for (Json& item : items) {
    const int index = IndexOf(order, item, request);
    keyed.emplace_back(index, std::move(item));
  }
  // Those without a place come first, as the server's comparison has it.
  std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Json> sorted;
  sorted.reserve(keyed.size() + deletions.size());
  for (auto& [index, item] : keyed) {
    sorted.push_back(std::move(item));
  }
  std::move(deletions.begin(), deletions.end(), std::back_inserter(sorted));
  return sorted;
}

}  // namespace

ApiError StrategicError(int code, std::string text) {
  switch (code) {
    case 400:
      return BadRequestError(std::move(text));
    case 422:
      return {.code = 422,
              .reason = "Invalid",
              .message = "the server rejected our request due to an error in our request",
              .details = Json::object(),
              .retry_after_seconds = {}};
    default:
      return {.code = code, .reason = {}, .message = std::move(text), .details = {}, .retry_after_seconds = {}};
  }
}

ApiError NoMergeKeyError(const Json& item, const std::string& merge_key) {
  return StrategicError(500, "map: " + GoValue(item) + " does not contain declared merge key: " + merge_key);
}

ApiError BadTypeError(const std::string& expected, const Json& received) {
  return StrategicError(500, "expected a " + expected + ", but received a " +
                                 (received.is_null() ? std::string("%!s(<nil>)") : GoTypeName(received)));
}

StrategicResult<bool> HoldObjects(const ListPair& lists) {
  const Json* first = nullptr;
  for (const Json* list : {&lists.original, &lists.patch}) {
    for (const Json& item : *list) {
      if (item.is_array()) {
        return std::unexpected(StrategicError(422, "lists of lists are not supported"));
      }
      if (first == nullptr) {
        first = &item;
      } else if (GoTypeName(*first) != GoTypeName(item)) {
        return std::unexpected(StrategicError(500, "list element types are not identical: [" + GoValue(lists.original) +
                                                       " " + GoValue(lists.patch) + "]"));
      }
    }
  }
  if (first == nullptr) {
    return std::unexpected(StrategicError(500, "no elements in any of the given slices"));
  }
  return first->is_object();
}

Json JoinScalars(const ListPair& lists) {
  Json joined = Json::array();
  for (const Json* list : {&lists.original, &lists.patch}) {
    for (const Json& item : *list) {
      if (!Contains(joined, item)) {
        joined.push_back(item);
      }
    }
  }
  return joined;
}

Json WithoutScalars(const ListPair& lists) {
  Json kept = Json::array();
  for (const Json& item : lists.original) {
    if (!Contains(lists.patch, item)) {
      kept.push_back(item);
    }
  }
  return kept;
}

StrategicResult<int> FindByKey(const Json& list, const std::string& merge_key, const Json& value) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].is_object()) {
      return std::unexpected(StrategicError(500, "value for key " + std::to_string(i) + " is not a map."));
    }
    const auto found = list[i].find(merge_key);
    if (found != list[i].end() && Same(*found, value)) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

StrategicResult<Json> OrderItems(const OrderRequest& request) {
  std::vector<Json> of_patch;
  std::vector<Json> others;
  for (const Json& item : request.merged) {
    bool in_patch = false;
    if (request.merge_key.empty()) {
      in_patch = Contains(request.patch_order, item);
    } else {
      if (!item.is_object()) {
        return std::unexpected(BadTypeError("map[string]interface {}", item));
      }
      if (!item.contains(request.merge_key)) {
        return std::unexpected(NoMergeKeyError(item, request.merge_key));
      }
      auto found = FindByKey(request.patch_order, request.merge_key, item[request.merge_key]);
      if (!found) {
        return std::unexpected(std::move(found.error()));
      }
      in_patch = *found >= 0;
    }
    (in_patch ? of_patch : others).push_back(item);
  }
  auto left = SortBy(std::move(others), request.original_order, request);
  if (!left) {
    return std::unexpected(std::move(left.error()));
  }
  auto right = SortBy(std::move(of_patch), request.patch_order, request);
  if (!right) {
    return std::unexpected(std::move(right.error()));
  }
  // Each of the others goes before the first item of the patch that came after it in the stored list.
  Json out = Json::array();
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < left->size() || j < right->size()) {
    bool take_left = j >= right->size();
    if (i < left->size() && j < right->size()) {
      const int left_place = IndexOf(request.original_order, (*left)[i], request);
      const int right_place = IndexOf(request.original_order, (*right)[j], request);
      take_left = left_place >= 0 && right_place >= 0 && left_place < right_place;
    }
    out.push_back(std::move(take_left ? (*left)[i++] : (*right)[j++]));
  }
  return out;
}

StrategicResult<void> CheckElementOrder(const Json& patch, const Json& set_order, const std::string& merge_key) {
  if (set_order.empty() || patch.empty()) {
    return {};
  }
  std::vector<const Json*> items;
  for (const Json& item : patch) {
    if (!merge_key.empty() && !item.is_object()) {
      return std::unexpected(BadTypeError("map[string]interface {}", item));
    }
    if (merge_key.empty() || !IsDeleteDirective(item)) {
      items.push_back(&item);
    }
  }
  std::size_t at_patch = 0;
  std::size_t at_order = 0;
  while (at_patch < items.size() && at_order < set_order.size()) {
    const Json& item = *items[at_patch];
    if (item.is_object() && item.contains("$patch")) {
      ++at_patch;
      continue;
    }
    const Json& place = set_order[at_order];
    bool same = false;
    if (merge_key.empty()) {
      same = Same(item, place);
    } else {
      for (const Json* side : {&item, &place}) {
        if (!side->is_object()) {
          return std::unexpected(BadTypeError("map[string]interface {}", *side));
        }
        if (!side->contains(merge_key)) {
          return std::unexpected(NoMergeKeyError(*side, merge_key));
        }
      }
      same = Same(item[merge_key], place[merge_key]);
    }
    at_patch += same ? 1U : 0U;
    ++at_order;
  }
  if (at_patch < items.size()) {
    return std::unexpected(StrategicError(500, "The order in patch list:\n" + GoValue(patch) +
                                                   "\n doesn't match $setElementOrder list:\n" + GoValue(set_order) +
                                                   "\n"));
  }
  return {};
}

}  // namespace mock_kubeapi::merge
