#include "mock_kubeapi/decode/protobuf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "mock_kubeapi/decode/decode.h"
#include "mock_kubeapi/decode/normalise.h"
#include "mock_kubeapi/decode/wire.h"
#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi::decode {
namespace {

using testing::IsEmpty;

std::string ReadFile(const std::string& name) {
  std::ifstream file(std::string(TESTDATA_FOLDER "/") + name, std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

Result<Decoded> DecodeBody(const schema::KindKey& key, std::string_view body) {
  return Decode({.content_type = "application/vnd.kubernetes.protobuf",
                 .body = body,
                 .type = schema::FindKind(key),
                 .group = key.group,
                 .version = key.version,
                 .kind = key.kind,
                 .field_validation = FieldValidation::kStrict});
}

Json Decoded(const schema::KindKey& key, const std::string& file) {
  const auto decoded = DecodeBody(key, ReadFile(file));
  EXPECT_TRUE(decoded.has_value()) << file << ": " << decoded.error().message;
  return decoded ? decoded->object : Json();
}

TEST(Protobuf, ReadsWhatKubectlSends) {
  EXPECT_EQ(Decoded({"", "v1", "Secret"}, "secret.pb"), Json::parse(R"({"apiVersion":"v1","kind":"Secret",
      "metadata":{"name":"s1","creationTimestamp":null},"data":{"a":"Yg==","c":"ZA=="}})"));
  EXPECT_EQ(Decoded({"", "v1", "Namespace"}, "namespace.pb"), Json::parse(R"({"apiVersion":"v1","kind":"Namespace",
      "metadata":{"name":"n1","creationTimestamp":null},"spec":{},"status":{}})"));
  EXPECT_EQ(Decoded({"authentication.k8s.io", "v1", "TokenRequest"}, "tokenrequest.pb")["spec"],
            Json::parse(R"({"audiences":["a"],"expirationSeconds":600,"boundObjectRef":null})"));
  EXPECT_EQ(Decoded({"rbac.authorization.k8s.io", "v1", "RoleBinding"}, "rolebinding.pb"), Json::parse(R"({
      "apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding",
      "metadata":{"name":"rb","creationTimestamp":null},
      "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},
      "subjects":[{"kind":"ServiceAccount","name":"x","namespace":"default"}]})"));
  EXPECT_EQ(Decoded({"authorization.k8s.io", "v1", "SelfSubjectRulesReview"}, "selfsubjectrulesreview.pb")["spec"],
            Json::parse(R"({"namespace":"default"})"));
  EXPECT_EQ(Decoded({"batch", "v1", "CronJob"}, "cronjob.pb")["spec"]["schedule"], "*/5 * * * *");
}

TEST(Protobuf, SaysTheSameAsTheJsonOfAWholeJob) {
  const schema::Type& type = *schema::FindKind({"batch", "v1", "Job"});
  const auto expected = Normalise(type, Json::parse(ReadFile("job.json")));
  ASSERT_TRUE(expected.has_value()) << expected.error();
  EXPECT_THAT(expected->unknown, IsEmpty());
  EXPECT_EQ(Decoded({"batch", "v1", "Job"}, "job.pb"), expected->object);
}

TEST(Protobuf, IsRefusedWhenItIsCutOff) {
  const std::string body = ReadFile("job.pb");
  int refused = 0;
  for (std::size_t size = 0; size < body.size(); ++size) {
    const auto decoded = DecodeBody({"batch", "v1", "Job"}, std::string_view(body).substr(0, size));
    refused += decoded.has_value() ? 0 : 1;
  }
  EXPECT_GT(refused, static_cast<int>(body.size()) - 10);
  EXPECT_THAT(
      DecodeBody({"batch", "v1", "Job"}, body.substr(0, 200)).error().message,
      testing::StartsWith("the object provided is unrecognized (must be of type Job): unexpected EOF (6b387300"));
}

TEST(Protobuf, NeedsItsPrefixAndAKnownKind) {
  EXPECT_EQ(ReadEnvelope("").error(), "empty data");
  EXPECT_EQ(ReadEnvelope("{}").error(),
            "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
  const auto other = DecodeBody({"batch", "v1", "Job"}, ReadFile("secret.pb"));
  EXPECT_EQ(other.error().message,
            "Secret in version \"v1\" cannot be handled as a Job: converting (v1.Secret) to (batch.Job): unknown "
            "conversion");
}

/// A message in an envelope.
std::string Body(std::string_view api_version, std::string_view kind, std::string_view message) {
  WireWriter type_meta;
  type_meta.Bytes(1, api_version);
  type_meta.Bytes(2, kind);
  WireWriter unknown;
  unknown.Bytes(1, type_meta.Take());
  unknown.Bytes(2, message);
  return std::string("k8s\0", 4) + unknown.Take();
}

TEST(Protobuf, SkipsUnknownFieldsAndRefusesWrongWireTypes) {
  WireWriter metadata;
  metadata.Bytes(1, "x");
  metadata.Varint(900, 5);
  metadata.Double(901, 1.5);
  WireWriter secret;
  secret.Bytes(1, metadata.Take());
  secret.Bytes(999, "future");
  const auto decoded = DecodeBody({"", "v1", "Secret"}, Body("v1", "Secret", secret.Take()));
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->object["metadata"]["name"], "x");

  WireWriter wrong;
  wrong.Varint(1, 5);
  EXPECT_EQ(DecodeBody({"", "v1", "Secret"}, Body("v1", "Secret", wrong.Take())).error().message,
            "Secret in version \"v1\" cannot be handled as a Secret: proto: wrong wireType = 0 for field metadata");
}

TEST(Protobuf, ReadsSchemasThatAreObjectsBoolsOrLists) {
  const schema::Type& type =
      *schema::FindType("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps");
  const auto with = [](int number, std::string_view bytes) {
    WireWriter writer;
    writer.Bytes(number, bytes);
    return writer.Take();
  };
  WireWriter allowed;
  allowed.Varint(1, 1);
  EXPECT_EQ(DecodeProtobuf(type, with(30, allowed.Take()))->dump(), R"({"additionalProperties":true})");
  EXPECT_EQ(DecodeProtobuf(type, with(30, with(2, with(5, "string"))))->dump(),
            R"({"additionalProperties":{"type":"string"}})");
  EXPECT_EQ(DecodeProtobuf(type, with(24, with(1, with(5, "string"))))->dump(), R"({"items":{"type":"string"}})");
  EXPECT_EQ(DecodeProtobuf(type, with(8, with(1, R"({"a":[1]})")))->dump(), R"({"default":{"a":[1]}})");
}

TEST(WireReader, SkipsGroupsAndRefusesNonsense) {
  const std::string group{"\x0b\x10\x01\x0c\x18\x07", 6};
  WireReader reader(group);
  const auto field = reader.Next();
  ASSERT_TRUE(field.has_value());
  EXPECT_EQ(field->number, 3);
  EXPECT_EQ(field->value, 7U);
  EXPECT_FALSE(reader.Next().has_value());
  EXPECT_EQ(reader.error(), "");
  for (const std::string& text :
       {std::string("\x0b"), std::string("\x0c"), std::string("\x0f"), std::string("\x0a\x05"), std::string("\x08"),
        std::string("\x09\x01"), std::string(11, '\xff'), std::string("\x00\x00", 2)}) {
    WireReader bad(text);
    EXPECT_FALSE(bad.Next().has_value());
    EXPECT_NE(bad.error(), "");
  }
}

}  // namespace
}  // namespace mock_kubeapi::decode
