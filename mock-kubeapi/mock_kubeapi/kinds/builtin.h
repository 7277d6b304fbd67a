// The built-in rows, one function per file of kinds/. A further kind goes into the file it belongs to; only a new file
// needs a line here and in table.cpp.
#pragma once

#include <vector>

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

// std::vector<Kind> SecretKinds() … are declared here by the files that have landed.

/// All of them, in the order in which discovery lists groups.
std::vector<Kind> BuiltinKinds();

}  // namespace mock_kubeapi
