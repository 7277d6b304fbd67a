// The three patch types besides server-side apply: JSON patch (RFC 6902), JSON merge patch (RFC 7386) and Kubernetes'
// strategic merge patch. Pure functions: object and patch text in, patched object out, errors as the API server words
// them. Decoding, defaulting and tracking of the result is the caller's.
// Sources: the RFCs, apimachinery's strategicpatch, apiserver's patch handler (1.26), recorded scenarios.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/schema/type.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi::merge {

/// More operations than this in a JSON patch are refused with 413.
inline constexpr std::size_t kJsonPatchOperationsMax = 10000;

struct PatchOptions {
  /// fieldValidation Warn or Strict: duplicate keys of the patch are reported. Also changes the words of decode errors.
  bool find_strict_errors = true;
};

struct Patched {
  Json object;
  /// Duplicate keys and the like in the patch itself: warnings, or, with fieldValidation=Strict, refusals.
  std::vector<std::string> strict_errors;
};

/// Errors: 400 when the text is no JSON patch; 413 too many operations; 422 when an operation cannot be carried out.
Result<Patched> ApplyJsonPatch(const Json& object, std::string_view patch, const PatchOptions& options = {});

/// Errors: 400 when the text is no JSON object.
Result<Patched> ApplyMergePatch(const Json& object, std::string_view patch, const PatchOptions& options = {});

/// `type` is of the whole object. Errors: 400 no JSON object or malformed directives; 422, 500 as the real server where
/// the patch does not fit the object.
Result<Patched> ApplyStrategicMergePatch(const Json& object, std::string_view patch, const schema::Type& type,
                                         const PatchOptions& options = {});

}  // namespace mock_kubeapi::merge
