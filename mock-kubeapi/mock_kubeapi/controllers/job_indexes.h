// Completion indexes of Indexed Jobs. Source: pkg/controller/job/indexed_job_utils.go (release 1.26).
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/status.h"
#include "mock_kubeapi/store/object.h"

namespace mock_kubeapi {

inline constexpr const char* kCompletionIndexAnnotation = "batch.kubernetes.io/job-completion-index";

using IndexSet = std::set<std::int64_t>;

/// The pod's index; nullopt where it has none or a bad one.
std::optional<std::int64_t> CompletionIndexOf(const Json& pod);

/// "1,3-5,7" as a set, without what is `completions` or above; parts that can't be read are left out.
IndexSet ParseIndexes(std::string_view text, std::int64_t completions);
std::string FormatIndexes(const IndexSet& indexes);

/// The lowest `count` indexes below `completions` that no active pod has and that have not succeeded.
std::vector<std::int64_t> FirstPendingIndexes(const std::vector<JsonPtr>& active_pods, const IndexSet& succeeded,
                                              std::size_t count, std::int64_t completions);

/// Adds JOB_COMPLETION_INDEX to every container of a pod's spec that has no such variable.
void AddCompletionIndexVariable(Json& pod_spec);
/// "JOB-INDEX-", shortened where the name that is generated from it would be too long.
std::string IndexedGenerateName(const std::string& job_name, std::int64_t index);

}  // namespace mock_kubeapi
