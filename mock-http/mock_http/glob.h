// Patterns in fault matches.
#pragma once

#include <string_view>

namespace mock_http {

/// Whether `text` fits `pattern`, in which '*' stands for any run of characters.
bool FitsGlob(std::string_view pattern, std::string_view text);

}  // namespace mock_http
