#include "mock_kubeapi/merge/updater.h"

#include <map>
#include <optional>
#include <set>
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
FieldSet AllFieldsOf(const View& view) { return WithNamedFields(*view.type, FieldsOf(*view.type, view.object)); }

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
    const FieldSet unowned = AllFieldsOf(merged)
                                 .Difference(AllFieldsOf(*pruned_there))
                                 .Difference(WithNamedFields(*merged.type, fields));
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

bool Serves(const std::vector<Conflict>& conflicts) { return conflicts.empty(); }

}  // namespace

ManagedFields Updater::Reconcile(const Json& live, const ManagedFields& managed) const {
  const Views views(options_);
  ManagedFields out;
  for (const ManagerEntry& entry : managed.entries) {
    if (const schema::Type* type = views.TypeAt(live, entry.id.api_version); type != nullptr) {
      out.entries.push_back(
          {.id = entry.id, .fields = ReconcileWithSchema(*type, entry.fields), .time = entry.time});
    }
  }
  return out;
}

Comparison Updater::CompareAt(const std::string& api_version, const Json& old, const Json& fresh) const {
  const Views views(options_);
  const auto old_view = views.At(old, api_version);
  const auto fresh_view = views.At(fresh, api_version);
  if (!old_view || !fresh_view) {
    return {};
  }
  return CompareTyped(*old_view->type, old_view->object, fresh_view->object);
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

}  // namespace mock_kubeapi::merge
