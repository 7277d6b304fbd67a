// The columns that many tables have, and the small things that their cells need.
#pragma once

#include <string>
#include <vector>

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

/// The first column.
Column NameColumn();
/// The Age column of kinds with a table of their own.
Column AgeColumn();
/// Name and Created At: the table of kinds that have no columns of their own (Role, custom objects without any).
std::vector<Column> DefaultColumns();
Json DefaultRow(const Json& object, mock_http::TimePoint now);

/// metadata.name; empty when there is none.
std::string NameOf(const Json& object);
/// metadata.namespace; empty when there is none.
std::string NamespaceOf(const Json& object);

}  // namespace mock_kubeapi
