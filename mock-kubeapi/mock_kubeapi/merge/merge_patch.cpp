// JSON merge patch (RFC 7386).
#include <utility>

#include "mock_kubeapi/decode/text.h"
#include "mock_kubeapi/merge/patch.h"
#include "mock_kubeapi/merge/patch_text.h"

namespace mock_kubeapi::merge {
namespace {

/// Nulls of objects go, wherever they are; those of lists stay.
void PruneNulls(Json& value) {
  if (value.is_object()) {
    for (auto at = value.begin(); at != value.end();) {
      if (at->is_null()) {
        at = value.erase(at);
      } else {
        PruneNulls(*at);
        ++at;
      }
    }
  } else if (value.is_array()) {
    for (Json& item : value) {
      PruneNulls(item);
    }
  }
}

void MergeObjects(Json& target, Json& patch) {
  for (auto& [key, value] : patch.get_ref<Json::object_t&>()) {
    if (value.is_null()) {
      target.erase(key);
      continue;
    }
    const auto old = target.find(key);
    if (old != target.end() && old->is_object() && value.is_object()) {
      MergeObjects(*old, value);
      continue;
    }
    // What takes an object's place is inserted as it is; everything else without the nulls of its objects.
    if (old == target.end() || !old->is_object()) {
      PruneNulls(value);
    }
    target[key] = std::move(value);
  }
}

}  // namespace

Result<Patched> ApplyMergePatch(const Json& object, std::string_view patch_text, const PatchOptions& options) {
  auto patch = decode::ParseJson(patch_text);
  if (!patch) {
    return std::unexpected(BadRequestError(options.find_strict_errors ? "error decoding patch: " + patch.error()
                                                                      : std::string("Invalid JSON Patch")));
  }
  if (!patch->is_object()) {
    // Without the strict pass a list would become the object itself, which then is no object: 422 of the field patch.
    if (!options.find_strict_errors && patch->is_array()) {
      PruneNulls(*patch);
      return Patched{.object = std::move(*patch), .strict_errors = {}};
    }
    if (options.find_strict_errors && !patch->is_null()) {
      return std::unexpected(BadRequestError("error decoding patch: json: cannot unmarshal " + JsonKindName(*patch) +
                                             " into Go value of type map[string]interface {}"));
    }
    return std::unexpected(BadRequestError("Invalid JSON Patch"));
  }
  Patched patched{.object = object, .strict_errors = {}};
  if (options.find_strict_errors) {
    patched.strict_errors = FindDuplicateKeys(patch_text);
  }
  if (!patched.object.is_object()) {
    patched.object = Json::object();
  }
  MergeObjects(patched.object, *patch);
  return patched;
}

}  // namespace mock_kubeapi::merge
