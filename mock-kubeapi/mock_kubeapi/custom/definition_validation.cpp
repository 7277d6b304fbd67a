#include "mock_kubeapi/custom/definition_validation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mock_kubeapi/custom/structural.h"
#include "mock_kubeapi/custom/version_validation.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi::custom {
namespace {

using validation::Complaints;

constexpr std::string_view kApproved = "api-approved.kubernetes.io";

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string Join(const Complaints& complaints) {
  return fmt::format("{}", fmt::join(complaints, ","));
}

/// Versions that all say the same of something: the server keeps it once, and tells of it at another path.
bool AllSay(const Json& versions, const char* member) {
  return !versions.empty() && std::all_of(versions.begin(), versions.end(), [&](const Json& version) {
    const Json* value = FieldOf(version, member);
    return value != nullptr && *value == *FieldOf(versions[0], member) && !(value->is_array() && value->empty());
  });
}

/// Go's %#v of the list of versions. Shown as if what pointers point to was not there.
std::string GoVersions(const Json& versions) {
  std::vector<std::string> shown;
  for (const Json& version : versions) {
    shown.push_back(
        fmt::format("apiextensions.CustomResourceDefinitionVersion{{Name:{}, Served:{}, Storage:{}, Deprecated:{}, "
                    "DeprecationWarning:(*string)(nil), Schema:(*apiextensions.CustomResourceValidation)(nil), "
                    "Subresources:(*apiextensions.CustomResourceSubresources)(nil), "
                    "AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition(nil)}}",
                    GoQuote(TextOf(version, "name")), IsTrue(version, "served"), IsTrue(version, "storage"),
                    IsTrue(version, "deprecated")));
  }
  if (versions.empty()) {
    return "[]apiextensions.CustomResourceDefinitionVersion(nil)";
  }
  return fmt::format("[]apiextensions.CustomResourceDefinitionVersion{{{}}}", fmt::join(shown, ", "));
}

class DefinitionRules {
 public:
  explicit DefinitionRules(const Json& definition) : definition_(definition), spec_(ObjectOf(definition, "spec")) {}

  FieldErrors RunOnStatus() {
    CheckNames(ObjectOf(ObjectOf(definition_, "status"), "acceptedNames"), "status.acceptedNames");
    return std::move(errors_);
  }

  FieldErrors Run(const Json* old) {
    if (old == nullptr) {
      CheckName();
    }
    CheckSpec();
    if (old != nullptr) {
      CheckChange(*old);
    }
    CheckNames(ObjectOf(ObjectOf(definition_, "status"), "acceptedNames"), "status.acceptedNames");
    CheckStoredVersions();
    CheckApproval(old);
    const bool did_preserve = old != nullptr && IsTrue(ObjectOf(*old, "spec"), "preserveUnknownFields");
    if (IsTrue(spec_, "preserveUnknownFields") && !did_preserve) {
      errors_.push_back(Invalid("spec.preserveUnknownFields", true,
                                "cannot set to true, set x-preserve-unknown-fields to true in spec.versions[*].schema "
                                "instead"));
    }
    return std::move(errors_);
  }

 private:
  void CheckName() {
    const std::string& name = NameOf(definition_);
    const std::string required = TextOf(ObjectOf(spec_, "names"), "plural") + "." + TextOf(spec_, "group");
    if (name != required) {
      errors_.push_back(Invalid("metadata.name", name, R"(must be spec.names.plural+"."+spec.group)"));
    }
  }

  void CheckOneOf(const std::string& path, const std::string& value, const std::vector<std::string>& allowed) {
    if (value.empty()) {
      errors_.push_back(Required(path, ""));
    } else if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
      errors_.push_back(NotSupported(path, value, allowed));
    }
  }

  void CheckSpec() {
    const std::string& group = TextOf(spec_, "group");
    if (group.empty()) {
      errors_.push_back(Required("spec.group", ""));
    } else if (const Complaints complaints = validation::IsDns1123Subdomain(group); !complaints.empty()) {
      errors_.push_back(Invalid("spec.group", group, Join(complaints)));
    } else if (group.find('.') == std::string::npos) {
      errors_.push_back(Invalid("spec.group", group, "should be a domain with at least one dot"));
    }
    CheckOneOf("spec.scope", TextOf(spec_, "scope"), {"Cluster", "Namespaced"});
    CheckVersions();
    const Json& names = ObjectOf(spec_, "names");
    for (const char* name : {"plural", "singular", "kind", "listKind"}) {
      if (TextOf(names, name).empty()) {
        errors_.push_back(Required(Child("spec.names", name), ""));
      }
    }
    CheckNames(names, "spec.names");
    CheckShared();
    CheckConversion();
  }

  void CheckVersions() {
    const Json& versions = ListOf(spec_, "versions");
    for (std::size_t i = 0; i < versions.size(); ++i) {
      if (!IsSet(ObjectOf(versions[i], "schema"), "openAPIV3Schema")) {
        errors_.push_back(Required(Child(Index("spec.versions", i), "schema.openAPIV3Schema"), "schemas are required"));
      }
    }
    std::set<std::string> names;
    bool unique = true;
    int stored = 0;
    for (std::size_t i = 0; i < versions.size(); ++i) {
      const std::string& name = TextOf(versions[i], "name");
      unique = names.insert(name).second && unique;
      stored += IsTrue(versions[i], "storage") ? 1 : 0;
      const std::string path = Index("spec.versions", i);
      if (const Complaints complaints = validation::IsDns1035Label(name); !complaints.empty()) {
        errors_.push_back(Invalid(Child(path, "name"), name, Join(complaints)));
      }
      CheckVersion(versions, versions[i], path);
    }
    if (!unique) {
      errors_.push_back(InvalidGoValue("spec.versions", GoVersions(versions), "must contain unique version names"));
    }
    if (stored != 1) {
      errors_.push_back(InvalidGoValue("spec.versions", GoVersions(versions),
                                       "must have exactly one version marked as storage version"));
    }
    // Inside the server the first version's name also stands for the definition's.
    if (!versions.empty()) {
      CheckLabel(TextOf(versions[0], "name"), "spec.version");
    }
  }

  void CheckVersion(const Json& versions, const Json& version, const std::string& path) {
    if (const Json* warning = FieldOf(version, "deprecationWarning")) {
      Append(errors_,
             ValidateDeprecationWarning(*warning, IsTrue(version, "deprecated"), Child(path, "deprecationWarning")));
    }
    if (!AllSay(versions, "schema")) {
      CheckSchema(ObjectOf(version, "schema"), Child(path, "schema"));
    }
    if (!AllSay(versions, "subresources")) {
      Append(errors_, ValidateSubresources(ObjectOf(version, "subresources"), Child(path, "subresources")));
    }
    if (!AllSay(versions, "additionalPrinterColumns")) {
      Append(errors_,
             ValidateColumns(ListOf(version, "additionalPrinterColumns"), Child(path, "additionalPrinterColumns")));
    }
  }

  /// What all versions say.
  void CheckShared() {
    const Json& versions = ListOf(spec_, "versions");
    if (AllSay(versions, "schema")) {
      CheckSchema(ObjectOf(versions[0], "schema"), "spec.validation");
    }
    if (AllSay(versions, "subresources")) {
      Append(errors_, ValidateSubresources(ObjectOf(versions[0], "subresources"), "spec.subresources"));
    }
    if (AllSay(versions, "additionalPrinterColumns")) {
      Append(errors_,
             ValidateColumns(ListOf(versions[0], "additionalPrinterColumns"), "spec.additionalPrinterColumns"));
    }
  }

  void CheckSchema(const Json& validation, const std::string& path) {
    const Json* schema = FieldOf(validation, "openAPIV3Schema");
    if (schema == nullptr) {
      return;
    }
    const std::string schema_path = Child(path, "openAPIV3Schema");
    if (IsTrue(*schema, "nullable")) {
      errors_.push_back(Forbidden(Child(schema_path, "nullable"), "nullable cannot be true at the root"));
    }
    Append(errors_, ValidateSchema(*schema, schema_path));
  }

  void CheckLabel(const std::string& value, const std::string& path) {
    if (value.empty()) {
      return;
    }
    if (const Complaints complaints = validation::IsDns1035Label(value); !complaints.empty()) {
      errors_.push_back(Invalid(path, value, Join(complaints)));
    }
  }

  void CheckKindName(const std::string& value, const std::string& path) {
    if (value.empty()) {
      return;
    }
    if (const Complaints complaints = validation::IsDns1035Label(Lower(value)); !complaints.empty()) {
      errors_.push_back(Invalid(path, value, "may have mixed case, but should otherwise match: " + Join(complaints)));
    }
  }

  void CheckNames(const Json& names, const std::string& path) {
    CheckLabel(TextOf(names, "plural"), Child(path, "plural"));
    CheckLabel(TextOf(names, "singular"), Child(path, "singular"));
    CheckKindName(TextOf(names, "kind"), Child(path, "kind"));
    CheckKindName(TextOf(names, "listKind"), Child(path, "listKind"));
    const Json& short_names = ListOf(names, "shortNames");
    for (std::size_t i = 0; i < short_names.size(); ++i) {
      CheckLabel(short_names[i].get<std::string>(), Index(Child(path, "shortNames"), i));
    }
    const std::string& kind = TextOf(names, "kind");
    if (!kind.empty() && kind == TextOf(names, "listKind")) {
      errors_.push_back(Invalid(Child(path, "listKind"), kind, "kind and listKind may not be the same"));
    }
    const Json& categories = ListOf(names, "categories");
    for (std::size_t i = 0; i < categories.size(); ++i) {
      CheckLabel(categories[i].get<std::string>(), Index(Child(path, "categories"), i));
    }
  }

  void CheckConversion() {
    const Json* conversion = FieldOf(spec_, "conversion");
    if (conversion == nullptr) {
      return;
    }
    const std::string path = "spec.conversion";
    const std::string& strategy = TextOf(*conversion, "strategy");
    CheckOneOf(Child(path, "strategy"), strategy, {"None", "Webhook"});
    const Json& webhook = ObjectOf(*conversion, "webhook");
    const Json* client = FieldOf(webhook, "clientConfig");
    const Json& reviews = ListOf(webhook, "conversionReviewVersions");
    if (strategy != "Webhook") {
      if (client != nullptr) {
        errors_.push_back(
            Forbidden(Child(path, "webhookClientConfig"), "should not be set when strategy is not set to Webhook"));
      }
      if (!reviews.empty()) {
        errors_.push_back(Forbidden(Child(path, "conversionReviewVersions"),
                                    "should not be set when strategy is not set to Webhook"));
      }
      return;
    }
    if (client == nullptr) {
      errors_.push_back(Required(Child(path, "webhookClientConfig"), "required when strategy is set to Webhook"));
    } else if (IsSet(*client, "url") == IsSet(*client, "service")) {
      errors_.push_back(Required(Child(path, "webhookClientConfig"), "exactly one of url or service is required"));
    }
    if (reviews.empty()) {
      errors_.push_back(Required(Child(path, "conversionReviewVersions"), ""));
    }
  }

  void CheckUnchanged(const Json& was, const Json& is, const std::string& path) {
    if (was != is) {
      errors_.push_back(Invalid(path, is, "field is immutable"));
    }
  }

  void CheckChange(const Json& old) {
    const Json& old_spec = ObjectOf(old, "spec");
    const Json& old_names = ObjectOf(old_spec, "names");
    const Json& names = ObjectOf(spec_, "names");
    bool established = false;
    for (const Json& condition : ListOf(ObjectOf(old, "status"), "conditions")) {
      established =
          established || (TextOf(condition, "type") == "Established" && TextOf(condition, "status") == "True");
    }
    if (established) {
      CheckUnchanged(TextOf(old_spec, "scope"), TextOf(spec_, "scope"), "spec.scope");
      CheckUnchanged(TextOf(old_names, "kind"), TextOf(names, "kind"), "spec.names.kind");
    }
    CheckUnchanged(TextOf(old_spec, "group"), TextOf(spec_, "group"), "spec.group");
    CheckUnchanged(TextOf(old_names, "plural"), TextOf(names, "plural"), "spec.names.plural");
  }

  void CheckStoredVersions() {
    const Json& stored = ListOf(ObjectOf(definition_, "status"), "storedVersions");
    const std::string path = "status.storedVersions";
    if (stored.empty()) {
      errors_.push_back(InvalidGoValue(path, "[]string(nil)", "must have at least one stored version"));
      return;
    }
    const Json& versions = ListOf(spec_, "versions");
    for (std::size_t i = 0; i < stored.size(); ++i) {
      const bool known = std::any_of(versions.begin(), versions.end(),
                                     [&](const Json& version) { return stored[i] == Json(TextOf(version, "name")); });
      if (!known) {
        errors_.push_back(Invalid(Index(path, i), stored[i], "must appear in spec.versions"));
      }
    }
  }

  /// Empty: approved, or not needed. Otherwise whether the annotation is missing, or what is wrong with it.
  static std::string ApprovalComplaint(const Json& definition) {
    const std::string& group = TextOf(ObjectOf(definition, "spec"), "group");
    const bool is_protected = group == "k8s.io" || group.ends_with(".k8s.io") || group == "kubernetes.io" ||
                              group.ends_with(".kubernetes.io");
    const std::string& value = TextOf(ObjectOf(ObjectOf(definition, "metadata"), "annotations"), kApproved);
    if (!is_protected || value.starts_with("unapproved") || value.starts_with("https://") ||
        value.starts_with("http://")) {
      return {};
    }
    return value.empty()
               ? fmt::format(
                     "protected groups must have approval annotation {}, see "
                     "https://github.com/kubernetes/enhancements/pull/1111",
                     GoQuote(kApproved))
               : fmt::format(
                     "protected groups must have approval annotation {} with either a URL or a reason starting "
                     "with \"unapproved\", see https://github.com/kubernetes/enhancements/pull/1111",
                     GoQuote(kApproved));
  }

  void CheckApproval(const Json* old) {
    const std::string complaint = ApprovalComplaint(definition_);
    if (complaint.empty() || (old != nullptr && ApprovalComplaint(*old) == complaint)) {
      return;
    }
    const std::string path = Key("metadata.annotations", kApproved);
    const std::string& value = TextOf(ObjectOf(ObjectOf(definition_, "metadata"), "annotations"), kApproved);
    errors_.push_back(value.empty() ? Required(path, complaint) : Invalid(path, value, complaint));
  }

  const Json& definition_;
  const Json& spec_;
  FieldErrors errors_;
};

}  // namespace

FieldErrors ValidateDefinition(const Json& definition, const Json* old) {
  return DefinitionRules(definition).Run(old);
}

FieldErrors ValidateDefinitionStatus(const Json& definition) {
  return DefinitionRules(definition).RunOnStatus();
}

}  // namespace mock_kubeapi::custom
