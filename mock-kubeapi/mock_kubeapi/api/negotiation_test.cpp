#include "mock_kubeapi/api/negotiation.h"

#include <gtest/gtest.h>

#include <string>

namespace mock_kubeapi {
namespace {

std::string FormOf(std::string_view accept, bool transforms = true) {
  const auto form = Negotiate(accept, {.transforms = transforms});
  if (!form) return form.error().message;
  std::string text = form->yaml ? "yaml" : "json";
  if (form->transform == Transform::kTable) text += " table";
  if (form->transform == Transform::kPartialObject) text += " partial";
  if (form->transform == Transform::kPartialObjectList) text += " partials";
  return form->meta_version == "v1" ? text : text + " " + form->meta_version;
}

constexpr const char* kRefusal =
    "only the following media types are accepted: application/json, application/yaml, "
    "application/vnd.kubernetes.protobuf";

TEST(Negotiation, FollowsQuality) {
  EXPECT_EQ(FormOf(""), "json");
  EXPECT_EQ(FormOf("application/yaml"), "yaml");
  EXPECT_EQ(FormOf("application/json;q=0.4, application/yaml;q=0.5"), "yaml");
  EXPECT_EQ(FormOf("application/yaml;q=x, application/json;q=0.1"), "json") << "what is no number is 0";
  EXPECT_EQ(FormOf("application/vnd.kubernetes.protobuf,application/yaml"), "yaml");
}

TEST(Negotiation, PutsANamedTypeBeforeAWildcardWhateverItsQuality) {
  EXPECT_EQ(FormOf("*/*, application/yaml;q=0.1"), "yaml");
  EXPECT_EQ(FormOf("application/*, application/yaml;q=0.1"), "yaml");
  EXPECT_EQ(FormOf("text/html, */*;q=0.8"), "json");
}

TEST(Negotiation, KnowsTheTransformsOfMetaV1) {
  EXPECT_EQ(FormOf("application/json;as=Table;v=v1;g=meta.k8s.io"), "json table");
  EXPECT_EQ(FormOf("application/yaml;as=Table;v=v1beta1;g=meta.k8s.io"), "yaml table v1beta1");
  EXPECT_EQ(FormOf("application/json;as=Table;v=v2;g=meta.k8s.io, application/yaml"), "yaml");
  EXPECT_EQ(FormOf("application/json;as=Pod;v=v1;g=meta.k8s.io"), kRefusal);
  EXPECT_EQ(FormOf("application/json;as=Table;v=v1;g=meta.k8s.io", false), kRefusal);
}

TEST(Negotiation, StreamsJsonAlone) {
  const auto json = Negotiate("application/json;stream=watch", {.transforms = true});
  ASSERT_TRUE(json);
  EXPECT_TRUE(CheckStream(*json));
  EXPECT_EQ(FormOf("application/json;stream=other"), kRefusal);
  const auto yaml = Negotiate("application/yaml, application/json;q=0.9", {.transforms = true});
  ASSERT_TRUE(yaml);
  const auto refused = CheckStream(*yaml);
  ASSERT_FALSE(refused) << "the next form isn't tried";
  EXPECT_EQ(refused.error().message,
            "only the following media types are accepted: application/json;stream=watch, "
            "application/vnd.kubernetes.protobuf;stream=watch");
}

TEST(Negotiation, OfAnErrorLooksAtFormsOfObjectsAlone) {
  EXPECT_TRUE(NegotiateError("application/json;as=Table;v=v1;g=meta.k8s.io, application/yaml").yaml);
  EXPECT_FALSE(NegotiateError("application/yaml;as=Table;v=v1;g=meta.k8s.io").yaml);
  EXPECT_FALSE(NegotiateError("image/png").yaml);
}

TEST(Negotiation, IndentsForThoseWhoRead) {
  const auto wants = [](const std::string& agent, const std::string& query) {
    mock_http::Request request;
    request.headers.Set("User-Agent", agent);
    return WantsPretty(request, QueryParameters(query));
  };
  EXPECT_TRUE(wants("curl/7.88.1", ""));
  EXPECT_TRUE(wants("Mozilla/5.0 (X11)", ""));
  EXPECT_FALSE(wants("curl/7.88.1", "pretty=false"));
  EXPECT_FALSE(wants("kubectl/v1.35", ""));
  EXPECT_TRUE(wants("kubectl/v1.35", "pretty=true"));
  EXPECT_FALSE(wants("kubectl/v1.35", "pretty=yes")) << "no boolean of Go's";
}

}  // namespace
}  // namespace mock_kubeapi
