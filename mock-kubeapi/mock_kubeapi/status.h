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
  std::string field;  ///< path, e.g. spec.template.spec.containers[0].name
  /// Null where the message shows none ("null" in those that must show one; discarded leaves it out there, too).
  Json bad_value;
  std::string detail;
  /// Where the real server prints a Go value (`%#v`): its text, shown unquoted instead of `bad_value`.
  std::string go_value;

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
/// `Too long: must have at most N bytes`.
FieldError TooLong(std::string field, std::int64_t bytes_max);
/// `Too many: 5: must have at most N items`.
FieldError TooMany(std::string field, std::int64_t actual, std::int64_t items_max);
FieldError Duplicate(std::string field, Json bad_value);
FieldError FieldNotFound(std::string field, Json bad_value);
/// Invalid, with the bad value in the words of Go's `%#v`.
FieldError InvalidGoValue(std::string field, std::string go_value, std::string detail);
/// Invalid that shows no value: `Invalid value: <detail>`.
FieldError InvalidWithoutValue(std::string field, std::string detail);

/// The identity of a resource in a URL, for messages ("secrets", "jobs.batch").
struct ResourceName {
  std::string group;  ///< empty for the core group
  std::string resource;
  /// "jobs.batch", or "secrets" for the core group.
  std::string Qualified() const;
};

/// The texts of `errors` joined as apimachinery's Aggregate: one as it is, several as
/// "[a, b]", equal ones once.
std::string AggregateText(const FieldErrors& errors);

/// An error answer. `details` is an object or null (left out).
struct ApiError {
  int code = 500;
  std::string reason;
  std::string message;
  Json details;
  std::optional<int> retry_after_seconds;  ///< also a Retry-After header
  std::string continue_token;              ///< metadata.continue of an expired list
  bool as_text = false;                    ///< no Status but plain text is sent: the request's target and the message

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
/// 405 with empty details, as for a path whose resource lacks the verb.
ApiError MethodNotAllowedError();
/// 404 "the server could not find the requested resource", for a path that names no resource.
ApiError NoSuchPathError();
/// 500 `Internal error occurred: <message>`.
ApiError InternalError(std::string message);
/// 500 in plain text: what is wrong before anyone knows what the request is about.
ApiError PlainTextError(std::string message);
/// 406, 413, 415 …: code, reason and message with nothing else.
ApiError PlainError(int code, std::string reason, std::string message);
/// 410, reason Expired: what was asked for is older than the history.
ApiError ExpiredError(std::string message);

}  // namespace mock_kubeapi
