// The *.types and registered_kinds.txt files, as they were when the program was built.
#pragma once

#include <string_view>
#include <vector>

namespace mock_kubeapi::schema {

/// One text per package, in the language of type_builder.h.
const std::vector<std::string_view>& Descriptions();
/// Lines of "GROUP/VERSION KIND KIND …", without the group for core.
std::string_view RegisteredKinds();

}  // namespace mock_kubeapi::schema
