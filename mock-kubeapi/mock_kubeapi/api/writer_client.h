// The ObjectClient of controllers: ObjectWriter and deletion, without a user.
#pragma once

#include <string>
#include <utility>

#include "mock_kubeapi/api/object_writer.h"
#include "mock_kubeapi/controllers/object_client.h"

namespace mock_kubeapi {

class WriterClient final : public ObjectClient {
 public:
  /// `writer` must outlive the client.
  WriterClient(ObjectWriter& writer, std::string manager) : writer_(writer), manager_(std::move(manager)) {}

  const StoreReader& store() const override { return writer_.services().store; }
  KindPtr FindKind(const GroupVersionResource& name) const override { return writer_.services().kinds.Find(name); }
  Result<JsonPtr> Create(const Kind& kind, Json object) override;
  Result<JsonPtr> Update(const Kind& kind, Json object, const std::string& subresource) override;
  Result<void> Delete(const Kind& kind, const std::string& namespace_name, const std::string& name,
                      const DeleteRequest& request) override;

 private:
  WriteTarget TargetOf(const Kind& kind, std::string namespace_name) const;

  ObjectWriter& writer_;
  std::string manager_;
};

}  // namespace mock_kubeapi
