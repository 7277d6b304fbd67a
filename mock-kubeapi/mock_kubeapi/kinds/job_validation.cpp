#include "mock_kubeapi/kinds/job_validation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/pod_defaults.h"
#include "mock_kubeapi/kinds/pod_validation.h"
#include "mock_kubeapi/kinds/selector.h"
#include "mock_kubeapi/validation/label_selector.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

using Texts = std::vector<std::string>;

constexpr std::int64_t kIndexedParallelismMax = 100'000;
constexpr std::size_t kRulesMax = 20;
constexpr std::size_t kExitCodesMax = 255;
constexpr std::size_t kPatternsMax = 20;
constexpr const char* kImmutable = "field is immutable";

/// Go's %q of a list: ["a" "b"].
std::string QuotedList(const Texts& values) {
  return fmt::format("[\"{}\"]", fmt::join(values, "\" \""));
}

FieldErrors ValidateJobChoice(const Json& object, std::string_view name, const Texts& values, const std::string& path) {
  const std::string& value = TextOf(object, name);
  if (value.empty()) return {Required(Child(path, name), "valid values: " + QuotedList(values))};
  if (std::ranges::find(values, value) != values.end()) return {};
  return {NotSupported(Child(path, name), value, values)};
}

// ---- podFailurePolicy

std::string ExitCodesGoText(const Json& values) {
  std::string out;
  for (const Json& value : values) out += (out.empty() ? "" : ", ") + value.dump();
  return "[]int32{" + out + "}";
}

FieldErrors ValidateOnExitCodes(const Json& requirement, const std::set<std::string>& containers,
                                const std::string& path) {
  FieldErrors errors = ValidateJobChoice(requirement, "operator", {"In", "NotIn"}, path);
  if (const Json* container = FieldOf(requirement, "containerName")) {
    if (!container->is_string() || !containers.contains(container->get<std::string>())) {
      errors.push_back(Invalid(Child(path, "containerName"), *container,
                               "must be one of the container or initContainer names in the pod template"));
    }
  }
  const std::string values_path = Child(path, "values");
  const Json& values = ListOf(requirement, "values");
  if (values.empty()) {
    errors.push_back(InvalidGoValue(values_path, "[]int32{}", "at least one value is required"));
  } else if (values.size() > kExitCodesMax) {
    errors.push_back(TooMany(values_path, static_cast<std::int64_t>(values.size()), kExitCodesMax));
  }
  bool ordered = true;
  std::set<std::int64_t> seen;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto code = values[i].get<std::int64_t>();
    if (code == 0 && TextOf(requirement, "operator") == "In") {
      errors.push_back(Invalid(Index(values_path, i), code, "must not be 0 for the In operator"));
    }
    if (!seen.insert(code).second) errors.push_back(Duplicate(Index(values_path, i), code));
    if (i > 0 && values[i - 1].get<std::int64_t>() > code) ordered = false;
  }
  if (!ordered) errors.push_back(InvalidGoValue(values_path, ExitCodesGoText(values), "must be ordered"));
  return errors;
}

FieldErrors ValidateOnPodConditions(const Json& patterns, const std::string& path) {
  FieldErrors errors;
  if (patterns.size() > kPatternsMax) {
    errors.push_back(TooMany(path, static_cast<std::int64_t>(patterns.size()), kPatternsMax));
  }
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    const std::string at = Index(path, i);
    const std::string& type = TextOf(patterns[i], "type");
    Append(errors, InvalidForEach(Child(at, "type"), type, validation::IsQualifiedName(type)));
    Append(errors, ValidateJobChoice(patterns[i], "status", {"False", "True", "Unknown"}, at));
  }
  return errors;
}

FieldErrors ValidateRule(const Json& rule, const std::set<std::string>& containers, const std::string& path) {
  FieldErrors errors = ValidateJobChoice(rule, "action", {"Count", "FailJob", "Ignore"}, path);
  const Json* on_exit_codes = FieldOf(rule, "onExitCodes");
  const Json& on_conditions = ListOf(rule, "onPodConditions");
  if (on_exit_codes != nullptr) {
    Append(errors, ValidateOnExitCodes(*on_exit_codes, containers, Child(path, "onExitCodes")));
  }
  if (!on_conditions.empty()) {
    Append(errors, ValidateOnPodConditions(on_conditions, Child(path, "onPodConditions")));
    if (on_exit_codes != nullptr) {
      errors.push_back(InvalidWithoutValue(path, "specifying both OnExitCodes and OnPodConditions is not supported"));
    }
  } else if (on_exit_codes == nullptr) {
    errors.push_back(InvalidWithoutValue(path, "specifying one of OnExitCodes and OnPodConditions is required"));
  }
  return errors;
}

FieldErrors ValidatePodFailurePolicy(const Json& spec, const std::string& path) {
  const Json* policy = FieldOf(spec, "podFailurePolicy");
  if (policy == nullptr) return {};
  const std::string rules_path = Child(Child(path, "podFailurePolicy"), "rules");
  const Json& rules = ListOf(*policy, "rules");
  FieldErrors errors;
  if (rules.size() > kRulesMax) {
    errors.push_back(TooMany(rules_path, static_cast<std::int64_t>(rules.size()), kRulesMax));
  }
  std::set<std::string> containers;
  const Json& pod_spec = ObjectOf(ObjectOf(spec, "template"), "spec");
  for (const char* list : {"containers", "initContainers"}) {
    for (const Json& container : ListOf(pod_spec, list)) containers.insert(TextOf(container, "name"));
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    Append(errors, ValidateRule(rules[i], containers, Index(rules_path, i)));
  }
  return errors;
}

// ---- The spec

FieldErrors ValidateCompletionMode(const Json& spec, const std::string& path) {
  const std::string& mode = TextOf(spec, "completionMode");
  FieldErrors errors;
  if (!mode.empty() && mode != "NonIndexed" && mode != "Indexed") {
    errors.push_back(NotSupported(Child(path, "completionMode"), mode, {"NonIndexed", "Indexed"}));
  }
  if (mode != "Indexed") return errors;
  if (!IsSet(spec, "completions")) {
    errors.push_back(Required(Child(path, "completions"), "when completion mode is Indexed"));
  }
  const std::int64_t parallelism = IntegerOf(spec, "parallelism").value_or(0);
  if (parallelism > kIndexedParallelismMax) {
    errors.push_back(Invalid(
        Child(path, "parallelism"), parallelism,
        fmt::format("must be less than or equal to {} when completion mode is Indexed", kIndexedParallelismMax)));
  }
  return errors;
}

FieldErrors ValidateRestartPolicy(const Json& spec, const std::string& path) {
  const std::string& policy = TextOf(ObjectOf(ObjectOf(spec, "template"), "spec"), "restartPolicy");
  const std::string at = Child(path, "template.spec.restartPolicy");
  // Always is the default, so it counts as not given.
  if (policy.empty() || policy == "Always") {
    return {Required(at, "valid values: \"OnFailure\", \"Never\"")};
  }
  if (policy != "OnFailure" && policy != "Never") return {NotSupported(at, policy, {"OnFailure", "Never"})};
  if (policy != "Never" && IsSet(spec, "podFailurePolicy")) {
    return {Invalid(at, policy, "only \"Never\" is supported when podFailurePolicy is specified")};
  }
  return {};
}

/// What Jobs and Job templates have in common.
FieldErrors ValidateCommonSpec(const Json& spec, const std::string& path) {
  FieldErrors errors;
  for (const char* field :
       {"parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"}) {
    Append(errors, ValidateNotNegative(spec, field, path));
  }
  Append(errors, ValidateCompletionMode(spec, path));
  Append(errors, ValidatePodFailurePolicy(spec, path));
  Append(errors, ValidatePodTemplate(ObjectOf(spec, "template"), Child(path, "template")));
  Append(errors, ValidateRestartPolicy(spec, path));
  return errors;
}

FieldErrors ValidateJobSpec(const Json& spec) {
  const std::string path = "spec";
  FieldErrors errors = ValidateCommonSpec(spec, path);
  const Json* selector = FieldOf(spec, "selector");
  if (selector == nullptr) {
    errors.push_back(Required(Child(path, "selector"), ""));
  } else {
    Append(errors, validation::ValidateLabelSelector(*selector, Child(path, "selector")));
  }
  const Json& labels = ObjectOf(ObjectOf(ObjectOf(spec, "template"), "metadata"), "labels");
  if (!SelectorMatches(selector, labels)) {
    errors.push_back(InvalidGoValue("spec.template.metadata.labels", StringMapGoText(labels),
                                    "`selector` does not match template `labels`"));
  }
  return errors;
}

FieldErrors ValidateHasLabel(const Json& labels, const std::string& key, const std::string& expected) {
  const std::string path = Key("spec.template.metadata.labels", key);
  const std::string text = fmt::format("must be '{}'", expected);
  const Json* label = FieldOf(labels, key);
  if (label == nullptr) return {Required(path, text)};
  if (*label == expected) return {};
  return {InvalidGoValue(path, StringMapGoText(labels), text)};
}

/// Selector and labels were generated, but a Job may have given some of them itself.
FieldErrors ValidateGeneratedSelector(const Json& job) {
  const Json& spec = ObjectOf(job, "spec");
  const Json* selector = FieldOf(spec, "selector");
  if (IsTrue(spec, "manualSelector") || selector == nullptr) return {};
  const Json& metadata = ObjectOf(job, "metadata");
  const std::string& uid = TextOf(metadata, "uid");
  const std::string& name = TextOf(metadata, "name");
  FieldErrors errors;
  if (uid.empty()) errors.push_back(Required("metadata.uid", ""));
  const Json& labels = ObjectOf(ObjectOf(ObjectOf(spec, "template"), "metadata"), "labels");
  Append(errors, ValidateHasLabel(labels, "controller-uid", uid));
  Append(errors, ValidateHasLabel(labels, "job-name", name));
  if (!SelectorMatches(selector, Json{{"controller-uid", uid}, {"job-name", name}})) {
    errors.push_back(InvalidGoValue("spec.selector", SelectorGoText(*selector), "`selector` not auto-generated"));
  }
  return errors;
}

FieldErrors ValidateImmutable(const Json& spec, const Json& old, const char* field) {
  const Json* value = FieldOf(spec, field);
  if (SemanticallyEqual(value, FieldOf(old, field))) return {};
  const std::string path = Child("spec", field);
  if (value == nullptr) return {Invalid(path, nullptr, kImmutable)};
  if (std::string_view(field) == "selector") return {InvalidGoValue(path, SelectorGoText(*value), kImmutable)};
  return {Invalid(path, *value, kImmutable)};
}

/// The old template with those fields taken from the new one that say where pods run: they may change before a
/// suspended Job has started.
Json WithSchedulingOf(Json old, const Json& changed) {
  const auto take = [](const Json& from, Json& to, const char* field) {
    if (const Json* value = FieldOf(from, field)) {
      to[field] = *value;
    } else if (to.is_object()) {
      to.erase(field);
    }
  };
  for (const char* field : {"labels", "annotations"}) take(ObjectOf(changed, "metadata"), old["metadata"], field);
  const Json& changed_spec = ObjectOf(changed, "spec");
  for (const char* field : {"nodeSelector", "tolerations"}) take(changed_spec, old["spec"], field);
  Json& affinity = old["spec"]["affinity"];
  take(ObjectOf(changed_spec, "affinity"), affinity, "nodeAffinity");
  return old;
}

FieldErrors ValidateTemplateUpdate(const Json& spec, const Json& old_job) {
  const Json& old_spec = ObjectOf(old_job, "spec");
  const Json& pod_template = ObjectOf(spec, "template");
  Json old_template = ObjectOf(old_spec, "template");
  const bool not_started = TextOf(ObjectOf(old_job, "status"), "startTime").empty();
  if (IsTrue(old_spec, "suspend") && not_started) old_template = WithSchedulingOf(old_template, pod_template);
  if (SemanticallyEqual(&pod_template, &old_template)) return {};
  return {Invalid("spec.template", pod_template, kImmutable)};
}

}  // namespace

void SetJobTemplateSpecDefaults(Json& job_spec) {
  SetPodTemplateDefaults(job_spec);
  Json* policy = FieldOf(job_spec, "podFailurePolicy");
  Json* rules = policy == nullptr ? nullptr : FieldOf(*policy, "rules");
  if (rules == nullptr || !rules->is_array()) return;
  for (Json& rule : *rules) {
    Json* patterns = FieldOf(rule, "onPodConditions");
    if (patterns == nullptr) continue;
    for (Json& pattern : *patterns) SetDefaultText(pattern, "status", "True");
  }
}

FieldErrors ValidateJob(const Json& job) {
  FieldErrors errors = ValidateGeneratedSelector(job);
  const Json& spec = ObjectOf(job, "spec");
  Append(errors, ValidateJobSpec(spec));
  const std::int64_t completions = IntegerOf(spec, "completions").value_or(0);
  if (TextOf(spec, "completionMode") == "Indexed" && completions > 0) {
    // Pods get the Job's name and their index as hostname.
    const std::string& name = TextOf(ObjectOf(job, "metadata"), "name");
    const std::string hostname = fmt::format("{}-{}", name, completions - 1);
    if (!validation::IsDns1123Label(hostname).empty()) {
      errors.push_back(
          Invalid("metadata.name", name, "will not able to create pod with invalid DNS label: " + hostname));
    }
  }
  return errors;
}

FieldErrors ValidateJobUpdate(const Json& job, const Json& old) {
  FieldErrors errors = ValidateJob(job);
  const Json& spec = ObjectOf(job, "spec");
  const Json& old_spec = ObjectOf(old, "spec");
  const Json& annotations = ObjectOf(ObjectOf(job, "metadata"), "annotations");
  const Json& old_annotations = ObjectOf(ObjectOf(old, "metadata"), "annotations");
  if (annotations.contains(kJobTrackingAnnotation) && !old_annotations.contains(kJobTrackingAnnotation)) {
    errors.push_back(Forbidden(Key("metadata.annotations", kJobTrackingAnnotation), "cannot add this annotation"));
  }
  // The real server checks the spec once more here, so its complaints come twice.
  Append(errors, ValidateJobSpec(spec));
  Append(errors, ValidateImmutable(spec, old_spec, "completions"));
  Append(errors, ValidateImmutable(spec, old_spec, "selector"));
  Append(errors, ValidateTemplateUpdate(spec, old));
  Append(errors, ValidateImmutable(spec, old_spec, "completionMode"));
  Append(errors, ValidateImmutable(spec, old_spec, "podFailurePolicy"));
  return errors;
}

FieldErrors ValidateJobStatus(const Json& job) {
  const Json& status = ObjectOf(job, "status");
  FieldErrors errors;
  for (const char* field : {"active", "succeeded", "failed", "ready"}) {
    Append(errors, ValidateNotNegative(status, field, "status"));
  }
  const Json& uncounted = ObjectOf(status, "uncountedTerminatedPods");
  std::set<std::string> seen;
  for (const char* list : {"succeeded", "failed"}) {
    const std::string path = Child("status.uncountedTerminatedPods", list);
    const Json& uids = ListOf(uncounted, list);
    for (std::size_t i = 0; i < uids.size(); ++i) {
      if (!uids[i].is_string()) continue;
      const std::string uid = uids[i].get<std::string>();
      if (uid.empty()) {
        errors.push_back(Invalid(Index(path, i), uid, "must not be empty"));
      } else if (!seen.insert(uid).second) {
        errors.push_back(Duplicate(Index(path, i), uid));
      }
    }
  }
  return errors;
}

FieldErrors ValidateJobTemplate(const Json& job_template, const std::string& path) {
  const Json& spec = ObjectOf(job_template, "spec");
  const std::string spec_path = Child(path, "spec");
  FieldErrors errors = ValidateCommonSpec(spec, spec_path);
  if (const Json* selector = FieldOf(spec, "selector")) {
    errors.push_back(
        InvalidGoValue(Child(spec_path, "selector"), SelectorGoText(*selector), "`selector` will be auto-generated"));
  }
  if (IsTrue(spec, "manualSelector")) {
    errors.push_back(NotSupported(Child(spec_path, "manualSelector"), true, {"nil", "false"}));
  }
  return errors;
}

}  // namespace mock_kubeapi
