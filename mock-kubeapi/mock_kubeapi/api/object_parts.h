// Small things that creating and updating an object share.
#pragma once

#include <string>

#include "mock_kubeapi/kinds/kind.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// The member; null when there is none.
const Json* FindMember(const Json& object, const char* key);
/// Equal, and the same text: 1e16 and 10000000000000000 are equal only.
bool IsIdentical(const Json& a, const Json& b);
/// Assigns unless the two are identical, as they mostly are: that is told faster than a copy is made.
void AssignChanged(Json& target, const Json& value);
/// Makes the member what it is in `from`.
void CopyOrErase(Json& object, const Json& from, const char* key);
/// metadata, made where there is none.
Json& MetaOf(Json& object);
/// Refusals name the kind; that of a custom object is what its body says.
std::string KindNameOf(const Kind& kind, const Json& object);

}  // namespace mock_kubeapi
