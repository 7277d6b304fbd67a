#include "mock_kubeapi/schema/registry.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "mock_kubeapi/schema/descriptions.h"
#include "mock_kubeapi/schema/type_builder.h"

namespace mock_kubeapi::schema {
namespace {

/// Kinds of apimachinery that every group and version has.
constexpr std::string_view kMetaPrefix = "io.k8s.apimachinery.pkg.apis.meta.v1.";

class Registry {
 public:
  Registry() : builder_(Descriptions()) {
    for (const TypeBuilder::Named& named : builder_.named()) {
      const Type* type = named.type;
      by_name_.emplace(type->name, type);
      all_.push_back(type);
      if (named.kind.empty()) {
        continue;
      }
      if (type->name.starts_with(kMetaPrefix)) {
        shared_kinds_.emplace(named.kind, type);
        kinds_of_[type].push_back({.group = "", .version = "v1", .kind = named.kind});
      } else {
        kinds_of_[type].push_back({.group = named.group, .version = named.version, .kind = named.kind});
        by_kind_.emplace(Key{named.group, named.version, named.kind}, type);
      }
    }
    std::sort(all_.begin(), all_.end(), [](const Type* a, const Type* b) { return a->name < b->name; });
    ReadRegisteredKinds();
  }

  const Type* ByName(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }

  const Type* ByKind(const KindKey& key) const {
    if (const auto found = by_kind_.find(Key{key.group, key.version, key.kind}); found != by_kind_.end()) {
      return found->second;
    }
    const auto shared = shared_kinds_.find(key.kind);
    return shared != shared_kinds_.end() && versions_.contains({key.group, key.version}) ? shared->second : nullptr;
  }

  bool IsRegistered(const KindKey& key) const {
    return registered_.contains(Key{key.group, key.version, key.kind}) || ByKind(key) != nullptr;
  }

  const std::vector<const Type*>& all() const { return all_; }

  const std::vector<KindKey>& KindsOf(const Type& type) const {
    static const std::vector<KindKey> none;
    const auto found = kinds_of_.find(&type);
    return found == kinds_of_.end() ? none : found->second;
  }

  bool IsRegisteredResource(const ResourceKey& key) const {
    return resources_.contains({key.group, key.version, std::string(key.plural)});
  }

 private:
  using Key = std::tuple<std::string_view, std::string_view, std::string_view>;

  /// Source: apimachinery's UnsafeGuessKindToResource.
  static std::string GuessPlural(std::string_view kind) {
    std::string plural;
    for (const char c : kind) plural += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (plural.ends_with("endpoints")) return plural;
    if (plural.ends_with('s')) return plural + "es";
    if (plural.ends_with('y')) return plural.substr(0, plural.size() - 1) + "ies";
    return plural + "s";
  }

  void ReadRegisteredKinds() {
    std::string_view text = RegisteredKinds();
    while (!text.empty()) {
      std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(line.size() + 1, text.size()));
      const std::string_view api_version = line.substr(0, line.find(' '));
      const auto slash = api_version.find('/');
      const std::string_view group =
          slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
      const std::string_view version = slash == std::string_view::npos ? api_version : api_version.substr(slash + 1);
      versions_.emplace(group, version);
      line.remove_prefix(api_version.size());
      while (!line.empty()) {
        line.remove_prefix(1);
        const std::string_view kind = line.substr(0, line.find(' '));
        registered_.emplace(group, version, kind);
        resources_.emplace(group, version, GuessPlural(kind));
        line.remove_prefix(kind.size());
      }
    }
  }

  TypeBuilder builder_;
  std::unordered_map<std::string_view, const Type*> by_name_;
  std::vector<const Type*> all_;
  std::map<Key, const Type*> by_kind_;
  std::map<std::string_view, const Type*> shared_kinds_;
  std::unordered_map<const Type*, std::vector<KindKey>> kinds_of_;
  std::set<Key> registered_;
  std::set<std::tuple<std::string_view, std::string_view, std::string>> resources_;
  std::set<std::pair<std::string_view, std::string_view>> versions_;
};

const Registry& TheRegistry() {
  static const Registry registry;
  return registry;
}

}  // namespace

const Type* FindType(std::string_view openapi_name) {
  return TheRegistry().ByName(openapi_name);
}

const Type* FindKind(const KindKey& key) {
  return TheRegistry().ByKind(key);
}

bool IsRegisteredKind(const KindKey& key) {
  return TheRegistry().IsRegistered(key);
}

bool IsRegisteredResource(const ResourceKey& key) {
  return TheRegistry().IsRegisteredResource(key);
}

const std::vector<const Type*>& AllTypes() {
  return TheRegistry().all();
}

const std::vector<KindKey>& KindsOfType(const Type& type) {
  return TheRegistry().KindsOf(type);
}

}  // namespace mock_kubeapi::schema
