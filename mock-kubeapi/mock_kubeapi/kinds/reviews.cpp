#include "mock_kubeapi/kinds/reviews.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "mock_kubeapi/authn/authenticator.h"
#include "mock_kubeapi/authz/authorizer.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kAuthenticationGroup = "authentication.k8s.io";
constexpr const char* kAuthorizationGroup = "authorization.k8s.io";

std::vector<std::string> TextsOf(const Json& object, const char* field) {
  std::vector<std::string> texts;
  for (const Json& each : ListOf(object, field)) {
    if (each.is_string()) texts.push_back(each.get<std::string>());
  }
  return texts;
}

std::map<std::string, std::vector<std::string>> ExtraOf(const Json& object) {
  std::map<std::string, std::vector<std::string>> extra;
  const Json& found = ObjectOf(object, "extra");
  for (const auto& [key, values] : found.items()) extra[key] = TextsOf(found, key.c_str());
  return extra;
}

/// A user as TokenReview and SelfSubjectReview show it.
Json UserToJson(const UserInfo& user) {
  Json out = Json::object();
  if (!user.name.empty()) out["username"] = user.name;
  if (!user.uid.empty()) out["uid"] = user.uid;
  if (!user.groups.empty()) out["groups"] = user.groups;
  if (!user.extra.empty()) out["extra"] = user.extra;
  return out;
}

/// What a spec of an access review asks for, by `user`.
Attributes AttributesOf(const Json& spec, UserInfo user) {
  Attributes attributes{.user = std::move(user)};
  if (const Json* resource = FieldOf(spec, "resourceAttributes")) {
    attributes.verb = TextOf(*resource, "verb");
    attributes.namespace_name = TextOf(*resource, "namespace");
    attributes.group = TextOf(*resource, "group");
    attributes.version = TextOf(*resource, "version");
    if (attributes.version.empty()) attributes.version = "*";
    attributes.resource = TextOf(*resource, "resource");
    attributes.subresource = TextOf(*resource, "subresource");
    attributes.name = TextOf(*resource, "name");
  } else {
    const Json& path = ObjectOf(spec, "nonResourceAttributes");
    attributes.is_resource = false;
    attributes.verb = TextOf(path, "verb");
    attributes.path = TextOf(path, "path");
  }
  return attributes;
}

FieldError InvalidPathAttributes(const Json& attributes, const char* detail) {
  return InvalidGoValue("spec.nonResourceAttributes",
                        fmt::format("authorization.NonResourceAttributes{{Path:{}, Verb:{}}}",
                                    GoQuote(TextOf(attributes, "path")), GoQuote(TextOf(attributes, "verb"))),
                        detail);
}

FieldErrors ValidateAttributes(const Json& spec) {
  const Json* resource = FieldOf(spec, "resourceAttributes");
  const Json* path = FieldOf(spec, "nonResourceAttributes");
  if (resource != nullptr && path != nullptr) {
    return {InvalidPathAttributes(*path, "cannot be specified in combination with resourceAttributes")};
  }
  if (resource == nullptr && path == nullptr) {
    return {Invalid("spec.resourceAttributes", nullptr,
                    "exactly one of nonResourceAttributes or resourceAttributes must be specified")};
  }
  return {};
}

/// `v1.ObjectMeta{…}` as Go shows what a review must not have; managedFields are left out.
std::string MetadataText(const Json& metadata) {
  const auto map = [&metadata](const char* field) {
    std::string out;
    for (const auto& [key, value] : ObjectOf(metadata, field).items()) {
      if (value.is_string()) out += (out.empty() ? "" : ", ") + GoQuote(key) + ":" + GoQuote(value.get<std::string>());
    }
    return out.empty() ? "map[string]string(nil)" : "map[string]string{" + out + "}";
  };
  return fmt::format(
      "v1.ObjectMeta{{Name:{}, GenerateName:{}, Namespace:{}, SelfLink:\"\", UID:{}, ResourceVersion:{}, "
      "Generation:{}, "
      "CreationTimestamp:time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC), DeletionTimestamp:<nil>, "
      "DeletionGracePeriodSeconds:(*int64)(nil), Labels:{}, Annotations:{}, OwnerReferences:[]v1.OwnerReference(nil), "
      "Finalizers:[]string(nil), ManagedFields:[]v1.ManagedFieldsEntry(nil)}}",
      GoQuote(TextOf(metadata, "name")), GoQuote(TextOf(metadata, "generateName")),
      GoQuote(TextOf(metadata, "namespace")), GoQuote(TextOf(metadata, "uid")),
      GoQuote(TextOf(metadata, "resourceVersion")), IntegerOf(metadata, "generation").value_or(0), map("labels"),
      map("annotations"));
}

FieldErrors ValidateMetadataEmpty(const Json& review, bool namespace_allowed) {
  const Json& metadata = ObjectOf(review, "metadata");
  for (const auto& [field, value] : metadata.items()) {
    const bool ignored = field == "managedFields" || (namespace_allowed && field == "namespace");
    const bool empty = value.is_null() || (value.is_structured() && value.empty()) ||
                       (value.is_string() && value.get_ref<const std::string&>().empty());
    if (ignored || empty) continue;
    return {InvalidGoValue("metadata", MetadataText(metadata),
                           namespace_allowed ? "must be empty except for namespace" : "must be empty")};
  }
  return {};
}

/// The kind is missing in the text: the real server asks an object that has forgotten it.
ApiError InvalidReview(const FieldErrors& errors) {
  return InvalidError(kAuthorizationGroup, "", "", errors);
}

ApiError NoAuthorizer() {
  return InternalError("no authorizer");
}

void SetVerdict(Json& review, const Verdict& verdict) {
  review["status"] = {{"allowed", verdict.allowed}};
  if (!verdict.reason.empty()) review["status"]["reason"] = verdict.reason;
}

Result<Json> AnswerTokenReview(Json review, const KindContext& context) {
  const Json& spec = ObjectOf(review, "spec");
  const std::string token = TextOf(spec, "token");
  if (token.empty()) return std::unexpected(BadRequestError("token is required for TokenReview in authentication"));
  if (context.authenticator == nullptr) return std::unexpected(InternalError("no authenticator"));
  const auto identity = context.authenticator->AuthenticateToken(token, TextsOf(spec, "audiences"));
  if (!identity) {
    review["status"] = {{"user", Json::object()}, {"error", identity.error()}};
  } else {
    review["status"] = {
        {"authenticated", true}, {"user", UserToJson(identity->user)}, {"audiences", identity->audiences}};
  }
  return review;
}

Result<Json> AnswerSelfSubjectReview(Json review, const KindContext& context) {
  if (context.user == nullptr) return std::unexpected(BadRequestError("no user present on request"));
  review["metadata"]["creationTimestamp"] = mock_http::FormatRfc3339(context.clock.Now());
  review["status"] = {{"userInfo", UserToJson(*context.user)}};
  return review;
}

Result<Json> AnswerSelfSubjectAccessReview(Json review, const KindContext& context) {
  const Json spec = ObjectOf(review, "spec");
  FieldErrors errors = ValidateAttributes(spec);
  Append(errors, ValidateMetadataEmpty(review, false));
  if (!errors.empty()) return std::unexpected(InvalidReview(errors));
  if (context.user == nullptr) return std::unexpected(BadRequestError("no user present on request"));
  if (context.authorizer == nullptr) return std::unexpected(NoAuthorizer());
  SetVerdict(review, context.authorizer->Authorize(AttributesOf(spec, *context.user)));
  return review;
}

FieldErrors ValidateSubject(const Json& spec) {
  FieldErrors errors = ValidateAttributes(spec);
  if (TextOf(spec, "user").empty() && ListOf(spec, "groups").empty()) {
    errors.push_back(Invalid("spec.user", "", "at least one of user or group must be specified"));
  }
  return errors;
}

Verdict AuthorizeSubject(const Json& spec, const Authorizer& authorizer) {
  return authorizer.Authorize(AttributesOf(spec, {.name = TextOf(spec, "user"),
                                                  .uid = TextOf(spec, "uid"),
                                                  .groups = TextsOf(spec, "groups"),
                                                  .extra = ExtraOf(spec)}));
}

Result<Json> AnswerSubjectAccessReview(Json review, const KindContext& context) {
  const Json spec = ObjectOf(review, "spec");
  FieldErrors errors = ValidateSubject(spec);
  Append(errors, ValidateMetadataEmpty(review, false));
  if (!errors.empty()) return std::unexpected(InvalidReview(errors));
  if (context.authorizer == nullptr) return std::unexpected(NoAuthorizer());
  SetVerdict(review, AuthorizeSubject(spec, *context.authorizer));
  return review;
}

Result<Json> AnswerLocalSubjectAccessReview(Json review, const KindContext& context) {
  const Json spec = ObjectOf(review, "spec");
  const std::string namespace_name = NamespaceOf(review);
  FieldErrors errors = ValidateSubject(spec);
  Append(errors, ValidateMetadataEmpty(review, true));
  if (const Json* resource = FieldOf(spec, "resourceAttributes")) {
    const std::string& asked = TextOf(*resource, "namespace");
    if (asked != namespace_name) {
      errors.push_back(Invalid("spec.resourceAttributes.namespace", asked, "must match metadata.namespace"));
    }
  }
  if (const Json* path = FieldOf(spec, "nonResourceAttributes")) {
    errors.push_back(InvalidPathAttributes(*path, "disallowed on this kind of request"));
  }
  if (!errors.empty()) return std::unexpected(InvalidReview(errors));
  if (context.authorizer == nullptr) return std::unexpected(NoAuthorizer());
  SetVerdict(review, AuthorizeSubject(spec, *context.authorizer));
  return review;
}

Result<Json> AnswerSelfSubjectRulesReview(Json review, const KindContext& context) {
  if (context.user == nullptr) return std::unexpected(BadRequestError("no user present on request"));
  const std::string namespace_name = TextOf(ObjectOf(review, "spec"), "namespace");
  if (namespace_name.empty()) return std::unexpected(BadRequestError("no namespace on request"));
  if (context.authorizer == nullptr) return std::unexpected(NoAuthorizer());
  const RulesOfUser found = context.authorizer->RulesFor(*context.user, namespace_name);
  Json status = {{"resourceRules", Json::array()}, {"nonResourceRules", Json::array()}, {"incomplete", false}};
  for (const PolicyRule& rule : found.rules) {
    const bool of_paths = !rule.non_resource_urls.empty();
    status[of_paths ? "nonResourceRules" : "resourceRules"].push_back(RuleToJson(rule));
  }
  std::vector<std::string> errors;
  errors.reserve(found.missing_roles.size());
  for (const RoleReference& role : found.missing_roles) errors.push_back(MissingRoleText(role));
  if (!errors.empty()) {
    status["incomplete"] = true;
    status["evaluationError"] = errors.size() == 1 ? errors.front() : fmt::format("[{}]", fmt::join(errors, ", "));
  }
  // The real server answers with a fresh object.
  return Json{{"apiVersion", review.at("apiVersion")},
              {"kind", review.at("kind")},
              {"metadata", {{"creationTimestamp", nullptr}}},
              {"spec", Json::object()},
              {"status", std::move(status)}};
}

Kind ReviewKind(const char* group, const char* name, const schema::Type* type,
                std::function<Result<Json>(Json review, const KindContext& context)> answer) {
  std::string singular;
  for (const char* c = name; *c != '\0'; ++c)
    singular += *c >= 'A' && *c <= 'Z' ? static_cast<char>(*c - 'A' + 'a') : *c;
  return {.group = group,
          .version = "v1",
          .kind = name,
          .plural = singular + "s",
          .singular = singular,
          .namespaced = false,
          .verbs = {"create"},
          .type = type,
          .answer = std::move(answer)};
}

}  // namespace

Kind TokenReviewKind(const schema::Type* type) {
  return ReviewKind(kAuthenticationGroup, "TokenReview", type, AnswerTokenReview);
}

Kind SelfSubjectReviewKind(const schema::Type* type) {
  return ReviewKind(kAuthenticationGroup, "SelfSubjectReview", type, AnswerSelfSubjectReview);
}

Kind SubjectAccessReviewKind(const schema::Type* type) {
  return ReviewKind(kAuthorizationGroup, "SubjectAccessReview", type, AnswerSubjectAccessReview);
}

Kind SelfSubjectAccessReviewKind(const schema::Type* type) {
  return ReviewKind(kAuthorizationGroup, "SelfSubjectAccessReview", type, AnswerSelfSubjectAccessReview);
}

Kind LocalSubjectAccessReviewKind(const schema::Type* type) {
  Kind kind = ReviewKind(kAuthorizationGroup, "LocalSubjectAccessReview", type, AnswerLocalSubjectAccessReview);
  kind.namespaced = true;
  return kind;
}

Kind SelfSubjectRulesReviewKind(const schema::Type* type) {
  return ReviewKind(kAuthorizationGroup, "SelfSubjectRulesReview", type, AnswerSelfSubjectRulesReview);
}

}  // namespace mock_kubeapi
