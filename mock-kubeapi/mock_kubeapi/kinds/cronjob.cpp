#include "mock_kubeapi/kinds/cronjob.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

#include "mock_kubeapi/controllers/cron/schedule.h"
#include "mock_kubeapi/controllers/cron/time_zone.h"
#include "mock_kubeapi/kinds/age.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/job_validation.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/pod_table.h"
#include "mock_kubeapi/kinds/pod_validation.h"
#include "mock_kubeapi/kinds/selector.h"

namespace mock_kubeapi {
namespace {

/// A Job's name is the CronJob's with 11 more characters and must not have more than 63.
constexpr std::size_t kNameCharactersMax = 52;

void SetCronJobDefaults(Json& cronjob) {
  Json& spec = cronjob["spec"];
  if (!spec.is_object()) spec = Json::object();
  SetDefaultText(spec, "concurrencyPolicy", "Allow");
  SetDefault(spec, "suspend", false);
  SetDefault(spec, "successfulJobsHistoryLimit", 3);
  SetDefault(spec, "failedJobsHistoryLimit", 1);
  Json& job_template = spec["jobTemplate"];
  if (!job_template.is_object()) job_template = Json::object();
  Json& job_spec = job_template["spec"];
  if (!job_spec.is_object()) job_spec = Json::object();
  SetJobTemplateSpecDefaults(job_spec);
}

bool HasZone(const std::string& schedule) {
  return schedule.find("TZ") != std::string::npos;
}

FieldErrors ValidateSchedule(const Json& spec) {
  const std::string path = "spec.schedule";
  const std::string& schedule = TextOf(spec, "schedule");
  if (schedule.empty()) return {Required(path, "")};
  FieldErrors errors;
  if (const auto parsed = cron::Schedule::Parse(schedule); !parsed) {
    errors.push_back(Invalid(path, schedule, parsed.error()));
  }
  if (HasZone(schedule) && IsSet(spec, "timeZone")) {
    errors.push_back(Invalid(path, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule"));
  }
  return errors;
}

bool IsLocal(std::string_view name) {
  constexpr std::string_view kLocal = "local";
  return std::ranges::equal(name, kLocal,
                            [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

FieldErrors ValidateTimeZone(const Json& spec) {
  const Json* zone = FieldOf(spec, "timeZone");
  if (zone == nullptr || !zone->is_string()) return {};
  const std::string path = "spec.timeZone";
  const auto& name = zone->get_ref<const std::string&>();
  if (name.empty()) return {Invalid(path, name, "timeZone must be nil or non-empty string")};
  FieldErrors errors;
  if (IsLocal(name)) {
    errors.push_back(
        Invalid(path, name, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"));
  }
  if (const auto loaded = cron::TimeZone::Load(name); !loaded) errors.push_back(Invalid(path, name, loaded.error()));
  return errors;
}

FieldErrors ValidateConcurrencyPolicy(const Json& spec) {
  static const std::vector<std::string> policies = {"Allow", "Forbid", "Replace"};
  const std::string path = "spec.concurrencyPolicy";
  const std::string& policy = TextOf(spec, "concurrencyPolicy");
  if (policy.empty()) return {Required(path, "")};
  if (std::ranges::find(policies, policy) != policies.end()) return {};
  return {NotSupported(path, policy, policies)};
}

/// `old_spec` is null for a new CronJob.
FieldErrors ValidateSpec(const Json& spec, const Json* old_spec) {
  FieldErrors errors = ValidateSchedule(spec);
  Append(errors, ValidateNotNegative(spec, "startingDeadlineSeconds", "spec"));
  // Of an old CronJob a zone that is no longer known is no reason to refuse other changes.
  if (old_spec == nullptr || !SemanticallyEqual(FieldOf(spec, "timeZone"), FieldOf(*old_spec, "timeZone"))) {
    Append(errors, ValidateTimeZone(spec));
  }
  Append(errors, ValidateConcurrencyPolicy(spec));
  Append(errors, ValidateJobTemplate(ObjectOf(spec, "jobTemplate"), "spec.jobTemplate"));
  Append(errors, ValidateNotNegative(spec, "successfulJobsHistoryLimit", "spec"));
  Append(errors, ValidateNotNegative(spec, "failedJobsHistoryLimit", "spec"));
  return errors;
}

FieldErrors ValidateCronJob(const Json& cronjob, const KindContext& /*context*/) {
  FieldErrors errors = ValidateSpec(ObjectOf(cronjob, "spec"), nullptr);
  const std::string& name = TextOf(ObjectOf(cronjob, "metadata"), "name");
  if (name.size() > kNameCharactersMax) {
    errors.push_back(Invalid("metadata.name", name, "must be no more than 52 characters"));
  }
  return errors;
}

FieldErrors ValidateCronJobUpdate(const Json& cronjob, const Json& old, const std::string& subresource,
                                  const KindContext& /*context*/) {
  if (subresource == "status") return {};
  return ValidateSpec(ObjectOf(cronjob, "spec"), &ObjectOf(old, "spec"));
}

void WarnOfCronJob(const Json& cronjob, bool template_changed, const KindContext& context) {
  if (context.warnings == nullptr) return;
  const Json& spec = ObjectOf(cronjob, "spec");
  if (template_changed) {
    const Json& pod_template = ObjectOf(ObjectOf(ObjectOf(spec, "jobTemplate"), "spec"), "template");
    std::ranges::move(PodWarnings(ObjectOf(pod_template, "spec"), "spec.jobTemplate.spec.template.spec",
                                  ObjectOf(pod_template, "metadata"), "spec.jobTemplate.spec.template.metadata"),
                      std::back_inserter(*context.warnings));
  }
  if (HasZone(TextOf(spec, "schedule"))) {
    // The doubled "spec" is the real server's.
    context.warnings->emplace_back(
        "CRON_TZ or TZ used in spec.spec.schedule is not officially supported, see "
        "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details");
  }
}

Result<void> PrepareCronJobCreate(Json& cronjob, const KindContext& context) {
  cronjob["status"] = Json::object();
  WarnOfCronJob(cronjob, true, context);
  return {};
}

Result<void> PrepareCronJobUpdate(Json& cronjob, const Json& old, const std::string& subresource,
                                  const KindContext& context) {
  if (!subresource.empty()) return {};
  const bool changed = !SemanticallyEqual(FieldOf(cronjob, "spec"), FieldOf(old, "spec"));
  WarnOfCronJob(cronjob, changed, context);
  return {};
}

Json CronJobRow(const Json& cronjob, mock_http::TimePoint now) {
  const Json& spec = ObjectOf(cronjob, "spec");
  const Json& status = ObjectOf(cronjob, "status");
  const Json& job_spec = ObjectOf(ObjectOf(spec, "jobTemplate"), "spec");
  const Json& pod_spec = ObjectOf(ObjectOf(job_spec, "template"), "spec");
  const std::string& last = TextOf(status, "lastScheduleTime");
  std::string suspend = "<unset>";
  if (IsSet(spec, "suspend")) suspend = IsTrue(spec, "suspend") ? "True" : "False";
  return Json::array({NameOf(cronjob), TextOf(spec, "schedule"), suspend, ListOf(status, "active").size(),
                      last.empty() ? "<none>" : TimeSince(last, now), Age(cronjob, now), ContainerNames(pod_spec),
                      ContainerImages(pod_spec), SelectorText(FieldOf(job_spec, "selector"))});
}

std::vector<Column> CronJobColumns() {
  return {NameColumn(),
          {.name = "Schedule", .description = "The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron."},
          {.name = "Suspend",
           .type = "boolean",
           .description = "This flag tells the controller to suspend subsequent executions, it does not apply to "
                          "already started executions.  Defaults to false."},
          {.name = "Active", .type = "integer", .description = "A list of pointers to currently running jobs."},
          {.name = "Last Schedule",
           .description = "Information when was the last time the job was successfully scheduled."},
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

Kind CronJobKind(const schema::Type* type) {
  Kind kind;
  kind.group = "batch";
  kind.version = "v1";
  kind.kind = "CronJob";
  kind.plural = "cronjobs";
  kind.singular = "cronjob";
  kind.short_names = {"cj"};
  kind.categories = {"all"};
  kind.type = type;
  kind.has_status = true;
  kind.has_generation = true;
  kind.subresources = {{.name = "status", .kind = "CronJob", .verbs = {"get", "patch", "update"}}};
  kind.columns = CronJobColumns();
  kind.row = CronJobRow;
  kind.set_defaults = SetCronJobDefaults;
  kind.prepare_create = PrepareCronJobCreate;
  kind.prepare_update = PrepareCronJobUpdate;
  kind.validate = ValidateCronJob;
  kind.update_checks = {UpdateCheck::kMetadataChange, UpdateCheck::kChange};
  kind.validate_update = ValidateCronJobUpdate;
  return kind;
}

}  // namespace mock_kubeapi
