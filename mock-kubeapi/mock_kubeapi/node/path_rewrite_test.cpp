#include "mock_kubeapi/node/path_rewrite.h"

#include <gtest/gtest.h>

namespace mock_kubeapi {
namespace {

const PathMap kPaths = {{"/etc/tls", "/x/1"}, {"/etc/tls/ca", "/x/2"}, {"/data", "/x/3"}};

TEST(PathRewrite, FindsPathsWithinArgumentsAndLists) {
  EXPECT_EQ(RewritePaths("/etc/tls", kPaths), "/x/1");
  EXPECT_EQ(RewritePaths("--ca=/etc/tls/ca.crt", kPaths), "--ca=/x/1/ca.crt");
  EXPECT_EQ(RewritePaths("/data:/etc/tls", kPaths), "/x/3:/x/1");
}

TEST(PathRewrite, PrefersTheLongestPath) {
  EXPECT_EQ(RewritePaths("/etc/tls/ca/root.pem", kPaths), "/x/2/root.pem");
}

TEST(PathRewrite, LeavesOtherPathsAlone) {
  for (const char* text : {"/etc/tls2", "/etc/tls.d", "/mnt/etc/tls", "data", "https://host/data"}) {
    EXPECT_EQ(RewritePaths(text, kPaths), text);
  }
}

}  // namespace
}  // namespace mock_kubeapi
