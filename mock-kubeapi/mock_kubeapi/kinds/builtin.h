// The built-in kinds: each is made by a function of its own file; builtin.cpp has the list. A further kind needs its
// file and a line there.
#pragma once

#include <vector>

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

/// All of them, in the order in which discovery lists groups. Their schemas live as long as the process.
std::vector<Kind> BuiltinKinds();

}  // namespace mock_kubeapi
