// What clients read before they do anything: the documents beside the objects.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "mock_kubeapi/server/test_api.h"

namespace mock_kubeapi {
namespace {

Answer GetAs(TestApi& api, const std::string& path, const std::string& accept) {
  return api.Send({.method = "GET", .target = path, .headers = {{"Accept", accept}}, .body = {}});
}

TEST(Documents, NameOpenApiInProtobufInWordsThatGoCanRead) {
  TestApi api;
  for (const char* accept : {"application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
                             "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"}) {
    const Answer answer = GetAs(api, "/openapi/v2", accept);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.response.headers.Get("Content-Type"),
              "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
    EXPECT_EQ(answer.body, nullptr) << "that is JSON";
  }
}

TEST(Documents, GiveOpenApiAsJsonWhereThatIsAccepted) {
  TestApi api;
  for (const char* accept : {"", "application/json, */*", "*/*"}) {
    const Answer answer = GetAs(api, "/openapi/v2", accept);
    EXPECT_EQ(answer.response.headers.Get("Content-Type"), "application/json");
    EXPECT_EQ(answer.Text("/swagger"), "2.0");
  }
  EXPECT_EQ(GetAs(api, "/openapi/v2", "text/html").status, 406);
}

TEST(Documents, LetServicesBeLookedForButNotMade) {
  TestApi api;
  const std::string services = "/api/v1/namespaces/default/services";
  const Answer list = api.Get(services);
  EXPECT_EQ(list.Text("/kind"), "ServiceList");
  EXPECT_EQ(list.body["items"], Json::array());
  EXPECT_EQ(api.Get(services + "/none").status, 404);
  EXPECT_EQ(api.Post(services, {{"metadata", {{"name", "s"}}}}).status, 405);
  EXPECT_EQ(api.Delete(services).status, 405);
}

}  // namespace
}  // namespace mock_kubeapi
