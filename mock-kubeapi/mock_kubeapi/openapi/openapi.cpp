#include "mock_kubeapi/openapi/openapi.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>
#include <set>
#include <utility>

#include "mock_kubeapi/openapi/gnostic.h"
#include "mock_kubeapi/openapi/paths.h"
#include "mock_kubeapi/openapi/schemas.h"

namespace mock_kubeapi::openapi {
namespace {

constexpr std::string_view kPatch = "io.k8s.apimachinery.pkg.apis.meta.v1.Patch";

/// "api/v1", "apis/batch/v1"
std::string PathOf(const Kind& kind) {
  return kind.group.empty() ? "api/" + kind.version : fmt::format("apis/{}/{}", kind.group, kind.version);
}

std::string Hash(const std::string& text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += fmt::format("{:02X}", byte);
  }
  return hex;
}

/// Types that operations of every resource refer to.
void AddShared(SchemaCollector* schemas) {
  schemas->AddNamed("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions");
  schemas->AddNamed("io.k8s.apimachinery.pkg.apis.meta.v1.Status");
}

Json WithPatch(Json schemas) {
  schemas[std::string(kPatch)] = {{"type", "object"}, {"description", "A patch, by its media type."}};
  return schemas;
}

Json Info(const std::string& version) {
  return {{"title", "Kubernetes"}, {"version", version}};
}

/// `wanted` tells which rows belong to the document.
template <class Wanted>
std::pair<Json, Json> PathsAndSchemas(const KindTable& table, SpecVersion version, Wanted wanted) {
  SchemaCollector schemas(version);
  Json paths = Json::object();
  AddShared(&schemas);
  for (const KindPtr& kind : table.rows()) {
    if (wanted(*kind)) {
      schemas.AddKind(*kind);
      AddPaths(*kind, version, schemas, &paths);
    }
  }
  return {std::move(paths), WithPatch(schemas.Take())};
}

Json V2Document(const KindTable& table, const std::string& version) {
  auto [paths, definitions] = PathsAndSchemas(table, SpecVersion::kV2, [](const Kind&) { return true; });
  return {{"swagger", "2.0"},
          {"info", Info(version)},
          {"paths", std::move(paths)},
          {"definitions", std::move(definitions)}};
}

Bytes Share(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

}  // namespace

OpenApi::OpenApi(const KindTable& table, Options options)
    : table_(table), options_(std::move(options)), generation_(table.generation()) {}

void OpenApi::ForgetStale() {
  if (generation_ == table_.generation()) {
    return;
  }
  generation_ = table_.generation();
  v2_json_ = nullptr;
  v2_protobuf_ = nullptr;
  v3_index_ = nullptr;
  v3_documents_.clear();
}

Bytes OpenApi::V2Json() {
  const std::lock_guard lock(mutex_);
  ForgetStale();
  if (v2_json_ == nullptr) {
    v2_json_ = Share(V2Document(table_, options_.version).dump());
  }
  return v2_json_;
}

Bytes OpenApi::V2Protobuf() {
  const std::lock_guard lock(mutex_);
  ForgetStale();
  if (v2_protobuf_ == nullptr) {
    v2_protobuf_ = Share(ToGnostic(V2Document(table_, options_.version)));
  }
  return v2_protobuf_;
}

Bytes OpenApi::V3Index() {
  const std::lock_guard lock(mutex_);
  ForgetStale();
  if (v3_index_ == nullptr) {
    Json paths = Json::object();
    for (const KindPtr& kind : table_.rows()) {
      const std::string path = PathOf(*kind);
      if (!paths.contains(path)) {
        paths[path] = {{"serverRelativeURL", fmt::format("/openapi/v3/{}?hash={}", path, Hash(*Document(path)))}};
      }
    }
    v3_index_ = Share(Json{{"paths", std::move(paths)}}.dump());
  }
  return v3_index_;
}

Bytes OpenApi::V3Document(std::string_view path) {
  const std::lock_guard lock(mutex_);
  ForgetStale();
  return Document(path);
}

Bytes OpenApi::Document(std::string_view path) {
  if (const auto known = v3_documents_.find(path); known != v3_documents_.end()) {
    return known->second;
  }
  auto [paths, schemas] =
      PathsAndSchemas(table_, SpecVersion::kV3, [&](const Kind& kind) { return PathOf(kind) == path; });
  if (paths.empty()) {
    return nullptr;
  }
  Bytes bytes = Share(Json{{"openapi", "3.0.0"},
                           {"info", Info(options_.version)},
                           {"paths", std::move(paths)},
                           {"components", {{"schemas", std::move(schemas)}}}}
                          .dump());
  v3_documents_.emplace(path, bytes);
  return bytes;
}

}  // namespace mock_kubeapi::openapi
