#include "mock_kubeapi/decode/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "mock_kubeapi/decode/normalise.h"
#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi::decode {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Target {
  std::string_view group;
  std::string_view version;
  std::string_view kind;
};

constexpr Target kSecret{.group = "", .version = "v1", .kind = "Secret"};
constexpr Target kJob{.group = "batch", .version = "v1", .kind = "Job"};

struct Options {
  std::string_view content_type = "application/json";
  FieldValidation validation = FieldValidation::kWarn;
};

Result<Decoded> DecodeAs(const Target& target, std::string_view body, const Options& options = {}) {
  return Decode({.content_type = options.content_type,
                 .body = body,
                 .type = schema::FindKind({.group = target.group, .version = target.version, .kind = target.kind}),
                 .group = target.group,
                 .version = target.version,
                 .kind = target.kind,
                 .field_validation = options.validation});
}

std::string ErrorOf(const Target& target, std::string_view body, const Options& options = {}) {
  const auto decoded = DecodeAs(target, body, options);
  return decoded ? "decoded" : decoded.error().message;
}

TEST(Decode, FillsInApiVersionAndKind) {
  const auto decoded = DecodeAs(kSecret, R"({"metadata":{"name":"x"}})");
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->object, Json::parse(R"({"apiVersion":"v1","kind":"Secret",
                                             "metadata":{"name":"x","creationTimestamp":null}})"));
  EXPECT_THAT(decoded->warnings, IsEmpty());
}

TEST(Decode, RefusesWhatIsNoJsonWithTheFrontOfTheBody) {
  const std::string front =
      "the object provided is unrecognized (must be of type Secret): couldn't get version/kind; json parse error: ";
  EXPECT_EQ(ErrorOf(kSecret, R"({"metadata":{"name":"broken")"),
            front + R"(unexpected end of JSON input ({"metadata":{"name":"broken"))");
  EXPECT_EQ(ErrorOf(kSecret, ""), front + "unexpected end of JSON input (<empty>)");
  EXPECT_EQ(ErrorOf(kSecret, R"({"metadata":{"name":"broken"}} trailing)"),
            front + R"(invalid character 't' after top-level value ({"metadata":{"name":"broken"}} ...))");
  EXPECT_EQ(
      ErrorOf(kSecret, "[]"),
      front +
          R"(json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" } (5b5d))");
  EXPECT_EQ(ErrorOf(kSecret, R"({"kind":5})"),
            front + R"(json: cannot unmarshal number into Go struct field .kind of type string ({"kind":5}))");
  EXPECT_EQ(ErrorOf(kSecret, R"({"apiVersion":"a/b/c"})"),
            "the object provided is unrecognized (must be of type Secret): unexpected GroupVersion string: a/b/c "
            R"(({"apiVersion":"a/b/c"}))");
}

TEST(Decode, RefusesValuesOfTheWrongTypeInGosWords) {
  const auto error = [](const char* members) {
    const std::string text = ErrorOf(kSecret, std::string(R"({"apiVersion":"v1","kind":"Secret",)") + members + "}");
    const std::string front = "Secret in version \"v1\" cannot be handled as a Secret: ";
    return text.starts_with(front) ? text.substr(front.size()) : text;
  };
  EXPECT_EQ(error(R"("data":{"key":"not base64!"})"), "illegal base64 data at input byte 3");
  EXPECT_EQ(error(R"("data":{"key":"YQ"})"), "illegal base64 data at input byte 0");
  EXPECT_EQ(error(R"("data":{"key":5})"),
            "json: cannot unmarshal number into Go struct field Secret.data of type []uint8");
  EXPECT_EQ(error(R"("data":"text")"),
            "json: cannot unmarshal string into Go struct field Secret.data of type map[string][]uint8");
  EXPECT_EQ(error(R"("stringData":{"key":5})"),
            "json: cannot unmarshal number into Go struct field Secret.stringData of type string");
  EXPECT_EQ(error(R"("metadata":{"labels":["a"]})"),
            "json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string");
  EXPECT_EQ(error(R"("metadata":[])"),
            "json: cannot unmarshal array into Go struct field Secret.metadata of type v1.ObjectMeta");
  EXPECT_EQ(error(R"("metadata":{"creationTimestamp":"yesterday"})"),
            R"(parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006")");
  EXPECT_EQ(error(R"("metadata":{"creationTimestamp":5})"),
            "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string");
  EXPECT_EQ(error(R"("metadata":{"uid":5})"),
            "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.uid of type types.UID");
  EXPECT_EQ(error(R"("immutable":"yes")"),
            "json: cannot unmarshal string into Go struct field Secret.immutable of type bool");
}

TEST(Decode, NamesTheInnermostStructAndTheWholePath) {
  EXPECT_EQ(ErrorOf(kJob, R"({"spec":{"backoffLimit":"6"}})"),
            "Job in version \"v1\" cannot be handled as a Job: json: cannot unmarshal string into Go struct field "
            "JobSpec.spec.backoffLimit of type int32");
  EXPECT_EQ(ErrorOf(kJob, R"({"spec":{"backoffLimit":2147483648}})"),
            "Job in version \"v1\" cannot be handled as a Job: json: cannot unmarshal number 2147483648 into Go struct "
            "field JobSpec.spec.backoffLimit of type int32");
  EXPECT_EQ(ErrorOf(kJob, R"({"spec":{"template":{"spec":{"containers":[{"env":[{"name":"A","value":1}]}]}}}})"),
            "Job in version \"v1\" cannot be handled as a Job: json: cannot unmarshal number into Go struct field "
            "EnvVar.spec.template.spec.containers.env.value of type string");
  EXPECT_EQ(ErrorOf(kJob, R"({"spec":{"template":{"spec":{"containers":{}}}}})"),
            "Job in version \"v1\" cannot be handled as a Job: json: cannot unmarshal object into Go struct field "
            "PodSpec.spec.template.spec.containers of type []v1.Container");
  EXPECT_EQ(ErrorOf(kJob, R"({"spec":{"template":{"spec":{"containers":[{"resources":{"limits":{"cpu":"x"}}}]}}}})"),
            "Job in version \"v1\" cannot be handled as a Job: quantities must match the regular expression "
            "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

TEST(Decode, RefusesOtherKindsAndVersions) {
  EXPECT_EQ(ErrorOf(kSecret, R"({"apiVersion":"v1","kind":"ConfigMap"})"),
            "ConfigMap in version \"v1\" cannot be handled as a Secret: converting (v1.ConfigMap) to (core.Secret): "
            "unknown conversion");
  EXPECT_EQ(ErrorOf(kSecret, R"({"apiVersion":"apps/v1","kind":"Deployment"})"),
            "Deployment in version \"v1\" cannot be handled as a Secret: converting (v1.Deployment) to (core.Secret): "
            "unknown conversion");
  EXPECT_EQ(ErrorOf(kSecret, R"({"apiVersion":"v2","kind":"Secret"})"),
            "Secret in version \"v2\" cannot be handled as a Secret: no kind \"Secret\" is registered for version "
            "\"v2\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"");
  EXPECT_EQ(ErrorOf(kSecret, R"({"apiVersion":"v1","kind":"Secrets"})"),
            "Secrets in version \"v1\" cannot be handled as a Secret: no kind \"Secrets\" is registered for version "
            "\"v1\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"");
  constexpr Target kEvent{.group = "", .version = "v1", .kind = "Event"};
  EXPECT_EQ(ErrorOf(kEvent, R"({"apiVersion":"events.k8s.io/v1","kind":"Event"})"),
            "the API version in the data (events.k8s.io/v1) does not match the expected API version (v1)");
}

TEST(Decode, WarnsOfUnknownAndDuplicateFieldsInTheirOrder) {
  const auto decoded = DecodeAs(
      kSecret,
      R"({"metadata":{"name":"s","surplus":"x"},"type":"a","type":"b","data":{"a":"YQ==","a":"Yg=="},"Data":{}})");
  ASSERT_TRUE(decoded.has_value());
  EXPECT_THAT(decoded->warnings, ElementsAre(R"(unknown field "metadata.surplus")", R"(duplicate field "type")",
                                             R"(duplicate field "data.a")", R"(unknown field "Data")"));
  EXPECT_EQ(decoded->object["type"], "b");
  EXPECT_EQ(decoded->object["data"]["a"], "Yg==");
}

TEST(Decode, JoinsWhatIsInTwoObjectsOfTheSameName) {
  const auto decoded = DecodeAs(kSecret, R"({"data":{"a":"YQ=="},"data":{"b":"Yg=="}})");
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->object["data"], Json::parse(R"({"a":"YQ==","b":"Yg=="})"));
}

TEST(Decode, RefusesThemWhenStrictAndIsSilentWhenToldTo) {
  const char* body = R"({"metadata":{"name":"strict","surplus":"x"},"extra":1})";
  EXPECT_EQ(ErrorOf(kSecret, body, {.validation = FieldValidation::kStrict}),
            "Secret in version \"v1\" cannot be handled as a Secret: strict decoding error: unknown field "
            "\"metadata.surplus\", unknown field \"extra\"");
  const auto ignored = DecodeAs(kSecret, body, {.validation = FieldValidation::kIgnore});
  ASSERT_TRUE(ignored.has_value());
  EXPECT_THAT(ignored->warnings, IsEmpty());
}

TEST(Decode, ShowsThePathOfListItems) {
  const auto decoded = DecodeAs(kJob, R"({"spec":{"template":{"spec":{"containers":[{"name":"a"},{"image_":"b"}]}}}})");
  ASSERT_TRUE(decoded.has_value());
  EXPECT_THAT(decoded->warnings, ElementsAre(R"(unknown field "spec.template.spec.containers[1].image_")"));
}

TEST(Decode, ReadsYaml) {
  const Options yaml{.content_type = "application/yaml"};
  const auto decoded =
      DecodeAs(kSecret, "# a comment\nmetadata:\n  name: x\ntype: a/b\ntype: c/d\nimmutable: yes\n", yaml);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->object["type"], "c/d");
  EXPECT_EQ(decoded->object["immutable"], true);
  EXPECT_THAT(decoded->warnings, ElementsAre(R"(line 5: key "type" already set in map)"));
  EXPECT_EQ(
      ErrorOf(kSecret, "stringData:\n  key: 5\n", yaml),
      "Secret in version \"v1\" cannot be handled as a Secret: json: cannot unmarshal number into Go struct field "
      "Secret.stringData of type string");
  EXPECT_EQ(
      ErrorOf(kSecret, "a: 1\na: 2\n", {.content_type = "application/yaml", .validation = FieldValidation::kStrict}),
      "Secret in version \"v1\" cannot be handled as a Secret: strict decoding error: yaml: unmarshal errors:\n"
      "  line 2: key \"a\" already set in map, unknown field \"a\"");
}

TEST(Decode, ReadsOnlyTheMediaTypesItKnows) {
  EXPECT_TRUE(DecodeAs(kSecret, "{}", {.content_type = ""}).has_value());
  EXPECT_TRUE(DecodeAs(kSecret, "{}", {.content_type = "Application/JSON; charset=utf-8"}).has_value());
  for (const char* type : {"text/plain", "application", "application/json-patch+json", ";"}) {
    const auto decoded = DecodeAs(kSecret, "{}", {.content_type = type});
    ASSERT_FALSE(decoded.has_value()) << type;
    EXPECT_EQ(decoded.error().code, 415);
    EXPECT_EQ(decoded.error().message,
              "the body of the request was in an unknown format - accepted media types include: application/json, "
              "application/yaml, application/vnd.kubernetes.protobuf");
  }
}

TEST(DecodeDeleteOptions, LooksAtTheKindAndNotAtTheVersion) {
  EXPECT_EQ(DecodeDeleteOptions("", "")->dump(), "{}");
  EXPECT_EQ(
      DecodeDeleteOptions("", R"({"kind":"DeleteOptions","apiVersion":"v9","gracePeriodSeconds":0,"odd":1})")->dump(),
      R"({"apiVersion":"v9","gracePeriodSeconds":0,"kind":"DeleteOptions"})");
  const auto malformed = DecodeDeleteOptions("application/json", "{");
  EXPECT_EQ(malformed.error().code, 500);
  EXPECT_EQ(malformed.error().reason, "");
  EXPECT_EQ(malformed.error().message, "couldn't get version/kind; json parse error: unexpected end of JSON input");
  EXPECT_EQ(DecodeDeleteOptions("", R"({"kind":"Secret","apiVersion":"v1"})").error().message,
            "no kind \"Secret\" is registered for version \"v1\" in scheme "
            "\"k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27\"");
  EXPECT_EQ(DecodeDeleteOptions("text/plain", "x").error().code, 415);
}

/// All objects of built-in kinds within a recorded answer.
void CollectObjects(const Json& value, std::vector<Json>* found) {
  if (value.is_object() && value.contains("kind") && value.contains("apiVersion") && value["kind"].is_string() &&
      value["apiVersion"].is_string()) {
    found->push_back(value);
    return;
  }
  if (value.is_structured()) {
    for (const Json& child : value) {
      CollectObjects(child, found);
    }
  }
}

/// Placeholders of the recordings stand where times are.
void ReplaceTimes(Json* value) {
  if (value->is_string() && *value == "<time>") {
    *value = "2024-01-01T00:00:00Z";
  } else if (value->is_structured()) {
    for (Json& child : *value) {
      ReplaceTimes(&child);
    }
  }
}

TEST(Normalise, LeavesEveryRecordedObjectAsItIs) {
  int objects = 0;
  for (const auto& file : std::filesystem::directory_iterator(CONFORMANCE_FOLDER)) {
    const Json scenario = Json::parse(std::ifstream(file.path()));
    for (const Json& step : scenario["steps"]) {
      const Json expect = step.value("expect", Json::object());
      if (step.contains("ignore") || step.value("compare", "exact") != "exact" || !expect.contains("body")) {
        continue;
      }
      std::vector<Json> found;
      CollectObjects(expect["body"], &found);
      for (Json& object : found) {
        const std::string api_version = object["apiVersion"];
        const auto slash = api_version.find('/');
        const schema::Type* type = schema::FindKind(
            {.group = slash == std::string::npos ? std::string_view() : std::string_view(api_version).substr(0, slash),
             .version = slash == std::string::npos ? std::string_view(api_version)
                                                   : std::string_view(api_version).substr(slash + 1),
             .kind = object["kind"].get_ref<const std::string&>()});
        // Micro times cannot be told from others in the recordings.
        if (type == nullptr || object["kind"] == "Lease" || object["kind"] == "Event" ||
            object["kind"] == "EventList") {
          continue;
        }
        ReplaceTimes(&object);
        const auto normalised = Normalise(*type, object);
        ASSERT_TRUE(normalised.has_value()) << file.path() << ": " << normalised.error();
        EXPECT_EQ(normalised->object, object) << file.path() << "\n" << Json::diff(object, normalised->object);
        EXPECT_THAT(normalised->unknown, IsEmpty()) << file.path();
        ++objects;
      }
    }
  }
  EXPECT_GT(objects, 300);
}

}  // namespace
}  // namespace mock_kubeapi::decode
