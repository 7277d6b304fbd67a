#include "kube/kubeconfig.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/base64.h"
#include "base/text.h"

namespace client {
namespace {

std::unexpected<Error> Misconfigured(std::string message) {
  return Fail(ErrorKind::kMisconfigured, std::move(message));
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// A mapping somewhere in a file, with what messages call it.
struct Section {
  std::string path;   ///< of the file
  std::string where;  ///< "users[lab].user"; empty at the root
  YAML::Node node;

  std::string Name(std::string_view key) const {
    return fmt::format("{}: {}{}{}", path, where, where.empty() || key.empty() ? "" : ".", key);
  }

  /// The text under `key`, empty when it is absent or null.
  Result<std::string> Text(const char* key) const {
    if (!node.IsDefined() || node.IsNull()) return std::string();
    const YAML::Node value = node[key];
    if (!value.IsDefined() || value.IsNull()) return std::string();
    if (!value.IsScalar()) return Misconfigured(fmt::format("{} must be text", Name(key)));
    return value.Scalar();
  }

  bool Has(const char* key) const {
    if (!node.IsDefined() || node.IsNull()) return false;
    const YAML::Node value = node[key];
    return value.IsDefined() && !value.IsNull() && (!value.IsScalar() || !value.Scalar().empty()) &&
           (!value.IsSequence() || value.size() > 0);
  }
};

struct File {
  std::string path;
  YAML::Node root;
};

Result<File> ParseFile(const std::string& path, const std::string& content) {
  // yaml-cpp's words may repeat the text, which may be a secret: only the place is told.
  try {
    File file = {.path = path, .root = YAML::Load(content)};
    if (!file.root.IsNull() && !file.root.IsMap())
      return Misconfigured(path + ": must be a kubeconfig, a YAML mapping");
    return file;
  } catch (const YAML::Exception& error) {
    return Misconfigured(
        fmt::format("{}: not YAML (line {}, column {})", path, error.mark.line + 1, error.mark.column + 1));
  }
}

Result<std::vector<File>> ReadFiles(const KubeconfigOptions& options, const FileReader& read_file) {
  std::vector<File> files;
  for (const std::string& path : options.paths) {
    const auto content = read_file(path);
    if (!content && content.error().kind == ErrorKind::kNotFound) continue;
    if (!content) return Misconfigured("kubeconfig: " + content.error().message);
    auto file = ParseFile(path, *content);
    if (!file) return std::unexpected(file.error());
    files.push_back(*std::move(file));
  }
  if (files.empty()) {
    return Misconfigured(
        fmt::format("kubeconfig {}: no such file; correct --kubeconfig (KUBECONFIG)", Join(options.paths)));
  }
  return files;
}

struct Sought {
  const char* list;    ///< "users"
  const char* member;  ///< "user"
  std::string name;
};

/// The entry of that name in the first file that has one.
Result<Section> Find(const std::vector<File>& files, const Sought& sought) {
  std::vector<std::string> names;
  for (const File& file : files) {
    if (!file.root.IsMap()) continue;
    const YAML::Node list = file.root[sought.list];
    if (!list.IsDefined() || list.IsNull()) continue;
    if (!list.IsSequence()) return Misconfigured(fmt::format("{}: {} must be a list", file.path, sought.list));
    for (std::size_t i = 0; i < list.size(); ++i) {
      const YAML::Node entry = list[i];
      const std::string where = fmt::format("{}[{}]", sought.list, i);
      if (!entry.IsMap()) return Misconfigured(fmt::format("{}: {} must be a mapping", file.path, where));
      const auto name = Section{.path = file.path, .where = where, .node = entry}.Text("name");
      if (!name) return std::unexpected(name.error());
      names.push_back(Printable(*name, 80));
      if (*name != sought.name) continue;
      const YAML::Node member = entry[sought.member];
      const std::string member_where = fmt::format("{}.{}", where, sought.member);
      const bool absent = !member.IsDefined() || member.IsNull();
      if (!absent && !member.IsMap()) {
        return Misconfigured(fmt::format("{}: {} must be a mapping", file.path, member_where));
      }
      return Section{
          .path = file.path, .where = member_where, .node = absent ? YAML::Node(YAML::NodeType::Map) : member};
    }
  }
  return Misconfigured(fmt::format("kubeconfig {}: there is no {} named {} (there is: {})", files.front().path,
                                   sought.member, Printable(sought.name), names.empty() ? "none" : Join(names)));
}

/// kubectl takes relative paths from the file that holds them.
std::string Beside(const std::string& file, const std::string& path) {
  const std::size_t slash = file.rfind('/');
  if (path.starts_with('/') || slash == std::string::npos) return path;
  return file.substr(0, slash + 1) + path;
}

/// What is under `<key>-data` in base64, else in the file that `key` names; empty when neither is there.
Result<std::string> DataOrFile(const Section& section, const char* key, const FileReader& read_file) {
  const std::string data_key = std::string(key) + "-data";
  const auto data = section.Text(data_key.c_str());
  if (!data) return data;
  if (!data->empty()) {
    auto decoded = DecodeBase64(*data);
    if (!decoded || decoded->empty()) return Misconfigured(section.Name(data_key) + " must be base64");
    return *std::move(decoded);
  }
  const auto path = section.Text(key);
  if (!path || path->empty()) return path;
  auto content = read_file(Beside(section.path, *path));
  if (!content) return Misconfigured(fmt::format("{}: {}", section.Name(key), content.error().message));
  return content;
}

Result<void> FillCluster(const Section& cluster, const FileReader& read_file, KubeAccess& access) {
  const auto server = cluster.Text("server");
  if (!server) return std::unexpected(server.error());
  if (server->empty()) return Misconfigured(cluster.Name("server") + " is missing");
  access.server = server->find("://") == std::string::npos ? "https://" + *server : *server;
  while (access.server.ends_with('/')) access.server.pop_back();
  const bool http = access.server.starts_with("http://");
  const bool printable = std::ranges::all_of(access.server, [](char c) { return c > ' ' && c <= '~'; });
  if (!printable || (!http && !access.server.starts_with("https://")) ||
      access.server.find_first_of("?#@") != std::string::npos) {
    return Misconfigured(cluster.Name("server") + " must be an https:// address");
  }
  const auto insecure = cluster.Text("insecure-skip-tls-verify");
  if (!insecure) return std::unexpected(insecure.error());
  if (!insecure->empty() && *insecure != "false") {
    return Misconfigured(cluster.Name("insecure-skip-tls-verify") +
                         " is not supported: certificates are always verified; give certificate-authority instead");
  }
  auto ca = DataOrFile(cluster, "certificate-authority", read_file);
  if (!ca) return std::unexpected(ca.error());
  auto server_name = cluster.Text("tls-server-name");
  if (!server_name) return std::unexpected(server_name.error());
  auto proxy = cluster.Text("proxy-url");
  if (!proxy) return std::unexpected(proxy.error());
  access.ca_pem = *std::move(ca);
  access.tls_server_name = *std::move(server_name);
  access.proxy_url = *std::move(proxy);
  return {};
}

Result<SecretText> ReadToken(const Section& user, const FileReader& read_file) {
  const auto token_file = user.Text("tokenFile");
  if (!token_file) return std::unexpected(token_file.error());
  if (token_file->empty()) {
    const auto token = user.Text("token");
    if (!token) return std::unexpected(token.error());
    return SecretText(*token);
  }
  const auto content = read_file(Beside(user.path, *token_file));
  if (!content) return Misconfigured(fmt::format("{}: {}", user.Name("tokenFile"), content.error().message));
  if (Trim(*content).empty()) return Misconfigured(fmt::format("{}: the file is empty", user.Name("tokenFile")));
  return SecretText(std::string(Trim(*content)));
}

Result<void> RefuseUnsupported(const Section& user) {
  struct Unsupported {
    const char* key;
    const char* remedy;
  };
  constexpr Unsupported kUnsupported[] = {
      {.key = "exec",
       .remedy = "credential plugins are not run; use a token or a client certificate "
                 "(kubectl create token SERVICEACCOUNT makes a token)"},
      {.key = "auth-provider", .remedy = "use a token or a client certificate"},
      {.key = "username", .remedy = "API servers know no passwords any more; use a token or a client certificate"},
      {.key = "password", .remedy = "API servers know no passwords any more; use a token or a client certificate"},
      {.key = "as", .remedy = "impersonation is not done; use that account's own token"},
      {.key = "as-uid", .remedy = "impersonation is not done; use that account's own token"},
      {.key = "as-groups", .remedy = "impersonation is not done; use that account's own token"},
      {.key = "as-user-extra", .remedy = "impersonation is not done; use that account's own token"},
  };
  for (const auto& [key, remedy] : kUnsupported) {
    if (user.Has(key)) return Misconfigured(fmt::format("{} is not supported: {}", user.Name(key), remedy));
  }
  return {};
}

Result<void> FillUser(const Section& user, const FileReader& read_file, KubeAccess& access) {
  if (auto supported = RefuseUnsupported(user); !supported) return supported;
  auto certificate = DataOrFile(user, "client-certificate", read_file);
  if (!certificate) return std::unexpected(certificate.error());
  auto key = DataOrFile(user, "client-key", read_file);
  if (!key) return std::unexpected(key.error());
  if (certificate->empty() != key->empty()) {
    return Misconfigured(user.Name("") + ": client-certificate and client-key belong together, one is missing");
  }
  auto token = ReadToken(user, read_file);
  if (!token) return std::unexpected(token.error());
  const bool printable = std::ranges::all_of(token->Reveal(), [](char c) { return c > ' ' && c <= '~'; });
  if (!printable) return Misconfigured(user.Name("token") + " holds a character that no token has");
  if (access.server.starts_with("http://") && !token->empty()) {
    return Misconfigured(user.Name("token") + " would be sent unencrypted; use an https:// server");
  }
  access.client_certificate_pem = *std::move(certificate);
  access.client_key_pem = SecretText(*std::move(key));
  access.token = *std::move(token);
  return {};
}

Result<std::string> CurrentContext(const std::vector<File>& files) {
  for (const File& file : files) {
    auto name = Section{.path = file.path, .where = {}, .node = file.root}.Text("current-context");
    if (!name || !name->empty()) return name;
  }
  return Misconfigured(
      fmt::format("kubeconfig {}: has no current-context; give one with --context", files.front().path));
}

Result<KubeAccess> Load(const KubeconfigOptions& options, const FileReader& read_file) {
  const auto files = ReadFiles(options, read_file);
  if (!files) return std::unexpected(files.error());
  const auto context_name = options.context.empty() ? CurrentContext(*files) : options.context;
  if (!context_name) return std::unexpected(context_name.error());
  const auto context = Find(*files, {.list = "contexts", .member = "context", .name = *context_name});
  if (!context) return std::unexpected(context.error());
  const auto cluster_name = context->Text("cluster");
  if (!cluster_name) return std::unexpected(cluster_name.error());
  const auto user_name = context->Text("user");
  if (!user_name) return std::unexpected(user_name.error());
  auto default_namespace = context->Text("namespace");
  if (!default_namespace) return std::unexpected(default_namespace.error());

  KubeAccess access = {.default_namespace = *std::move(default_namespace),
                       .source = fmt::format("context {} of {}", Printable(*context_name, 80), context->path)};
  const auto cluster = Find(*files, {.list = "clusters", .member = "cluster", .name = *cluster_name});
  if (!cluster) return std::unexpected(cluster.error());
  if (auto filled = FillCluster(*cluster, read_file, access); !filled) return std::unexpected(filled.error());
  if (user_name->empty()) return access;
  const auto user = Find(*files, {.list = "users", .member = "user", .name = *user_name});
  if (!user) return std::unexpected(user.error());
  if (auto filled = FillUser(*user, read_file, access); !filled) return std::unexpected(filled.error());
  return access;
}

}  // namespace

std::vector<std::string> SplitKubeconfigPaths(std::string_view value) {
  std::vector<std::string> paths;
  while (!value.empty()) {
    const std::string_view path = value.substr(0, value.find(':'));
    value.remove_prefix(std::min(path.size() + 1, value.size()));
    if (!path.empty()) paths.emplace_back(path);
  }
  return paths;
}

Result<KubeAccess> LoadKubeconfig(const KubeconfigOptions& options, const FileReader& read_file) {
  try {
    return Load(options, read_file);
  } catch (const YAML::Exception&) {
    return Misconfigured(fmt::format("kubeconfig {}: not of a kubeconfig's form", Join(options.paths)));
  }
}

}  // namespace client
