// The controllers that Jobs and CronJobs need.
#pragma once

#include <memory>
#include <vector>

#include "mock_kubeapi/controllers/controller.h"

namespace mock_kubeapi {

/// CronJobs, Jobs, the end of finished Jobs, the end of Events: in the order in which they should run.
std::vector<std::unique_ptr<Controller>> WorkloadControllers();

}  // namespace mock_kubeapi
