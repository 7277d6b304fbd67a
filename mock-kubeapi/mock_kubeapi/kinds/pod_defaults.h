// Defaults of a Pod's spec, which Pods and the templates of Jobs and CronJobs share.
// Source: pkg/apis/core/v1/defaults.go and zz_generated.defaults.go (release 1.26).
#pragma once

#include <string_view>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// What every PodSpec gets, in place: policies, probes, volumes, image pull policies …
void SetPodSpecDefaults(Json& spec);
/// What only a Pod itself gets besides: requests from limits, service links.
void SetPodDefaults(Json& pod);
/// The spec of a template at `owner.template.spec`, made if need be.
void SetPodTemplateDefaults(Json& owner);

/// Whether an image's tag is "latest", given or implied. False for what is no image reference at all.
bool IsLatestImage(std::string_view image);

}  // namespace mock_kubeapi
