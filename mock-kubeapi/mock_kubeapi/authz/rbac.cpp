#include "mock_kubeapi/authz/rbac.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/store/store.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kRoles = "roles.rbac.authorization.k8s.io";
constexpr std::string_view kClusterRoles = "clusterroles.rbac.authorization.k8s.io";
constexpr std::string_view kRoleBindings = "rolebindings.rbac.authorization.k8s.io";
constexpr std::string_view kClusterRoleBindings = "clusterrolebindings.rbac.authorization.k8s.io";

std::string ReferenceTextOf(const Json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

struct BoundSubject {
  std::string kind;
  std::string name;
  std::string namespace_name;  ///< of a ServiceAccount, the binding's own where it has none
};

struct BoundRole {
  bool of_cluster = false;
  std::string namespace_name;
  std::string name;
  RoleReference role;
  std::vector<BoundSubject> subjects;
};

BoundRole ReadBinding(const Json& object, bool of_cluster) {
  BoundRole binding;
  binding.of_cluster = of_cluster;
  binding.namespace_name = MetaText(object, "namespace");
  binding.name = MetaText(object, "name");
  if (const auto role = object.find("roleRef"); role != object.end() && role->is_object()) {
    binding.role = {.kind = ReferenceTextOf(*role, "kind"), .name = ReferenceTextOf(*role, "name")};
  }
  const auto subjects = object.find("subjects");
  if (subjects == object.end() || !subjects->is_array()) return binding;
  for (const Json& each : *subjects) {
    if (!each.is_object()) continue;
    BoundSubject subject{.kind = ReferenceTextOf(each, "kind"),
                         .name = ReferenceTextOf(each, "name"),
                         .namespace_name = ReferenceTextOf(each, "namespace")};
    if (subject.namespace_name.empty()) subject.namespace_name = binding.namespace_name;
    binding.subjects.push_back(std::move(subject));
  }
  return binding;
}

/// `RoleBinding "b/ns" of Role "r" to User "u"`
std::string Describe(const BoundRole& binding, const BoundSubject& subject) {
  const std::string subject_name =
      subject.kind == "ServiceAccount" ? subject.name + "/" + subject.namespace_name : subject.name;
  const std::string binding_name = binding.of_cluster ? binding.name : binding.name + "/" + binding.namespace_name;
  return fmt::format("{} {} of {} {} to {} {}", binding.of_cluster ? "ClusterRoleBinding" : "RoleBinding",
                     GoQuote(binding_name), binding.role.kind, GoQuote(binding.role.name), subject.kind,
                     GoQuote(subject_name));
}

/// A subject of a binding, by their numbers.
struct Grant {
  std::size_t binding = 0;
  std::size_t subject = 0;
  auto operator<=>(const Grant&) const = default;
};

/// The bindings of one namespace, or those of the cluster, by subject.
class BindingSet {
 public:
  void Add(BoundRole binding) {
    const std::size_t number = bindings_.size();
    for (std::size_t i = 0; i < binding.subjects.size(); ++i) {
      const BoundSubject& subject = binding.subjects[i];
      const Grant grant{.binding = number, .subject = i};
      if (subject.kind == "User") {
        by_user_[subject.name].push_back(grant);
      } else if (subject.kind == "Group") {
        by_group_[subject.name].push_back(grant);
      } else if (subject.kind == "ServiceAccount" && !subject.namespace_name.empty()) {
        const ServiceAccountName account{.namespace_name = subject.namespace_name, .name = subject.name};
        by_user_[ServiceAccountUser(account, {}).name].push_back(grant);
      }
    }
    bindings_.push_back(std::move(binding));
  }

  /// The bindings that apply to `user`, in order, each with the first of its subjects that does.
  std::vector<Grant> GrantsOf(const UserInfo& user) const {
    std::vector<Grant> grants;
    const auto add = [&grants](const auto& map, const std::string& name) {
      if (const auto found = map.find(name); found != map.end()) {
        grants.insert(grants.end(), found->second.begin(), found->second.end());
      }
    };
    add(by_user_, user.name);
    for (const std::string& group : user.groups) add(by_group_, group);
    std::ranges::sort(grants);
    const auto repeats = std::ranges::unique(grants, {}, &Grant::binding);
    grants.erase(repeats.begin(), repeats.end());
    return grants;
  }

  const BoundRole& at(const Grant& grant) const { return bindings_[grant.binding]; }
  const BoundSubject& subject(const Grant& grant) const { return bindings_[grant.binding].subjects[grant.subject]; }

 private:
  std::vector<BoundRole> bindings_;
  std::unordered_map<std::string, std::vector<Grant>> by_user_;
  std::unordered_map<std::string, std::vector<Grant>> by_group_;
};

/// `RBAC: role.rbac.authorization.k8s.io "x" not found`, several in brackets, each once.
std::string LookupErrors(const std::vector<RoleReference>& missing) {
  std::vector<std::string> texts;
  for (const RoleReference& role : missing) {
    std::string text = MissingRoleText(role);
    if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
  }
  if (texts.empty()) return {};
  if (texts.size() == 1) return "RBAC: " + texts.front();
  return fmt::format("RBAC: [{}]", fmt::join(texts, ", "));
}

}  // namespace

/// What the store says, read when it has changed since.
class RbacAuthorizer::Index {
 public:
  explicit Index(const StoreReader& store) : store_(store) {}

  /// Calls `visit(binding set, grant, rules)` for each binding that applies, with null rules for a role that is
  /// missing, until it returns false.
  template <class Visit>
  void VisitRules(const UserInfo& user, const std::string& namespace_name, const Visit& visit) {
    Refresh();
    if (!VisitSet(cluster_, user, visit) || namespace_name.empty()) return;
    const auto found = by_namespace_.find(namespace_name);
    if (found != by_namespace_.end()) VisitSet(found->second, user, visit);
  }

 private:
  using RuleCache = std::map<std::pair<std::string, std::string>, std::optional<std::vector<PolicyRule>>>;
  /// Differs from every revision, so that the first look reads all.
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  static bool Changed(std::uint64_t& seen, std::uint64_t now) { return std::exchange(seen, now) != now; }

  void Refresh() {
    if (Changed(roles_seen_, store_.LastChangeOf(kRoles))) roles_.clear();
    if (Changed(cluster_roles_seen_, store_.LastChangeOf(kClusterRoles))) cluster_roles_.clear();
    if (Changed(cluster_bindings_seen_, store_.LastChangeOf(kClusterRoleBindings))) {
      cluster_ = {};
      for (const JsonPtr& object : store_.List(kClusterRoleBindings)) cluster_.Add(ReadBinding(*object, true));
    }
    if (Changed(bindings_seen_, store_.LastChangeOf(kRoleBindings))) {
      by_namespace_.clear();
      for (const JsonPtr& object : store_.List(kRoleBindings)) {
        BoundRole binding = ReadBinding(*object, false);
        const std::string namespace_name = binding.namespace_name;
        by_namespace_[namespace_name].Add(std::move(binding));
      }
    }
  }

  const std::vector<PolicyRule>* RulesOfRole(const BoundRole& binding) {
    const bool of_cluster = binding.role.kind == "ClusterRole";
    RuleCache& cache = of_cluster ? cluster_roles_ : roles_;
    std::pair<std::string, std::string> key(of_cluster ? std::string() : binding.namespace_name, binding.role.name);
    auto found = cache.find(key);
    if (found == cache.end()) {
      const JsonPtr role = store_.Get(
          {.resource = of_cluster ? kClusterRoles : kRoles, .namespace_name = key.first, .name = key.second});
      std::optional<std::vector<PolicyRule>> rules;
      if (role) rules = RulesOf(*role);
      found = cache.emplace(std::move(key), std::move(rules)).first;
    }
    return found->second ? &*found->second : nullptr;
  }

  template <class Visit>
  bool VisitSet(const BindingSet& set, const UserInfo& user, const Visit& visit) {
    return std::ranges::all_of(set.GrantsOf(user), [&](const Grant& grant) {
      return visit(set.at(grant), set.subject(grant), RulesOfRole(set.at(grant)));
    });
  }

  const StoreReader& store_;
  std::uint64_t roles_seen_ = kNever;
  std::uint64_t cluster_roles_seen_ = kNever;
  std::uint64_t bindings_seen_ = kNever;
  std::uint64_t cluster_bindings_seen_ = kNever;
  RuleCache roles_;
  RuleCache cluster_roles_;
  BindingSet cluster_;
  std::unordered_map<std::string, BindingSet> by_namespace_;
};

RbacAuthorizer::RbacAuthorizer(const StoreReader& store) : index_(std::make_unique<Index>(store)) {}
RbacAuthorizer::~RbacAuthorizer() = default;

Verdict RbacAuthorizer::Authorize(const Attributes& attributes) const {
  if (attributes.user.InGroup(kMastersGroup)) return {.allowed = true, .reason = {}};
  Verdict verdict;
  std::vector<RoleReference> missing;
  index_->VisitRules(attributes.user, attributes.namespace_name,
                     [&](const BoundRole& binding, const BoundSubject& subject, const std::vector<PolicyRule>* rules) {
                       if (rules == nullptr) {
                         missing.push_back(binding.role);
                         return true;
                       }
                       verdict.allowed = std::ranges::any_of(
                           *rules, [&attributes](const PolicyRule& rule) { return RuleAllows(rule, attributes); });
                       if (verdict.allowed) verdict.reason = "RBAC: allowed by " + Describe(binding, subject);
                       return !verdict.allowed;
                     });
  if (!verdict.allowed) verdict.reason = LookupErrors(missing);
  return verdict;
}

RulesOfUser RbacAuthorizer::RulesFor(const UserInfo& user, const std::string& namespace_name) const {
  RulesOfUser result;
  index_->VisitRules(
      user, namespace_name,
      [&result](const BoundRole& binding, const BoundSubject& /*subject*/, const std::vector<PolicyRule>* rules) {
        if (rules == nullptr) {
          result.missing_roles.push_back(binding.role);
        } else {
          result.rules.insert(result.rules.end(), rules->begin(), rules->end());
        }
        return true;
      });
  return result;
}

}  // namespace mock_kubeapi
