#include "mock_kubeapi/custom/json_path.h"

#include <gtest/gtest.h>

namespace mock_kubeapi::custom {
namespace {

Json Found(const char* path) {
  static const Json root = Json::parse(R"({"spec":{"a.b":1,"list":[{"n":"x","v":1},{"n":"y","v":2}]},
      "status":{"conditions":[{"type":"Ready","status":"True"},{"type":"Other","status":"False"}]}})");
  const auto parsed = JsonPath::Parse(path);
  EXPECT_TRUE(parsed.has_value()) << path << ": " << parsed.error();
  Json found = Json::array();
  for (const Json* value : parsed->Find(root)) {
    found.push_back(*value);
  }
  return found;
}

TEST(JsonPath, FindsMembersItemsAndFilteredItems) {
  EXPECT_EQ(Found(".spec.list[0].n"), Json::parse(R"(["x"])"));
  EXPECT_EQ(Found(".spec.list[-1].v"), Json::parse("[2]"));
  EXPECT_EQ(Found(".spec.list[*].n"), Json::parse(R"(["x","y"])"));
  EXPECT_EQ(Found(".spec['a.b']"), Json::parse("[1]"));
  EXPECT_EQ(Found(R"(.spec.a\.b)"), Json::parse("[1]"));
  EXPECT_EQ(Found(R"(.status.conditions[?(@.type=="Ready")].status)"), Json::parse(R"(["True"])"));
  EXPECT_EQ(Found(".spec.list[?(@.v > 1)].n"), Json::parse(R"(["y"])"));
  EXPECT_EQ(Found(".spec.list[?(@.n)].v"), Json::parse("[1,2]"));
}

TEST(JsonPath, FindsNothingWhereNothingIs) {
  for (const char* path : {".none", ".spec.list[5]", ".spec.list.n", ".status[0]", ".spec.list[?(@.v == 'x')]"}) {
    EXPECT_EQ(Found(path), Json::array()) << path;
  }
}

TEST(JsonPath, RefusesWhatItCannotRead) {
  for (const char* path : {".a[", ".a[x]", ".a[?(@.b==)]", ".a[?(b)]", ".a[?(@.b"}) {
    EXPECT_FALSE(JsonPath::Parse(path).has_value()) << path;
  }
}

}  // namespace
}  // namespace mock_kubeapi::custom
