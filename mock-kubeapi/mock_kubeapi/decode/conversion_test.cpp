#include "mock_kubeapi/decode/conversion.h"

#include <gtest/gtest.h>

#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi::decode {
namespace {

std::string ErrorOf(const char* kind, const char* value) {
  return FindConversionError(*schema::FindKind({.group = "", .version = "v1", .kind = kind}), Json::parse(value));
}

TEST(Conversion, TakesWhatFits) {
  EXPECT_EQ(ErrorOf("Secret", R"({"metadata":{"name":"a","labels":null,"creationTimestamp":"2024-01-01T00:00:00Z"},
                                  "data":{"a":"MQ==","b":""},"immutable":true})"),
            "");
  EXPECT_EQ(ErrorOf("Event", R"({"count":3.0})"), "");
}

TEST(Conversion, TellsWhatDoesNotFitWithoutTheField) {
  EXPECT_EQ(ErrorOf("Secret", R"({"data":{"a":"%%"}})"),
            "error decoding from json: illegal base64 data at input byte 0");
  EXPECT_EQ(ErrorOf("Secret", R"({"data":[]})"), "cannot restore map from slice");
  EXPECT_EQ(ErrorOf("Secret", R"({"data":{"a":5}})"), "cannot restore slice from int64");
  EXPECT_EQ(ErrorOf("Secret", R"({"metadata":"x"})"), "cannot restore struct from: string");
  EXPECT_EQ(ErrorOf("Secret", R"({"metadata":{"labels":{"a":1}}})"), "cannot convert int64 to string");
  EXPECT_EQ(ErrorOf("Secret", R"({"metadata":{"labels":{"a":true}}})"), "unrecognized type: string");
  EXPECT_EQ(ErrorOf("Secret", R"({"immutable":"yes"})"), "unrecognized type: bool");
  EXPECT_EQ(ErrorOf("Secret", R"({"type":5})"), "cannot convert int64 to v1.SecretType");
  EXPECT_EQ(ErrorOf("Event", R"({"count":1.5})"), "cannot convert float64 to int32");
  EXPECT_EQ(ErrorOf("Event", R"({"firstTimestamp":"x"})"),
            R"(parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006")");
}

}  // namespace
}  // namespace mock_kubeapi::decode
