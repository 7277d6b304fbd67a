// Requests that read: what their options, paths and methods are answered with, in the words of the real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "mock_kubeapi/server/test_api.h"

namespace mock_kubeapi {
namespace {

using testing::HasSubstr;

constexpr const char* kConfigMaps = "/api/v1/namespaces/default/configmaps";

class Reads : public testing::Test {
 protected:
  std::string MessageOf(const std::string& target) { return api_.Get(target).Text("/message"); }
  std::string Refusal(const std::string& collection) { return MessageOf(collection + "?fieldSelector=other%3Dx"); }
  Answer Method(const std::string& method, const std::string& target, const std::string& accept = "") {
    mock_http::Request request{.method = method, .target = target};
    if (!accept.empty()) request.headers.Set("Accept", accept);
    return api_.Send(std::move(request));
  }
  void AddConfigMaps(int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_EQ(api_.Post(kConfigMaps, {{"metadata", {{"name", "c" + std::to_string(i)}}}}).status, 201);
    }
  }

  TestApi api_;
};

TEST_F(Reads, RefuseUnknownFieldsInTheWordsOfTheKind) {
  EXPECT_EQ(Refusal("/api/v1/secrets"), "field label not supported: other");
  EXPECT_EQ(Refusal("/api/v1/services"), "field label not supported: other");
  EXPECT_EQ(Refusal("/apis/batch/v1/jobs"), "field label \"other\" not supported for batchv1.Job");
  for (const char* collection :
       {"/apis/batch/v1/cronjobs", kConfigMaps, "/api/v1/serviceaccounts",
        "/apis/rbac.authorization.k8s.io/v1/clusterroles", "/apis/coordination.k8s.io/v1/leases",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"}) {
    EXPECT_EQ(Refusal(collection),
              "\"other\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
        << collection;
  }
}

TEST_F(Reads, KnowTheNamespaceAsAFieldWhereTheKindDoes) {
  const std::string query = "?fieldSelector=metadata.namespace%3Dx";
  EXPECT_EQ(MessageOf("/api/v1/namespaces" + query), "field label not supported: metadata.namespace");
  EXPECT_EQ(MessageOf("/api/v1/nodes" + query), "field label not supported: metadata.namespace");
  EXPECT_EQ(api_.Get("/apis/rbac.authorization.k8s.io/v1/clusterroles" + query).status, 200);
  EXPECT_EQ(api_.Get("/api/v1/pods?fieldSelector=spec.host%3D,status.podIPs%3D").status, 200);
}

TEST_F(Reads, AreAuthorisedForTheSelectedNameWhereTheirOptionsCanBeRead) {
  const auto refusal = [&](const std::string& query) {
    return api_.Send({.method = "GET", .target = "/api/v1/secrets?fieldSelector=metadata.name%3Da" + query}, "user")
        .Text("/message");
  };
  EXPECT_THAT(refusal(""), HasSubstr("secrets \"a\" is forbidden"));
  EXPECT_THAT(refusal("&limit=x"), HasSubstr("secrets is forbidden"));
  EXPECT_THAT(refusal("&labelSelector=(("), HasSubstr("secrets is forbidden"));
  EXPECT_THAT(refusal("&watch=1"), HasSubstr("secrets \"a\" is forbidden: User \"user\" cannot watch"));
}

TEST_F(Reads, PageNothingThatIsAskedForAtAnyVersion) {
  AddConfigMaps(3);
  const Answer any = api_.Get(std::string(kConfigMaps) + "?limit=1&resourceVersion=0");
  EXPECT_GE(any.body["items"].size(), 3U);
  EXPECT_FALSE(any.body["metadata"].contains("continue"));
  const Answer newest = api_.Get(std::string(kConfigMaps) + "?limit=1");
  EXPECT_EQ(newest.body["items"].size(), 1U);
  EXPECT_TRUE(newest.body["metadata"].contains("continue"));
}

TEST_F(Reads, LookForTheObjectBeforeItsShape) {
  AddConfigMaps(1);
  const auto status = [&](const std::string& target, const std::string& as, const std::string& query = "") {
    return Method("GET", target + query, "application/json;v=v1;g=meta.k8s.io;as=" + as).status;
  };
  const std::string maps = kConfigMaps;
  EXPECT_EQ(status(maps + "/c0", "PartialObjectMetadataList"), 406);
  EXPECT_EQ(status(maps + "/none", "PartialObjectMetadataList"), 404);
  EXPECT_EQ(status(maps + "/none", "Other"), 406);
  EXPECT_EQ(status(maps + "/none", "Table", "?includeObject=All"), 404);
  EXPECT_EQ(status(maps, "PartialObjectMetadata", "?resourceVersion=x"), 500);
}

TEST_F(Reads, ExportNothing) {
  AddConfigMaps(1);
  const std::string target = std::string(kConfigMaps) + "/c0?export=";
  EXPECT_EQ(MessageOf(target + "true"), "the export parameter, deprecated since v1.14, is no longer supported");
  EXPECT_EQ(api_.Get(target + "false").status, 200);
}

TEST_F(Reads, EndAWatchOfNegativeTimeAtOnce) {
  AddConfigMaps(1);
  auto stream = api_.Watch(std::string(kConfigMaps) + "?watch=1&timeoutSeconds=-1");
  bool ended = false;
  TestApi::Pull(*stream, &ended);
  EXPECT_TRUE(ended);
}

TEST_F(Reads, RefuseATimeoutThatIsNoDurationBeforeTheyAskWho) {
  const Answer answer = api_.Send({.method = "GET", .target = "/api/v1/secrets?timeout=5"}, "");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.Text("/message"),
            "invalid timeout specified in the request URL - time: missing unit in duration \"5\"");
}

TEST_F(Reads, AreAnswered500WhereThePathEndsAtASpecialVerb) {
  const Answer answer = api_.Send({.method = "GET", .target = "/api/v1/watch?a=<b>"}, "");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.response.headers.Get("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(
      answer.response.body,
      "Internal Server Error: \"/api/v1/watch?a=&lt;b&gt;\": failed to create RequestInfo: unable to determine kind "
      "and namespace from url, /api/v1/watch?a=&lt;b&gt;\n");
}

TEST_F(Reads, TakeAPathAsItStands) {
  EXPECT_EQ(api_.Get("/api/v1/namespaces/%zz").response.body, "400 Bad Request");
  EXPECT_EQ(api_.Get("/api/v1/namespaces/default%2Fconfigmaps").Text("/kind"), "ConfigMapList");
  for (const char* target : {"//api/v1/namespaces", "/apis//v1/namespaces", "//version"}) {
    EXPECT_EQ(api_.Get(target).response.body, "404 page not found\n") << target;
  }
  EXPECT_EQ(api_.Get("/api//v1/namespaces").Text("/reason"), "NotFound");
}

TEST_F(Reads, RefuseANameThatNothingCanHave) {
  const std::string maps = kConfigMaps;
  const std::string percent = "Name parameter invalid: \"a%b\": may not contain '%'";
  EXPECT_EQ(MessageOf(maps + "/a%25b"), percent);
  EXPECT_EQ(MessageOf("/api/v1/namespaces/a%25b"), percent);
  EXPECT_EQ(api_.Delete(maps + "/%2e%2e").Text("/message"), "Name parameter invalid: \"..\": may not be '..'");
  EXPECT_EQ(api_.MergePatch(maps + "/a%25b", Json::object()).Text("/message"), percent);
  EXPECT_EQ(api_.Put(maps + "/a%25b", {{"metadata", {{"name", "a%b"}}}}).Text("/message"), percent);
  EXPECT_EQ(api_.Post("/api/v1/namespaces/default/serviceaccounts/a%25b/token", Json::object()).Text("/message"),
            percent);
}

TEST_F(Reads, ShowTheGroupsToAnyMethodAndTheRestToGetAlone) {
  EXPECT_EQ(Method("POST", "/apis").Text("/kind"), "APIGroupList");
  EXPECT_EQ(Method("DELETE", "/apis/batch").Text("/kind"), "APIGroup");
  EXPECT_EQ(Method("POST", "/api").status, 405);
  EXPECT_EQ(Method("POST", "/apis/batch/v1").status, 405);
  EXPECT_EQ(Method("GET", "/apis", "text/html").Text("/message"),
            "only the following media types are accepted: application/json, application/yaml, "
            "application/vnd.kubernetes.protobuf");
  EXPECT_THAT(Method("GET", "/apis/batch/v1", "text/html").Text("/message"), HasSubstr("406: Not Acceptable\n\n"));
  EXPECT_EQ(Method("GET", "/version", "text/html").Text("/message"),
            "406: Not Acceptable\n\nAvailable representations: application/json");
}

TEST_F(Reads, OfCustomObjectsGoByTheVerbAndNotByARoute) {
  const Json definition = {{"metadata", {{"name", "things.example.org"}}},
                           {"spec",
                            {{"group", "example.org"},
                             {"scope", "Namespaced"},
                             {"names", {{"plural", "things"}, {"kind", "Thing"}}},
                             {"versions",
                              {{{"name", "v1"},
                                {"served", true},
                                {"storage", true},
                                {"schema", {{"openAPIV3Schema", {{"type", "object"}}}}}}}}}}};
  ASSERT_EQ(api_.Post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition).status, 201);
  const std::string things = "/apis/example.org/v1/namespaces/default/things";
  EXPECT_EQ(Method("HEAD", things).status, 200);
  EXPECT_EQ(Method("HEAD", kConfigMaps).status, 405);
  EXPECT_EQ(api_.Put(things, Json::object()).Text("/message"), "name must be provided");
  EXPECT_EQ(Method("PROPFIND", things).Text("/message"),
            " is not supported on resources of kind \"things.example.org\"");
  EXPECT_EQ(api_.Get("/apis/example.org/v1/things").status, 200);
  EXPECT_EQ(api_.Post("/apis/example.org/v1/things", Json::object()).response.body, "404 page not found\n");
  EXPECT_EQ(Method("POST", "/apis/example.org/v1").Text("/kind"), "APIResourceList");
  EXPECT_EQ(Method("GET", things, "image/png").Text("/message"),
            "only the following media types are accepted: application/json, application/yaml, "
            "application/vnd.kubernetes.protobuf");
  EXPECT_EQ(Refusal(things), "field label not supported: other");
}

TEST_F(Reads, TellTheHealthOfEachCheckAtItsOwnPath) {
  EXPECT_EQ(api_.Get("/livez/poststarthook/rbac/bootstrap-roles").response.body, "ok");
  EXPECT_EQ(api_.Get("/readyz/shutdown").status, 200);
  EXPECT_EQ(api_.Get("/livez/shutdown").status, 404);
  EXPECT_EQ(api_.Get("/healthz/").status, 404);
  EXPECT_THAT(api_.Get("/readyz?verbose&exclude=etcd").response.body, HasSubstr("[+]etcd excluded: ok\n"));
  EXPECT_EQ(api_.Get("/readyz?exclude=etcd").response.body, "ok");
}

TEST_F(Reads, AreCountedByVerbAndScope) {
  api_.Get(kConfigMaps);
  api_.Get(std::string(kConfigMaps) + "/none");
  api_.Apply(std::string(kConfigMaps) + "/a?fieldManager=m&dryRun=All",
             {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "a"}}}});
  api_.Post(kConfigMaps, {{"metadata", {{"name", "b"}}}});
  const auto line = [](const std::string& code, const std::string& dry_run, const std::string& scope,
                       const std::string& verb) {
    return "apiserver_request_total{code=\"" + code + "\",component=\"apiserver\",dry_run=\"" + dry_run +
           "\",group=\"\",resource=\"configmaps\",scope=\"" + scope + "\",subresource=\"\",verb=\"" + verb +
           "\",version=\"v1\"} 1\n";
  };
  const std::string page = api_.Get("/metrics").response.body;
  EXPECT_THAT(page, HasSubstr(line("200", "", "namespace", "LIST")));
  EXPECT_THAT(page, HasSubstr(line("404", "", "resource", "GET")));
  EXPECT_THAT(page, HasSubstr(line("201", "All", "resource", "APPLY")));
  EXPECT_THAT(page, HasSubstr(line("201", "", "resource", "POST")));
}

TEST_F(Reads, CompressLongAnswersForThoseWhoNameGzip) {
  ASSERT_EQ(
      api_.Post(kConfigMaps, {{"metadata", {{"name", "big"}}}, {"data", {{"k", std::string(200000, 'x')}}}}).status,
      201);
  const auto encoding = [&](const std::string& accepted) {
    const Answer answer = api_.Send(
        {.method = "GET", .target = std::string(kConfigMaps) + "/big", .headers = {{"Accept-Encoding", accepted}}});
    return std::string(answer.response.headers.Get("Content-Encoding").value_or(""));
  };
  EXPECT_EQ(encoding("gzip"), "gzip");
  EXPECT_EQ(encoding("deflate, gzip"), "gzip");
  EXPECT_EQ(encoding("gzip;q=0"), "");
  EXPECT_EQ(encoding("identity"), "");
}

}  // namespace
}  // namespace mock_kubeapi
