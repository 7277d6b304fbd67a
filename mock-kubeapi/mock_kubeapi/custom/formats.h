// The string formats that the server checks in custom objects; others are allowed and mean nothing.
// Source: go-openapi's strfmt, by what it accepts.
#pragma once

#include <string>
#include <string_view>

namespace mock_kubeapi::custom {

/// Whether the server looks at the format at all.
bool IsKnownFormat(std::string_view format);

/// True for formats that are not known.
bool HasFormat(std::string_view format, const std::string& text);

}  // namespace mock_kubeapi::custom
