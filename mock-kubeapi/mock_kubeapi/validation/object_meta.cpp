#include "mock_kubeapi/validation/object_meta.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <set>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi::validation {
namespace {

constexpr std::size_t kAnnotationsBytesMax = 256UL << 10U;
constexpr std::size_t kManagerBytesMax = 128;
constexpr std::size_t kSubresourceBytesMax = 256;
constexpr std::string_view kImmutable = "field is immutable";

const Json& MemberOf(const Json& object, const char* key) {
  static const Json kNull;
  if (!object.is_object()) return kNull;
  const auto found = object.find(key);
  return found == object.end() ? kNull : *found;
}

std::string MetaTextOf(const Json& object, const char* key) {
  const Json& value = MemberOf(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

void AppendErrors(FieldErrors& errors, FieldErrors more) {
  errors.insert(errors.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

FieldErrors Complain(const std::string& field, const std::string& value, const Complaints& complaints) {
  FieldErrors errors;
  for (const std::string& complaint : complaints) errors.push_back(Invalid(field, value, complaint));
  return errors;
}

using NameRule = std::function<Complaints(const std::string& name, bool is_prefix)>;

FieldErrors ValidateName(const Json& meta, bool namespaced, const NameRule& check) {
  FieldErrors errors;
  const std::string prefix = MetaTextOf(meta, "generateName");
  if (!prefix.empty()) AppendErrors(errors, Complain("metadata.generateName", prefix, check(prefix, true)));
  const std::string name = MetaTextOf(meta, "name");
  if (name.empty()) {
    errors.push_back(Required("metadata.name", "name or generateName is required"));
  } else {
    AppendErrors(errors, Complain("metadata.name", name, check(name, false)));
  }
  const std::string ns = MetaTextOf(meta, "namespace");
  if (!namespaced) {
    if (!ns.empty()) errors.push_back(Forbidden("metadata.namespace", "not allowed on this type"));
  } else if (ns.empty()) {
    errors.push_back(Required("metadata.namespace", ""));
  } else {
    AppendErrors(errors, Complain("metadata.namespace", ns, NameIsDnsLabel(ns, false)));
  }
  return errors;
}

/// A reference as Go's %#v shows it. Where Go shows an address, which nobody can know, stands a made-up one.
std::string OwnerText(const Json& reference) {
  const auto pointer = [&](const char* key) {
    return MemberOf(reference, key).is_null() ? "(*bool)(nil)" : "(*bool)(0xc000000000)";
  };
  return fmt::format(
      "v1.OwnerReference{{APIVersion:{}, Kind:{}, Name:{}, UID:{}, Controller:{}, BlockOwnerDeletion:{}}}",
      GoQuote(MetaTextOf(reference, "apiVersion")), GoQuote(MetaTextOf(reference, "kind")),
      GoQuote(MetaTextOf(reference, "name")), GoQuote(MetaTextOf(reference, "uid")), pointer("controller"),
      pointer("blockOwnerDeletion"));
}

std::string OwnersText(const Json& references) {
  std::vector<std::string> shown;
  for (const Json& reference : references) shown.push_back(OwnerText(reference));
  return fmt::format("[]v1.OwnerReference{{{}}}", fmt::join(shown, ", "));
}

FieldErrors ValidateOwnerReferences(const Json& references) {
  const std::string field = "metadata.ownerReferences";
  FieldErrors errors;
  std::string controller;
  for (const Json& reference : references) {
    const std::string api_version = MetaTextOf(reference, "apiVersion");
    const std::string kind = MetaTextOf(reference, "kind");
    // What is no group and version counts as none.
    const bool readable = std::ranges::count(api_version, '/') <= 1;
    if (!readable || api_version.empty() || api_version.ends_with('/')) {
      errors.push_back(Invalid(field + ".apiVersion", api_version, "version must not be empty"));
    }
    for (const char* key : {"kind", "name", "uid"}) {
      if (MetaTextOf(reference, key).empty()) {
        errors.push_back(Invalid(field + "." + key, "", fmt::format("{} must not be empty", key)));
      }
    }
    if (api_version == "v1" && kind == "Event") {
      errors.push_back(
          InvalidGoValue(field, OwnerText(reference), "/v1, Kind=Event is disallowed from being an owner"));
    }
    if (MemberOf(reference, "controller") != true) continue;
    const std::string current = kind + "/" + MetaTextOf(reference, "name");
    if (!controller.empty()) {
      errors.push_back(InvalidGoValue(field, OwnersText(references),
                                      fmt::format("Only one reference can have Controller set to true. Found \"true\" "
                                                  "in references for {} and {}",
                                                  controller, current)));
    } else {
      controller = current;
    }
  }
  return errors;
}

std::vector<std::string> Texts(const Json& list) {
  std::vector<std::string> texts;
  for (const Json& item : list) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

FieldErrors ValidateFinalizers(const Json& list) {
  const std::string field = "metadata.finalizers";
  const std::vector<std::string> finalizers = Texts(list);
  FieldErrors errors;
  for (const std::string& finalizer : finalizers)
    AppendErrors(errors, Complain(field, finalizer, IsQualifiedName(finalizer)));
  const auto has = [&](std::string_view name) {
    return std::find(finalizers.begin(), finalizers.end(), name) != finalizers.end();
  };
  if (has("orphan") && has("foregroundDeletion")) {
    errors.push_back(
        InvalidGoValue(field, GoStrings(finalizers), "finalizer orphan and foregroundDeletion cannot be both set"));
  }
  return errors;
}

/// What the core API server asks of finalizers besides; definitions and their objects are validated more loosely.
FieldErrors ValidateFinalizerNames(const Json& list) {
  static constexpr std::array<std::string_view, 3> kStandard = {"kubernetes", "orphan", "foregroundDeletion"};
  const std::vector<std::string> finalizers = Texts(list);
  FieldErrors errors;
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    const std::string& name = finalizers[i];
    const bool standard = std::find(kStandard.begin(), kStandard.end(), name) != kStandard.end();
    if (standard || name.find('/') != std::string::npos) continue;
    errors.push_back(Invalid(fmt::format("metadata.finalizers[{}]", i), name,
                             "name is neither a standard finalizer name nor is it fully qualified"));
  }
  return errors;
}

FieldErrors ValidateManagedFields(const Json& entries) {
  FieldErrors errors;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Json& entry = entries[i];
    const std::string field = fmt::format("metadata.managedFields[{}]", i);
    const std::string operation = MetaTextOf(entry, "operation");
    if (operation != "Apply" && operation != "Update") {
      errors.push_back(Invalid(field + ".operation", operation, "must be `Apply` or `Update`"));
    }
    const std::string type = MetaTextOf(entry, "fieldsType");
    if (!type.empty() && type != "FieldsV1") {
      errors.push_back(Invalid(field + ".fieldsType", type, "must be `FieldsV1`"));
    }
    AppendErrors(errors, ValidateFieldManager(MetaTextOf(entry, "manager"), field + ".manager"));
    if (MetaTextOf(entry, "subresource").size() > kSubresourceBytesMax) {
      errors.push_back(TooLong(field + ".subresource", static_cast<std::int64_t>(kSubresourceBytesMax)));
    }
  }
  return errors;
}

/// What both a new and a changed object's metadata must keep to.
FieldErrors ValidateCommon(const Json& meta) {
  FieldErrors errors = ValidateLabels(MemberOf(meta, "labels"), "metadata.labels");
  AppendErrors(errors, ValidateAnnotations(MemberOf(meta, "annotations"), "metadata.annotations"));
  AppendErrors(errors, ValidateOwnerReferences(MemberOf(meta, "ownerReferences")));
  return errors;
}

/// A time as Go prints it: 2001-01-01 00:00:00 +0000 UTC.
std::string GoTime(const std::string& rfc3339) {
  std::string text = rfc3339;
  if (text.size() > 10 && text[10] == 'T') text[10] = ' ';
  if (text.ends_with('Z')) text.replace(text.size() - 1, 1, " +0000 UTC");
  return text;
}

FieldError ImmutableField(const char* key, const Json& value) {
  const std::string field = std::string("metadata.") + key;
  if (std::string_view(key).ends_with("Timestamp") && value.is_string()) {
    return InvalidGoValue(field, GoTime(value.get<std::string>()), std::string(kImmutable));
  }
  return Invalid(field, value, std::string(kImmutable));
}

FieldErrors ValidateNoNewFinalizers(const Json& meta, const Json& old_meta) {
  if (MemberOf(old_meta, "deletionTimestamp").is_null()) return {};
  const std::vector<std::string> before = Texts(MemberOf(old_meta, "finalizers"));
  std::set<std::string> extra;
  for (const std::string& finalizer : Texts(MemberOf(meta, "finalizers"))) {
    if (std::find(before.begin(), before.end(), finalizer) == before.end()) extra.insert(finalizer);
  }
  if (extra.empty()) return {};
  return {Forbidden("metadata.finalizers",
                    "no new finalizers can be added if the object is being deleted, found new finalizers " +
                        GoStrings({extra.begin(), extra.end()}))};
}

}  // namespace

FieldErrors ValidateFieldManager(const std::string& manager, const std::string& path) {
  FieldErrors errors;
  if (manager.size() > kManagerBytesMax) errors.push_back(TooLong(path, static_cast<std::int64_t>(kManagerBytesMax)));
  // Every write asks this of every entry, and names are plain.
  if (std::ranges::all_of(manager, [](char c) { return c > ' ' && c <= '~'; })) return errors;
  for (const GoRune& rune : GoRunes(manager)) {
    if (rune.printable) continue;
    errors.push_back(
        Invalid(path, manager, fmt::format("invalid character {} (at position {})", rune.Code(), rune.position)));
  }
  return errors;
}

FieldErrors ValidateLabels(const Json& labels, const std::string& path) {
  FieldErrors errors;
  if (!labels.is_object()) return errors;
  for (const auto& [key, value] : labels.items()) {
    AppendErrors(errors, Complain(path, key, IsQualifiedName(key)));
    if (!value.is_string()) continue;
    AppendErrors(errors, Complain(path, value.get<std::string>(), IsLabelValue(value.get_ref<const std::string&>())));
  }
  return errors;
}

FieldErrors ValidateAnnotations(const Json& annotations, const std::string& path) {
  FieldErrors errors;
  if (!annotations.is_object()) return errors;
  std::size_t bytes = 0;
  for (const auto& [key, value] : annotations.items()) {
    // The rule is that of qualified names, but without regard to case.
    std::string lower = key;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    AppendErrors(errors, Complain(path, key, IsQualifiedName(lower)));
    bytes += key.size() + (value.is_string() ? value.get_ref<const std::string&>().size() : 0);
  }
  if (bytes > kAnnotationsBytesMax) errors.push_back(TooLong(path, static_cast<std::int64_t>(kAnnotationsBytesMax)));
  return errors;
}

namespace {

FieldErrors ValidateAllOfMeta(const Json& meta, bool namespaced, const NameRule& name_rule) {
  FieldErrors errors = ValidateName(meta, namespaced, name_rule);
  const Json& generation = MemberOf(meta, "generation");
  if (generation.is_number_integer() && generation.get<std::int64_t>() < 0) {
    errors.push_back(Invalid("metadata.generation", generation, "must be greater than or equal to 0"));
  }
  AppendErrors(errors, ValidateCommon(meta));
  AppendErrors(errors, ValidateFinalizers(MemberOf(meta, "finalizers")));
  AppendErrors(errors, ValidateManagedFields(MemberOf(meta, "managedFields")));
  return errors;
}

}  // namespace

FieldErrors ValidateObjectMeta(const Json& object, const Kind& kind) {
  const Json& meta = MemberOf(object, "metadata");
  FieldErrors errors =
      ValidateAllOfMeta(meta, kind.namespaced, kind.validate_name ? NameRule(kind.validate_name) : NameIsDnsSubdomain);
  const bool custom = kind.type != nullptr && kind.type->custom;
  if (!custom && kind.group != "apiextensions.k8s.io") {
    AppendErrors(errors, ValidateFinalizerNames(MemberOf(meta, "finalizers")));
  }
  return errors;
}

FieldErrors ValidateAnyObjectMeta(const Json& object, bool namespaced) {
  return ValidateAllOfMeta(MemberOf(object, "metadata"), namespaced, NameIsPathSegment);
}

FieldErrors ValidateObjectMetaUpdate(const Json& object, const Json& old) {
  const Json& meta = MemberOf(object, "metadata");
  const Json& old_meta = MemberOf(old, "metadata");
  FieldErrors errors = ValidateNoNewFinalizers(meta, old_meta);
  if (MetaTextOf(meta, "resourceVersion").empty()) {
    errors.push_back(Invalid("metadata.resourceVersion", "", "must be specified for an update"));
  }
  for (const char* key :
       {"name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"}) {
    if (MemberOf(meta, key) != MemberOf(old_meta, key)) errors.push_back(ImmutableField(key, MemberOf(meta, key)));
  }
  AppendErrors(errors, ValidateCommon(meta));
  AppendErrors(errors, ValidateManagedFields(MemberOf(meta, "managedFields")));
  return errors;
}

}  // namespace mock_kubeapi::validation
