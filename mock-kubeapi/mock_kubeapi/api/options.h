// The options of a request's query: read as the API server's parameter codec does, refused in its words.
// Source: apimachinery's apis/meta/v1 (conversion.go, validation), apis/meta/internalversion/validation, apiserver's
// endpoints/handlers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/api/request_info.h"
#include "mock_kubeapi/api/selectors.h"
#include "mock_kubeapi/decode/decode.h"
#include "mock_kubeapi/kinds/kind.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// Options of create, update and patch.
struct WriteOptions {
  bool dry_run = false;
  std::string field_manager;  ///< the parameter alone
  decode::FieldValidation field_validation = decode::FieldValidation::kWarn;
  std::optional<bool> force;  ///< patch only
};

enum class WriteVerb { kCreate, kUpdate, kPatch, kApply };

/// Errors: 422 for values that are not allowed.
Result<WriteOptions> ParseWriteOptions(const QueryParameters& query, WriteVerb verb);

struct ListOptions {
  LabelSelector labels;
  FieldSelector fields;
  bool watch = false;
  bool allow_watch_bookmarks = false;
  std::string resource_version;
  std::string resource_version_match;
  std::optional<bool> send_initial_events;
  std::optional<std::int64_t> timeout_seconds;
  std::int64_t limit = 0;
  std::string continue_token;
};

/// `force_watch`: the path says so. Errors: 400 for what doesn't parse or a field that `kind` has no selector for, 422
/// for combinations that are not allowed.
Result<ListOptions> ParseListOptions(const QueryParameters& query, bool force_watch);

/// A resourceVersion parameter as a number; nullopt when empty. Error: 500 without a reason, as the server has it.
Result<std::optional<std::uint64_t>> ParseResourceVersion(std::string_view text);

struct DeleteOptions {
  bool dry_run = false;
  std::optional<std::int64_t> grace_period_seconds;
  std::optional<std::string> propagation_policy;
  std::optional<bool> orphan_dependents;
  std::optional<std::string> uid;
  std::optional<std::string> resource_version;
};

/// From the body where there is one (the query doesn't count then), else from the query. Errors: 415, 500 (body), 400
/// (query), 422.
Result<DeleteOptions> ParseDeleteOptions(const QueryParameters& query, std::string_view content_type,
                                         std::string_view body);

/// 400 for a name in the path that no object can have, whatever its kind: ".", "..", or one with '%' or '/'.
Result<void> CheckNameParameter(std::string_view name);

}  // namespace mock_kubeapi
