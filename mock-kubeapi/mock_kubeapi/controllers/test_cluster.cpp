#include "mock_kubeapi/controllers/test_cluster.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "mock_kubeapi/controllers/owners.h"
#include "mock_kubeapi/kinds/cronjob.h"
#include "mock_kubeapi/kinds/job.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/pod.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kNamespace = "ns";

Kind EventKind() {
  Kind kind;
  kind.version = "v1";
  kind.kind = "Event";
  kind.plural = "events";
  return kind;
}

bool HasFinalizers(const Json& object) {
  return !ListOf(ObjectOf(object, "metadata"), "finalizers").empty();
}

}  // namespace

class TestCluster::Client final : public ObjectClient {
 public:
  Client(TestCluster& cluster, bool may_fail) : cluster_(cluster), may_fail_(may_fail) {
    for (Kind kind : {PodKind(nullptr), JobKind(nullptr), CronJobKind(nullptr), EventKind()}) {
      kinds_.push_back(std::make_shared<const Kind>(std::move(kind)));
    }
  }

  const StoreReader& store() const override { return cluster_.store; }
  KindPtr FindKind(const GroupVersionResource& name) const override {
    const auto found = std::ranges::find_if(
        kinds_, [&](const KindPtr& kind) { return kind->group == name.group && kind->plural == name.resource; });
    return found == kinds_.end() ? nullptr : *found;
  }
  KindPtr FindPlural(const std::string& plural) const {
    return *std::ranges::find_if(kinds_, [&](const KindPtr& kind) { return kind->plural == plural; });
  }

  Result<JsonPtr> Create(const Kind& kind, Json object) override {
    if (auto failure = Fail(kind)) return std::unexpected(*failure);
    Json& metadata = object["metadata"];
    if (TextOf(metadata, "name").empty()) {
      metadata["name"] =
          TextOf(metadata, "generateName") + mock_http::RandomText(cluster_.random, "bcdfghjklmnpqrstvwxz2456789", 5);
    }
    metadata["uid"] = mock_http::RandomUuid(cluster_.random);
    metadata["creationTimestamp"] = mock_http::FormatRfc3339(cluster_.clock.Now());
    if (kind.has_generation) metadata["generation"] = 1;
    const std::string name = metadata["name"];
    const std::string storage = kind.Storage();
    const ObjectKey key{.resource = storage, .namespace_name = kNamespace, .name = name};
    if (cluster_.store.Find(key) != nullptr) return std::unexpected(AlreadyExistsError(kind.Resource(), name));
    if (kind.set_defaults) kind.set_defaults(object);
    const KindContext context = Context();
    if (kind.prepare_create) {
      if (auto admitted = kind.prepare_create(object, context); !admitted) return std::unexpected(admitted.error());
    }
    if (kind.validate) {
      const FieldErrors errors = kind.validate(object, context);
      if (!errors.empty()) return std::unexpected(InvalidError(kind.group, kind.kind, name, errors));
    }
    return JsonOf(cluster_.store.Put(key, std::move(object)));
  }

  Result<JsonPtr> Update(const Kind& kind, Json object, const std::string& subresource) override {
    if (auto failure = Fail(kind)) return std::unexpected(*failure);
    const std::string name = object["metadata"]["name"];
    const std::string storage = kind.Storage();
    const ObjectKey key{.resource = storage, .namespace_name = kNamespace, .name = name};
    const ObjectPtr stored = cluster_.store.Find(key);
    if (stored == nullptr) return std::unexpected(NotFoundError(kind.Resource(), name));
    const Json& old = stored->json();
    const std::string& version = TextOf(object["metadata"], "resourceVersion");
    if (!version.empty() && version != MetaText(old, "resourceVersion")) {
      return std::unexpected(ConflictError(kind.Resource(), name, "the object has been modified"));
    }
    object["metadata"]["resourceVersion"] = MetaText(old, "resourceVersion");
    if (kind.has_status) {
      if (subresource == "status") {
        object["spec"] = ObjectOf(old, "spec");
      } else {
        object["status"] = ObjectOf(old, "status");
      }
    }
    if (kind.set_defaults) kind.set_defaults(object);
    const KindContext context = Context();
    if (kind.prepare_update) {
      if (auto admitted = kind.prepare_update(object, old, subresource, context); !admitted) {
        return std::unexpected(admitted.error());
      }
    }
    if (kind.validate_update) {
      const FieldErrors errors = kind.validate_update(object, old, subresource, context);
      if (!errors.empty()) return std::unexpected(InvalidError(kind.group, kind.kind, name, errors));
    }
    if (object == old) return JsonOf(stored);
    if (IsSet(object["metadata"], "deletionTimestamp") && !HasFinalizers(object) &&
        IntegerOf(object["metadata"], "deletionGracePeriodSeconds").value_or(0) == 0) {
      cluster_.store.Put(key, std::move(object));
      return JsonOf(cluster_.store.Remove(key));
    }
    return JsonOf(cluster_.store.Put(key, std::move(object)));
  }

  Result<void> Delete(const Kind& kind, const std::string& namespace_name, const std::string& name,
                      const DeleteRequest& request) override {
    if (auto failure = Fail(kind)) return std::unexpected(*failure);
    const std::string storage = kind.Storage();
    const ObjectKey key{.resource = storage, .namespace_name = namespace_name, .name = name};
    const ObjectPtr stored = cluster_.store.Find(key);
    if (stored == nullptr) return std::unexpected(NotFoundError(kind.Resource(), name));
    Json object = stored->json();
    if (request.propagation_policy == "Foreground") object["metadata"]["finalizers"].push_back("foregroundDeletion");
    if (request.propagation_policy == "Orphan") object["metadata"]["finalizers"].push_back("orphan");
    const std::int64_t grace = kind.grace ? kind.grace(object, request.grace_period_seconds).seconds : 0;
    if (!HasFinalizers(object) && grace == 0) {
      cluster_.store.Remove(key);
      return {};
    }
    object["metadata"]["deletionTimestamp"] = mock_http::FormatRfc3339(cluster_.clock.Now());
    object["metadata"]["deletionGracePeriodSeconds"] = grace;
    cluster_.store.Put(key, std::move(object));
    return {};
  }

 private:
  KindContext Context() { return {.clock = cluster_.clock, .random = cluster_.random, .store = cluster_.store}; }

  /// Events may always be written: their loss is no failure.
  std::optional<ApiError> Fail(const Kind& kind) {
    if (!may_fail_ || kind.kind == "Event") return std::nullopt;
    const int number = cluster_.writes_++;
    if (!cluster_.fails_ || !cluster_.fails_(number)) return std::nullopt;
    return PlainError(cluster_.failure_code_, "Injected", "the test wants this write to fail");
  }

  TestCluster& cluster_;
  bool may_fail_;
  std::vector<KindPtr> kinds_;
};

TestCluster::TestCluster()
    : user_client_(std::make_unique<Client>(*this, /*may_fail=*/false)),
      controller_client_(std::make_unique<Client>(*this, /*may_fail=*/true)) {
  store.Put({.resource = "serviceaccounts", .namespace_name = kNamespace, .name = "default"},
            {{"metadata", {{"name", "default"}, {"namespace", kNamespace}, {"uid", "account"}}}});
  observer_ = store.Observe([this](const ChangePtr& change) {
    for (const auto& controller : controllers_) controller->Observe(*change);
  });
}

TestCluster::~TestCluster() {
  store.StopObserving(observer_);
}

void TestCluster::Add(std::unique_ptr<Controller> controller) {
  controllers_.push_back(std::move(controller));
}

void TestCluster::Run() {
  ControllerContext context{.clock = clock, .random = random, .client = *controller_client_};
  int steps = 0;
  for (bool worked = true; worked;) {
    worked = false;
    for (const auto& controller : controllers_) {
      while (controller->Step(context)) {
        worked = true;
        ASSERT_LT(++steps, 100000) << "the controllers don't come to rest";
      }
    }
    const std::uint64_t before = store.revision();
    CollectGarbage();
    worked = worked || store.revision() != before;
  }
}

void TestCluster::CollectGarbage() {
  for (const char* resource : {"pods", "jobs.batch"}) {
    for (const JsonPtr& object : store.List(resource)) {
      const Json* owner = ControllerOf(*object);
      if (owner == nullptr) continue;
      const std::string owners = TextOf(*owner, "kind") == "Job" ? "jobs.batch" : "cronjobs.batch";
      const JsonPtr stored =
          store.Get({.resource = owners, .namespace_name = kNamespace, .name = TextOf(*owner, "name")});
      const bool is_gone = stored == nullptr || MetaText(*stored, "uid") != TextOf(*owner, "uid");
      const Json& finalizers =
          stored == nullptr ? ListOf(Json(), "") : ListOf(ObjectOf(*stored, "metadata"), "finalizers");
      const bool foreground = std::ranges::find(finalizers, Json("foregroundDeletion")) != finalizers.end();
      const bool orphan = std::ranges::find(finalizers, Json("orphan")) != finalizers.end();
      const Kind& kind = *user_client_->FindPlural(std::string(resource) == "pods" ? "pods" : "jobs");
      if (orphan) {
        Json freed = *object;
        freed["metadata"].erase("ownerReferences");
        static_cast<void>(user_client_->Update(kind, std::move(freed), ""));
      } else if ((is_gone || foreground) && !IsSet(ObjectOf(*object, "metadata"), "deletionTimestamp")) {
        static_cast<void>(user_client_->Delete(kind, kNamespace, std::string(MetaText(*object, "name")), {}));
      }
    }
  }
  // Owners whose dependents are gone or free.
  for (const JsonPtr& job : store.List("jobs.batch")) {
    if (!HasFinalizers(*job)) continue;
    const bool has_pods = std::ranges::any_of(store.List("pods"), [&](const JsonPtr& pod) {
      const Json* owner = ControllerOf(*pod);
      return owner != nullptr && TextOf(*owner, "uid") == MetaText(*job, "uid");
    });
    if (!has_pods) {
      store.Remove({.resource = "jobs.batch", .namespace_name = kNamespace, .name = MetaText(*job, "name")});
    }
  }
}

void TestCluster::Advance(std::chrono::nanoseconds by) {
  const mock_http::TimePoint end = clock.Now() + by;
  while (true) {
    std::optional<mock_http::TimePoint> next;
    for (const auto& controller : controllers_) {
      const auto due = controller->NextDue();
      if (due && (!next || *due < *next)) next = due;
    }
    if (!next || *next > end) break;
    clock.Set(std::max(clock.Now(), *next));
    Run();
  }
  clock.Set(end);
  Run();
}

void TestCluster::Jump(std::chrono::nanoseconds by) {
  clock.Set(clock.Now() + by);
  Run();
}

void TestCluster::Create(const std::string& plural, const std::string& text) {
  Json object = Json::parse(text);
  object["metadata"]["namespace"] = kNamespace;
  const auto created = user_client_->Create(*user_client_->FindPlural(plural), std::move(object));
  ASSERT_TRUE(created.has_value()) << created.error().message;
  Run();
}

void TestCluster::Patch(const std::string& plural, const std::string& name, const std::string& patch,
                        const std::string& subresource) {
  Json object = Get(plural, name);
  ASSERT_FALSE(object.is_null()) << plural << " " << name;
  object.merge_patch(Json::parse(patch));
  const auto updated = user_client_->Update(*user_client_->FindPlural(plural), std::move(object), subresource);
  ASSERT_TRUE(updated.has_value()) << updated.error().message;
  Run();
}

void TestCluster::Delete(const std::string& plural, const std::string& name, const std::string& propagation) {
  const auto deleted =
      user_client_->Delete(*user_client_->FindPlural(plural), kNamespace, name, {.propagation_policy = propagation});
  ASSERT_TRUE(deleted.has_value()) << deleted.error().message;
  Run();
}

Json TestCluster::Get(const std::string& plural, const std::string& name) const {
  const std::string storage = user_client_->FindPlural(plural)->Storage();
  const JsonPtr object = store.Get({.resource = storage, .namespace_name = kNamespace, .name = name});
  return object == nullptr ? Json() : *object;
}

std::vector<Json> TestCluster::List(const std::string& plural) const {
  std::vector<Json> objects;
  for (const JsonPtr& object : store.List(user_client_->FindPlural(plural)->Storage())) objects.push_back(*object);
  return objects;
}

std::vector<std::string> TestCluster::Names(const std::string& plural) const {
  std::vector<std::string> names;
  for (const Json& object : List(plural)) names.push_back(object["metadata"]["name"]);
  return names;
}

std::vector<std::string> TestCluster::Events() const {
  std::vector<Json> events = List("events");
  // Behind the object's name a name has the time of the event.
  std::ranges::sort(events, {}, [](const Json& event) {
    const std::string name = event["metadata"]["name"];
    return name.substr(name.rfind('.') + 1);
  });
  std::vector<std::string> texts;
  texts.reserve(events.size());
  for (const Json& event : events) {
    texts.push_back(fmt::format("{} {} {}", TextOf(event, "type"), TextOf(event, "reason"), TextOf(event, "message")));
  }
  return texts;
}

std::string TestCluster::ActivePod() const {
  std::vector<std::string> active;
  for (const Json& pod : List("pods")) {
    const std::string phase = pod["status"]["phase"];
    if (phase != "Succeeded" && phase != "Failed") active.push_back(pod["metadata"]["name"]);
  }
  EXPECT_EQ(active.size(), 1U);
  return active.empty() ? std::string() : active.front();
}

void TestCluster::FailWrites(int code, std::function<bool(int)> fails) {
  failure_code_ = code;
  fails_ = std::move(fails);
}

}  // namespace mock_kubeapi
