// What of a container's setup a process gets: which program, which arguments, which environment, which root.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <vector>

#include "mock_kubeapi/node/container_runtime.h"
#include "mock_kubeapi/node/pod_folder.h"
#include "mock_kubeapi/node/run_process.h"

namespace mock_kubeapi {

struct ProcessPlace {
  std::string program;  ///< stands for the image's entrypoint
  Isolation isolation = Isolation::kNone;
  std::string run_folder;                      ///< of PodFolder::MakeRun
  std::map<std::string, std::string> sources;  ///< by mount path: where on the machine its content is
};

/// A `command` of the Pod whose last part is the program's own name means the program; any other is looked for on the
/// machine, in the container's PATH. The error names a command that is not there.
std::expected<ProcessSetup, std::string> MakeProcessSetup(const ContainerSetup& setup, const ProcessPlace& place);

/// This machine's folders, as PlanRoot needs them.
class MachineFiles final : public HostFiles {
 public:
  std::vector<Entry> List(const std::string& folder) const override;
};

}  // namespace mock_kubeapi
