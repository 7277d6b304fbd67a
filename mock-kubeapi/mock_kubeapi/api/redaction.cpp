#include "mock_kubeapi/api/redaction.h"

#include <array>

#include "mock_kubeapi/decode/text.h"

namespace mock_kubeapi {
namespace {

constexpr std::string_view kHidden = "***";
constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

void HideValues(Json& map) {
  if (!map.is_object()) {
    if (!map.is_null()) map = kHidden;
    return;
  }
  for (auto& [key, value] : map.items()) value = kHidden;
}

/// Hides what any object at any depth may hold: a list's items, a Table's rows, a watch event's object, a patch.
void HideSecretMembers(Json& value) {
  if (value.is_array()) {
    for (Json& item : value) HideSecretMembers(item);
    return;
  }
  if (!value.is_object()) return;
  for (auto& [key, member] : value.items()) {
    if (key == "data" || key == "stringData") {
      HideValues(member);
    } else if (key == "annotations" && member.is_object() && member.contains(kLastApplied)) {
      member[std::string(kLastApplied)] = kHidden;
    } else if (key == "managedFields") {
      continue;
    } else {
      HideSecretMembers(member);
    }
  }
}

/// A JSON patch carries values by path.
void HidePatchValues(Json& patch) {
  if (!patch.is_array()) return;
  for (Json& operation : patch) {
    if (operation.is_object() && operation.contains("value")) operation["value"] = kHidden;
  }
}

/// A refusal may quote the body.
void HideQuotes(Json& status) {
  const auto code = status.find("code");
  const bool may_quote = code != status.end() && (*code == 400 || *code == 422 || *code == 500);
  if (!may_quote) return;
  if (status.contains("message")) status["message"] = kHidden;
  const auto details = status.find("details");
  if (details == status.end() || !details->is_object() || !details->contains("causes")) return;
  for (Json& cause : (*details)["causes"]) {
    if (cause.is_object() && cause.contains("message")) cause["message"] = kHidden;
  }
}

void HideTokens(Json& value) {
  if (value.is_array()) {
    for (Json& item : value) HideTokens(item);
    return;
  }
  if (!value.is_object()) return;
  for (auto& [key, member] : value.items()) {
    if (key == "token" && member.is_string()) {
      member = kHidden;
    } else {
      HideTokens(member);
    }
  }
}

bool HoldsSecrets(const RequestInfo& info) {
  return info.resource == "secrets";
}

bool HoldsTokens(const RequestInfo& info) {
  return info.resource == "tokenreviews" || (info.resource == "serviceaccounts" && info.subresource == "token");
}

}  // namespace

std::string Redact(const RequestInfo& info, std::string_view body) {
  if (!info.is_resource || body.empty() || (!HoldsSecrets(info) && !HoldsTokens(info))) return std::string(body);
  Json value;
  if (const auto json = decode::ParseJson(body)) {
    value = *json;
  } else if (const auto yaml = decode::ParseYaml(body); yaml && yaml->value.is_object()) {
    value = yaml->value;
  } else {
    return std::string(kHidden);
  }
  const bool is_status = value.is_object() && value.value("kind", Json()) == "Status";
  if (is_status) {
    HideQuotes(value);
  } else if (HoldsTokens(info)) {
    HideTokens(value);
  } else {
    HidePatchValues(value);
    HideSecretMembers(value);
  }
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace mock_kubeapi
