#include "mock_kubeapi/custom/version_validation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi::custom {
namespace {

void CheckSimplePath(const std::string& value, const std::string& path, FieldErrors& errors) {
  if (value.front() != '.') {
    errors.push_back(Invalid(path, value, "must be a simple json path starting with ."));
  }
}

void CheckReplicasPath(const Json& scale, const char* member, std::string_view parent, const std::string& path,
                       FieldErrors& errors) {
  const std::string& value = TextOf(scale, member);
  const std::string member_path = Child(path, fmt::format("scale.{}", member));
  if (value.empty()) {
    errors.push_back(Required(member_path, ""));
  } else if (value.front() != '.') {
    CheckSimplePath(value, member_path, errors);
  } else if (!value.starts_with(parent)) {
    errors.push_back(Invalid(member_path, value,
                             fmt::format("should be a json path under {}", parent.substr(0, parent.size() - 1))));
  }
}

}  // namespace

FieldErrors ValidateDeprecationWarning(const Json& warning, bool deprecated, const std::string& path) {
  FieldErrors errors;
  const std::string text = warning.is_string() ? warning.get<std::string>() : std::string();
  if (!deprecated) {
    errors.push_back(Invalid(path, text, "can only be set for deprecated versions"));
    return errors;
  }
  if (text.size() > 256) {
    errors.push_back(Invalid(path, text, "must be <= 256 characters long"));
  }
  if (text.empty()) {
    errors.push_back(Invalid(path, text, "must not be an empty string"));
  }
  const auto control =
      std::find_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (control != text.end()) {
    errors.push_back(Invalid(path, text,
                             fmt::format("must only contain printable UTF-8 characters; non-printable character "
                                         "found at index {}",
                                         control - text.begin())));
  }
  return errors;
}

FieldErrors ValidateSubresources(const Json& subresources, const std::string& path) {
  FieldErrors errors;
  const Json* scale = FieldOf(subresources, "scale");
  if (scale == nullptr) {
    return errors;
  }
  CheckReplicasPath(*scale, "specReplicasPath", ".spec.", path, errors);
  CheckReplicasPath(*scale, "statusReplicasPath", ".status.", path, errors);
  const std::string& selector = TextOf(*scale, "labelSelectorPath");
  const std::string selector_path = Child(path, "scale.labelSelectorPath");
  if (selector.empty()) {
    return errors;
  }
  if (selector.front() != '.') {
    CheckSimplePath(selector, selector_path, errors);
  } else if (!selector.starts_with(".spec.") && !selector.starts_with(".status.")) {
    errors.push_back(Invalid(selector_path, selector, "should be a json path under either .spec or .status"));
  }
  return errors;
}

FieldErrors ValidateColumns(const Json& columns, const std::string& path) {
  FieldErrors errors;
  static const std::vector<std::string> types = {"boolean", "date", "integer", "number", "string"};
  static const std::vector<std::string> formats = {"byte",  "date",  "date-time", "double",
                                                   "float", "int32", "int64",     "password"};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string column_path = Index(path, i);
    const std::string& type = TextOf(columns[i], "type");
    const std::string& format = TextOf(columns[i], "format");
    const std::string& json_path = TextOf(columns[i], "jsonPath");
    if (TextOf(columns[i], "name").empty()) {
      errors.push_back(Required(Child(column_path, "name"), ""));
    }
    const std::string type_detail = fmt::format("must be one of {}", fmt::join(types, ","));
    if (type.empty()) {
      errors.push_back(Required(Child(column_path, "type"), type_detail));
    } else if (std::find(types.begin(), types.end(), type) == types.end()) {
      errors.push_back(Invalid(Child(column_path, "type"), type, type_detail));
    }
    if (!format.empty() && std::find(formats.begin(), formats.end(), format) == formats.end()) {
      errors.push_back(
          Invalid(Child(column_path, "format"), format, fmt::format("must be one of {}", fmt::join(formats, ","))));
    }
    if (json_path.empty()) {
      errors.push_back(Required(Child(column_path, "JSONPath"), ""));
    } else {
      CheckSimplePath(json_path, Child(column_path, "JSONPath"), errors);
    }
  }
  return errors;
}

}  // namespace mock_kubeapi::custom
