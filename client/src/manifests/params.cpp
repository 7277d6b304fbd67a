#include "manifests/params.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "acmedns/endpoint.h"
#include "base/text.h"
#include "selfreg/fqdn.h"

namespace client {
namespace {

/// Ends the reading from any depth; caught in ParseParams().
struct Refusal {
  std::string message;
};

[[noreturn]] void Refuse(const std::string& path, std::string_view problem) {
  throw Refusal{fmt::format("{}: {}", path, problem)};
}

bool IsAbsent(const YAML::Node& node) {
  return !node.IsDefined() || node.IsNull();
}

/// The entries of a mapping by key. Refuses other nodes, repeated keys (YAML libraries silently take one of them) and,
/// where `known` is given, all others.
std::map<std::string, YAML::Node> Entries(const YAML::Node& node, const std::string& path,
                                          const std::vector<std::string>& known = {}) {
  if (!node.IsMap()) Refuse(path, "must be a mapping");
  std::map<std::string, YAML::Node> entries;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) Refuse(path, "has a key that is not text");
    const std::string key = entry.first.Scalar();
    const std::string key_path = fmt::format("{}{}{}", path, path.empty() ? "" : ".", Printable(key, 60));
    if (!known.empty() && std::ranges::find(known, key) == known.end()) {
      Refuse(key_path, fmt::format("is unknown; there are {}", fmt::join(known, ", ")));
    }
    if (!entries.emplace(key, entry.second).second) Refuse(key_path, "is there twice");
  }
  return entries;
}

std::optional<std::string> Text(const std::map<std::string, YAML::Node>& entries, const std::string& key,
                                const std::string& path) {
  const auto found = entries.find(key);
  if (found == entries.end() || IsAbsent(found->second)) return std::nullopt;
  if (!found->second.IsScalar()) Refuse(path + "." + key, "must be text");
  if (found->second.Tag() == "tag:yaml.org,2002:binary") {
    Refuse(path + "." + key, "is !!binary, which is not decoded; write the text itself");
  }
  return found->second.Scalar();
}

void CheckName(const std::string& name, const std::string& path) {
  const auto is_alphanumeric = [](char c) { return IsLowerLetter(c) || IsDigit(c); };
  const bool good = !name.empty() && is_alphanumeric(name.front()) && is_alphanumeric(name.back()) &&
                    std::ranges::all_of(name, [&](char c) { return is_alphanumeric(c) || c == '-'; });
  if (!good) Refuse(path, "the name must be lower-case letters, digits and inner '-', to be part of resource names");
  if (name.size() > kClientNameLengthMax) {
    Refuse(path, fmt::format("the name has {} characters, {} at most fit into a CronJob's name (acme-dns-<name>-check)",
                             name.size(), kClientNameLengthMax));
  }
}

void ReadApi(const YAML::Node& node, const std::string& path, AcmeClientParams& client) {
  if (IsAbsent(node)) Refuse(path, "is missing; give at least api.endpoint");
  const auto entries = Entries(node, path, {"endpoint", "username", "password"});
  const auto endpoint = Text(entries, "endpoint", path);
  if (!endpoint) Refuse(path + ".endpoint", "is missing; give the base URL of acme-dns");
  auto normalised = NormaliseEndpoint(*endpoint);
  if (!normalised) Refuse(path + ".endpoint", normalised.error().message);
  client.endpoint = *std::move(normalised);

  const std::string username = Text(entries, "username", path).value_or("");
  const std::string password = Text(entries, "password", path).value_or("");
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; };
  if (std::ranges::any_of(username, is_control) || username.find(':') != std::string::npos) {
    Refuse(path + ".username", "must have no colon and no control characters");
  }
  if (std::ranges::any_of(password, is_control)) Refuse(path + ".password", "must have no control characters");
  if (!username.empty() && password.empty()) Refuse(path + ".password", "is missing, but there is a username");
  if (username.empty() && !password.empty()) Refuse(path + ".username", "is missing, but there is a password");
  client.username = username;
  client.password = SecretText(password);
}

void ReadFqdns(const YAML::Node& node, const std::string& path, AcmeClientParams& client) {
  if (IsAbsent(node)) Refuse(path, "is missing; give the names to register");
  if (!node.IsSequence()) Refuse(path, "must be a list");
  if (node.size() == 0) Refuse(path, "is empty; give the names to register");
  for (std::size_t i = 0; i < node.size(); ++i) {
    const std::string item_path = fmt::format("{}[{}]", path, i);
    if (!node[i].IsScalar()) Refuse(item_path, "must be text");
    const auto fqdn = NormaliseFqdn(node[i].Scalar());
    if (!fqdn) Refuse(item_path, fqdn.error().message);
    // The registration is the same, but cert-manager's selector tells them apart.
    const bool wildcard = Trim(node[i].Scalar()).starts_with("*.");
    std::string name = (wildcard ? "*." : "") + *fqdn;
    if (std::ranges::find(client.fqdns, name) == client.fqdns.end()) client.fqdns.push_back(std::move(name));
  }
}

std::vector<AcmeClientParams> Read(const YAML::Node& root) {
  if (IsAbsent(root)) Refuse("acmeClients", "is missing");
  if (!root.IsMap()) Refuse("parameters", "must be a mapping with the key acmeClients");
  const auto top = Entries(root, "", {"acmeClients"});
  const auto clients_node = top.find("acmeClients");
  if (clients_node == top.end() || IsAbsent(clients_node->second)) Refuse("acmeClients", "is missing");
  std::vector<AcmeClientParams> clients;
  for (const auto& [name, node] : Entries(clients_node->second, "acmeClients")) {
    if (IsAbsent(node)) continue;  // how a level of a hierarchy takes away what a level above it has
    const std::string path = "acmeClients." + Printable(name, 60);
    CheckName(name, path);
    const auto entries = Entries(node, path, {"api", "fqdns"});
    const auto member = [&](const char* key) {
      const auto found = entries.find(key);
      return found == entries.end() ? YAML::Node() : found->second;
    };
    AcmeClientParams client = {.name = name};
    ReadApi(member("api"), path + ".api", client);
    ReadFqdns(member("fqdns"), path + ".fqdns", client);
    clients.push_back(std::move(client));
  }
  return clients;
}

}  // namespace

Result<std::vector<AcmeClientParams>> ParseParams(std::string_view text) {
  // What is no UTF-8 yaml-cpp would read with U+FFFD in its place, also in a password.
  if (!IsUtf8(text)) return Fail(ErrorKind::kMisconfigured, "is not UTF-8 text");
  // yaml-cpp's words may repeat the text, which may be a password: only the place is told.
  try {
    std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    std::erase_if(documents, IsAbsent);
    if (documents.size() > 1) {
      return Fail(ErrorKind::kMisconfigured,
                  fmt::format("has {} YAML documents; put all clients under one acmeClients", documents.size()));
    }
    return Read(documents.empty() ? YAML::Node() : documents.front());
  } catch (const Refusal& refusal) {
    return Fail(ErrorKind::kMisconfigured, refusal.message);
  } catch (const YAML::Exception& error) {
    return Fail(ErrorKind::kMisconfigured,
                fmt::format("not YAML (line {}, column {})", error.mark.line + 1, error.mark.column + 1));
  }
}

}  // namespace client
