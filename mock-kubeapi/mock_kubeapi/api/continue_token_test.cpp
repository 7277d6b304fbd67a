#include <gtest/gtest.h>

#include <string>

#include "mock_kubeapi/api/list_reader.h"
#include "mock_kubeapi/base64.h"

namespace mock_kubeapi {
namespace {

std::string ComplaintOf(const std::string& json) {
  const auto token = DecodeContinueToken(EncodeBase64Url(json));
  return token ? std::string() : token.error();
}

TEST(ContinueToken, IsReadAsItWasWritten) {
  const auto token = DecodeContinueToken(EncodeContinueToken({.revision = 7, .start = "ns/name"}));
  ASSERT_TRUE(token) << token.error();
  EXPECT_EQ(token->revision, 7);
  EXPECT_EQ(token->start, "ns/name");
}

TEST(ContinueToken, SaysWhatIsWrongWithOneMadeUp) {
  const std::string invalid = "continue key is not valid: ";
  EXPECT_EQ(ComplaintOf("[]"), invalid + "json: cannot unmarshal array into Go value of type storage.continueToken");
  EXPECT_EQ(ComplaintOf("7"), invalid + "json: cannot unmarshal number into Go value of type storage.continueToken");
  EXPECT_EQ(ComplaintOf("null"), invalid + "server does not recognize this encoded version ");
  EXPECT_EQ(ComplaintOf(R"({"v":"v2"})"), invalid + "server does not recognize this encoded version v2");
  EXPECT_EQ(ComplaintOf(R"({"v":"meta.k8s.io/v1","rv":"1"})"),
            invalid + "json: cannot unmarshal string into Go struct field continueToken.rv of type int64");
  EXPECT_EQ(ComplaintOf(R"({"v":"meta.k8s.io/v1","rv":1.5})"),
            invalid + "json: cannot unmarshal number 1.5 into Go struct field continueToken.rv of type int64");
  EXPECT_EQ(ComplaintOf(R"({"v":"meta.k8s.io/v1","rv":1,"start":{}})"),
            invalid + "json: cannot unmarshal object into Go struct field continueToken.start of type string");
  EXPECT_EQ(ComplaintOf(R"({"v":"meta.k8s.io/v1","start":"a"})"),
            invalid + "incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  EXPECT_EQ(ComplaintOf(R"({"v":"meta.k8s.io/v1","rv":1})"),
            invalid + "encoded start key empty (version meta.k8s.io/v1)");
  EXPECT_EQ(ComplaintOf(R"({"v":"meta.k8s.io/v1","rv":1,"start":"../a"})"), invalid + "../a");
}

}  // namespace
}  // namespace mock_kubeapi
