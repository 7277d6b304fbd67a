#include "mock_kubeapi/merge/updater.h"

#include <map>
#include <optional>
#include <utility>

#include "mock_kubeapi/merge/apply.h"

namespace mock_kubeapi::merge {
namespace {

using View = VersionConverter::View;

/// Objects as other versions show them; the endpoint's own version needs no converter.
class Views {
 public:
  explicit Views(const UpdaterOptions& options) : options_(options) {}

  std::optional<View> At(const Json& object, const std::string& api_version) const {
    if (api_version == options_.api_version) {
      return View{.type = &options_.type, .object = object};
    }
    return options_.converter == nullptr ? std::nullopt : options_.converter->Convert(object, api_version);
  }

  const schema::Type* TypeAt(const Json& object, const std::string& api_version) const {
    if (api_version == options_.api_version) {
      return &options_.type;
    }
    const auto view = At(object, api_version);
    return view ? view->type : nullptr;
  }

 private:
  const UpdaterOptions& options_;
};

/// What `object` owns, with the named fields on the way.
FieldSet AllFieldsOf(const View& view) {
  return WithNamedFields(*view.type, FieldsOf(*view.type, view.object));
}

Comparison WithoutFields(const Comparison& comparison, const FieldSet& fields) {
  return {.removed = comparison.removed.RecursiveDifference(fields),
          .modified = comparison.modified.RecursiveDifference(fields),
          .added = comparison.added.RecursiveDifference(fields)};
}

/// `pruned` with everything back that one of the managers owns, one version after another.
View AddBackOwned(const Views& views, View merged, View pruned, const ManagedFields& managed,
                  const std::string& pruned_version) {
  std::map<std::string, FieldSet> owned;
  for (const ManagerEntry& entry : managed.entries) {
    FieldSet& set = owned[entry.id.api_version];
    set = set.Union(entry.fields);
  }
  const auto add_back = [&](const std::string& version, const FieldSet& fields) {
    auto merged_there = views.At(merged.object, version);
    auto pruned_there = views.At(pruned.object, version);
    if (!merged_there || !pruned_there) {
      return;
    }
    merged = std::move(*merged_there);
    const FieldSet unowned =
        AllFieldsOf(merged).Difference(AllFieldsOf(*pruned_there)).Difference(WithNamedFields(*merged.type, fields));
    pruned = View{.type = merged.type, .object = RemoveFields(*merged.type, merged.object, unowned)};
  };
  // The version of the pruned object first: another one may not be readable without what is owned in this one.
  if (const auto own = owned.find(pruned_version); own != owned.end()) {
    add_back(own->first, own->second);
  }
  for (const auto& [version, fields] : owned) {
    if (version != pruned_version) {
      add_back(version, fields);
    }
  }
  return pruned;
}

}  // namespace

ManagedFields Updater::Reconcile(const Json& live, const ManagedFields& managed) const {
  const Views views(options_);
  ManagedFields out;
  for (const ManagerEntry& entry : managed.entries) {
    if (const schema::Type* type = views.TypeAt(live, entry.id.api_version); type != nullptr) {
      out.entries.push_back({.id = entry.id, .fields = ReconcileWithSchema(*type, entry.fields), .time = entry.time});
    }
  }
  return out;
}

std::vector<Conflict> Updater::TakeFromOthers(const Json& live, const Json& fresh, const ManagerId* manager,
                                              const Comparison& comparison, ManagedFields& managed) const {
  const Views views(options_);
  std::map<std::string, std::optional<Comparison>> seen;
  seen[options_.api_version] = WithoutFields(comparison, options_.reset_fields);
  const auto comparison_at = [&](const std::string& version) -> const std::optional<Comparison>& {
    const auto [at, is_new] = seen.try_emplace(version);
    if (is_new) {
      const auto old_view = views.At(live, version);
      const auto new_view = views.At(fresh, version);
      if (old_view && new_view) {
        at->second = CompareTyped(*old_view->type, old_view->object, new_view->object);
      }
    }
    return at->second;
  };

  std::vector<Conflict> conflicts;
  ManagedFields out;
  for (ManagerEntry& entry : managed.entries) {
    if (manager == nullptr || !entry.id.SameManager(*manager)) {
      const auto& seen_by_entry = comparison_at(entry.id.api_version);
      if (!seen_by_entry) {
        continue;  // this version is no longer served: its owners are forgotten
      }
      const FieldSet lost = entry.fields.Intersection(seen_by_entry->modified.Union(seen_by_entry->added));
      lost.ForEach([&](const Path& path) { conflicts.push_back({.manager = entry.id, .path = path}); });
      entry.fields = entry.fields.Difference(lost).Difference(seen_by_entry->removed);
    }
    if (!entry.fields.Empty()) {
      out.entries.push_back(std::move(entry));
    }
  }
  managed = std::move(out);
  return conflicts;
}

Json Updater::Prune(const Json& merged, const ManagedFields& managed, const ManagerEntry& last) const {
  const Views views(options_);
  const auto merged_view = views.At(merged, last.id.api_version);
  if (!merged_view) {
    return merged;
  }
  const schema::Type& type = *merged_view->type;
  const FieldSet last_fields = WithNamedFields(type, last.fields);
  View pruned = {.type = &type, .object = RemoveFields(type, merged_view->object, last_fields)};
  pruned = AddBackOwned(views, *merged_view, std::move(pruned), managed, last.id.api_version);
  const auto pruned_there = views.At(pruned.object, last.id.api_version);
  if (!pruned_there) {
    return merged;
  }
  // Only what the manager had applied itself may go: what nobody owns comes back.
  const FieldSet gone = AllFieldsOf(*merged_view).Difference(AllFieldsOf(*pruned_there)).Intersection(last_fields);
  const auto back = views.At(RemoveFields(type, merged_view->object, gone), options_.api_version);
  return back ? back->object : merged;
}

std::expected<Updater::Applied, std::vector<Conflict>> Updater::Apply(const ApplyRequest& request) const {
  Applied applied;
  applied.managed = Reconcile(request.live, request.managed);
  applied.object = MergeTyped(options_.type, request.live, request.config);

  FieldSet fields = FieldsOf(options_.type, request.config).RecursiveDifference(options_.reset_fields);
  std::optional<ManagerEntry> last;
  if (const ManagerEntry* entry = applied.managed.Find(request.manager); entry != nullptr) {
    last = *entry;
  }
  // Whoever applies all that it had applied before gives nothing up.
  const bool gives_up =
      last && (last->id.api_version != options_.api_version || !last->fields.Difference(fields).Empty());
  applied.managed.Set(request.manager, std::move(fields));
  if (gives_up) {
    applied.object = Prune(applied.object, applied.managed, *last);
  }

  const Comparison comparison = CompareTyped(options_.type, request.live, applied.object);
  std::vector<Conflict> conflicts =
      TakeFromOthers(request.live, applied.object, &request.manager, comparison, applied.managed);
  if (!conflicts.empty() && !request.force) {
    return std::unexpected(std::move(conflicts));
  }
  applied.changed = request.live != applied.object;
  return applied;
}

FieldSet Updater::Update(Written written, ManagedFields& managed) const {
  if (!written.owners_reconciled && !managed.entries.empty()) {
    managed = Reconcile(written.live, managed);
    TakeFromOthers(written.live, written.fresh, nullptr, written.comparison, managed);
  }
  auto& [removed, modified, added] = written.comparison;
  FieldSet taken = std::move(added);
  taken.Include(std::move(modified));
  taken.SubtractRecursively(options_.reset_fields);
  if (written.owners_reconciled) {
    // All see the change alike, and most own nothing of it.
    removed.SubtractRecursively(options_.reset_fields);
    for (ManagerEntry& entry : managed.entries) {
      const bool lost = entry.fields.Subtract(taken);
      if (entry.fields.Subtract(removed) || lost) {
        entry.encoded_at = ManagerEntry::kChanged;
      }
    }
    std::erase_if(managed.entries, [](const ManagerEntry& entry) { return entry.fields.Empty(); });
  }
  return taken;
}

}  // namespace mock_kubeapi::merge
