// A small stand-in for the API server: one namespace, Secrets by server-side apply, Events. It knows just the rules
// that the client's promises rest on (ownership by manager, resourceVersion, dryRun), written from the recorded answers
// of a real server, so that unit tests need no mock server.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/json_text.h"
#include "base/timestamp.h"
#include "effects/clock.h"
#include "effects/http_transport.h"

namespace client::testing {

class FakeSecretApi {
 public:
  struct Secret {
    std::string uid;
    std::uint64_t resource_version = 0;
    bool immutable = false;
    std::map<std::string, std::string> data;  ///< decoded
    std::map<std::string, std::string> labels;
    std::map<std::string, std::set<std::string>> owned;  ///< keys of data by manager
    std::map<std::string, std::string> applied;          ///< time of the last apply that changed something, likewise
  };

  HttpResponse Handle(const HttpRequest& request) {
    const std::string path = request.url.substr(request.url.find("/api/"));
    if (const auto authorization = Value(request, "Authorization"); authorization != "Bearer " + token) {
      return Status(401, "Unauthorized");
    }
    if (path == "/api/v1/namespaces/ns/events" && request.method == "POST") {
      if (!allow_events) return Status(403, "events is forbidden: User \"u\" cannot create resource \"events\"");
      const nlohmann::json event = nlohmann::json::parse(request.body);
      const auto has_its_name = [&event](const nlohmann::json& other) {
        return other["metadata"]["name"] == event["metadata"]["name"];
      };
      if (std::ranges::any_of(events, has_its_name)) return Status(409, "events already exists");
      events.push_back(event);
      return Answer(201, event);
    }
    const std::string secrets = "/api/v1/namespaces/ns/secrets/";
    if (!path.starts_with(secrets)) return Status(404, "namespaces \"other\" not found");
    const std::string name = path.substr(secrets.size(), path.find('?') - secrets.size());
    const std::string query = path.find('?') == std::string::npos ? "" : path.substr(path.find('?'));
    if (request.method == "GET") {
      if (!allow_get) return Status(403, "secrets \"s\" is forbidden: User \"u\" cannot get resource \"secrets\"");
      const auto found = objects.find(name);
      if (found == objects.end()) return Status(404, "secrets \"" + name + "\" not found");
      return Answer(200, Render(name, found->second));
    }
    if (request.method == "PATCH" && Value(request, "Content-Type") == "application/apply-patch+yaml") {
      return Apply(name, query, nlohmann::json::parse(request.body));
    }
    return Status(405, "the server does not allow this method");
  }

  /// A write by somebody else.
  void Put(const std::string& name, const std::map<std::string, std::string>& data, const std::string& manager) {
    Secret& secret = objects[name];
    if (secret.uid.empty()) secret.uid = "uid-" + std::to_string(++revision_);
    for (auto& [key, value] : data) {
      secret.data[key] = value;
      for (auto& [other, keys] : secret.owned) keys.erase(key);
      secret.owned[manager].insert(key);
    }
    secret.resource_version = ++revision_;
  }

  std::map<std::string, Secret> objects;
  std::vector<nlohmann::json> events;
  std::string token = "kube-token";
  const Clock* clock = nullptr;  ///< null: nobody notes when something was applied
  bool allow_get = true;
  bool allow_patch = true;
  bool allow_create = true;
  bool allow_events = true;
  bool dry_run_unsupported = false;     ///< as with an admission webhook that can't
  bool refuse_guarded_create = false;   ///< a server that takes any resourceVersion of a create for a conflict
  std::function<void(Secret&)> mutate;  ///< an admission webhook that changes what is stored

 private:
  static std::string Value(const HttpRequest& request, std::string_view name) {
    return std::string(HttpResponse{.headers = request.headers}.Header(name).value_or(""));
  }
  static HttpResponse Answer(int status, const nlohmann::json& body) {
    return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = body.dump()};
  }
  static HttpResponse Status(int code, const std::string& message) {
    return Answer(code, {{"kind", "Status"}, {"status", "Failure"}, {"message", message}, {"code", code}});
  }
  static nlohmann::json Render(const std::string& name, const Secret& secret) {
    nlohmann::json object = {
        {"kind", "Secret"},
        {"apiVersion", "v1"},
        {"type", "Opaque"},
        {"metadata",
         {{"name", name}, {"uid", secret.uid}, {"resourceVersion", std::to_string(secret.resource_version)}}}};
    for (const auto& [manager, time] : secret.applied) {
      nlohmann::json entry = {{"manager", manager}, {"operation", "Apply"}, {"time", time}};
      for (const std::string& key : secret.owned.at(manager))
        entry["fieldsV1"]["f:data"]["f:" + key] = nlohmann::json::object();
      object["metadata"]["managedFields"].push_back(std::move(entry));
    }
    for (const auto& [key, value] : secret.labels) object["metadata"]["labels"][key] = value;
    for (const auto& [key, value] : secret.data) object["data"][key] = EncodeBase64(value);
    return object;
  }

  HttpResponse Apply(const std::string& name, const std::string& query, const nlohmann::json& body) {
    const bool exists = objects.contains(name);
    if (!allow_patch) return Status(403, "secrets \"s\" is forbidden: User \"u\" cannot patch resource \"secrets\"");
    if (!exists && !allow_create) return Status(403, "secrets \"s\" is forbidden: ");
    const bool dry_run = query.find("dryRun=All") != std::string::npos;
    if (dry_run && dry_run_unsupported) return Status(400, "admission webhook \"w\" does not support dry run");
    const auto& metadata = body.at("metadata");
    const std::string version = StringMember(metadata, "resourceVersion");
    if (exists && !version.empty() && version != std::to_string(objects.at(name).resource_version)) {
      return Status(409, "the object has been modified");
    }
    if (!exists && !version.empty() && refuse_guarded_create) return Status(409, "resourceVersion on create");
    const std::string manager_key = "fieldManager=";
    const std::size_t start = query.find(manager_key) + manager_key.size();
    const std::string manager = query.substr(start, query.find('&', start) - start);
    if (query.find("force=true") == std::string::npos) return Status(409, "conflict");

    Secret changed = exists ? objects.at(name) : Secret{};
    if (!exists) changed.uid = "uid-" + std::to_string(revision_ + 1);
    std::set<std::string> applied;
    for (const auto& [key, value] : body.at("data").items()) {
      applied.insert(key);
      const std::string bytes = DecodeBase64(value.get<std::string>()).value();
      if (!changed.data.contains(key) || changed.data.at(key) != bytes) {
        for (auto& [other, keys] : changed.owned) keys.erase(key);
      }
      changed.data[key] = bytes;
    }
    for (const std::string& key : changed.owned[manager]) {
      if (applied.contains(key)) continue;
      bool shared = false;
      for (const auto& [other, keys] : changed.owned) shared = shared || (other != manager && keys.contains(key));
      if (!shared) changed.data.erase(key);
    }
    changed.owned[manager] = applied;
    const bool changes = !exists || changed.data != objects.at(name).data;
    if (clock != nullptr && changes) changed.applied[manager] = FormatTimestamp(clock->Now());
    if (exists && changed.immutable && changed.data != objects.at(name).data) {
      return Status(422, "Secret \"s\" is invalid: data: Forbidden: field is immutable when `immutable` is set");
    }
    if (mutate) mutate(changed);
    changed.resource_version = revision_ + 1;
    if (!dry_run) {
      ++revision_;
      objects[name] = changed;
    }
    return Answer(exists ? 200 : 201, Render(name, changed));
  }

  std::uint64_t revision_ = 100;
};

}  // namespace client::testing
