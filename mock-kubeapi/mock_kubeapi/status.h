// Errors as the Kubernetes API server gives them: a Status object with reason, message, details and causes.
// Source: apimachinery's api/errors and util/validation/field, and the recorded answers under conformance/.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace mock_kubeapi {

using Json = nlohmann::json;

/// One complaint about one field, as apimachinery's field.Error.
struct FieldError {
  enum class Type {
    kRequired,      ///< FieldValueRequired      "Required value"
    kInvalid,       ///< FieldValueInvalid       "Invalid value"
    kNotSupported,  ///< FieldValueNotSupported  "Unsupported value"
    kForbidden,     ///< FieldValueForbidden     "Forbidden"
    kTooLong,       ///< FieldValueTooLong       "Too long"
    kTooMany,       ///< FieldValueTooMany       "Too many"
    kDuplicate,     ///< FieldValueDuplicate     "Duplicate value"
    kNotFound,      ///< FieldValueNotFound      "Not found"
    kTypeInvalid,   ///< FieldValueTypeInvalid   "Invalid value"
    kInternal,      ///< InternalError           "Internal error"
  };
  Type type = Type::kInvalid;
  std::string field;    ///< path, e.g. spec.template.spec.containers[0].name
  Json bad_value;       ///< null where the message shows none
  std::string detail;

  /// `Invalid value: "x": must be …`, without the field, as in a cause's message.
  std::string Body() const;
  /// `spec.x: Invalid value: …`, as in the Status message.
  std::string Text() const;
};

using FieldErrors = std::vector<FieldError>;

FieldError Required(std::string field, std::string detail);
FieldError Invalid(std::string field, Json bad_value, std::string detail);
FieldError NotSupported(std::string field, Json bad_value, const std::vector<std::string>& supported);
FieldError Forbidden(std::string field, std::string detail);
FieldError TooLong(std::string field, Json bad_value, std::int64_t bytes_max);
FieldError Duplicate(std::string field, Json bad_value);
FieldError FieldNotFound(std::string field, Json bad_value);

/// The identity of a resource in a URL, for messages ("secrets", "jobs.batch").
struct ResourceName {
  std::string group;  ///< empty for the core group
  std::string resource;
  /// "jobs.batch", or "secrets" for the core group.
  std::string Qualified() const;
};

/// An error answer. `details` is an object or null (left out).
struct ApiError {
  int code = 500;
  std::string reason;
  std::string message;
  Json details;
  std::optional<int> retry_after_seconds;  ///< also a Retry-After header

  /// The Status object that is sent.
  Json ToStatus() const;
};

template <class T>
using Result = std::expected<T, ApiError>;

ApiError NotFoundError(const ResourceName& resource, std::string_view name);
ApiError AlreadyExistsError(const ResourceName& resource, std::string_view name);
/// `Operation cannot be fulfilled on secrets "x": <why>`.
ApiError ConflictError(const ResourceName& resource, std::string_view name, std::string_view why);
/// 422 with one cause per field error: `Secret "x" is invalid: …`. `kind` qualified by `group` where the group is not
/// empty (`Job.batch "x" is invalid`).
ApiError InvalidError(std::string_view group, std::string_view kind, std::string_view name, const FieldErrors& errors);
ApiError BadRequestError(std::string message);
/// `secrets "x" is forbidden: <why>`; the name is left out of the text when empty.
ApiError ForbiddenError(const ResourceName& resource, std::string_view name, std::string_view why);
ApiError UnauthorizedError();
ApiError MethodNotAllowedError();
ApiError InternalError(std::string message);

}  // namespace mock_kubeapi
