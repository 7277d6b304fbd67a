#include "mock_kubeapi/api/deadline.h"

#include <gtest/gtest.h>

#include <string>

namespace mock_kubeapi {
namespace {

std::string Complaint(std::string_view text) {
  const auto checked = CheckGoDuration(text);
  return checked ? std::string() : checked.error();
}

TEST(GoDuration, IsReadAsGoReadsIt) {
  for (const char* text :
       {"0", "+0", "32s", "1h2m3.5s", "-1.5h", ".5s", "1.s", "10us", "10\u00b5s", "10\u03bcs", "1ns"}) {
    EXPECT_EQ(Complaint(text), "") << text;
  }
  EXPECT_EQ(Complaint(""), R"(time: invalid duration "")");
  EXPECT_EQ(Complaint("abc"), R"(time: invalid duration "abc")");
  EXPECT_EQ(Complaint("."), R"(time: invalid duration ".")");
  EXPECT_EQ(Complaint("5"), R"(time: missing unit in duration "5")");
  EXPECT_EQ(Complaint("1s5"), R"(time: missing unit in duration "1s5")");
  EXPECT_EQ(Complaint("5d"), R"(time: unknown unit "d" in duration "5d")");
  EXPECT_EQ(Complaint("5 s"), R"(time: unknown unit " s" in duration "5 s")");
  EXPECT_EQ(Complaint("0." + std::string(400, '0') + "1s"), "");
  EXPECT_FALSE(Complaint(std::string(400, '9') + "s").empty());
  EXPECT_EQ(Complaint("3000000h"), R"(time: invalid duration "3000000h")");
}

TEST(Timeout, IsOfRequestsThatEnd) {
  const auto refuses = [](const RequestInfo& info, const std::string& query) {
    return !CheckTimeout(info, QueryParameters(query)).has_value();
  };
  const RequestInfo list{.is_resource = true, .verb = "list", .resource = "pods"};
  const RequestInfo watch{.is_resource = true, .verb = "watch", .resource = "pods"};
  const RequestInfo log{.is_resource = true, .verb = "get", .resource = "pods", .subresource = "log"};
  EXPECT_TRUE(refuses(list, "timeout=5"));
  EXPECT_FALSE(refuses(list, "timeout=5s"));
  EXPECT_FALSE(refuses(list, "timeout="));
  EXPECT_FALSE(refuses(watch, "timeout=5"));
  EXPECT_FALSE(refuses(log, "timeout=5"));
  EXPECT_TRUE(refuses({.verb = "get", .path = "/version"}, "timeout=x"));
}

}  // namespace
}  // namespace mock_kubeapi
