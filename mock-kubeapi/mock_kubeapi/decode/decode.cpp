#include "mock_kubeapi/decode/decode.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include "mock_kubeapi/decode/go_decoder.h"
#include "mock_kubeapi/decode/json_node.h"
#include "mock_kubeapi/decode/named_body.h"
#include "mock_kubeapi/decode/protobuf.h"
#include "mock_kubeapi/decode/unstructured.h"
#include "mock_kubeapi/decode/utf8.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/schema/registry.h"

namespace mock_kubeapi::decode {
namespace {

constexpr std::string_view kLegacyScheme = "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30";
constexpr std::string_view kExtensionsScheme = "k8s.io/apiextensions-apiserver/pkg/apiserver/apiserver.go:52";
constexpr std::string_view kOptionsScheme = "k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27";
constexpr std::string_view kExtensionsGroup = "apiextensions.k8s.io";
constexpr std::string_view kDeleteOptions = "DeleteOptions";
constexpr std::size_t kSummaryBytesMax = 30;

ApiError UnsupportedMediaType(bool custom) {
  return {.code = 415,
          .reason = "UnsupportedMediaType",
          .message = fmt::format("the body of the request was in an unknown format - accepted media types include: "
                                 "application/json, application/yaml{}",
                                 custom ? "" : ", application/vnd.kubernetes.protobuf"),
          .details = nullptr,
          .retry_after_seconds = std::nullopt};
}

/// The front of a body, as text or as hexadecimal.
std::string Summary(std::string_view body) {
  if (body.empty()) {
    return "<empty>";
  }
  const std::string_view front = body.substr(0, kSummaryBytesMax);
  std::string shown;
  if (body.front() == '{') {
    shown = ValidUtf8(front);
  } else {
    for (const char c : front) {
      shown += fmt::format("{:02x}", static_cast<unsigned char>(c));
    }
  }
  return body.size() > kSummaryBytesMax ? shown + " ..." : shown;
}

/// Fills in what the body left out.
void SetDefaults(const Gvk& expected, Gvk* gvk) {
  if (gvk->kind.empty()) {
    gvk->kind = expected.kind;
  }
  if (gvk->version.empty() && gvk->group.empty()) {
    gvk->group = expected.group;
    gvk->version = expected.version;
  }
  if (gvk->version.empty() && gvk->group == expected.group) {
    gvk->version = expected.version;
  }
}

std::string NotRegistered(const Gvk& gvk, std::string_view scheme) {
  return fmt::format("no kind {} is registered for version {} in scheme {}", GoQuote(gvk.kind),
                     GoQuote(gvk.ApiVersion()), GoQuote(scheme));
}

/// The Go package of a group's internal types.
std::string_view InternalPackage(std::string_view group) {
  if (group.empty() || group == "events.k8s.io") {
    return "core";
  }
  return group.substr(0, group.find('.'));
}

/// Kinds that are the same inside the server.
bool IsConvertible(const Gvk& from, const Gvk& to) {
  return from.kind == to.kind && from.version == to.version && InternalPackage(from.group) == InternalPackage(to.group);
}

std::string Join(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// One decode of one body.
class BodyDecoder {
 public:
  explicit BodyDecoder(const DecodeRequest& request)
      : request_(request),
        expected_{.group = std::string(request.group),
                  .version = std::string(request.version),
                  .kind = std::string(request.kind)} {}

  Result<Decoded> Run(std::vector<std::string>* warnings_on_error) {
    const bool custom = request_.type->custom;
    const std::optional<Format> format = FormatOf(request_.content_type);
    if (!format || (custom && *format == Format::kProtobuf)) {
      return std::unexpected(UnsupportedMediaType(custom));
    }
    auto named = ReadBody(*format, request_.body);
    if (!named) {
      return std::unexpected(Unrecognized(named.error()));
    }
    if (!custom) {
      SetDefaults(expected_, &named->gvk);
    }
    auto object = custom                         ? DecodeCustom(*named)
                  : *format == Format::kProtobuf ? DecodeMessage(*named)
                                                 : DecodeNode(*named);
    if (!object) {
      return std::unexpected(std::move(object.error()));
    }
    const Gvk& gvk = named->gvk;
    Decoded decoded{.object = std::move(*object), .api_version = gvk.ApiVersion(), .kind = gvk.kind, .warnings = {}};
    if (request_.field_validation != FieldValidation::kIgnore) {
      decoded.warnings = named->duplicates;
      decoded.warnings.insert(decoded.warnings.end(), strict_.begin(), strict_.end());
      if (request_.field_validation == FieldValidation::kStrict && !decoded.warnings.empty()) {
        return std::unexpected(CannotBeHandled(gvk, "strict decoding error: " + Join(StrictErrors(*named))));
      }
    }
    if (gvk.group != expected_.group || gvk.version != expected_.version) {
      if (warnings_on_error != nullptr) {
        *warnings_on_error = std::move(decoded.warnings);
      }
      return std::unexpected(
          BadRequestError(fmt::format("the API version in the data ({}) does not match the expected API version ({})",
                                      gvk.ApiVersion(), expected_.ApiVersion())));
    }
    decoded.object["apiVersion"] = decoded.api_version;
    decoded.object["kind"] = decoded.kind;
    return decoded;
  }

 private:
  ApiError Unrecognized(std::string_view why) const {
    return BadRequestError(fmt::format("the object provided is unrecognized (must be of type {}): {} ({})",
                                       expected_.kind, why, Summary(request_.body)));
  }

  ApiError CannotBeHandled(const Gvk& gvk, std::string_view why) const {
    return BadRequestError(fmt::format("{} in version {} cannot be handled as a {}: {}", gvk.kind, GoQuote(gvk.version),
                                       expected_.kind, why));
  }

  static std::vector<std::string> WithYamlError(const std::vector<std::string>& duplicates) {
    if (duplicates.empty()) {
      return {};
    }
    return {fmt::format("yaml: unmarshal errors:\n  {}", fmt::join(duplicates, "\n  "))};
  }

  std::vector<std::string> StrictErrors(const Named& named) const {
    std::vector<std::string> errors = WithYamlError(named.duplicates);
    errors.insert(errors.end(), strict_.begin(), strict_.end());
    return errors;
  }

  /// The type that the body's kind has; an error where the kind is another one than the resource's.
  Result<const schema::Type*> TypeOf(const Gvk& gvk) const {
    if (gvk == expected_) {
      return request_.type;
    }
    const schema::KindKey key{.group = gvk.group, .version = gvk.version, .kind = gvk.kind};
    const bool extensions = expected_.group == kExtensionsGroup;
    const bool registered = schema::IsRegisteredKind(key) && (!extensions || gvk.group == kExtensionsGroup);
    if (!registered) {
      return std::unexpected(CannotBeHandled(gvk, NotRegistered(gvk, extensions ? kExtensionsScheme : kLegacyScheme)));
    }
    return schema::FindKind(key);
  }

  ApiError UnknownConversion(const Gvk& gvk) const {
    return CannotBeHandled(gvk, fmt::format("converting ({}.{}) to ({}.{}): unknown conversion", gvk.version, gvk.kind,
                                            InternalPackage(expected_.group), expected_.kind));
  }

  Result<Json> DecodeNode(const Named& named) {
    const Result<const schema::Type*> type = TypeOf(named.gvk);
    if (!type) {
      return std::unexpected(type.error());
    }
    Json object;
    if (*type != nullptr) {
      auto decoded = GoDecode(**type, named.node);
      if (!decoded) {
        return std::unexpected(CannotBeHandled(named.gvk, decoded.error()));
      }
      object = std::move(decoded->object);
      strict_ = std::move(decoded->strict_errors);
    }
    if (named.gvk != expected_ && !IsConvertible(named.gvk, expected_)) {
      return std::unexpected(UnknownConversion(named.gvk));
    }
    return object;
  }

  Result<Json> DecodeMessage(const Named& named) {
    const Result<const schema::Type*> type = TypeOf(named.gvk);
    if (!type) {
      return std::unexpected(type.error());
    }
    if (*type == nullptr || (named.gvk != expected_ && !IsConvertible(named.gvk, expected_))) {
      return std::unexpected(UnknownConversion(named.gvk));
    }
    const auto message = DecodeProtobuf(**type, named.message);
    if (!message) {
      return std::unexpected(CannotBeHandled(named.gvk, message.error()));
    }
    auto decoded = GoDecode(**type, FromJson(*message));
    if (!decoded) {
      return std::unexpected(CannotBeHandled(named.gvk, decoded.error()));
    }
    return std::move(decoded->object);
  }

  Result<Json> DecodeCustom(const Named& named) {
    const Gvk& gvk = named.gvk;
    if (gvk.kind.empty()) {
      return std::unexpected(Unrecognized(fmt::format("Object 'Kind' is missing in '{}'", ValidUtf8(request_.body))));
    }
    strict_ = DuplicateFields(named.node);
    Json object = ToJson(named.node);
    // Objects of other kinds are left alone; a version without a schema knows no fields.
    if (gvk.group != expected_.group || gvk.kind != expected_.kind) {
      return object;
    }
    auto pruned = PruneCustom(gvk.version == expected_.version ? request_.type : nullptr, std::move(object));
    if (!pruned) {
      return std::unexpected(CannotBeHandled(gvk, pruned.error()));
    }
    strict_.insert(strict_.end(), pruned->unknown.begin(), pruned->unknown.end());
    return std::move(pruned->object);
  }

  const DecodeRequest& request_;
  Gvk expected_;
  std::vector<std::string> strict_;  ///< of the JSON decoder
};

/// An error that the server did not foresee: 500 without a reason.
ApiError Unforeseen(std::string message) {
  return {.code = 500, .reason = "", .message = std::move(message), .details = nullptr, .retry_after_seconds = {}};
}

}  // namespace

FieldValidation FieldValidationOf(std::string_view parameter) {
  if (parameter == "Ignore") {
    return FieldValidation::kIgnore;
  }
  return parameter == "Strict" ? FieldValidation::kStrict : FieldValidation::kWarn;
}

Result<Decoded> Decode(const DecodeRequest& request, std::vector<std::string>* warnings_on_error) {
  return BodyDecoder(request).Run(warnings_on_error);
}

Result<Json> DecodeDeleteOptions(std::string_view content_type, std::string_view body) {
  if (body.empty()) {
    return Json::object();
  }
  const std::optional<Format> format = FormatOf(content_type);
  if (!format) {
    return std::unexpected(UnsupportedMediaTypeError());
  }
  auto named = ReadBody(*format, body);
  if (!named) {
    return std::unexpected(Unforeseen(std::move(named.error())));
  }
  SetDefaults({.group = "meta.k8s.io", .version = "v1", .kind = std::string(kDeleteOptions)}, &named->gvk);
  if (named->gvk.kind != kDeleteOptions) {
    return std::unexpected(Unforeseen(NotRegistered(named->gvk, kOptionsScheme)));
  }
  const schema::Type& type = *schema::FindType("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions");
  if (*format == Format::kProtobuf) {
    const auto message = DecodeProtobuf(type, named->message);
    if (!message) {
      return std::unexpected(Unforeseen(message.error()));
    }
    named->node = FromJson(*message);
  }
  auto decoded = GoDecode(type, named->node);
  if (!decoded) {
    return std::unexpected(Unforeseen(std::move(decoded.error())));
  }
  return std::move(decoded->object);
}

bool IsSupportedContentType(std::string_view content_type) {
  return FormatOf(content_type).has_value();
}

ApiError UnsupportedMediaTypeError() {
  return UnsupportedMediaType(false);
}

}  // namespace mock_kubeapi::decode
