// Rules on Pods and pod templates. Source: pkg/apis/core/validation/validation.go (release 1.26).
#pragma once

#include <string>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// A PodSpec, of a Pod or a template.
FieldErrors ValidatePodSpec(const Json& spec, const std::string& path);
/// A PodTemplateSpec: labels, annotations and spec.
FieldErrors ValidatePodTemplate(const Json& pod_template, const std::string& path);
/// A new Pod, without the rules on metadata that all kinds share.
FieldErrors ValidatePod(const Json& pod);
/// A changed Pod. Of its spec only images, activeDeadlineSeconds (downwards), tolerations (more of them) and a negative
/// terminationGracePeriodSeconds can change.
FieldErrors ValidatePodUpdate(const Json& pod, const Json& old);
/// A Pod whose status was changed.
FieldErrors ValidatePodStatusUpdate(const Json& pod, const Json& old);

FieldErrors ValidateTolerations(const Json& tolerations, const std::string& path);

/// What is questionable about a PodSpec, as Warning texts. `metadata` is the Pod's or the template's at
/// `metadata_path`.
std::vector<std::string> PodWarnings(const Json& spec, const std::string& spec_path, const Json& metadata,
                                     const std::string& metadata_path);

/// How two specs differ, in the form of go-cmp's reports: changed fields with - and +, the rest summed up.
std::string PodSpecDiff(const Json& old, const Json& changed);

}  // namespace mock_kubeapi
