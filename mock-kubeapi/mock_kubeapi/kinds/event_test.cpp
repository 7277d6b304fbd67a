#include "mock_kubeapi/kinds/event.h"

#include <gtest/gtest.h>

#include <string>

#include "mock_kubeapi/kinds/simple_kinds_fixture.h"

namespace mock_kubeapi {
namespace {

Json OldForm() {
  return {{"apiVersion", "v1"},
          {"kind", "Event"},
          {"metadata", {{"name", "e"}, {"namespace", "a"}}},
          {"involvedObject", {{"kind", "Pod"}, {"namespace", "a"}, {"name", "web"}}},
          {"reason", "Started"},
          {"message", "  started web\n"},
          {"source", {{"component", "acme"}, {"host", "n1"}}},
          {"firstTimestamp", "2023-12-31T23:58:00Z"},
          {"lastTimestamp", "2023-12-31T23:59:00Z"},
          {"count", 3},
          {"type", "Normal"},
          {"eventTime", nullptr},
          {"reportingComponent", ""},
          {"reportingInstance", ""}};
}

Json NewForm() {
  return {{"apiVersion", "events.k8s.io/v1"},
          {"kind", "Event"},
          {"metadata", {{"name", "e"}, {"namespace", "a"}}},
          {"regarding", {{"kind", "Pod"}, {"namespace", "a"}, {"name", "web"}}},
          {"reason", "Started"},
          {"action", "Starting"},
          {"note", "started web"},
          {"eventTime", "2024-01-01T00:00:00.000000Z"},
          {"reportingController", "example.com/acme"},
          {"reportingInstance", "acme-0"},
          {"type", "Normal"}};
}

class EventTest : public testing::Test {
 protected:
  const Kind core_ = CoreEventKind(nullptr);
  const Kind events_ = EventsEventKind(nullptr);
  KindWorld world_;
};

TEST_F(EventTest, StandsInTheNamespaceOfWhatItIsAbout) {
  EXPECT_EQ(world_.Complaints(core_, OldForm()), "");
  Json elsewhere = OldForm();
  elsewhere["involvedObject"]["namespace"] = "default";
  EXPECT_EQ(world_.Complaints(core_, elsewhere),
            "involvedObject.namespace: Invalid value: \"default\": does not match event.namespace");
  Json node = OldForm();
  node["involvedObject"].erase("namespace");
  EXPECT_EQ(world_.Complaints(core_, node),
            "involvedObject.namespace: Invalid value: \"\": does not match event.namespace");
  node["metadata"]["namespace"] = "default";
  EXPECT_EQ(world_.Complaints(core_, node), "");
}

TEST_F(EventTest, OfTheNewFormSaysWhoReportsWhat) {
  EXPECT_EQ(world_.Complaints(events_, NewForm()), "");
  Json bare = NewForm();
  for (const char* field : {"reason", "action", "reportingController", "reportingInstance"}) bare.erase(field);
  EXPECT_EQ(world_.Complaints(events_, bare).substr(0, 62),
            "[reportingController: Required value, reportingController: Inv");
  Json long_note = NewForm();
  long_note["note"] = std::string(1025, 'x');
  EXPECT_EQ(world_.Complaints(events_, long_note), "message: Invalid value: \"\": can have at most 1024 characters");
}

TEST_F(EventTest, CallsItsReporterAsItsGroupDoes) {
  Json event = OldForm();
  event["eventTime"] = "2024-01-01T00:00:00.000000Z";
  event["action"] = "Starting";
  event["reportingInstance"] = "acme-0";
  EXPECT_EQ(world_.Complaints(core_, event).substr(0, 72),
            "[reportingComponent: Required value, reportingComponent: Invalid value: ");
}

TEST_F(EventTest, ThroughTheEventsGroupIsHeldToMore) {
  Json event = NewForm();
  event.erase("eventTime");
  event["type"] = "Odd";
  event["deprecatedCount"] = 1;
  event["deprecatedSource"] = {{"component", "x"}};
  event["series"] = {{"count", 1}, {"lastObservedTime", nullptr}};
  EXPECT_EQ(world_.Complaints(events_, event),
            "[series.count: Invalid value: \"\": should be at least 2, series.lastObservedTime: Required value, "
            "eventTime: Required value, type: Invalid value: \"\": has invalid value: Odd, count: Invalid value: \"\": "
            "needs to be unset, source: Invalid value: \"\": needs to be unset]");
}

TEST_F(EventTest, ThroughTheEventsGroupChangesInItsSeriesOnly) {
  const Json old = NewForm();
  Json changed = old;
  changed["series"] = {{"count", 2}, {"lastObservedTime", "2024-01-01T00:00:01.000000Z"}};
  EXPECT_EQ(world_.Complaints(events_, changed, old), "");
  changed["reason"] = "Other";
  changed["regarding"]["name"] = "db";
  EXPECT_EQ(
      world_.Complaints(events_, changed, old),
      "[involvedObject: Invalid value: core.ObjectReference{Kind:\"Pod\", Namespace:\"a\", Name:\"db\", UID:\"\", "
      "APIVersion:\"\", ResourceVersion:\"\", FieldPath:\"\"}: field is immutable, reason: Invalid value: "
      "\"Other\": field is immutable]");
}

TEST_F(EventTest, IsOneObjectInTwoForms) {
  const Json stored = events_.to_storage(NewForm());
  EXPECT_EQ(stored["apiVersion"], "v1");
  EXPECT_EQ(stored["involvedObject"]["name"], "web");
  EXPECT_EQ(stored["message"], "started web");
  EXPECT_EQ(stored["reportingComponent"], "example.com/acme");
  EXPECT_EQ(stored["firstTimestamp"], nullptr);
  const Json seen = events_.from_storage(OldForm());
  EXPECT_EQ(seen["apiVersion"], "events.k8s.io/v1");
  EXPECT_EQ(seen["regarding"]["name"], "web");
  EXPECT_EQ(seen["deprecatedCount"], 3);
  EXPECT_FALSE(seen.contains("reportingController"));
  EXPECT_EQ(events_.to_storage(seen), OldForm());
  EXPECT_EQ(events_.storage, "events");
}

TEST_F(EventTest, IsSelectedByWhatItIsAbout) {
  const auto core = core_.selectable_fields(OldForm());
  EXPECT_EQ(core.at("involvedObject.name"), "web");
  EXPECT_EQ(core.at("source"), "acme");
  EXPECT_EQ(core.at("reason"), "Started");
  const auto events = events_.selectable_fields(NewForm());
  EXPECT_EQ(events.at("regarding.name"), "web");
  EXPECT_EQ(events.at("reportingController"), "example.com/acme");
  EXPECT_FALSE(events.contains("involvedObject.name"));
}

TEST_F(EventTest, IsShownWithItsAgeAndTarget) {
  EXPECT_EQ(core_.row(OldForm(), world_.clock.Now()),
            Json::array({"60s", "Normal", "Started", "pod/web", "", "acme, n1", "started web", "2m", 3, "e"}));
  Json once = NewForm();
  EXPECT_EQ(
      events_.row(once, world_.clock.Now()),
      Json::array({"0s", "Normal", "Started", "pod/web", "", "example.com/acme, acme-0", "started web", "0s", 1, "e"}));
  once["series"] = {{"count", 5}, {"lastObservedTime", "2023-12-31T23:59:50.000000Z"}};
  const Json row = events_.row(once, world_.clock.Now());
  EXPECT_EQ(row[0], "10s");
  EXPECT_EQ(row[8], 5);
}

}  // namespace
}  // namespace mock_kubeapi
