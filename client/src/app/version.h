// The version of this build.
#pragma once

#include <string>

namespace client {

/// "0.1.0", from the project's CMakeLists.txt.
const char* Version();

/// "acmedns-selfreg/0.1.0"
std::string UserAgent();

}  // namespace client
