// An object as tests of the field manager write it: applied, updated and read back, at a clock that moves on a second
// with every write.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "mock_kubeapi/decode/normalise.h"
#include "mock_kubeapi/merge/apply.h"
#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi::merge {

/// A field manager of a built-in kind, or of one of its subresources.
inline FieldManager ManagerOf(const schema::KindKey& key, const std::string& subresource = {},
                              std::vector<std::vector<std::string>> reset_fields = {},
                              const VersionConverter* converter = nullptr) {
  return FieldManager({.type = schema::FindKind(key),
                       .api_version = key.group.empty() ? std::string(key.version)
                                                        : std::string(key.group) + "/" + std::string(key.version),
                       .kind = std::string(key.kind),
                       .subresource = subresource,
                       .reset_fields = std::move(reset_fields),
                       .converter = converter});
}

/// What is stored, as the request pipeline would keep it: decoded after every write, with a uid from its creation on.
class StoredObject {
 public:
  StoredObject(const FieldManager& manager, const schema::KindKey& key)
      : manager_(manager),
        type_(*schema::FindKind(key)),
        api_version_(key.group.empty() ? std::string(key.version)
                                       : std::string(key.group) + "/" + std::string(key.version)),
        kind_(key.kind) {}

  /// Applies as sent, but for apiVersion and kind, which are added. Nothing is stored when it fails.
  Result<Json> TryApply(const std::string& manager, Json config, bool force = false) {
    return TryApplyThrough(manager_, manager, std::move(config), force);
  }
  Result<Json> TryApplyThrough(const FieldManager& endpoint, const std::string& manager, Json config,
                               bool force = false) {
    config["apiVersion"] = api_version_;
    config["kind"] = kind_;
    Tick();
    auto applied =
        endpoint.Apply(exists_ ? &object_ : nullptr, config, {.manager = manager, .force = force, .now = now_});
    if (applied) {
      Store(*applied);
    }
    return applied;
  }
  void Apply(const std::string& manager, const Json& config, bool force = false) {
    const auto applied = TryApply(manager, config, force);
    ASSERT_TRUE(applied.has_value()) << applied.error().message;
  }

  /// PUT or another patch: the object as it shall be, metadata included. Its managedFields are those sent; where there
  /// are none, those stored.
  void Update(const std::string& manager, Json object) { UpdateThrough(manager_, manager, std::move(object)); }
  void UpdateThrough(const FieldManager& endpoint, const std::string& manager, Json object) {
    object["apiVersion"] = api_version_;
    object["kind"] = kind_;
    if (exists_) {
      object["metadata"]["uid"] = object_["metadata"]["uid"];
    }
    Json managed = object["metadata"].value("managedFields", Json());
    auto decoded = decode::Normalise(type_, object);
    ASSERT_TRUE(decoded.has_value()) << decoded.error();
    if (!managed.is_null()) {
      decoded->object["metadata"]["managedFields"] = managed;
    }
    Tick();
    Store(endpoint.Update(exists_ ? &object_ : nullptr, decoded->object, {.manager = manager, .now = now_}));
  }

  const Json& object() const { return object_; }
  /// Without its managedFields.
  Json Content() const {
    Json content = object_;
    content["metadata"].erase("managedFields");
    return content;
  }
  /// How often what is stored has changed.
  int version() const { return version_; }
  Json Managed() const { return object_["metadata"].value("managedFields", Json::array()); }
  /// The fields of that manager; null when it has none. `operation` is "Apply" or "Update".
  Json FieldsOf(const std::string& manager, const std::string& operation = "Apply") const {
    for (const Json& entry : Managed()) {
      if (entry["manager"] == manager && entry["operation"] == operation) {
        return entry["fieldsV1"];
      }
    }
    return {};
  }

 private:
  void Tick() { now_ += std::chrono::seconds(1); }
  void Store(const Json& object) {
    auto decoded = decode::Normalise(type_, object);
    ASSERT_TRUE(decoded.has_value()) << decoded.error();
    Json stored = std::move(decoded->object);
    stored["metadata"]["uid"] = "11111111-1111-1111-1111-111111111111";
    if (exists_) {
      IgnoreManagedFieldsTimes(object_, stored);
    }
    version_ += !exists_ || stored != object_ ? 1 : 0;
    object_ = std::move(stored);
    exists_ = true;
  }

  const FieldManager& manager_;
  const schema::Type& type_;
  std::string api_version_;
  std::string kind_;
  Json object_;
  bool exists_ = false;
  int version_ = 0;
  mock_http::TimePoint now_ = std::chrono::sys_days(std::chrono::year(2024) / 1 / 1);
};

}  // namespace mock_kubeapi::merge
