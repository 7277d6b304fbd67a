#include "mock_kubeapi/controllers/account_controllers.h"

#include <chrono>
#include <utility>

#include "mock_kubeapi/authn/token_issuer.h"
#include "mock_kubeapi/base64.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kAccountName = "kubernetes.io/service-account.name";
constexpr const char* kAccountUid = "kubernetes.io/service-account.uid";
constexpr std::string_view kTokenSecret = "kubernetes.io/service-account-token";
constexpr std::chrono::seconds kRetryAfter{5};

std::string KeyOf(std::string_view namespace_name, std::string_view name) {
  return std::string(namespace_name) + "/" + std::string(name);
}

std::pair<std::string, std::string> SplitKey(const std::string& key) {
  const std::size_t slash = key.find('/');
  return {key.substr(0, slash), key.substr(slash + 1)};
}

const std::string& Annotation(const Json& object, const char* name) {
  return TextOf(ObjectOf(ObjectOf(object, "metadata"), "annotations"), name);
}

}  // namespace

void NamespaceObjectController::Observe(const Change& change) {
  const Json& object = change.json();
  if (change.resource == "namespaces") {
    if (change.type == ChangeType::kAdded) queue_.Add(std::string(MetaText(object, "name")));
    return;
  }
  if (change.resource != options_.resource || MetaText(object, "name") != options_.name) return;
  if (change.type == ChangeType::kDeleted || options_.keep_contents) {
    queue_.Add(std::string(MetaText(object, "namespace")));
  }
}

bool NamespaceObjectController::Step(ControllerContext& context) {
  const auto ns = queue_.Take(context.clock.Now());
  if (!ns) return false;
  const StoreReader& store = context.client.store();
  const JsonPtr owner = store.Get({"namespaces", "", *ns});
  if (!owner || IsSet(ObjectOf(*owner, "metadata"), "deletionTimestamp")) return true;
  const KindPtr kind = context.client.FindKind({.group = "", .version = "v1", .resource = options_.resource});
  const JsonPtr live = store.Get({options_.resource, *ns, options_.name});
  if (!live) {
    Json object = options_.contents;
    object["metadata"]["name"] = options_.name;
    object["metadata"]["namespace"] = *ns;
    const auto created = context.client.Create(*kind, std::move(object));
    if (!created && created.error().code != 409) queue_.AddAt(*ns, context.clock.Now() + kRetryAfter);
    return true;
  }
  if (!options_.keep_contents || ObjectOf(*live, "data") == ObjectOf(options_.contents, "data")) return true;
  Json restored = *live;
  restored["data"] = ObjectOf(options_.contents, "data");
  if (!context.client.Update(*kind, std::move(restored), "")) queue_.AddAt(*ns, context.clock.Now() + kRetryAfter);
  return true;
}

void TokenSecretController::Observe(const Change& change) {
  const Json& object = change.json();
  const std::string_view ns = MetaText(object, "namespace");
  if (change.resource == "secrets" && TextOf(object, "type") == kTokenSecret) {
    const std::string key = KeyOf(ns, MetaText(object, "name"));
    const std::string account = KeyOf(ns, Annotation(object, kAccountName));
    if (change.type == ChangeType::kDeleted) {
      secrets_of_[account].erase(key);
      return;
    }
    secrets_of_[account].insert(key);
    queue_.Add(key);
  } else if (change.resource == "serviceaccounts") {
    const auto found = secrets_of_.find(KeyOf(ns, MetaText(object, "name")));
    if (found == secrets_of_.end()) return;
    for (const std::string& key : found->second) queue_.Add(key);
  }
}

bool TokenSecretController::Step(ControllerContext& context) {
  const auto key = queue_.Take(context.clock.Now());
  if (!key) return false;
  const auto [ns, name] = SplitKey(*key);
  const StoreReader& store = context.client.store();
  const JsonPtr secret = store.Get({"secrets", ns, name});
  if (!secret || TextOf(*secret, "type") != kTokenSecret) return true;
  const JsonPtr account = store.Get({"serviceaccounts", ns, Annotation(*secret, kAccountName)});
  const std::string& uid = Annotation(*secret, kAccountUid);
  if (account && (uid.empty() || uid == MetaText(*account, "uid"))) {
    Fill(context, *secret, *account);
    return true;
  }
  const KindPtr kind = context.client.FindKind({.group = "", .version = "v1", .resource = "secrets"});
  const auto deleted = context.client.Delete(*kind, ns, name, {.uid = std::string(MetaText(*secret, "uid"))});
  if (!deleted && deleted.error().code != 404) queue_.AddAt(*key, context.clock.Now() + kRetryAfter);
  return true;
}

void TokenSecretController::Fill(ControllerContext& context, const Json& secret, const Json& account) {
  const Json& data = ObjectOf(secret, "data");
  const std::string uid(MetaText(account, "uid"));
  const std::string ns(MetaText(secret, "namespace"));
  const std::string ca = EncodeBase64(ca_certificate_);
  const bool complete = Annotation(secret, kAccountUid) == uid && !TextOf(data, "token").empty() &&
                        TextOf(data, "ca.crt") == ca && !TextOf(data, "namespace").empty();
  if (complete) return;
  Json filled = secret;
  filled["metadata"]["annotations"][kAccountUid] = uid;
  filled["data"]["ca.crt"] = ca;
  if (TextOf(data, "namespace").empty()) filled["data"]["namespace"] = EncodeBase64(ns);
  if (TextOf(data, "token").empty()) {
    filled["data"]["token"] = EncodeBase64(
        tokens_.IssueLegacy({.account = {.namespace_name = ns, .name = std::string(MetaText(account, "name"))},
                             .account_uid = uid,
                             .secret_name = std::string(MetaText(secret, "name"))}));
  }
  const KindPtr kind = context.client.FindKind({.group = "", .version = "v1", .resource = "secrets"});
  if (!context.client.Update(*kind, std::move(filled), "")) {
    queue_.AddAt(KeyOf(ns, MetaText(secret, "name")), context.clock.Now() + kRetryAfter);
  }
}

}  // namespace mock_kubeapi
