// $(VAR) in commands, arguments and environment values.
// Source: third_party/forked/golang/expansion (release 1.26), the API documentation of Container.args.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mock_kubeapi {

using VariableLookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Replaces each $(NAME) that `lookup` knows; others stay as they are, and "$$" stands for "$".
std::string ExpandVariables(std::string_view text, const VariableLookup& lookup);

}  // namespace mock_kubeapi
