#include "mock_kubeapi/kinds/job.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include "mock_kubeapi/kinds/age.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/job_validation.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/pod_table.h"
#include "mock_kubeapi/kinds/pod_validation.h"
#include "mock_kubeapi/kinds/selector.h"
#include "mock_kubeapi/rfc3339.h"

namespace mock_kubeapi {
namespace {

const Json& TemplateOf(const Json& job) {
  return ObjectOf(ObjectOf(job, "spec"), "template");
}

/// A Job without labels shows those of its template.
void SetLabelDefaults(Json& job) {
  const Json& labels = ObjectOf(ObjectOf(TemplateOf(job), "metadata"), "labels");
  if (labels.empty() || !ObjectOf(ObjectOf(job, "metadata"), "labels").empty()) return;
  job["metadata"]["labels"] = Json(labels);
}

void SetJobDefaults(Json& job) {
  Json& spec = job["spec"];
  if (!spec.is_object()) spec = Json::object();
  if (!IsSet(spec, "completions") && !IsSet(spec, "parallelism")) spec["completions"] = 1;
  SetDefault(spec, "parallelism", 1);
  SetDefault(spec, "backoffLimit", 6);
  SetDefaultText(spec, "completionMode", "NonIndexed");
  SetDefault(spec, "suspend", false);
  SetJobTemplateSpecDefaults(spec);
  SetLabelDefaults(job);
}

/// Labels and a selector that no other Job has. What a Job gave itself stays and is for validation to judge.
void GenerateSelector(Json& job) {
  const std::string name = TextOf(ObjectOf(job, "metadata"), "name");
  const std::string uid = TextOf(ObjectOf(job, "metadata"), "uid");
  Json& spec = job["spec"];
  Json& metadata = spec["template"]["metadata"];
  if (!metadata.is_object()) metadata = Json::object();
  Json& labels = metadata["labels"];
  if (!labels.is_object()) labels = Json::object();
  if (!labels.contains("job-name")) labels["job-name"] = name;
  if (!labels.contains("controller-uid")) labels["controller-uid"] = uid;
  Json& selector = spec["selector"];
  if (!selector.is_object()) selector = Json::object();
  Json& match_labels = selector["matchLabels"];
  if (!match_labels.is_object()) match_labels = Json::object();
  if (!match_labels.contains("controller-uid")) match_labels["controller-uid"] = uid;
}

void WarnOfTemplate(const Json& job, const KindContext& context) {
  if (context.warnings == nullptr) return;
  const Json& pod_template = TemplateOf(job);
  std::ranges::move(PodWarnings(ObjectOf(pod_template, "spec"), "spec.template.spec",
                                ObjectOf(pod_template, "metadata"), "spec.template.metadata"),
                    std::back_inserter(*context.warnings));
}

Result<void> PrepareJobCreate(Json& job, const KindContext& context) {
  job["status"] = Json::object();
  Json& annotations = job["metadata"]["annotations"];
  if (!annotations.is_object()) annotations = Json::object();
  annotations[kJobTrackingAnnotation] = "";
  if (!IsTrue(job["spec"], "manualSelector")) GenerateSelector(job);
  WarnOfTemplate(job, context);
  return {};
}

Result<void> PrepareJobUpdate(Json& job, const Json& old, const std::string& subresource, const KindContext& context) {
  if (subresource.empty() && !SemanticallyEqual(FieldOf(job, "spec"), FieldOf(old, "spec"))) {
    WarnOfTemplate(job, context);
  }
  return {};
}

FieldErrors ValidateUpdateOfJob(const Json& job, const Json& old, const std::string& subresource,
                                const KindContext& /*context*/) {
  return subresource == "status" ? ValidateJobStatus(job) : ValidateJobUpdate(job, old);
}

std::string CompletionsText(const Json& job) {
  const Json& spec = ObjectOf(job, "spec");
  const std::int64_t succeeded = IntegerOf(ObjectOf(job, "status"), "succeeded").value_or(0);
  if (const auto completions = IntegerOf(spec, "completions")) return fmt::format("{}/{}", succeeded, *completions);
  const std::int64_t parallelism = IntegerOf(spec, "parallelism").value_or(0);
  if (parallelism > 1) return fmt::format("{}/1 of {}", succeeded, parallelism);
  return fmt::format("{}/1", succeeded);
}

std::string DurationText(const Json& job, mock_http::TimePoint now) {
  const Json& status = ObjectOf(job, "status");
  const auto start = ParseRfc3339(TextOf(status, "startTime"));
  if (!start) return {};
  const auto end = ParseRfc3339(TextOf(status, "completionTime"));
  return HumanDuration(end.value_or(now) - *start);
}

Json JobRow(const Json& job, mock_http::TimePoint now) {
  const Json& pod_spec = ObjectOf(TemplateOf(job), "spec");
  return Json::array({NameOf(job), CompletionsText(job), DurationText(job, now), Age(job, now),
                      ContainerNames(pod_spec), ContainerImages(pod_spec),
                      SelectorText(FieldOf(ObjectOf(job, "spec"), "selector"))});
}

std::vector<Column> JobColumns() {
  return {NameColumn(),
          {.name = "Completions", .description = "The number of pods which reached phase Succeeded."},
          {.name = "Duration", .description = "Time required to complete the job."},
          AgeColumn(),
          {.name = "Containers", .description = "Names of each container in the template.", .priority = 1},
          {.name = "Images", .description = "Images referenced by each container in the template.", .priority = 1},
          {.name = "Selector",
           .description = "A label query over pods that should match the pod count. Normally, the system sets this "
                          "field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/"
                          "labels/#label-selectors",
           .priority = 1}};
}

}  // namespace

Kind JobKind(const schema::Type* type) {
  Kind kind;
  kind.group = "batch";
  kind.version = "v1";
  kind.kind = "Job";
  kind.plural = "jobs";
  kind.singular = "job";
  kind.categories = {"all"};
  kind.type = type;
  kind.has_status = true;
  kind.has_generation = true;
  kind.orphans_by_default_warning =
      "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or "
      "set propagationPolicy=Orphan to suppress this warning";
  kind.subresources = {{.name = "status", .kind = "Job", .verbs = {"get", "patch", "update"}}};
  kind.selectable_fields = [](const Json& job) -> std::map<std::string, std::string> {
    const std::int64_t succeeded = IntegerOf(ObjectOf(job, "status"), "succeeded").value_or(0);
    return {{"status.successful", std::to_string(succeeded)}};
  };
  kind.unselectable_field_text = "field label {} not supported for batchv1.Job";
  kind.columns = JobColumns();
  kind.row = JobRow;
  kind.set_defaults = SetJobDefaults;
  kind.prepare_create = PrepareJobCreate;
  kind.prepare_update = PrepareJobUpdate;
  kind.validate = [](const Json& job, const KindContext& /*context*/) { return ValidateJob(job); };
  kind.update_checks = {UpdateCheck::kMetadata, UpdateCheck::kChange, UpdateCheck::kMetadataChange};
  kind.validate_update = ValidateUpdateOfJob;
  return kind;
}

}  // namespace mock_kubeapi
