#include "mock_kubeapi/controllers/job_status.h"

#include <algorithm>
#include <utility>

#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/rfc3339.h"

namespace mock_kubeapi {

const Json* FindJobCondition(const Json& status, std::string_view type) {
  for (const Json& condition : ListOf(status, "conditions")) {
    if (TextOf(condition, "type") == type) return &condition;
  }
  return nullptr;
}

bool SetJobCondition(Json& status, const JobCondition& condition, mock_http::TimePoint now) {
  const std::string stamp = mock_http::FormatRfc3339(now);
  Json value = {
      {"type", condition.type}, {"status", condition.status}, {"lastProbeTime", stamp}, {"lastTransitionTime", stamp}};
  if (!condition.reason.empty()) value["reason"] = condition.reason;
  if (!condition.message.empty()) value["message"] = condition.message;

  Json& conditions = status["conditions"];
  if (!conditions.is_array()) conditions = Json::array();
  for (Json& known : conditions) {
    if (TextOf(known, "type") != condition.type) continue;
    const bool same = TextOf(known, "status") == condition.status && TextOf(known, "reason") == condition.reason &&
                      TextOf(known, "message") == condition.message;
    if (!same) known = std::move(value);
    return !same;
  }
  const bool is_news = condition.status != "False";
  if (is_news) conditions.push_back(std::move(value));
  if (conditions.empty()) status.erase("conditions");
  return is_news;
}

std::optional<std::string> FinishedAs(const Json& job) {
  for (const Json& condition : ListOf(ObjectOf(job, "status"), "conditions")) {
    const std::string& type = TextOf(condition, "type");
    if ((type == "Complete" || type == "Failed") && TextOf(condition, "status") == "True") return type;
  }
  return std::nullopt;
}

std::optional<mock_http::TimePoint> FinishedAt(const Json& job) {
  const std::optional<std::string> type = FinishedAs(job);
  if (!type) return std::nullopt;
  return ParseRfc3339(TextOf(*FindJobCondition(ObjectOf(job, "status"), *type), "lastTransitionTime"));
}

std::int64_t CountOf(const Json& status, std::string_view name) {
  return IntegerOf(status, name).value_or(0);
}

void SetCount(Json& status, std::string_view name, std::int64_t count) {
  if (count == 0) {
    status.erase(std::string(name));
  } else {
    status[std::string(name)] = count;
  }
}

std::set<std::string> UncountedPods(const Json& status, std::string_view name) {
  std::set<std::string> uids;
  for (const Json& uid : ListOf(ObjectOf(status, "uncountedTerminatedPods"), name)) {
    if (uid.is_string()) uids.insert(uid.get<std::string>());
  }
  return uids;
}

void AddUncountedPod(Json& status, std::string_view name, const std::string& uid) {
  Json& list = status["uncountedTerminatedPods"][std::string(name)];
  if (!list.is_array()) list = Json::array();
  list.push_back(uid);
}

bool CountPodsWithoutFinalizer(Json& status, const std::set<std::string>& with_finalizer) {
  bool counted = false;
  Json* uncounted = FieldOf(status, "uncountedTerminatedPods");
  if (uncounted == nullptr) return false;
  for (const char* name : {"succeeded", "failed"}) {
    const Json& uids = ListOf(*uncounted, name);
    Json waiting = Json::array();
    for (const Json& uid : uids) {
      if (uid.is_string() && with_finalizer.contains(uid.get<std::string>())) waiting.push_back(uid);
    }
    if (waiting.size() == uids.size()) continue;
    counted = true;
    SetCount(status, name, CountOf(status, name) + static_cast<std::int64_t>(uids.size() - waiting.size()));
    if (waiting.empty()) {
      uncounted->erase(name);
    } else {
      (*uncounted)[name] = std::move(waiting);
    }
  }
  return counted;
}

bool HasTrackingFinalizer(const Json& pod) {
  const Json& finalizers = ListOf(ObjectOf(pod, "metadata"), "finalizers");
  return std::ranges::find(finalizers, Json(kTrackingFinalizer)) != finalizers.end();
}

void DropTrackingFinalizer(Json& pod) {
  Json& metadata = pod["metadata"];
  Json kept = Json::array();
  for (const Json& finalizer : ListOf(metadata, "finalizers")) {
    if (finalizer != kTrackingFinalizer) kept.push_back(finalizer);
  }
  if (kept.empty()) {
    metadata.erase("finalizers");
  } else {
    metadata["finalizers"] = std::move(kept);
  }
}

}  // namespace mock_kubeapi
