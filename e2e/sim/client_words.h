// From the words and variables that a process is started with to the client's configuration, by the client's own code:
// what the manifests say is what the simulated runs do.
#pragma once

#include <string>
#include <vector>

#include "app/config.h"
#include "app/settings.h"
#include "mock_kubeapi/status.h"
#include "mock_kubeapi/store/store.h"
#include "selfreg/options.h"

namespace sim {

/// The flags, fit for `manifests --arg`, that make the client run with these options. The FQDNs are no flags: the
/// manifests have them.
std::vector<std::string> FlagsOf(const client::RunOptions& run, const std::vector<std::string>& allow_from,
                                 const std::vector<std::string>& resolvers);

/// `words` without the program's name. Throws std::runtime_error where the client refuses them: a mistake of ours.
client::Config ConfigOf(const std::vector<std::string>& words, client::Environment environment);

struct ContainerStart {
  std::vector<std::string> words;
  client::Environment environment;

  bool operator==(const ContainerStart&) const = default;
};

/// What a kubelet starts the Pod's only container with. Throws std::runtime_error when a Secret that it refers to is
/// not there.
ContainerStart StartOf(const mock_kubeapi::Json& pod, const mock_kubeapi::StoreReader& store);

}  // namespace sim
