// ResourceHandler's PATCH: the four patch types.
// Source: apiserver's endpoints/handlers/patch.go.
#include <fmt/format.h>

#include <utility>

#include "mock_kubeapi/api/resource_handler.h"
#include "mock_kubeapi/decode/conversion.h"
#include "mock_kubeapi/decode/normalise.h"
#include "mock_kubeapi/decode/text.h"
#include "mock_kubeapi/go_value.h"
#include "mock_kubeapi/merge/apply.h"
#include "mock_kubeapi/merge/patch.h"

namespace mock_kubeapi {
namespace {

enum class PatchType { kJson, kMerge, kStrategic, kApply };

Result<PatchType> PatchTypeOf(std::string_view content_type, bool custom) {
  const std::string_view media = content_type.substr(0, content_type.find(';'));
  if (media == "application/json-patch+json") return PatchType::kJson;
  if (media == "application/merge-patch+json") return PatchType::kMerge;
  if (media == "application/strategic-merge-patch+json" && !custom) return PatchType::kStrategic;
  if (media == "application/apply-patch+yaml") return PatchType::kApply;
  return std::unexpected(PlainError(
      415, "UnsupportedMediaType",
      fmt::format("the body of the request was in an unknown format - accepted media types include: "
                  "application/json-patch+json, application/merge-patch+json, {}application/apply-patch+yaml",
                  custom ? "" : "application/strategic-merge-patch+json, ")));
}

ApiError PatchError(std::string shown, std::string why) {
  return InvalidError("", "", "", {Invalid("patch", std::move(shown), std::move(why))});
}

std::string StrictDecodingText(const std::vector<std::string>& errors) {
  return fmt::format("strict decoding error: {}", fmt::join(errors, ", "));
}

/// A patch as a function of the stored object.
class Patcher {
 public:
  Patcher(const Kind& kind, PatchType type, const WriteOptions& options, RequestContext& request)
      : kind_(kind), type_(type), options_(options), request_(request) {}

  /// JSON, merge and strategic patches.
  Result<Json> Patch(const Json& live) {
    const merge::PatchOptions patch_options{.find_strict_errors =
                                                options_.field_validation != decode::FieldValidation::kIgnore};
    const auto patch = [&] {
      return type_ == PatchType::kJson ? merge::ApplyJsonPatch(live, request_.http.body, patch_options)
             : type_ == PatchType::kMerge
                 ? merge::ApplyMergePatch(live, request_.http.body, patch_options)
                 : merge::ApplyStrategicMergePatch(live, request_.http.body, *kind_.type, patch_options);
    };
    auto patched = patch();
    if (!patched) return std::unexpected(patched.error());
    if (auto readable = CheckReadable(patched->object); !readable) return std::unexpected(readable.error());
    // What was patched is moved on. A refusal, which shows it, makes it again.
    auto normal = decode::Normalise(*kind_.type, std::move(patched->object));
    if (!normal) return std::unexpected(PatchError(Shown(patch()->object), normal.error()));
    std::vector<std::string> strict = std::move(patched->strict_errors);
    strict.insert(strict.end(), normal->unknown.begin(), normal->unknown.end());
    if (!strict.empty() && options_.field_validation == decode::FieldValidation::kStrict) {
      return std::unexpected(PatchError(Shown(patch()->object), StrictDecodingText(strict)));
    }
    if (options_.field_validation == decode::FieldValidation::kWarn) {
      request_.warnings.insert(request_.warnings.end(), strict.begin(), strict.end());
    }
    return Finish(std::move(normal->object));
  }

  /// Reads the applied configuration.
  Result<Json> ReadConfiguration() {
    auto parsed = decode::ParseYaml(request_.http.body);
    if (!parsed) return std::unexpected(BadRequestError("error decoding YAML: " + parsed.error()));
    if (!parsed->value.is_object() && !parsed->value.is_null()) {
      return std::unexpected(
          BadRequestError(fmt::format("error decoding YAML: json: cannot unmarshal {} into Go value "
                                      "of type map[string]interface {{}}",
                                      GoTypeOf(parsed->value))));
    }
    duplicates_ = std::move(parsed->duplicates);
    return parsed->value.is_null() ? Json::object() : std::move(parsed->value);
  }

  Result<Json> Apply(const Json* live, const Json& configuration, const merge::FieldManager& manager,
                     mock_http::TimePoint now) {
    auto merged = manager.Apply(
        live, configuration, {.manager = options_.field_manager, .force = options_.force.value_or(false), .now = now});
    if (!merged) return std::unexpected(merged.error());
    if (std::string error = kind_.type->custom ? "" : decode::FindConversionError(*kind_.type, *merged);
        !error.empty()) {
      return std::unexpected(
          PlainError(500, "",
                     fmt::format("failed to convert new object ({}) to proper version: unable to convert unstructured "
                                 "object to {}, Kind={}: {}",
                                 merge::IdentityText(configuration),
                                 (kind_.group.empty() ? "/" : "") + kind_.ApiVersion(), kind_.kind, error)));
    }
    if (auto told = TellOfDuplicates(); !told) return std::unexpected(told.error());
    auto normal = decode::Normalise(*kind_.type, *std::move(merged));
    if (!normal) return std::unexpected(PlainError(500, "", normal.error()));
    return Finish(std::move(normal->object));
  }

 private:
  static std::string_view GoTypeOf(const Json& value) {
    if (value.is_array()) return "array";
    if (value.is_string()) return "string";
    if (value.is_number()) return "number";
    if (value.is_boolean()) return "bool";
    return "null";
  }

  /// Keys that come twice are told of, or refused when strict: but behind all that is wrong with the apply itself.
  Result<void> TellOfDuplicates() {
    if (duplicates_.empty()) return {};
    if (options_.field_validation == decode::FieldValidation::kStrict) {
      return std::unexpected(BadRequestError("error strict decoding YAML: " + decode::StrictYamlError(duplicates_)));
    }
    if (options_.field_validation == decode::FieldValidation::kWarn) {
      request_.warnings.insert(request_.warnings.end(), duplicates_.begin(), duplicates_.end());
    }
    return {};
  }

  /// What a refusal shows: the patched object, of a strategic merge patch, which is never text again, the patch.
  std::string Shown(const Json& patched) const {
    if (type_ != PatchType::kStrategic) return patched.dump();
    const auto patch = decode::ParseJson(request_.http.body);
    return patch ? GoValue(*patch) : std::string();
  }

  /// What a strategic merge patch makes is copied into the kind's struct; apiVersion and kind in it say nothing. The
  /// others make text that is decoded like a body.
  Result<void> CheckReadable(Json& patched) const {
    if (type_ != PatchType::kStrategic) return CheckKind(patched);
    if (std::string error = decode::FindConversionError(*kind_.type, patched); !error.empty()) {
      return std::unexpected(PatchError(Shown(patched), std::move(error)));
    }
    patched["apiVersion"] = kind_.ApiVersion();
    patched["kind"] = kind_.kind;
    return {};
  }

  Result<void> CheckKind(const Json& patched) const {
    const auto text = [&](const char* key) {
      const auto found = patched.find(key);
      return found != patched.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    const std::string api_version = text("apiVersion");
    const std::string kind = text("kind");
    if (api_version == kind_.ApiVersion() && kind == kind_.kind) return {};
    if (kind_.type->custom) {
      return std::unexpected(PatchError(
          patched.dump(), fmt::format("no kind \"{}\" is registered for version \"{}\"", kind, api_version)));
    }
    return std::unexpected(
        PatchError(patched.dump(), fmt::format("no kind \"{}\" is registered for version \"{}\" in scheme "
                                               "\"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"",
                                               kind, api_version)));
  }

  Result<Json> Finish(Json object) const {
    if (kind_.set_defaults) kind_.set_defaults(object);
    return object;
  }

  const Kind& kind_;
  PatchType type_;
  const WriteOptions& options_;
  RequestContext& request_;
  std::vector<std::string> duplicates_;  ///< of the applied configuration
};

Result<void> CheckIdentity(Json& object, const WriteTarget& target, const std::string& name) {
  if (auto same = EnsureNamespace(object, target.namespace_name); !same) return std::unexpected(same.error());
  const std::string_view given = MetaText(object, "name");
  if (given == name) return {};
  if (given.empty()) {
    return std::unexpected(BadRequestError(
        fmt::format("the name of the object ({} based on URL) was undeterminable: name must be provided", name)));
  }
  return std::unexpected(
      BadRequestError(fmt::format("the name of the object ({}) does not match the name on the URL ({})", given, name)));
}

}  // namespace

Result<mock_http::Response> ResourceHandler::Patch(const KindPtr& kind, RequestContext& request) {
  const auto type = PatchTypeOf(request.Header("Content-Type"), kind->type->custom);
  if (!type) return std::unexpected(type.error());
  auto renderer = MakeRenderer(kind, request, false);
  if (!renderer) return std::unexpected(renderer.error());
  if (auto whole = CheckBody(request); !whole) return std::unexpected(whole.error());
  const bool is_apply = *type == PatchType::kApply;
  auto options = ParseWriteOptions(request.query, is_apply ? WriteVerb::kApply : WriteVerb::kPatch);
  if (!options) return std::unexpected(options.error());
  const WriteTarget target = TargetOf(kind, request, *options);
  const std::string& name = request.info.name;
  Patcher patcher(*kind, *type, *options, request);
  Json configuration;
  if (is_apply) {
    auto read = patcher.ReadConfiguration();
    if (!read) return std::unexpected(read.error());
    configuration = std::move(*read);
  }
  const merge::FieldManager& manager = writer_.FieldManagerOf(kind, target.subresource);
  const auto make = [&](const Json* live, const merge::OwnersMemories& memories) -> Result<Json> {
    if (live == nullptr && !is_apply) return std::unexpected(NotFoundError(kind->Resource(), name));
    auto object = is_apply ? patcher.Apply(live, configuration, manager, Now()) : patcher.Patch(*live);
    if (!object) return object;
    if (live == nullptr && !MetaText(*object, "uid").empty()) {
      return std::unexpected(ConflictError(
          kind->Resource(), name,
          fmt::format("uid mismatch: the provided object specified uid {}, and no existing object was found",
                      MetaText(*object, "uid"))));
    }
    if (auto same = CheckIdentity(*object, target, name); !same) return std::unexpected(same.error());
    DedupOwnerReferences(*object, request.warnings);
    if (is_apply) return object;
    return manager.Update(live, std::move(*object), {.manager = target.manager, .now = Now(), .memories = memories});
  };
  const auto written = writer_.Update(
      target, {.name = name, .make = make, .uid = {}, .create_if_missing = is_apply, .authorize_create = [&] {
                 return AuthorizeCreate(request);
               }});
  if (!written) return std::unexpected(written.error());
  return renderer->One(written->created ? 201 : 200, written->object, Now());
}

}  // namespace mock_kubeapi
