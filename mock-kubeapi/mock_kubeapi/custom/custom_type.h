// The schema of custom objects as a type, for pruning, server-side apply and OpenAPI.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "mock_kubeapi/schema/type.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi::custom {

/// A type graph and its owner.
struct CustomType {
  std::deque<schema::Type> types;
  const schema::Type* root = nullptr;
};

/// `schema` is the openAPIV3Schema of a version, a structural one; `name` what OpenAPI calls the kind. The root has
/// apiVersion, kind and metadata besides what the schema says.
std::shared_ptr<const CustomType> MakeCustomType(const Json& schema, std::string name);

}  // namespace mock_kubeapi::custom
