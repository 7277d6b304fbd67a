// Consistent lists: the current state, a past one, or the next page of one.
// Source: apiserver's storage/etcd3/store.go (GetList), storage/continue.go.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/api/options.h"
#include "mock_kubeapi/api/renderer.h"
#include "mock_kubeapi/api/watch_stream.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {

struct ListQuery {
  std::string resource;        ///< collection of the store
  std::string namespace_name;  ///< empty: all
  std::string only_name;       ///< not empty: the one object that a field selector names
  ObjectFilter filter;         ///< null: everything
  const Kind* kind = nullptr;
};

struct ListPage {
  std::vector<ObjectPtr> objects;
  ListMeta meta;
};

/// Errors: 400 bad continue token or resourceVersion with one, 410 too old, 500 no number, 504 in the future.
Result<ListPage> ReadList(const Store& store, const ListQuery& query, const ListOptions& options);

/// 504 when `version` (of a get or list that must not be older) lies in the future.
Result<void> CheckNotInFuture(const Store& store, std::optional<std::uint64_t> version);

/// Where a list goes on.
struct ContinueToken {
  std::int64_t revision = 0;  ///< negative: wherever the store is by then
  std::string start;          ///< position of the last object, as Store::PositionOf, seen from the list's namespace
};
std::string EncodeContinueToken(const ContinueToken& token);
/// The error is the server's text.
std::expected<ContinueToken, std::string> DecodeContinueToken(std::string_view text);

}  // namespace mock_kubeapi
