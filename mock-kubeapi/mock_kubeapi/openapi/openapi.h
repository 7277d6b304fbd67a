// /openapi/v2 and /openapi/v3, made of the schema and the table of kinds: what kubectl's validation, apply, explain and
// create ask for.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "mock_kubeapi/kinds/table.h"

namespace mock_kubeapi::openapi {

/// A document as it is sent. Shared, so that it stays while the table changes.
using Bytes = std::shared_ptr<const std::string>;

/// Documents are built when they are first asked for and kept until the table changes. Thread-safe as far as the table
/// is: a call must not run while the table is being changed.
class OpenApi {
 public:
  struct Options {
    std::string version;  ///< of the server, "v1.35.0", for info.version
  };

  /// The table must outlive this.
  OpenApi(const KindTable& table, Options options);

  /// /openapi/v2 as JSON.
  Bytes V2Json();
  /// /openapi/v2 as application/com.github.proto-openapi.spec.v2.v1.0+protobuf (gnostic's Document).
  Bytes V2Protobuf();
  /// /openapi/v3: the index of group versions with hashed URLs.
  Bytes V3Index();
  /// /openapi/v3/<path>, e.g. "apis/batch/v1" or "api/v1"; null when there is none.
  Bytes V3Document(std::string_view path);

 private:
  void ForgetStale();
  /// V3Document with the lock held.
  Bytes Document(std::string_view path);

  const KindTable& table_;
  Options options_;
  std::mutex mutex_;
  std::uint64_t generation_ = 0;
  Bytes v2_json_;
  Bytes v2_protobuf_;
  Bytes v3_index_;
  std::map<std::string, Bytes, std::less<>> v3_documents_;
};

}  // namespace mock_kubeapi::openapi
