// Random values that fit a type, for property tests: few names and few values, so that two of them meet.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "mock_kubeapi/schema/type.h"

namespace mock_kubeapi::merge {

class RandomValue {
 public:
  explicit RandomValue(unsigned seed) : engine_(seed) {}

  std::size_t Below(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(engine_); }
  bool OneIn(std::size_t count) { return Below(count) == 0; }

  /// A value of that type; objects and lists get shorter the deeper they lie.
  nlohmann::json Of(const schema::Type& type, int depth = 0) {
    using schema::Shape;
    switch (type.shape) {
      case Shape::kString:
        return Word();
      case Shape::kBool:
        return true;
      case Shape::kInt32:
      case Shape::kInt64:
      case Shape::kIntOrString:
        return 1 + Below(3);
      case Shape::kDouble:
        return 0.5 + static_cast<double>(Below(3));
      case Shape::kBytes:
        return OneIn(2) ? "MQ==" : "Mg==";
      case Shape::kTime:
        return OneIn(2) ? "2024-01-01T00:00:00Z" : "2024-01-02T00:00:00Z";
      case Shape::kMicroTime:
        return "2024-01-01T00:00:00.000000Z";
      case Shape::kDuration:
        return "1s";
      case Shape::kQuantity:
        return OneIn(2) ? "1" : "2";
      case Shape::kMap:
        return MapOf(type, depth);
      case Shape::kList:
        return ListOf(type, depth);
      case Shape::kObject:
        return ObjectOf(type, depth);
      case Shape::kAny:
        break;
    }
    return Word();
  }

  /// A configuration as somebody applies it: part of the metadata, and of the fields that the kind has.
  nlohmann::json Config(const schema::Type& type) {
    nlohmann::json config = {{"metadata", {{"name", "x"}}}};
    const schema::Type& metadata = *type.Find("metadata")->type;
    for (const char* name : {"labels", "annotations", "finalizers", "ownerReferences"}) {
      if (OneIn(3)) {
        config["metadata"][name] = Of(*metadata.Find(name)->type);
      }
    }
    for (const schema::Field& field : type.fields) {
      if (field.name != "metadata" && field.name != "apiVersion" && field.name != "kind" && !OneIn(3)) {
        config[field.name] = Of(*field.type);
      }
    }
    return config;
  }

  /// Puts something else in one place of the value.
  void Spoil(nlohmann::json& value) {
    if (value.empty() || !value.is_structured() || OneIn(4)) {
      static const std::vector<nlohmann::json> others = {nullptr,
                                                         0,
                                                         -7,
                                                         1e10,
                                                         0.5,
                                                         "",
                                                         "a",
                                                         true,
                                                         false,
                                                         nlohmann::json::array(),
                                                         nlohmann::json::array({nullptr}),
                                                         nlohmann::json::object(),
                                                         nlohmann::json::object({{"what", 1}})};
      value = others[Below(others.size())];
      return;
    }
    if (value.is_array() && OneIn(2)) {
      value.push_back(value[0]);
      return;
    }
    auto at = value.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(Below(value.size())));
    Spoil(*at);
  }

 private:
  std::string Word() {
    static const std::vector<std::string> words = {"a", "b", "c"};
    return words[Below(words.size())];
  }

  nlohmann::json MapOf(const schema::Type& type, int depth) {
    nlohmann::json map = nlohmann::json::object();
    for (std::size_t i = 0, count = 1 + Below(3); i < count; ++i) {
      map[Word()] = Of(*type.element, depth + 1);
    }
    return map;
  }

  nlohmann::json ListOf(const schema::Type& type, int depth) {
    nlohmann::json list = nlohmann::json::array();
    std::vector<nlohmann::json> seen;
    for (std::size_t i = 0, count = 1 + Below(3); i < count; ++i) {
      nlohmann::json item = Of(*type.element, depth + 1);
      nlohmann::json identity = item;
      if (type.list_type == schema::ListType::kMap) {
        identity = nlohmann::json::object();
        for (const std::string& key : type.map_keys) {
          identity[key] = item[key] = Of(*type.element->Find(key)->type, depth + 1);
        }
      }
      if (type.list_type != schema::ListType::kAtomic && std::find(seen.begin(), seen.end(), identity) != seen.end()) {
        continue;
      }
      seen.push_back(identity);
      list.push_back(std::move(item));
    }
    return list;
  }

  nlohmann::json ObjectOf(const schema::Type& type, int depth) {
    nlohmann::json object = nlohmann::json::object();
    if (type.fields.empty()) {
      return object;
    }
    for (std::size_t i = 0, count = depth > 5 ? 1 : 1 + Below(3); i < count; ++i) {
      const schema::Field& field = type.fields[Below(type.fields.size())];
      const bool container = field.type->shape == schema::Shape::kObject || field.type->shape == schema::Shape::kList ||
                             field.type->shape == schema::Shape::kMap;
      if (!container || depth < 6) {
        object[field.name] = Of(*field.type, depth + 1);
        if (!field.patch_merge_key.empty()) {
          MakeUniqueBy(field, &object[field.name], depth);
        }
      }
    }
    return object;
  }

  /// Gives every item of a list that strategic merge patch merges by a key a value of it that no other one has.
  void MakeUniqueBy(const schema::Field& field, nlohmann::json* list, int depth) {
    nlohmann::json kept = nlohmann::json::array();
    std::vector<nlohmann::json> seen;
    for (nlohmann::json& item : *list) {
      if (!item.contains(field.patch_merge_key)) {
        item[field.patch_merge_key] = Of(*field.type->element->Find(field.patch_merge_key)->type, depth + 2);
      }
      if (std::find(seen.begin(), seen.end(), item[field.patch_merge_key]) == seen.end()) {
        seen.push_back(item[field.patch_merge_key]);
        kept.push_back(std::move(item));
      }
    }
    *list = std::move(kept);
  }

  std::mt19937 engine_;
};

}  // namespace mock_kubeapi::merge
