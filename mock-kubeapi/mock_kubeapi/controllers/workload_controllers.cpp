#include "mock_kubeapi/controllers/workload_controllers.h"

#include "mock_kubeapi/controllers/cronjob_controller.h"
#include "mock_kubeapi/controllers/event_ttl_controller.h"
#include "mock_kubeapi/controllers/job_controller.h"
#include "mock_kubeapi/controllers/ttl_after_finished_controller.h"

namespace mock_kubeapi {

std::vector<std::unique_ptr<Controller>> WorkloadControllers() {
  std::vector<std::unique_ptr<Controller>> controllers;
  controllers.push_back(std::make_unique<CronJobController>());
  controllers.push_back(std::make_unique<JobController>());
  controllers.push_back(std::make_unique<TtlAfterFinishedController>());
  controllers.push_back(std::make_unique<EventTtlController>());
  return controllers;
}

}  // namespace mock_kubeapi
