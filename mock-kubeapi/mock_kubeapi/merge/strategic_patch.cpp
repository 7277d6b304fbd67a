// Strategic merge patch: maps merge key by key, lists as the type says (replaced, joined, or merged by a key of their
// items), and directives in the patch say otherwise: $patch, $deleteFromPrimitiveList, $setElementOrder, $retainKeys.
#include <algorithm>
#include <utility>

#include "mock_kubeapi/decode/text.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/go_value.h"
#include "mock_kubeapi/merge/patch.h"
#include "mock_kubeapi/merge/patch_text.h"
#include "mock_kubeapi/merge/strategic_list.h"

namespace mock_kubeapi::merge {
namespace {

using schema::Shape;
using schema::Type;

constexpr std::string_view kDirective = "$patch";
constexpr std::string_view kRetainKeys = "$retainKeys";
constexpr std::string_view kDeleteFromPrimitiveList = "$deleteFromPrimitiveList";
constexpr std::string_view kSetElementOrder = "$setElementOrder";

/// How the field of that name is merged.
struct FieldRule {
  const Type* type = nullptr;  ///< null: not known
  bool merge = false;          ///< of lists: joined or merged by key rather than replaced
  bool replace = false;        ///< of maps: replaced as a whole
  std::string merge_key;
};

/// The last part of an OpenAPI name, which is the name of the Go struct.
std::string StructName(const Type& type) {
  return type.name.substr(type.name.rfind('.') + 1);
}

StrategicResult<FieldRule> RuleOf(const Type* type, const std::string& name) {
  if (type == nullptr || type->shape == Shape::kAny) {
    return FieldRule{};
  }
  if (type->shape == Shape::kMap) {
    return FieldRule{.type = type->element, .merge = false, .replace = false, .merge_key = {}};
  }
  if (type->shape != Shape::kObject) {
    return std::unexpected(StrategicError(500, "merging an object in json but data type is not struct"));
  }
  const schema::Field* field = type->Find(name);
  if (field == nullptr) {
    return std::unexpected(StrategicError(
        500, "unable to find api field in struct " + StructName(*type) + " for the json field " + GoQuote(name)));
  }
  const auto has = [field](std::string_view strategy) {
    return field->patch_strategy.find(strategy) != std::string::npos;
  };
  return FieldRule{
      .type = field->type, .merge = has("merge"), .replace = has("replace"), .merge_key = field->patch_merge_key};
}

/// The field that a parallel list like `$setElementOrder/finalizers` is about.
StrategicResult<std::string> FieldOfParallelList(const std::string& key, std::string_view prefix) {
  if (key.size() <= prefix.size() || key[prefix.size()] != '/') {
    return std::unexpected(StrategicError(400, prefix == kSetElementOrder
                                                   ? "invalid patch format of setElementOrder list"
                                                   : "invalid patch format of primitive list"));
  }
  return key.substr(prefix.size() + 1);
}

void DropNulls(Json& value) {
  if (value.is_object()) {
    for (auto at = value.begin(); at != value.end();) {
      if (at->is_null()) {
        at = value.erase(at);
      } else {
        DropNulls(*at);
        ++at;
      }
    }
  } else if (value.is_array()) {
    for (Json& item : value) {
      DropNulls(item);
    }
  }
}

/// Takes objects with a $patch directive out, for values that have nothing to act upon. False: the value itself is one.
bool DropDirectives(Json& value) {
  if (value.is_object()) {
    if (value.contains(kDirective)) {
      return false;
    }
    for (auto at = value.begin(); at != value.end();) {
      if (DropDirectives(*at)) {
        ++at;
      } else {
        at = value.erase(at);
      }
    }
  } else if (value.is_array()) {
    for (auto at = value.begin(); at != value.end();) {
      if (DropDirectives(*at)) {
        ++at;
      } else {
        at = value.erase(at);
      }
    }
  }
  return true;
}

/// Puts a value of the patch where there was none, or one of another type.
void Insert(Json& original, const std::string& key, Json value) {
  DropNulls(value);
  if (DropDirectives(value)) {
    original[key] = std::move(value);
  } else {
    original.erase(key);
  }
}

StrategicResult<Json> MergeMaps(Json original, Json patch, const Type* type);

/// Carries out the directives among the items of a patch list. Returns the items to merge into `original`, which may
/// have lost some or all of its own.
StrategicResult<Json> TakeListDirectives(Json& original, Json patch, const std::string& merge_key) {
  Json items = Json::array();
  bool replace = false;
  for (Json& item : patch) {
    const auto directive = item.find(kDirective);
    if (directive == item.end()) {
      items.push_back(std::move(item));
    } else if (*directive == "delete") {
      if (!item.contains(merge_key)) {
        return std::unexpected(NoMergeKeyError(item, merge_key));
      }
      for (auto found = FindByKey(original, merge_key, item[merge_key]); !found || *found >= 0;
           found = FindByKey(original, merge_key, item[merge_key])) {
        if (!found) {
          return std::unexpected(std::move(found.error()));
        }
        original.erase(static_cast<std::size_t>(*found));
      }
    } else if (*directive == "replace") {
      replace = true;
    } else if (*directive == "merge") {
      return std::unexpected(StrategicError(500, "merging lists cannot yet be specified in the patch"));
    } else {
      return std::unexpected(
          StrategicError(500, "unknown patch type: " + GoValue(*directive) + " in map: " + GoValue(item)));
    }
  }
  if (replace) {
    original = std::move(items);
    return Json(Json::array());
  }
  return items;
}

StrategicResult<Json> MergeItems(Json original, const Json& patch, const FieldRule& rule) {
  const Type* item_type = rule.type == nullptr ? nullptr : rule.type->element;
  for (const Json& item : patch) {
    const auto key = item.find(rule.merge_key);
    if (key == item.end()) {
      return std::unexpected(NoMergeKeyError(item, rule.merge_key));
    }
    auto found = FindByKey(original, rule.merge_key, *key);
    if (!found) {
      return std::unexpected(std::move(found.error()));
    }
    if (*found < 0) {
      if (Json added = item; DropDirectives(added)) {
        original.push_back(std::move(added));
      }
      continue;
    }
    Json& target = original[static_cast<std::size_t>(*found)];
    auto merged = MergeMaps(std::move(target), item, item_type);
    if (!merged) {
      return merged;
    }
    target = std::move(*merged);
  }
  return original;
}

StrategicResult<Json> MergePatchLists(Json original, Json patch, const FieldRule& rule, bool is_deletion) {
  if (!rule.merge) {
    return patch;
  }
  if (original.empty() && patch.empty()) {
    return original;
  }
  auto objects = HoldObjects({.original = original, .patch = patch});
  if (!objects) {
    return std::unexpected(std::move(objects.error()));
  }
  if (!*objects) {
    if (is_deletion) {
      return WithoutScalars({.original = original, .patch = patch});
    }
    const Json joined = JoinScalars({.original = original, .patch = patch});
    return OrderItems({.merged = joined,
                       .patch_order = patch,
                       .original_order = original,
                       .merge_key = rule.merge_key,
                       .objects = false});
  }
  if (rule.merge_key.empty()) {
    return std::unexpected(StrategicError(500, "cannot merge lists without merge key for map"));
  }
  auto items = TakeListDirectives(original, std::move(patch), rule.merge_key);
  if (!items) {
    return items;
  }
  auto merged = MergeItems(original, *items, rule);
  if (!merged) {
    return merged;
  }
  return OrderItems({.merged = *merged,
                     .patch_order = *items,
                     .original_order = original,
                     .merge_key = rule.merge_key,
                     .objects = true});
}

/// Drops what a $retainKeys list does not name. The patch may only set what it names.
StrategicResult<void> RetainKeys(Json& original, Json& patch) {
  const auto directive = patch.find(kRetainKeys);
  if (directive == patch.end()) {
    return {};
  }
  const Json retained = std::move(*directive);
  patch.erase(directive);
  const auto bad_format = [] { return std::unexpected(StrategicError(400, "invalid patch format of retainKeys")); };
  if (!retained.is_array()) {
    return bad_format();
  }
  const auto names = [&retained](const std::string& key) {
    return std::any_of(retained.begin(), retained.end(), [&key](const Json& name) { return name == key; });
  };
  for (const auto& [key, value] : patch.items()) {
    if (!value.is_null() && !key.starts_with(kDeleteFromPrimitiveList) && !key.starts_with(kSetElementOrder) &&
        !names(key)) {
      return bad_format();
    }
  }
  for (auto at = original.begin(); at != original.end();) {
    at = names(at.key()) ? std::next(at) : original.erase(at);
  }
  return {};
}

/// Merges the list that a $setElementOrder directive is about and brings it into that order. The list is taken out of
/// the patch.
StrategicResult<void> ApplyElementOrder(Json& original, Json& patch, const std::string& key, const Type* type) {
  const Json order = std::move(patch[key]);
  patch.erase(key);
  if (!order.is_array()) {
    return std::unexpected(BadTypeError("[]interface {}", order));
  }
  auto name = FieldOfParallelList(key, kSetElementOrder);
  if (!name) {
    return std::unexpected(std::move(name.error()));
  }
  const auto original_list = original.find(*name);
  const auto patch_list = patch.find(*name);
  const bool in_original = original_list != original.end() && !original_list->is_null();
  const bool in_patch = patch_list != patch.end();
  if (in_original && !original_list->is_array()) {
    return std::unexpected(BadTypeError("[]interface {}", *original_list));
  }
  if (in_patch && !patch_list->is_array()) {
    return std::unexpected(BadTypeError("[]interface {}", *patch_list));
  }
  auto rule = RuleOf(type, *name);
  if (!rule) {
    return std::unexpected(std::move(rule.error()));
  }
  static const Json empty = Json::array();
  const Json& patch_items = in_patch ? *patch_list : empty;
  if (auto checked = CheckElementOrder(patch_items, order, rule->merge_key); !checked) {
    return checked;
  }
  if (!in_original && !in_patch) {
    return {};
  }
  const Json before = in_original ? *original_list : empty;
  Json merged = in_original ? before : patch_items;
  if (in_original && in_patch) {
    auto both = MergePatchLists(before, patch_items, *rule, false);
    if (!both) {
      return std::unexpected(std::move(both.error()));
    }
    merged = std::move(*both);
  }
  auto objects = HoldObjects({.original = before, .patch = patch_items});
  if (!objects) {
    return std::unexpected(std::move(objects.error()));
  }
  auto ordered = OrderItems({.merged = merged,
                             .patch_order = order,
                             .original_order = before,
                             .merge_key = rule->merge_key,
                             .objects = *objects});
  if (!ordered) {
    return std::unexpected(std::move(ordered.error()));
  }
  original[*name] = std::move(*ordered);
  patch.erase(*name);
  return {};
}

/// Merges one field of the patch. `is_deletion`: `value` lists what goes from a list of scalars.
StrategicResult<void> MergeField(Json& original, const std::string& key, Json value, const Type* type,
                                 bool is_deletion) {
  if (value.is_null()) {
    original.erase(key);
    return {};
  }
  const auto found = original.find(key);
  if (found == original.end() || GoTypeName(*found) != GoTypeName(value)) {
    if (!is_deletion) {
      Insert(original, key, std::move(value));
    }
    return {};
  }
  if (!value.is_object() && !value.is_array()) {
    *found = std::move(value);
    return {};
  }
  auto rule = RuleOf(type, key);
  if (!rule) {
    return std::unexpected(std::move(rule.error()));
  }
  Json old = std::move(*found);
  StrategicResult<Json> merged;
  if (value.is_array()) {
    merged = MergePatchLists(std::move(old), std::move(value), *rule, is_deletion);
  } else if (rule->replace) {
    merged = std::move(value);
  } else {
    merged = MergeMaps(std::move(old), std::move(value), rule->type);
  }
  if (!merged) {
    return std::unexpected(std::move(merged.error()));
  }
  original[key] = std::move(*merged);
  return {};
}

StrategicResult<Json> MergeMaps(Json original, Json patch, const Type* type) {
  if (const auto directive = patch.find(kDirective); directive != patch.end()) {
    if (*directive == "replace") {
      patch.erase(directive);
      return patch;
    }
    if (*directive == "delete") {
      return Json(Json::object());
    }
    return std::unexpected(
        StrategicError(500, "unknown patch type: " + GoValue(*directive) + " in map: " + GoValue(patch)));
  }
  if (auto retained = RetainKeys(original, patch); !retained) {
    return std::unexpected(std::move(retained.error()));
  }
  std::vector<std::string> orders;
  for (const auto& [key, value] : patch.items()) {
    if (key.starts_with(kSetElementOrder)) {
      orders.push_back(key);
    }
  }
  for (const std::string& key : orders) {
    if (auto ordered = ApplyElementOrder(original, patch, key, type); !ordered) {
      return std::unexpected(std::move(ordered.error()));
    }
  }
  for (auto& [key, value] : patch.get_ref<Json::object_t&>()) {
    std::string name = key;
    const bool is_deletion = key.starts_with(kDeleteFromPrimitiveList);
    if (is_deletion) {
      auto field = FieldOfParallelList(key, kDeleteFromPrimitiveList);
      if (!field) {
        return std::unexpected(std::move(field.error()));
      }
      name = std::move(*field);
    }
    if (auto merged = MergeField(original, name, std::move(value), type, is_deletion); !merged) {
      return std::unexpected(std::move(merged.error()));
    }
  }
  return original;
}

}  // namespace

Result<Patched> ApplyStrategicMergePatch(const Json& object, std::string_view patch_text, const Type& type,
                                         const PatchOptions& options) {
  auto patch = decode::ParseJson(patch_text);
  if (!patch) {
    return std::unexpected(BadRequestError(std::move(patch.error())));
  }
  if (patch->is_null()) {
    *patch = Json::object();
  }
  if (!patch->is_object()) {
    return std::unexpected(BadRequestError("json: cannot unmarshal " + JsonKindName(*patch) +
                                           " into Go value of type map[string]interface {}"));
  }
  auto merged = MergeMaps(object.is_object() ? object : Json::object(), std::move(*patch), &type);
  if (!merged) {
    return std::unexpected(std::move(merged.error()));
  }
  Patched patched{.object = std::move(*merged), .strict_errors = {}};
  if (options.find_strict_errors) {
    patched.strict_errors = FindDuplicateKeys(patch_text);
  }
  return patched;
}

}  // namespace mock_kubeapi::merge
