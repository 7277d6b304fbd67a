// What Go's encoder makes of a decoded struct: which unset fields are sent all the same, and which set ones are not.
#pragma once

#include "mock_kubeapi/schema/type.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi::decode {

/// Whether objects of the type are stored as JSON, in which empty lists stay, and not as protobuf, which has none.
bool IsKeptAsJson(const schema::Type& type);

/// Drops the members of a decoded object that Go's encoder leaves out and adds those that it always sends.
/// `keep_empty`: empty lists and maps of such fields stay empty, as in JSON, instead of becoming null, as after
/// protobuf.
void FinishAsGoEncodes(const schema::Type& type, bool keep_empty, Json* object);

/// Whether it is its type's zero value in Go, or null; lists and maps are when they are empty.
bool IsZero(const Json& value);

/// What encoding an unset value of `type` gives: for objects the fields that are always sent.
Json GoZero(const schema::Type& type);

}  // namespace mock_kubeapi::decode
