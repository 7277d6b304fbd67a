// Resource quantities ("100m", "1Gi") in the form in which the server shows them.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace mock_kubeapi::decode {

/// "1024Mi" is "1Gi", "0.1" is "100m", "1.5Gi" is "1536Mi". The error is that of apimachinery's resource.ParseQuantity.
std::expected<std::string, std::string> CanonicalQuantity(std::string_view text);

}  // namespace mock_kubeapi::decode
