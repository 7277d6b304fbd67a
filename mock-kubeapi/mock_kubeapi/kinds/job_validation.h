// Rules on Jobs and on the Job templates of CronJobs. Source: pkg/apis/batch/validation/validation.go (release 1.26).
#pragma once

#include <string>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// The annotation that says that the controller tracks pods by their finalizers.
inline constexpr const char* kJobTrackingAnnotation = "batch.kubernetes.io/job-tracking";

/// A new Job with its generated selector, without the rules on metadata that all kinds share.
FieldErrors ValidateJob(const Json& job);
/// A changed Job: as a new one, and what must not change.
FieldErrors ValidateJobUpdate(const Json& job, const Json& old);
FieldErrors ValidateJobStatus(const Json& job);
/// spec.jobTemplate of a CronJob, at `path`.
FieldErrors ValidateJobTemplate(const Json& job_template, const std::string& path);

/// Defaults of the parts that Jobs and Job templates share: the pod template and the pod failure policy.
void SetJobTemplateSpecDefaults(Json& job_spec);

}  // namespace mock_kubeapi
