// How kubectl shows Pods. Source: pkg/printers/internalversion/printers.go (release 1.26).
#pragma once

#include <vector>

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

std::vector<Column> PodColumns();
Json PodRow(const Json& pod, mock_http::TimePoint now);
/// Of a Pod that has ended: how.
Json PodRowConditions(const Json& pod);

/// The names and images of a template's containers, as the wide columns of Jobs show them.
std::string ContainerNames(const Json& spec);
std::string ContainerImages(const Json& spec);

}  // namespace mock_kubeapi
