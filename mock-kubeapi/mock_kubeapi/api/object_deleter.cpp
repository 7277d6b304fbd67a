#include "mock_kubeapi/api/object_deleter.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mock_kubeapi/kinds/age.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kOrphan = "orphan";
constexpr std::string_view kForeground = "foregroundDeletion";

const Json* FindField(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::vector<std::string> FinalizersOf(const Json& object) {
  std::vector<std::string> finalizers;
  if (const Json* list = FindField(object["metadata"], "finalizers"); list != nullptr && list->is_array()) {
    for (const Json& item : *list) {
      if (item.is_string()) finalizers.push_back(item.get<std::string>());
    }
  }
  return finalizers;
}

bool Has(const std::vector<std::string>& texts, std::string_view wanted) {
  return std::find(texts.begin(), texts.end(), wanted) != texts.end();
}

/// What becomes of the dependents: asked for in the request, else by a finalizer, else the kind's default.
bool ShouldOrphan(const Kind& kind, const std::vector<std::string>& finalizers, const DeleteOptions& options) {
  if (options.orphan_dependents) return *options.orphan_dependents;
  if (options.propagation_policy) return *options.propagation_policy == "Orphan";
  if (Has(finalizers, kOrphan)) return true;
  if (Has(finalizers, kForeground)) return false;
  return !kind.orphans_by_default_warning.empty();
}

bool ShouldDeleteInForeground(const std::vector<std::string>& finalizers, const DeleteOptions& options) {
  if (options.orphan_dependents) return false;
  if (options.propagation_policy) return *options.propagation_policy == "Foreground";
  if (Has(finalizers, kOrphan)) return false;
  return Has(finalizers, kForeground);
}

/// The finalizers after a deletion with these options.
std::vector<std::string> FinalizersAfter(const Kind& kind, const DeleteOptions& options,
                                         const std::vector<std::string>& before) {
  if (!kind.collects_garbage) return before;
  std::vector<std::string> after;
  for (const std::string& finalizer : before) {
    if (finalizer != kOrphan && finalizer != kForeground) after.push_back(finalizer);
  }
  if (ShouldOrphan(kind, before, options)) after.emplace_back(kOrphan);
  if (ShouldDeleteInForeground(before, options)) after.emplace_back(kForeground);
  return after;
}

/// Whether a finalizer keeps the object.
bool Holds(const Kind& kind, const DeleteOptions& options, const Json& object) {
  return !FinalizersAfter(kind, options, FinalizersOf(object)).empty();
}

/// Brings the finalizers of garbage collection in line with the options.
void AdjustFinalizers(const Kind& kind, const DeleteOptions& options, Json& object) {
  if (!kind.collects_garbage) return;
  const std::vector<std::string> before = FinalizersOf(object);
  const std::vector<std::string> after = FinalizersAfter(kind, options, before);
  std::vector<std::string> old_set = before;
  std::vector<std::string> new_set = after;
  std::sort(old_set.begin(), old_set.end());
  std::sort(new_set.begin(), new_set.end());
  if (old_set == new_set) return;
  Json& meta = object["metadata"];
  if (after.empty()) {
    meta.erase("finalizers");
  } else {
    meta["finalizers"] = after;
  }
}

void BumpGeneration(Json& meta) {
  if (const Json* generation = FindField(meta, "generation");
      generation != nullptr && generation->is_number_integer()) {
    const auto value = generation->get<std::int64_t>();
    if (value > 0) meta["generation"] = value + 1;
  }
}

enum class Grace { kNone, kStarted, kPending };

/// rest.BeforeDelete: sets or shortens the grace period of kinds that have one.
Grace BeginGrace(const Kind& kind, const DeleteOptions& options, mock_http::TimePoint now, Json& object) {
  if (!kind.grace) return Grace::kNone;
  Json& meta = object["metadata"];
  std::optional<std::int64_t> asked = options.grace_period_seconds;
  if (asked && *asked < 0) asked = 1;
  const auto set = [&](mock_http::TimePoint at, std::int64_t seconds) {
    meta["deletionTimestamp"] = mock_http::FormatRfc3339(at);
    meta["deletionGracePeriodSeconds"] = seconds;
  };
  if (meta.contains("deletionTimestamp")) {
    const Json* period = FindField(meta, "deletionGracePeriodSeconds");
    const std::int64_t current = period != nullptr && period->is_number_integer() ? period->get<std::int64_t>() : 0;
    if (current == 0) return Grace::kNone;
    if (!asked || *asked >= current) return Grace::kPending;
    const auto due = ParseRfc3339(MetaText(object, "deletionTimestamp")).value_or(now);
    set(due - std::chrono::seconds(current) + std::chrono::seconds(*asked), *asked);
    return Grace::kStarted;
  }
  const std::int64_t seconds = kind.grace(object, asked).seconds;
  set(now + std::chrono::seconds(seconds), seconds);
  BumpGeneration(meta);
  return Grace::kStarted;
}

void MarkAsDeleting(mock_http::TimePoint now, Json& object) {
  Json& meta = object["metadata"];
  if (!meta.contains("deletionTimestamp")) BumpGeneration(meta);
  const auto since = ParseRfc3339(MetaText(object, "deletionTimestamp"));
  if (!since || *since > now) meta["deletionTimestamp"] = mock_http::FormatRfc3339(now);
  meta["deletionGracePeriodSeconds"] = 0;
}

Result<void> CheckPreconditions(const Kind& kind, const Json& object, const DeleteOptions& options) {
  const ResourceName named{.group = kind.group, .resource = kind.kind};
  const std::string_view name = MetaText(object, "name");
  if (options.uid && *options.uid != MetaText(object, "uid")) {
    return std::unexpected(ConflictError(
        named, name,
        fmt::format(
            "the UID in the precondition ({}) does not match the UID in record ({}). The object might have been "
            "deleted and then recreated",
            *options.uid, MetaText(object, "uid"))));
  }
  if (options.resource_version && *options.resource_version != MetaText(object, "resourceVersion")) {
    return std::unexpected(ConflictError(
        named, name,
        fmt::format(
            "the ResourceVersion in the precondition ({}) does not match the ResourceVersion in record ({}). The "
            "object might have been modified",
            *options.resource_version, MetaText(object, "resourceVersion"))));
  }
  return {};
}

/// One deletion of one object.
class Deletion {
 public:
  Deletion(const WriteServices& services, const WriteTarget& target, std::string name, const DeleteOptions& options)
      : services_(services),
        target_(target),
        kind_(*target.kind),
        options_(options),
        storage_(kind_.Storage()),
        name_(std::move(name)) {}

  Result<Deleted> Run() {
    stored_ = services_.store.Find(Key());
    if (!stored_) return std::unexpected(NotFoundError(kind_.Resource(), name_));
    if (kind_.begin_delete) {
      auto done = BeginStaged();
      if (!done) return std::unexpected(done.error());
      if (*done) return **done;
    }
    if (auto fits = CheckPreconditions(kind_, stored_->json(), options_); !fits) return std::unexpected(fits.error());
    return Generic();
  }

 private:
  ObjectKey Key() const { return {storage_, target_.namespace_name, name_}; }

  KindContext Context() const {
    return {.clock = services_.clock, .random = services_.random, .store = services_.store, .user = target_.user};
  }

  ObjectPtr Put(Json object) {
    if (object == stored_->json()) return stored_;
    if (target_.dry_run) return std::make_shared<const Object>(std::move(object), stored_->revision());
    return services_.store.Put(Key(), std::move(object));
  }

  /// Kinds that are emptied before they go (Namespace): the first DELETE marks the object, later ones change nothing
  /// until nothing holds it.
  Result<std::optional<Deleted>> BeginStaged() {
    const Json& live = stored_->json();
    const auto refuse = [&](std::string_view what, const std::string& wanted, std::string_view have) {
      return std::unexpected(ConflictError(
          kind_.Resource(), name_,
          fmt::format("Precondition failed: {} in precondition: {}, {} in object meta: {}", what, wanted, what, have)));
    };
    if (options_.uid && *options_.uid != MetaText(live, "uid"))
      return refuse("UID", *options_.uid, MetaText(live, "uid"));
    if (options_.resource_version && *options_.resource_version != MetaText(live, "resourceVersion")) {
      return refuse("ResourceVersion", *options_.resource_version, MetaText(live, "resourceVersion"));
    }
    Json object = live;
    if (!live["metadata"].contains("deletionTimestamp")) {
      object["metadata"]["deletionTimestamp"] = mock_http::FormatRfc3339(services_.clock.Now());
      kind_.begin_delete(object, Context());
      AdjustFinalizers(kind_, options_, object);
      return Deleted{.object = Put(std::move(object)), .is_gone = false, .answer_is_status = false};
    }
    if (kind_.begin_delete(object, Context())) {
      return Deleted{.object = stored_, .is_gone = false, .answer_is_status = false};
    }
    return std::optional<Deleted>();
  }

  Result<Deleted> Generic() {
    // Most objects go at once: nothing of them changes.
    if (!kind_.grace && !Holds(kind_, options_, stored_->json())) return Remove(stored_);
    Json object = stored_->json();
    const Grace grace = BeginGrace(kind_, options_, services_.clock.Now(), object);
    const bool status = !kind_.returns_deleted;
    if (grace == Grace::kPending) return Deleted{.object = stored_, .is_gone = false, .answer_is_status = status};
    AdjustFinalizers(kind_, options_, object);
    const bool held = !FinalizersOf(object).empty();
    if (grace == Grace::kStarted) {
      const std::int64_t seconds = object["metadata"]["deletionGracePeriodSeconds"].get<std::int64_t>();
      if (held || seconds > 0) {
        return Deleted{.object = Put(std::move(object)), .is_gone = false, .answer_is_status = false};
      }
      return Remove(Put(std::move(object)));
    }
    if (held) {
      MarkAsDeleting(services_.clock.Now(), object);
      return Deleted{.object = Put(std::move(object)), .is_gone = false, .answer_is_status = false};
    }
    return Remove(stored_);
  }

  Deleted Remove(const ObjectPtr& last) {
    ObjectPtr gone = last;
    if (!target_.dry_run) {
      // The answer shows the object as it was, at its last version.
      services_.store.Remove(Key());
    }
    return {.object = std::move(gone), .is_gone = true, .answer_is_status = !kind_.returns_deleted};
  }

  const WriteServices& services_;
  const WriteTarget& target_;
  const Kind& kind_;
  const DeleteOptions& options_;
  std::string storage_;
  std::string name_;
  ObjectPtr stored_;
};

}  // namespace

Result<Deleted> DeleteObject(const WriteServices& services, const WriteTarget& target, const std::string& name,
                             const DeleteOptions& options) {
  if (auto named = CheckNameParameter(name); !named) return std::unexpected(named.error());
  const Kind& kind = *target.kind;
  const bool immortal = kind.group.empty() && kind.plural == "namespaces" &&
                        (name == "default" || name == "kube-system" || name == "kube-public");
  if (immortal && target.user != nullptr) {
    return std::unexpected(ForbiddenError(kind.Resource(), name, "this namespace may not be deleted"));
  }
  return Deletion(services, target, name, options).Run();
}

Json DeletedStatus(const Kind& kind, const Json& object) {
  Json details = {{"name", MetaText(object, "name")}, {"kind", kind.plural}, {"uid", MetaText(object, "uid")}};
  if (!kind.group.empty()) details["group"] = kind.group;
  return {{"kind", "Status"},
          {"apiVersion", "v1"},
          {"metadata", Json::object()},
          {"status", "Success"},
          {"details", std::move(details)}};
}

}  // namespace mock_kubeapi
