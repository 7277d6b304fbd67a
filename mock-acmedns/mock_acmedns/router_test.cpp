#include "mock_acmedns/router.h"

#include <gtest/gtest.h>

#include "mock_acmedns/cors.h"

namespace mock_acmedns {
namespace {

using Kind = Routing::Kind;

TEST(CleanPath, FollowsTheLibrary) {
  EXPECT_EQ(CleanPath(""), "/");
  EXPECT_EQ(CleanPath("//a///b/"), "/a/b/");
  EXPECT_EQ(CleanPath("/a/./b/."), "/a/b/");
  EXPECT_EQ(CleanPath("/a/../b/.."), "/");
  EXPECT_EQ(CleanPath("/a/b/.."), "/a");
  EXPECT_EQ(CleanPath("/a/b/../"), "/a/");
  EXPECT_EQ(CleanPath("/../../a"), "/a");
  EXPECT_EQ(CleanPath("*"), "/*");
  EXPECT_EQ(CleanPath("/..a/.b"), "/..a/.b");
}

TEST(Router, RoutesExactPathsByMethod) {
  const Router router(true);
  EXPECT_EQ(router.Find("POST", "/register").route, Route::kRegister);
  EXPECT_EQ(router.Find("POST", "/update").route, Route::kUpdate);
  EXPECT_EQ(router.Find("GET", "/health").kind, Kind::kRoute);
  EXPECT_EQ(router.Find("POST", "/registers").kind, Kind::kNotFound);
  EXPECT_EQ(router.Find("GET", "/").kind, Kind::kNotFound);
}

TEST(Router, RedirectsToThePathThatWasMeant) {
  const Router router(true);
  for (const char* path :
       {"/register/", "//register", "/REGISTER", "/Register/", "/x/../register", "/register/.", "/./register//"}) {
    const Routing routing = router.Find("POST", path);
    EXPECT_EQ(routing.kind, Kind::kRedirect) << path;
    EXPECT_EQ(routing.location, "/register") << path;
  }
  EXPECT_EQ(router.Find("GET", "/health/").location, "/health");
  EXPECT_EQ(router.Find("GET", "/register/").kind, Kind::kNotFound) << "no route of that method";
  EXPECT_EQ(router.Find("POST", "/register/x").kind, Kind::kNotFound);
}

TEST(Router, TakesAnyRootForARouteWhereTheMethodHasOnlyOne) {
  EXPECT_EQ(Router(true).Find("GET", "//").location, "/");
  EXPECT_EQ(Router(true).Find("POST", "//").kind, Kind::kNotFound);
  EXPECT_EQ(Router(false).Find("POST", "/x/..").location, "/");
}

TEST(Router, AllowsWhatThePathServes) {
  const Router router(true);
  EXPECT_EQ(router.Find("PUT", "/register").allow, "OPTIONS, POST");
  EXPECT_EQ(router.Find("PUT", "/register").kind, Kind::kMethodNotAllowed);
  EXPECT_EQ(router.Find("HEAD", "/health").allow, "GET, OPTIONS");
  EXPECT_EQ(router.Find("OPTIONS", "/update").kind, Kind::kOptions);
  EXPECT_EQ(router.Find("OPTIONS", "/nothing").kind, Kind::kNotFound);
  EXPECT_EQ(router.Find("GET", "*").allow, "GET, OPTIONS, POST");
  EXPECT_EQ(Router(false).Find("GET", "/register").kind, Kind::kNotFound);
}

TEST(Cors, ReadsHeaderListsAsTheLibraryDoes) {
  EXPECT_EQ(ParseHeaderList("content-type, X-API-USER,,a"),
            (std::vector<std::string>{"Content-Type", "X-Api-User", "A"}));
  EXPECT_EQ(ParseHeaderList("a b"), (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(ParseHeaderList(""), std::vector<std::string>{});
}

TEST(Cors, AllowsAHeaderHoweverTheLibrarySpellsIt) {
  mock_http::Request request{.method = "OPTIONS", .target = "/update"};
  request.headers = {{"Origin", "https://a.example"},
                     {"Access-Control-Request-Method", "POST"},
                     {"Access-Control-Request-Headers", ";content-type"}};
  EXPECT_EQ(AnswerPreflight(request).headers.Get("Access-Control-Allow-Headers"), "content-Type");
}

TEST(Cors, RefusesAPreflightForTheHeadersOfUpdate) {
  mock_http::Request request{.method = "OPTIONS", .target = "/update"};
  request.headers = {{"Origin", "https://a.example"}, {"Access-Control-Request-Method", "POST"}};
  ASSERT_TRUE(IsPreflight(request));
  EXPECT_TRUE(AnswerPreflight(request).headers.Has("Access-Control-Allow-Origin"));
  request.headers.Add("Access-Control-Request-Headers", "x-api-user");
  EXPECT_FALSE(AnswerPreflight(request).headers.Has("Access-Control-Allow-Origin"));
  EXPECT_EQ(AnswerPreflight(request).status, 200);
}

}  // namespace
}  // namespace mock_acmedns
