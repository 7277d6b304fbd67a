// What a controller writes takes shorter ways than a request: remembered owners, statuses alone. It must come to what
// the plain way comes to, byte for byte.
#include "mock_kubeapi/api/writer_client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

#include "mock_http/clock.h"
#include "mock_http/random.h"
#include "mock_kubeapi/decode/normalise.h"
#include "mock_kubeapi/kinds/builtin.h"
#include "mock_kubeapi/merge/random_value.h"

namespace mock_kubeapi {
namespace {

class Cluster {
 public:
  Cluster() {
    store_.Put({"namespaces", "", "default"}, {{"metadata", {{"name", "default"}}}});
    store_.Put({"serviceaccounts", "default", "default"}, {{"metadata", {{"name", "default"}}}});
  }

  KindPtr KindOf(const GroupVersionResource& resource) const { return kinds_.Find(resource); }
  void Pass(std::chrono::seconds time) { clock_.Set(clock_.Now() + time); }
  WriterClient& client() { return client_; }

  Json Stored(const Kind& kind) const {
    const std::string storage = kind.Storage();
    const JsonPtr object = store_.Get({storage, kind.namespaced ? "default" : "", "x"});
    return object == nullptr ? Json() : *object;
  }

  /// As a request does it: all is decoded, gets its defaults, is compared and validated.
  Result<JsonPtr> UpdatePlainly(const Kind& kind, Json object, const std::string& subresource) {
    object["apiVersion"] = kind.ApiVersion();
    object["kind"] = kind.kind;
    auto normal = decode::Normalise(*kind.type, std::as_const(object));
    if (!normal) return std::unexpected(BadRequestError(normal.error()));
    if (kind.set_defaults) kind.set_defaults(normal->object);
    const WriteTarget target{.kind = KindOf({kind.group, kind.version, kind.plural}),
                             .subresource = subresource,
                             .namespace_name = kind.namespaced ? "default" : "",
                             .manager = "controller"};
    const auto make = [&](const Json* live, const merge::OwnersMemories&) -> Result<Json> {
      return writer_.FieldManagerOf(target.kind, subresource)
          .Update(live, std::move(normal->object), {.manager = target.manager, .now = clock_.Now()});
    };
    const auto written = writer_.Update(target, {.name = "x", .make = make});
    if (!written) return std::unexpected(written.error());
    return JsonOf(written->object);
  }

 private:
  mock_http::VirtualClock clock_;
  mock_http::SeededRandom random_{1};
  Store store_;
  KindTable kinds_{BuiltinKinds()};
  ObjectWriter writer_{{.store = store_, .clock = clock_, .random = random_, .kinds = kinds_}};
  WriterClient client_{writer_, "controller"};
};

std::string Shown(const Result<JsonPtr>& result) {
  if (!result) return result.error().message;
  return *result == nullptr ? "nothing" : (*result)->dump();
}

struct Written {
  GroupVersionResource resource;
  const char* object;
};

class WaysToWrite : public testing::TestWithParam<Written> {};

/// A change as a controller might make it, and some that none should.
void Change(merge::RandomValue& random, const schema::Type& type, Json& object) {
  switch (random.Below(8)) {
    case 0:
      object["metadata"]["finalizers"] = random.OneIn(2) ? Json::array({"a/b"}) : Json();
      break;
    case 1:
      object["metadata"]["labels"]["l"] = random.OneIn(2) ? "1" : "2";
      break;
    case 2:
      random.Spoil(object["status"]);
      break;
    case 3:
      object["metadata"]["resourceVersion"] = random.OneIn(2) ? "1" : "";
      break;
    case 4:
      object["metadata"].erase("managedFields");
      break;
    case 5:
      object["spec"]["what"] = 1;
      break;
    case 6:
      object.erase("status");
      break;
    default:
      break;
  }
  if (!random.OneIn(3)) object["status"] = random.Of(*type.Find("status")->type);
  if (random.OneIn(3) && object["status"].is_object()) object["status"]["conditions"] = Json::array();
}

TEST_P(WaysToWrite, ComeToTheSame) {
  unsigned done = 0;
  for (unsigned seed = 0; seed < 150; ++seed) {
    Cluster quick;
    Cluster plain;
    const KindPtr kind = quick.KindOf(GetParam().resource);
    Json object = Json::parse(GetParam().object);
    object["metadata"] = {{"name", "x"}, {"labels", {{"l", "0"}}}};
    if (kind->namespaced) object["metadata"]["namespace"] = "default";
    const auto created = quick.client().Create(*kind, object);
    ASSERT_TRUE(created.has_value()) << created.error().message;
    ASSERT_EQ(Shown(created), Shown(plain.client().Create(*plain.KindOf(GetParam().resource), object)));
    merge::RandomValue random(seed);
    for (int step = 0; step < 10; ++step) {
      const std::chrono::seconds time(random.Below(2));
      quick.Pass(time);
      plain.Pass(time);
      Json changed = quick.Stored(*kind);
      if (changed.is_null()) break;
      Change(random, *kind->type, changed);
      const std::string subresource = random.OneIn(4) ? "" : "status";
      const auto there = quick.client().Update(*kind, changed, subresource);
      ASSERT_EQ(Shown(there), Shown(plain.UpdatePlainly(*kind, changed, subresource)))
          << "seed " << seed << " step " << step << " " << subresource << "\n"
          << changed;
      ASSERT_EQ(quick.Stored(*kind).dump(), plain.Stored(*kind).dump()) << "seed " << seed << " step " << step;
      done += there ? 1 : 0;
    }
  }
  EXPECT_GT(done, 300U);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, WaysToWrite,
    testing::Values(
        Written{{"", "v1", "pods"}, R"({"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i",
            "env":[{"name":"A","value":"1"}],"resources":{"limits":{"memory":"64Mi"}}}]}})"},
        Written{{"batch", "v1", "jobs"}, R"({"spec":{"backoffLimit":2,"template":{"spec":{"restartPolicy":"Never",
            "containers":[{"name":"c","image":"i"}]}}}})"},
        Written{{"batch", "v1", "cronjobs"}, R"({"spec":{"schedule":"1 2 * * *","jobTemplate":{"spec":{"template":{
            "spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}}})"}),
    [](const auto& param) { return std::string(param.param.resource.resource); });

}  // namespace
}  // namespace mock_kubeapi
