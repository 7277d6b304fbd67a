#include "mock_kubeapi/kinds/event_validation.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

constexpr std::size_t kTextBytesMax = 128;
constexpr std::size_t kMessageBytesMax = 1024;
constexpr const char* kReportingController = "reportingController";

void RequireText(const Json& event, const char* field, const char* shown, FieldErrors& errors) {
  if (TextOf(event, field).empty()) errors.push_back(Required(shown, ""));
}

void LimitText(const Json& event, const char* field, std::size_t bytes_max, FieldErrors& errors) {
  if (TextOf(event, field).size() > bytes_max) {
    errors.push_back(Invalid(field, "", fmt::format("can have at most {} characters", bytes_max)));
  }
}

/// Events with an eventTime are of the new form and are held to it.
void ValidateNewForm(const Json& event, const char* controller_field, FieldErrors& errors) {
  const std::string& controller = TextOf(event, "reportingComponent");
  RequireText(event, "reportingComponent", controller_field, errors);
  Append(errors, InvalidForEach(controller_field, controller, validation::IsQualifiedName(controller)));
  RequireText(event, "reportingInstance", "reportingInstance", errors);
  LimitText(event, "reportingInstance", kTextBytesMax, errors);
  RequireText(event, "action", "action", errors);
  LimitText(event, "action", kTextBytesMax, errors);
  RequireText(event, "reason", "reason", errors);
  LimitText(event, "reason", kTextBytesMax, errors);
  LimitText(event, "message", kMessageBytesMax, errors);
}

FieldErrors ValidateSeries(const Json& event) {
  FieldErrors errors;
  const Json* series = FieldOf(event, "series");
  if (series == nullptr) return errors;
  if (IntegerOf(*series, "count").value_or(0) < 2) {
    errors.push_back(Invalid("series.count", "", "should be at least 2"));
  }
  if (!IsSet(*series, "lastObservedTime")) errors.push_back(Required("series.lastObservedTime", ""));
  return errors;
}

/// `&core.ObjectReference{Kind:"Pod", …}` without the ampersand: Go shows what a pointer points to.
std::string ReferenceText(const Json& reference) {
  std::string out;
  const std::pair<const char*, const char*> fields[] = {{"Kind", "kind"},
                                                        {"Namespace", "namespace"},
                                                        {"Name", "name"},
                                                        {"UID", "uid"},
                                                        {"APIVersion", "apiVersion"},
                                                        {"ResourceVersion", "resourceVersion"},
                                                        {"FieldPath", "fieldPath"}};
  for (const auto& [go_name, name] : fields) {
    out += fmt::format("{}{}:{}", out.empty() ? "" : ", ", go_name, GoQuote(TextOf(reference, name)));
  }
  return "core.ObjectReference{" + out + "}";
}

void CheckUnchanged(const Json& event, const Json& old, const char* field, const char* shown, FieldErrors& errors) {
  constexpr const char* kImmutable = "field is immutable";
  const Json* value = FieldOf(event, field);
  if (SemanticallyEqual(value, FieldOf(old, field))) return;
  if (value == nullptr) {
    errors.push_back(Invalid(shown, "", kImmutable));
  } else if (std::string_view(field) == "source") {
    errors.push_back(InvalidGoValue(shown,
                                    fmt::format("core.EventSource{{Component:{}, Host:{}}}",
                                                GoQuote(TextOf(*value, "component")), GoQuote(TextOf(*value, "host"))),
                                    kImmutable));
  } else if (value->is_object()) {
    errors.push_back(InvalidGoValue(shown, ReferenceText(*value), kImmutable));
  } else {
    errors.push_back(Invalid(shown, *value, kImmutable));
  }
}

/// What holds for Events of either group. `controller_field`: the group's name of the reporting component.
FieldErrors ValidateEither(const Json& event, const char* controller_field) {
  FieldErrors errors;
  const std::string namespace_name = NamespaceOf(event);
  const std::string& involved = TextOf(ObjectOf(event, "involvedObject"), "namespace");
  const bool new_form = IsSet(event, "eventTime");
  // An Event on what has no namespace stands in default, one of the new form also in kube-system.
  const bool agrees = involved.empty() ? namespace_name.empty() || namespace_name == "default" ||
                                             (new_form && namespace_name == "kube-system")
                                       : new_form || involved == namespace_name;
  if (!agrees) errors.push_back(Invalid("involvedObject.namespace", involved, "does not match event.namespace"));
  if (new_form) ValidateNewForm(event, controller_field, errors);
  Append(errors, InvalidForEach("namespace", namespace_name, validation::IsDns1123Subdomain(namespace_name)));
  return errors;
}

}  // namespace

FieldErrors ValidateCoreEvent(const Json& event) {
  return ValidateEither(event, "reportingComponent");
}

FieldErrors ValidateNewEvent(const Json& event) {
  FieldErrors errors = ValidateEither(event, kReportingController);
  Append(errors, ValidateSeries(event));
  if (!IsSet(event, "eventTime")) errors.push_back(Required("eventTime", ""));
  const std::string& type = TextOf(event, "type");
  if (type != "Normal" && type != "Warning") {
    errors.push_back(Invalid("type", "", "has invalid value: " + type));
  }
  for (const char* field : {"firstTimestamp", "lastTimestamp"}) {
    if (IsSet(event, field)) errors.push_back(Invalid(field, "", "needs to be unset"));
  }
  if (IntegerOf(event, "count").value_or(0) != 0) errors.push_back(Invalid("count", "", "needs to be unset"));
  const Json& source = ObjectOf(event, "source");
  if (!TextOf(source, "component").empty() || !TextOf(source, "host").empty()) {
    errors.push_back(Invalid("source", "", "needs to be unset"));
  }
  return errors;
}

FieldErrors ValidateChangedEvent(const Json& event, const Json& old) {
  FieldErrors errors = ValidateEither(event, kReportingController);
  if (!SemanticallyEqual(FieldOf(event, "series"), FieldOf(old, "series"))) Append(errors, ValidateSeries(event));
  for (const char* field : {"involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count",
                            // A second time, as the real server does.
                            "reason", "type", "eventTime", "action", "related"}) {
    CheckUnchanged(event, old, field, field, errors);
  }
  CheckUnchanged(event, old, "reportingComponent", kReportingController, errors);
  CheckUnchanged(event, old, "reportingInstance", "reportingInstance", errors);
  return errors;
}

}  // namespace mock_kubeapi
