// Does a configuration fit its type? In the words of structured-merge-diff, which print values as Go's fmt does.
#include <optional>
#include <set>
#include <utility>

#include "mock_kubeapi/go_value.h"
#include "mock_kubeapi/merge/typed.h"
#include "mock_kubeapi/merge/typed_node.h"

namespace mock_kubeapi::merge {
namespace {

using schema::Shape;
using schema::Type;

/// Collects findings with the path at which they were made.
class Validator {
 public:
  explicit Validator(std::vector<std::string>& errors) : errors_(errors) {}

  void Check(const Type& type, const Json& value) {
    switch (WalkOf(type, value)) {
      case Walk::kScalar:
        CheckScalar(type, value);
        break;
      case Walk::kList:
        CheckList(type, value);
        break;
      case Walk::kMap:
        CheckMap(type, value);
        break;
    }
  }

 private:
  void Report(const std::string& text) {
    const std::string path = PathText(path_);
    errors_.push_back(path.empty() ? text : path + ": " + text);
  }

  void CheckScalar(const Type& type, const Json& value) {
    if (value.is_null()) {
      return;
    }
    switch (type.shape) {
      case Shape::kString:
      case Shape::kBytes:
      case Shape::kDuration:
      case Shape::kQuantity:
        if (!value.is_string()) {
          Report("expected string, got &value.valueUnstructured{Value:" + GoSyntax(value) + "}");
        }
        break;
      case Shape::kBool:
        if (!value.is_boolean()) {
          Report("expected boolean, got &{" + GoValue(value) + "}");
        }
        break;
      case Shape::kInt32:
      case Shape::kInt64:
      case Shape::kDouble:
        if (!value.is_number()) {
          Report("expected numeric (int or float), got " + GoTypeName(value));
        }
        break;
      default:  // times and int-or-string are untyped scalars: anything goes
        break;
    }
  }

  void CheckList(const Type& type, const Json& value) {
    if (value.is_null()) {
      return;
    }
    if (!value.is_array()) {
      Report("expected list, got &{" + GoValue(value) + "}");
      return;
    }
    if (type.shape == Shape::kAny) {
      return;
    }
    std::set<PathElement> seen;
    for (std::size_t i = 0; i < value.size(); ++i) {
      std::optional<PathElement> element;
      if (IsAtomic(type, Walk::kList)) {
        element = PathElement::Index(static_cast<std::int64_t>(i));
      } else {
        auto found = ItemElement(type, value[i]);
        if (!found) {
          Report("element " + std::to_string(i) + ": " + found.error());
          return;
        }
        element = std::move(*found);
        if (!seen.insert(*element).second) {
          Report("duplicate entries for key " + element->Text());
        }
      }
      path_.push_back(std::move(*element));
      Check(ItemType(type), value[i]);
      path_.pop_back();
    }
  }

  void CheckMap(const Type& type, const Json& value) {
    if (value.is_null()) {
      return;
    }
    if (!value.is_object()) {
      Report("expected map, got &{" + GoValue(value) + "}");
      return;
    }
    for (const auto& [key, item] : value.items()) {
      const Type* field_type = FieldType(type, key);
      path_.push_back(PathElement::Field(key));
      if (field_type == nullptr) {
        Report("field not declared in schema");
        path_.pop_back();
        return;
      }
      Check(*field_type, item);
      path_.pop_back();
    }
  }

  std::vector<std::string>& errors_;
  Path path_;
};

}  // namespace

std::vector<std::string> FindSchemaErrors(const Type& type, const Json& value) {
  std::vector<std::string> errors;
  Validator(errors).Check(type, value);
  return errors;
}

std::string JoinSchemaErrors(const std::vector<std::string>& errors) {
  if (errors.size() == 1) {
    return errors.front();
  }
  std::string text = "errors:";
  for (const std::string& error : errors) {
    text += "\n  " + error;
  }
  return text;
}

}  // namespace mock_kubeapi::merge
