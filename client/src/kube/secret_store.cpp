#include "kube/secret_store.h"

#include <fmt/format.h>

#include <ostream>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/json_text.h"
#include "base/timestamp.h"
#include "mutant.h"

namespace client {
namespace {

/// A resourceVersion that no stored object has: etcd's revisions start at 1 with the empty store, so the first object
/// has 2.
constexpr const char* kImpossibleResourceVersion = "1";

Result<std::optional<SecretText>> ReadValue(const nlohmann::json& data, const char* key) {
  if (!data.is_object()) return std::optional<SecretText>();
  const auto found = data.find(key);
  if (found == data.end() || found->is_null()) return std::optional<SecretText>();
  auto bytes = found->is_string() ? DecodeBase64(found->get_ref<const std::string&>()) : std::nullopt;
  if (!bytes) {
    return Fail(ErrorKind::kMalformed,
                fmt::format("the Kubernetes API server sent a Secret whose {} is not base64", key));
  }
  return SecretText(*std::move(bytes));
}

/// See SecretView::applied_at.
std::optional<TimePoint> AppliedAt(const nlohmann::json& metadata, const std::string& field_manager) {
  const auto entries = metadata.find("managedFields");
  if (entries == metadata.end() || !entries->is_array()) return std::nullopt;
  for (const nlohmann::json& entry : *entries) {
    if (StringMember(entry, "manager") != field_manager || StringMember(entry, "operation") != "Apply") continue;
    const nlohmann::json* fields = FindMember(entry, "fieldsV1");
    const nlohmann::json* data = fields == nullptr ? nullptr : FindMember(*fields, "f:data");
    const bool is_ours = data != nullptr && FindMember(*data, std::string("f:") + kAcmednsJsonKey) != nullptr;
    if (is_ours) return ParseTimestamp(StringMember(entry, "time"));
  }
  return std::nullopt;
}

Result<SecretView> ParseSecret(const nlohmann::json& object, const std::string& field_manager) {
  if (StringMember(object, "kind") != "Secret") {
    return Fail(ErrorKind::kMalformed, "the Kubernetes API server sent something else than the Secret");
  }
  const nlohmann::json metadata = object.value("metadata", nlohmann::json::object());
  const nlohmann::json data = object.value("data", nlohmann::json());
  SecretView view{.exists = true,
                  .uid = StringMember(metadata, "uid"),
                  .resource_version = StringMember(metadata, "resourceVersion")};
  // Writing without it would overwrite whatever has come in between.
  if (view.resource_version.empty()) {
    return Fail(ErrorKind::kMalformed, "the Kubernetes API server sent a Secret without resourceVersion");
  }
  auto acmedns_json = ReadValue(data, kAcmednsJsonKey);
  if (!acmedns_json) return std::unexpected(acmedns_json.error());
  auto unreadable = ReadValue(data, kUnreadableKey);
  if (!unreadable) return std::unexpected(unreadable.error());
  view.acmedns_json = *std::move(acmedns_json);
  view.unreadable = *std::move(unreadable);
  view.applied_at = AppliedAt(metadata, field_manager);
  return view;
}

/// So many conflicts with a Secret that is not there are the server's way of refusing the guard.
constexpr int kVainCreatesMax = 3;

}  // namespace

std::ostream& operator<<(std::ostream& out, const SecretView& view) {
  if (!view.exists) return out << "no Secret";
  return out << "Secret " << view.uid << " at " << view.resource_version
             << (view.acmedns_json ? " with acmedns.json" : "")
             << (view.unreadable ? " with acmedns.json.unreadable" : "");
}

SecretStore::SecretStore(ApiClient& api, Options options) : api_(api), options_(std::move(options)) {}

ApiRequest SecretStore::Request() const {
  const SecretRef& secret = options_.secret;
  return {.path = fmt::format("/api/v1/namespaces/{}/secrets/{}", PercentEncode(secret.namespace_name),
                              PercentEncode(secret.name)),
          .verb = "get",
          .resource = "secrets",
          .object = secret.name,
          .namespace_name = secret.namespace_name};
}

Result<SecretView> SecretStore::Read() {
  const auto object = api_.Send(Request());
  if (object) {
    create_conflicted_ = false;
    vain_creates_ = 0;
    return ParseSecret(*object, options_.field_manager);
  }
  if (object.error().kind != ErrorKind::kNotFound) return std::unexpected(object.error());
  if (std::exchange(create_conflicted_, false)) ++vain_creates_;
  return SecretView();
}

// What the body holds is what we own, and server-side apply removes what a manager owned and leaves out. So it always
// has acmedns.json, and acmedns.json.unreadable whenever the Secret has it (by its name it is ours, even if somebody
// else's tool has copied it there); nothing else of the Secret, neither labels nor the type. force=true takes
// acmedns.json over from whoever wrote it first: a shell script, a person's kubectl.
//
// An existing Secret is guarded by its resourceVersion. One that was not there is guarded, too: without that, of two
// clients that create it the second would overwrite the first one's registration, after the first has announced its
// CNAME. Kubernetes ignores the resourceVersion of an apply that creates and compares it when there is something to
// compare, so one that no object can have makes the apply a create-only. Should a server refuse even the create for
// it, the guard is given up; not at once, as a Secret may also be made by another client and deleted by a person
// between the conflict and the next look.
Result<nlohmann::json> SecretStore::Apply(const SecretView& base, const SecretContent& content, Mode mode) {
  nlohmann::json body = {{"apiVersion", "v1"},
                         {"kind", "Secret"},
                         {"metadata", {{"name", options_.secret.name}, {"namespace", options_.secret.namespace_name}}},
                         {"data", {{kAcmednsJsonKey, EncodeBase64(content.acmedns_json.Reveal())}}}};
  if (content.unreadable) body["data"][kUnreadableKey] = EncodeBase64(content.unreadable->Reveal());
  if (base.exists) {
    if (!Has(Mutant::kIgnoresResourceVersion)) body["metadata"]["resourceVersion"] = base.resource_version;
  } else if (vain_creates_ < kVainCreatesMax && !Has(Mutant::kCreatesUnguarded)) {
    body["metadata"]["resourceVersion"] = kImpossibleResourceVersion;
  }
  ApiRequest request = Request();
  request.method = "PATCH";
  request.verb = "patch";
  request.path += fmt::format("?fieldManager={}&force=true{}", PercentEncode(options_.field_manager),
                              mode == Mode::kDryRun ? "&dryRun=All" : "");
  request.content_type = "application/apply-patch+yaml";  // JSON is YAML
  request.body = DumpJson(body);
  if (Has(Mutant::kDropsForeignKeys) && base.exists) {
    request.path = request.path.substr(0, request.path.find('?')) + (mode == Mode::kDryRun ? "?dryRun=All" : "");
    request.content_type = "application/json-patch+json";
    request.body = DumpJson({{{"op", "add"}, {"path", "/data"}, {"value", body["data"]}}});
  }
  auto answer = api_.Send(request, mode == Mode::kCommit ? &write_in_doubt_ : nullptr);
  if (!answer) {
    create_conflicted_ = !base.exists && answer.error().kind == ErrorKind::kConflict;
    if (answer.error().kind == ErrorKind::kNotFound) answer.error().message += "; does the namespace exist?";
  }
  return answer;
}

Result<SecretView> SecretStore::Write(const SecretView& base, const SecretContent& content) {
  const auto object = Apply(base, content, Mode::kCommit);
  if (!object) return std::unexpected(object.error());
  auto view = ParseSecret(*object, options_.field_manager);
  if (view && (view->acmedns_json != content.acmedns_json || view->unreadable != content.unreadable)) {
    return Fail(ErrorKind::kRejected,
                fmt::format("the Kubernetes API server stored other data in secrets \"{}\" than it was sent; an "
                            "admission webhook that changes Secrets?",
                            options_.secret.name));
  }
  return view;
}

Result<void> SecretStore::CheckWritable(const SecretView& base) {
  if (Has(Mutant::kSkipsDryRun)) return {};
  // One more line break: what changes nothing is allowed also where nothing may be changed, in an immutable Secret.
  const SecretContent changed{
      .acmedns_json = base.acmedns_json ? SecretText(base.acmedns_json->Reveal() + '\n') : SecretText("{}"),
      .unreadable = base.unreadable};
  auto answer = Apply(base, changed, Mode::kDryRun);
  if (answer) return {};
  // An admission webhook that can't do dry runs makes it a 400; other statuses than these mean the real write, too.
  Error& error = answer.error();
  if (error.http_status == 422 && error.message.find("immutable") != std::string::npos) {
    error.message += "; delete the Secret, or have it made without immutable: true";
  }
  const bool cannot_tell = error.kind == ErrorKind::kRejected && error.http_status == 400;
  if (cannot_tell) return {};
  return std::unexpected(error);
}

}  // namespace client
