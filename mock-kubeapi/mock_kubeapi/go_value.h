// JSON values as Go's fmt prints what the API server holds them in (maps of string to interface{}, int64, float64 …).
// Some of its messages show values in this way.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace mock_kubeapi {

/// `%v`: map[a:1 b:x], [1 2], text as it is, <nil>.
std::string GoValue(const nlohmann::json& value);

/// `%#v`: map[string]interface {}{"a":1}, []interface {}{"x"}, interface {}(nil).
std::string GoSyntax(const nlohmann::json& value);

/// `%T`: map[string]interface {}, []interface {}, string, bool, int64, float64, <nil>.
std::string GoTypeName(const nlohmann::json& value);

/// A number as Go's `%v` prints an int64 or float64: the shortest that reads back, with an exponent below 1e-4 and from
/// 1e21 on.
std::string GoNumber(const nlohmann::json& number);

}  // namespace mock_kubeapi
