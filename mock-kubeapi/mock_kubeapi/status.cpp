#include "mock_kubeapi/status.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/go_value.h"

namespace mock_kubeapi {
namespace {

using Type = FieldError::Type;

struct TypeWords {
  std::string_view shown;
  std::string_view reason;
  bool shows_value;
};

TypeWords WordsOf(Type type) {
  switch (type) {
    case Type::kRequired:
      return {"Required value", "FieldValueRequired", false};
    case Type::kInvalid:
      return {"Invalid value", "FieldValueInvalid", true};
    case Type::kNotSupported:
      return {"Unsupported value", "FieldValueNotSupported", true};
    case Type::kForbidden:
      return {"Forbidden", "FieldValueForbidden", false};
    case Type::kTooLong:
      return {"Too long", "FieldValueTooLong", false};
    case Type::kTooMany:
      return {"Too many", "FieldValueTooMany", true};
    case Type::kDuplicate:
      return {"Duplicate value", "FieldValueDuplicate", true};
    case Type::kNotFound:
      return {"Not found", "FieldValueNotFound", true};
    case Type::kTypeInvalid:
      return {"Invalid value", "FieldValueTypeInvalid", true};
    case Type::kInternal:
      break;
  }
  return {"Internal error", "InternalError", false};
}

std::string ShownValue(const FieldError& error) {
  if (!error.go_value.empty()) return error.go_value;
  if (error.bad_value.is_string()) return GoQuote(error.bad_value.get_ref<const std::string&>());
  // Go shows a nil value as the text "null", quoted.
  if (error.bad_value.is_null()) return "\"null\"";
  return error.bad_value.is_structured() ? GoSyntax(error.bad_value) : error.bad_value.dump();
}

ApiError OfResource(int code, std::string reason, const ResourceName& resource, std::string_view name) {
  ApiError error{
      .code = code, .reason = std::move(reason), .message = {}, .details = Json::object(), .retry_after_seconds = {}};
  if (!name.empty()) error.details["name"] = name;
  if (!resource.group.empty()) error.details["group"] = resource.group;
  if (!resource.resource.empty()) error.details["kind"] = resource.resource;
  return error;
}

}  // namespace

std::string FieldError::Body() const {
  const TypeWords words = WordsOf(type);
  std::string out(words.shown);
  if (words.shows_value && !bad_value.is_discarded()) out += ": " + ShownValue(*this);
  if (!detail.empty()) out += ": " + detail;
  return out;
}

std::string FieldError::Text() const {
  return field + ": " + Body();
}

FieldError Required(std::string field, std::string detail) {
  return {
      .type = Type::kRequired, .field = std::move(field), .bad_value = {}, .detail = std::move(detail), .go_value = {}};
}

FieldError Invalid(std::string field, Json bad_value, std::string detail) {
  return {.type = Type::kInvalid,
          .field = std::move(field),
          .bad_value = std::move(bad_value),
          .detail = std::move(detail),
          .go_value = {}};
}

FieldError InvalidGoValue(std::string field, std::string go_value, std::string detail) {
  return {.type = Type::kInvalid,
          .field = std::move(field),
          .bad_value = {},
          .detail = std::move(detail),
          .go_value = std::move(go_value)};
}

FieldError InvalidWithoutValue(std::string field, std::string detail) {
  return {.type = Type::kInvalid,
          .field = std::move(field),
          .bad_value = Json(Json::value_t::discarded),
          .detail = std::move(detail),
          .go_value = {}};
}

FieldError NotSupported(std::string field, Json bad_value, const std::vector<std::string>& supported) {
  std::string detail;
  for (const std::string& value : supported) detail += (detail.empty() ? "supported values: " : ", ") + GoQuote(value);
  return {.type = Type::kNotSupported,
          .field = std::move(field),
          .bad_value = std::move(bad_value),
          .detail = std::move(detail),
          .go_value = {}};
}

FieldError Forbidden(std::string field, std::string detail) {
  return {.type = Type::kForbidden,
          .field = std::move(field),
          .bad_value = {},
          .detail = std::move(detail),
          .go_value = {}};
}

FieldError TooLong(std::string field, std::int64_t bytes_max) {
  return {.type = Type::kTooLong,
          .field = std::move(field),
          .bad_value = {},
          .detail = fmt::format("must have at most {} bytes", bytes_max),
          .go_value = {}};
}

FieldError TooMany(std::string field, std::int64_t actual, std::int64_t items_max) {
  return {.type = Type::kTooMany,
          .field = std::move(field),
          .bad_value = actual,
          .detail = fmt::format("must have at most {} items", items_max),
          .go_value = {}};
}

FieldError Duplicate(std::string field, Json bad_value) {
  return {.type = Type::kDuplicate,
          .field = std::move(field),
          .bad_value = std::move(bad_value),
          .detail = {},
          .go_value = {}};
}

FieldError FieldNotFound(std::string field, Json bad_value) {
  return {.type = Type::kNotFound,
          .field = std::move(field),
          .bad_value = std::move(bad_value),
          .detail = {},
          .go_value = {}};
}

std::string AggregateText(const FieldErrors& errors) {
  std::vector<std::string> texts;
  for (const FieldError& error : errors) {
    std::string text = error.Text();
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
  }
  if (texts.size() == 1) return texts.front();
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

std::string ResourceName::Qualified() const {
  return group.empty() ? resource : resource + "." + group;
}

Json ApiError::ToStatus() const {
  Json status = {{"kind", "Status"}, {"apiVersion", "v1"}, {"metadata", Json::object()}, {"status", "Failure"}};
  if (!continue_token.empty()) status["metadata"]["continue"] = continue_token;
  if (!message.empty()) status["message"] = message;
  if (!reason.empty()) status["reason"] = reason;
  if (!details.is_null()) status["details"] = details;
  if (retry_after_seconds) status["details"]["retryAfterSeconds"] = *retry_after_seconds;
  status["code"] = code;
  return status;
}

ApiError NotFoundError(const ResourceName& resource, std::string_view name) {
  ApiError error = OfResource(404, "NotFound", resource, name);
  error.message = fmt::format("{} {} not found", resource.Qualified(), GoQuote(name));
  return error;
}

ApiError AlreadyExistsError(const ResourceName& resource, std::string_view name) {
  ApiError error = OfResource(409, "AlreadyExists", resource, name);
  error.message = fmt::format("{} {} already exists", resource.Qualified(), GoQuote(name));
  return error;
}

ApiError ConflictError(const ResourceName& resource, std::string_view name, std::string_view why) {
  ApiError error = OfResource(409, "Conflict", resource, name);
  error.message = fmt::format("Operation cannot be fulfilled on {} {}: {}", resource.Qualified(), GoQuote(name), why);
  return error;
}

ApiError InvalidError(std::string_view group, std::string_view kind, std::string_view name, const FieldErrors& errors) {
  const ResourceName qualified{.group = std::string(group), .resource = std::string(kind)};
  ApiError error = OfResource(422, "Invalid", qualified, name);
  error.message = fmt::format("{} {} is invalid: {}", qualified.Qualified(), GoQuote(name), AggregateText(errors));
  Json causes = Json::array();
  for (const FieldError& each : errors) {
    Json cause = {{"reason", WordsOf(each.type).reason}, {"message", each.Body()}};
    if (!each.field.empty()) cause["field"] = each.field;
    causes.push_back(std::move(cause));
  }
  error.details["causes"] = std::move(causes);
  return error;
}

ApiError BadRequestError(std::string message) {
  return PlainError(400, "BadRequest", std::move(message));
}

ApiError ForbiddenError(const ResourceName& resource, std::string_view name, std::string_view why) {
  ApiError error = OfResource(403, "Forbidden", resource, name);
  if (resource.resource.empty()) {
    error.message = fmt::format("forbidden: {}", why);
  } else if (name.empty()) {
    error.message = fmt::format("{} is forbidden: {}", resource.Qualified(), why);
  } else {
    error.message = fmt::format("{} {} is forbidden: {}", resource.Qualified(), GoQuote(name), why);
  }
  return error;
}

ApiError UnauthorizedError() {
  return PlainError(401, "Unauthorized", "Unauthorized");
}

ApiError MethodNotAllowedError() {
  ApiError error =
      PlainError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
  error.details = Json::object();
  return error;
}

ApiError NoSuchPathError() {
  ApiError error = PlainError(404, "NotFound", "the server could not find the requested resource");
  error.details = Json::object();
  return error;
}

ApiError InternalError(std::string message) {
  ApiError error = PlainError(500, "InternalError", "Internal error occurred: " + message);
  error.details = {{"causes", Json::array({{{"message", std::move(message)}}})}};
  return error;
}

ApiError PlainTextError(std::string message) {
  return {.code = 500, .message = std::move(message), .as_text = true};
}

ApiError PlainError(int code, std::string reason, std::string message) {
  return {.code = code,
          .reason = std::move(reason),
          .message = std::move(message),
          .details = nullptr,
          .retry_after_seconds = {}};
}

ApiError ExpiredError(std::string message) {
  return PlainError(410, "Expired", std::move(message));
}

}  // namespace mock_kubeapi
