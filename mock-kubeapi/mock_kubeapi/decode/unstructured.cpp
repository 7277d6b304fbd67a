#include "mock_kubeapi/decode/unstructured.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "mock_kubeapi/decode/go_decoder.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi::decode {
namespace {

using schema::Shape;
using schema::Type;

bool IsMetaField(std::string_view name) {
  return name == "apiVersion" || name == "kind" || name == "metadata";
}

std::string Below(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

/// An object whose whole content is unknown.
const Type& Nothing() {
  static const Type type{.shape = Shape::kObject};
  return type;
}

class Pruner {
 public:
  void Prune(const Type& type, const std::string& path, bool is_resource, Json* value) {
    if (type.shape == Shape::kObject && value->is_object()) {
      for (auto it = value->begin(); it != value->end();) {
        const schema::Field* field = type.Find(it.key());
        const bool meta = is_resource && IsMetaField(it.key());
        if (!meta && field == nullptr && !type.preserve_unknown) {
          unknown_.push_back(Below(path, it.key()));
          it = value->erase(it);
          continue;
        }
        if (!meta && field != nullptr) {
          Prune(*field->type, Below(path, it.key()), field->type->embedded_resource, &it.value());
        }
        ++it;
      }
    } else if (type.shape == Shape::kMap && value->is_object()) {
      for (auto& [key, member] : value->items()) {
        Prune(*type.element, Below(path, key), type.element->embedded_resource, &member);
      }
    } else if (type.shape == Shape::kList && value->is_array()) {
      for (std::size_t i = 0; i < value->size(); ++i) {
        Prune(*type.element, fmt::format("{}[{}]", path, i), type.element->embedded_resource, &(*value)[i]);
      }
    }
  }

  /// Sorted, as the server tells of them.
  std::vector<std::string> TakeUnknown() {
    std::sort(unknown_.begin(), unknown_.end());
    return std::move(unknown_);
  }

 private:
  std::vector<std::string> unknown_;
};

const char* GoKind(const Json& value) {
  if (value.is_string()) {
    return "string";
  }
  if (value.is_array()) {
    return "[]interface {}";
  }
  if (value.is_boolean()) {
    return "bool";
  }
  if (value.is_number()) {
    return value.is_number_float() ? "float64" : "int64";
  }
  return "<nil>";
}

void FindDuplicates(const Node& node, const std::string& path, std::vector<std::string>* found) {
  if (node.kind == Node::Kind::kArray) {
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      FindDuplicates(node.items[i], fmt::format("{}[{}]", path, i), found);
    }
    return;
  }
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const std::string here = Below(path, node.names[i]);
    if (!seen.insert(node.names[i]).second) {
      std::string text = fmt::format("duplicate field {}", GoQuote(here));
      if (std::find(found->begin(), found->end(), text) == found->end()) {
        found->push_back(std::move(text));
      }
    }
    FindDuplicates(node.items[i], here, found);
  }
}

}  // namespace

std::expected<Normalised, std::string> PruneCustom(const Type* type, Json value) {
  Normalised result;
  if (const auto metadata = value.find("metadata"); metadata != value.end() && !metadata->is_null()) {
    if (!metadata->is_object()) {
      return std::unexpected(fmt::format("invalid metadata: expected object, got {}", GoKind(*metadata)));
    }
    static const Type* const meta_type = schema::FindType("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
    auto decoded = GoDecode(*meta_type, FromJson(*metadata));
    if (!decoded) {
      return std::unexpected(std::move(decoded.error()));
    }
    for (const std::string& text : decoded->strict_errors) {
      constexpr std::string_view kUnknown = "unknown field \"";
      if (text.starts_with(kUnknown)) {
        result.unknown.push_back(fmt::format("{}metadata.{}", kUnknown, text.substr(kUnknown.size())));
      }
    }
    *metadata = std::move(decoded->object);
  }
  Pruner pruner;
  pruner.Prune(type == nullptr ? Nothing() : *type, "", true, &value);
  for (const std::string& path : pruner.TakeUnknown()) {
    result.unknown.push_back(fmt::format("unknown field {}", GoQuote(path)));
  }
  result.object = std::move(value);
  return result;
}

std::expected<Normalised, std::string> NormaliseCustom(const Type& type, const Json& value) {
  if (!value.is_object()) {
    return std::unexpected(fmt::format("json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
                                       value.is_array() ? "array" : GoKind(value)));
  }
  return PruneCustom(&type, value);
}

std::vector<std::string> DuplicateFields(const Node& node) {
  std::vector<std::string> found;
  FindDuplicates(node, "", &found);
  return found;
}

}  // namespace mock_kubeapi::decode
