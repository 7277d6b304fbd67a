#include "mock_kubeapi/api/options.h"

#include <fmt/format.h>

#include <algorithm>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/validation/names.h"
#include "mock_kubeapi/validation/object_meta.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kMetaGroup = "meta.k8s.io";

FieldErrors CheckDryRun(const std::vector<std::string>& values) {
  if (std::all_of(values.begin(), values.end(), [](const std::string& value) { return value == "All"; })) return {};
  FieldError error = NotSupported("dryRun", nullptr, {"All"});
  error.go_value = GoStrings(values);
  return {error};
}

FieldErrors CheckFieldValidation(std::string_view value) {
  const std::vector<std::string> allowed = {"", "Ignore", "Strict", "Warn"};
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return {};
  return {NotSupported("fieldValidation", std::string(value), allowed)};
}

std::string_view OptionsKind(WriteVerb verb) {
  switch (verb) {
    case WriteVerb::kCreate:
      return "CreateOptions";
    case WriteVerb::kUpdate:
      return "UpdateOptions";
    case WriteVerb::kPatch:
    case WriteVerb::kApply:
      break;
  }
  return "PatchOptions";
}

void Append(FieldErrors& errors, FieldErrors more) {
  errors.insert(errors.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

Result<std::optional<std::int64_t>> IntParameter(const QueryParameters& query, std::string_view name) {
  const auto text = query.Get(name);
  if (!text) return std::optional<std::int64_t>();
  const auto value = GoParseInt(*text);
  if (!value) return std::unexpected(BadRequestError(value.error()));
  return std::optional<std::int64_t>(*value);
}

FieldErrors CheckListOptions(const ListOptions& options) {
  FieldErrors errors;
  const std::string& match = options.resource_version_match;
  const std::string field = "resourceVersionMatch";
  if (options.watch && options.send_initial_events) {
    if (match != "NotOlderThan") {
      errors.push_back(Forbidden(field, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    }
    if (!match.empty() && match != "NotOlderThan") errors.push_back(NotSupported(field, match, {"NotOlderThan"}));
    if (!match.empty() && !options.continue_token.empty()) {
      errors.push_back(Forbidden(field, "resourceVersionMatch is forbidden when continue is provided"));
    }
    return errors;
  }
  if (options.send_initial_events) {
    errors.push_back(Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  if (match.empty()) return errors;
  if (options.watch) errors.push_back(Forbidden(field, "resourceVersionMatch is forbidden for watch"));
  if (options.resource_version.empty()) {
    errors.push_back(Forbidden(field, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
  }
  if (!options.continue_token.empty()) {
    errors.push_back(Forbidden(field, "resourceVersionMatch is forbidden when continue is provided"));
  }
  if (match != "Exact" && match != "NotOlderThan") {
    errors.push_back(NotSupported(field, match, {"Exact", "NotOlderThan", ""}));
  }
  if (match == "Exact" && options.resource_version == "0") {
    errors.push_back(Forbidden(field, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
  }
  return errors;
}

std::vector<std::string> DryRunOf(const QueryParameters& query) {
  std::vector<std::string> values;
  for (const std::string_view value : query.GetAll("dryRun")) values.emplace_back(value);
  return values;
}

FieldErrors CheckDeleteOptions(const DeleteOptions& options, const std::vector<std::string>& dry_run) {
  FieldErrors errors;
  if (options.orphan_dependents && options.propagation_policy) {
    errors.push_back(Invalid("propagationPolicy", *options.propagation_policy,
                             "orphanDependents and deletionPropagation cannot be both set"));
  }
  if (options.propagation_policy) {
    const std::string& policy = *options.propagation_policy;
    if (policy != "Foreground" && policy != "Background" && policy != "Orphan") {
      errors.push_back(NotSupported("propagationPolicy", policy, {"Foreground", "Background", "Orphan", "nil"}));
    }
  }
  Append(errors, CheckDryRun(dry_run));
  return errors;
}

/// DeleteOptions as decoded from a body, whose members have their types already.
DeleteOptions FromBody(const Json& body) {
  DeleteOptions options;
  const auto text = [](const Json& object, const char* key) -> std::optional<std::string> {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
  };
  if (const auto found = body.find("gracePeriodSeconds"); found != body.end() && found->is_number_integer()) {
    options.grace_period_seconds = found->get<std::int64_t>();
  }
  if (const auto found = body.find("orphanDependents"); found != body.end() && found->is_boolean()) {
    options.orphan_dependents = found->get<bool>();
  }
  options.propagation_policy = text(body, "propagationPolicy");
  if (const auto conditions = body.find("preconditions"); conditions != body.end() && conditions->is_object()) {
    options.uid = text(*conditions, "uid");
    options.resource_version = text(*conditions, "resourceVersion");
  }
  return options;
}

}  // namespace

Result<WriteOptions> ParseWriteOptions(const QueryParameters& query, WriteVerb verb) {
  WriteOptions options;
  FieldErrors errors;
  if (const auto force = query.Get("force")) options.force = BoolParameter(*force);
  options.field_manager = query.Text("fieldManager");
  if (verb == WriteVerb::kPatch && options.force) {
    errors.push_back(Forbidden("force", "may not be specified for non-apply patch"));
  }
  if (verb == WriteVerb::kApply && options.field_manager.empty()) {
    errors.push_back(Required("fieldManager", "is required for apply patch"));
  }
  const std::vector<std::string> dry_run = DryRunOf(query);
  Append(errors, validation::ValidateFieldManager(options.field_manager, "fieldManager"));
  Append(errors, CheckDryRun(dry_run));
  Append(errors, CheckFieldValidation(query.Text("fieldValidation")));
  if (!errors.empty()) return std::unexpected(InvalidError(kMetaGroup, OptionsKind(verb), "", errors));
  options.dry_run = !dry_run.empty();
  options.field_validation = decode::FieldValidationOf(query.Text("fieldValidation"));
  return options;
}

Result<ListOptions> ParseListOptions(const QueryParameters& query, bool force_watch) {
  ListOptions options;
  auto timeout = IntParameter(query, "timeoutSeconds");
  if (!timeout) return std::unexpected(timeout.error());
  auto limit = IntParameter(query, "limit");
  if (!limit) return std::unexpected(limit.error());
  options.timeout_seconds = *timeout;
  options.limit = limit->value_or(0);
  auto labels = LabelSelector::Parse(query.Text("labelSelector"));
  if (!labels) return std::unexpected(BadRequestError(labels.error()));
  options.labels = std::move(*labels);
  auto fields = FieldSelector::Parse(query.Text("fieldSelector"));
  if (!fields) return std::unexpected(BadRequestError(fields.error()));
  options.fields = std::move(*fields);
  if (const auto watch = query.Get("watch")) options.watch = BoolParameter(*watch);
  if (const auto bookmarks = query.Get("allowWatchBookmarks"))
    options.allow_watch_bookmarks = BoolParameter(*bookmarks);
  if (const auto initial = query.Get("sendInitialEvents")) options.send_initial_events = BoolParameter(*initial);
  options.resource_version = query.Text("resourceVersion");
  options.resource_version_match = query.Text("resourceVersionMatch");
  options.continue_token = query.Text("continue");
  const FieldErrors errors = CheckListOptions(options);
  if (!errors.empty()) return std::unexpected(InvalidError(kMetaGroup, "ListOptions", "", errors));
  options.watch = options.watch || force_watch;
  return options;
}

Result<std::optional<std::uint64_t>> ParseResourceVersion(std::string_view text) {
  if (text.empty()) return std::optional<std::uint64_t>();
  const auto value = GoParseUint(text);
  if (!value) {
    return std::unexpected(PlainError(500, "", Invalid("resourceVersion", std::string(text), value.error()).Text()));
  }
  return std::optional<std::uint64_t>(*value);
}

Result<DeleteOptions> ParseDeleteOptions(const QueryParameters& query, std::string_view content_type,
                                         std::string_view body) {
  DeleteOptions options;
  std::vector<std::string> dry_run;
  if (!body.empty()) {
    const auto decoded = decode::DecodeDeleteOptions(content_type, body);
    if (!decoded) return std::unexpected(decoded.error());
    options = FromBody(*decoded);
    if (const auto values = decoded->find("dryRun"); values != decoded->end() && values->is_array()) {
      for (const Json& value : *values) dry_run.push_back(value.is_string() ? value.get<std::string>() : "");
    }
  } else {
    auto grace = IntParameter(query, "gracePeriodSeconds");
    if (!grace) return std::unexpected(grace.error());
    options.grace_period_seconds = *grace;
    if (const auto orphan = query.Get("orphanDependents")) options.orphan_dependents = BoolParameter(*orphan);
    if (const auto policy = query.Get("propagationPolicy")) options.propagation_policy = std::string(*policy);
    if (const auto uid = query.Get("uid")) options.uid = std::string(*uid);
    dry_run = DryRunOf(query);
  }
  const FieldErrors errors = CheckDeleteOptions(options, dry_run);
  if (!errors.empty()) return std::unexpected(InvalidError(kMetaGroup, "DeleteOptions", "", errors));
  options.dry_run = !dry_run.empty();
  return options;
}

Result<void> CheckNameParameter(std::string_view name) {
  const auto complaints = validation::IsPathSegmentName(name);
  if (complaints.empty()) return {};
  return std::unexpected(
      BadRequestError(fmt::format("Name parameter invalid: {}: {}", GoQuote(name), fmt::join(complaints, ";"))));
}

}  // namespace mock_kubeapi
