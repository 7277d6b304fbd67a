#include "mock_kubeapi/kinds/event.h"

#include <array>
#include <string>
#include <utility>

#include "mock_kubeapi/kinds/age.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/event_validation.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

/// Fields that events.k8s.io/v1 calls by another name.
struct Renamed {
  const char* core;
  const char* events;
};
constexpr std::array<Renamed, 7> kRenamed = {{{"involvedObject", "regarding"},
                                              {"message", "note"},
                                              {"source", "deprecatedSource"},
                                              {"firstTimestamp", "deprecatedFirstTimestamp"},
                                              {"lastTimestamp", "deprecatedLastTimestamp"},
                                              {"count", "deprecatedCount"},
                                              {"reportingComponent", "reportingController"}}};

void Rename(Json& object, const char* from, const char* to) {
  const auto found = object.find(from);
  if (found == object.end()) return;
  Json value = std::move(*found);
  object.erase(from);
  object[to] = std::move(value);
}

Json ToCore(Json event) {
  for (const Renamed& field : kRenamed) Rename(event, field.events, field.core);
  // core/v1 always shows these.
  for (const char* field : {"reportingComponent", "reportingInstance"}) SetDefault(event, field, "");
  for (const char* field : {"involvedObject", "source"}) SetDefault(event, field, Json::object());
  for (const char* field : {"firstTimestamp", "lastTimestamp", "eventTime"}) SetDefault(event, field, nullptr);
  event["apiVersion"] = "v1";
  return event;
}

Json FromCore(const Json& stored) {
  Json event = stored;
  // What core/v1 shows empty is left out here.
  for (const char* field : {"reportingComponent", "reportingInstance"}) {
    if (TextOf(event, field).empty()) event.erase(field);
  }
  for (const Renamed& field : kRenamed) Rename(event, field.core, field.events);
  event["apiVersion"] = "events.k8s.io/v1";
  return event;
}

std::map<std::string, std::string> Selectable(const Json& event) {
  const Json& involved = ObjectOf(event, "involvedObject");
  const std::string& component = TextOf(ObjectOf(event, "source"), "component");
  std::map<std::string, std::string> fields = {
      {"reason", TextOf(event, "reason")},
      {"reportingComponent", TextOf(event, "reportingComponent")},
      {"source", component.empty() ? TextOf(event, "reportingComponent") : component},
      {"type", TextOf(event, "type")},
  };
  for (const char* field : {"kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"}) {
    fields[std::string("involvedObject.") + field] = TextOf(involved, field);
  }
  return fields;
}

std::map<std::string, std::string> SelectableOfEventsGroup(const Json& event) {
  std::map<std::string, std::string> core = Selectable(ToCore(event));
  std::map<std::string, std::string> fields = {
      {"reason", core["reason"]}, {"reportingController", core["reportingComponent"]}, {"type", core["type"]}};
  for (const auto& [name, value] : core) {
    if (name.starts_with("involvedObject.")) fields["regarding" + name.substr(name.find('.'))] = value;
  }
  return fields;
}

std::string LowerCase(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string TrimSpace(const std::string& text) {
  constexpr const char* kSpace = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

const std::string& FirstNonEmpty(const std::string& a, const std::string& b) {
  return a.empty() ? b : a;
}

Json EventRow(const Json& event, mock_http::TimePoint now) {
  const Json& source = ObjectOf(event, "source");
  const Json& involved = ObjectOf(event, "involvedObject");
  const std::string first = TimeSince(FirstNonEmpty(TextOf(event, "firstTimestamp"), TextOf(event, "eventTime")), now);
  std::string last = IsSet(event, "lastTimestamp") ? TimeSince(TextOf(event, "lastTimestamp"), now) : first;
  std::int64_t count = IntegerOf(event, "count").value_or(0);
  if (const Json* series = FieldOf(event, "series")) {
    last = TimeSince(TextOf(*series, "lastObservedTime"), now);
    count = IntegerOf(*series, "count").value_or(0);
  } else if (count == 0) {
    count = 1;  // an Event of the new form that happened once
  }
  std::string target = LowerCase(TextOf(involved, "kind"));
  if (!TextOf(involved, "name").empty()) target += "/" + TextOf(involved, "name");
  std::string reporter = FirstNonEmpty(TextOf(source, "component"), TextOf(event, "reportingComponent"));
  const std::string& instance = FirstNonEmpty(TextOf(source, "host"), TextOf(event, "reportingInstance"));
  if (!instance.empty()) reporter += ", " + instance;
  return Json::array({last, TextOf(event, "type"), TextOf(event, "reason"), target, TextOf(involved, "fieldPath"),
                      reporter, TrimSpace(TextOf(event, "message")), first, count, NameOf(event)});
}

std::vector<Column> EventColumns() {
  constexpr const char* kFieldPathDescription =
      "If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go "
      "field access statement, such as desiredState.manifest.containers[2]. For example, if the object reference is to "
      "a container within a pod, this would take on a value like: \"spec.containers{name}\" (where \"name\" refers to "
      "the name of the container that triggered the event) or if no container name is specified \"spec.containers[2]\" "
      "(container with index 2 in this pod). This syntax is chosen only to have some well-defined way of referencing a "
      "part of an object.";
  Column name = NameColumn();
  name.priority = 1;
  return {
      {.name = "Last Seen", .description = "The time at which the most recent occurrence of this event was recorded."},
      {.name = "Type", .description = "Type of this event (Normal, Warning), new types could be added in the future"},
      {.name = "Reason",
       .description = "This should be a short, machine understandable string that gives the reason for the transition "
                      "into the object's current status."},
      {.name = "Object", .description = "The object that this event is about."},
      {.name = "Subobject", .description = kFieldPathDescription, .priority = 1},
      {.name = "Source",
       .description = "The component reporting this event. Should be a short machine understandable string.",
       .priority = 1},
      {.name = "Message", .description = "A human-readable description of the status of this operation."},
      {.name = "First Seen",
       .description = "The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)",
       .priority = 1},
      {.name = "Count", .description = "The number of times this event has occurred.", .priority = 1},
      name,
  };
}

Kind EventLike(const schema::Type* type) {
  return {
      .version = "v1",
      .kind = "Event",
      .plural = "events",
      .singular = "event",
      .short_names = {"ev"},
      .type = type,
      .create_on_update = true,
      .collects_garbage = false,
      .columns = EventColumns(),
  };
}

}  // namespace

Kind CoreEventKind(const schema::Type* type) {
  Kind kind = EventLike(type);
  kind.selectable_fields = Selectable;
  kind.row = EventRow;
  kind.validate = [](const Json& event, const KindContext& /*context*/) { return ValidateCoreEvent(event); };
  kind.update_checks = {UpdateCheck::kObject};
  kind.validates_new_metadata = false;
  kind.validate_name = validation::NameIsPathSegment;
  return kind;
}

Kind EventsEventKind(const schema::Type* type) {
  Kind kind = EventLike(type);
  kind.group = "events.k8s.io";
  kind.storage = "events";
  kind.from_storage = FromCore;
  kind.to_storage = ToCore;
  kind.selectable_fields = SelectableOfEventsGroup;
  kind.row = [](const Json& event, mock_http::TimePoint now) { return EventRow(ToCore(event), now); };
  kind.validate = [](const Json& event, const KindContext& /*context*/) { return ValidateNewEvent(ToCore(event)); };
  kind.update_checks = {UpdateCheck::kChange, UpdateCheck::kMetadataChange};
  kind.validate_update = [](const Json& event, const Json& old, const std::string& /*subresource*/,
                            const KindContext& /*context*/) {
    return ValidateChangedEvent(ToCore(event), ToCore(old));
  };
  return kind;
}

}  // namespace mock_kubeapi
