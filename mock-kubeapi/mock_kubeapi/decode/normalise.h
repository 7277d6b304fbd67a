// What a trip through the server's typed structs makes of an object: null and unset fields go, fields that are always
// sent come, times and quantities take their canonical form, unknown fields are dropped and told of.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "mock_kubeapi/schema/type.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi::decode {

struct Normalised {
  Json object;
  std::vector<std::string> unknown;  ///< `unknown field "spec.foo"`, in the order of the keys
};

/// For results of patches and for objects that the server makes. The error is the Go decoder's text
/// (`json: cannot unmarshal string into Go struct field JobSpec.spec.backoffLimit of type int32`). Idempotent. Objects
/// of custom types keep their values; only unknown fields go, and metadata is treated as the built-in one.
std::expected<Normalised, std::string> Normalise(const schema::Type& type, const Json& value);

/// The same of a value that nobody needs any more: what is normal is moved.
std::expected<Normalised, std::string> Normalise(const schema::Type& type, Json&& value);

/// What decoding `{}` gives: the fields that are always sent.
Json EmptyObject(const schema::Type& type);

}  // namespace mock_kubeapi::decode
