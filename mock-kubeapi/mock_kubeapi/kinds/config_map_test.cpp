#include "mock_kubeapi/kinds/config_map.h"

#include <gtest/gtest.h>

#include <string>

#include "mock_kubeapi/base64.h"
#include "mock_kubeapi/kinds/simple_kinds_fixture.h"

namespace mock_kubeapi {
namespace {

TEST(ConfigMap, ChecksKeysAndSizeOfBothMaps) {
  const Kind kind = ConfigMapKind(nullptr);
  KindWorld world;
  EXPECT_EQ(world.Complaints(kind, {{"data", {{"a", "1"}}}, {"binaryData", {{"b", ""}}}}), "");
  EXPECT_EQ(world.Complaints(kind, {{"data", {{"a", "1"}}}, {"binaryData", {{"a", ""}}}}),
            "data[a]: Invalid value: \"a\": duplicate of key present in binaryData");
  EXPECT_EQ(world.Complaints(kind, {{"binaryData", {{"..", ""}}}}),
            "binaryData[..]: Invalid value: \"..\": must not be '..'");
  const std::string half(524288, 'x');
  EXPECT_EQ(world.Complaints(kind, {{"data", {{"a", half}}}, {"binaryData", {{"b", EncodeBase64(half)}}}}), "");
  EXPECT_EQ(world.Complaints(kind, {{"data", {{"a", half}}}, {"binaryData", {{"b", EncodeBase64(half + "x")}}}}),
            ": Too long: must have at most 1048576 bytes");
}

TEST(ConfigMap, StaysAsItIsOnceImmutable) {
  const Kind kind = ConfigMapKind(nullptr);
  KindWorld world;
  const Json old = {{"immutable", true}, {"data", {{"a", "1"}}}};
  EXPECT_EQ(world.Complaints(kind, {{"immutable", true}, {"binaryData", {{"a", ""}}}}, old),
            "[data: Forbidden: field is immutable when `immutable` is set, binaryData: Forbidden: field is immutable "
            "when `immutable` is set]");
  EXPECT_EQ(world.Complaints(kind, {{"data", {{"a", "2"}}}}, {{"data", {{"a", "1"}}}}), "");
}

TEST(ConfigMap, ShowsTheNumberOfItsEntries) {
  const Kind kind = ConfigMapKind(nullptr);
  const KindWorld world;
  EXPECT_EQ(
      kind.row({{"metadata", {{"name", "c"}}}, {"data", {{"a", "1"}}}, {"binaryData", {{"b", ""}}}}, world.clock.Now()),
      Json::array({"c", 2, "<unknown>"}));
}

}  // namespace
}  // namespace mock_kubeapi
