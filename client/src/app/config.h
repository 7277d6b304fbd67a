// What a run is told, checked and as plain values. Made once, at the start; nothing below reads the environment.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "acmedns/acme_dns_client.h"
#include "app/settings.h"
#include "base/retry.h"
#include "error.h"
#include "io/log.h"
#include "io/proxy.h"
#include "kube/access.h"
#include "kube/in_cluster.h"
#include "kube/kubeconfig.h"
#include "kube/secret_store.h"
#include "manifests/manifests.h"
#include "selfreg/options.h"

namespace client {

/// Where the kubelet looks for the termination message by default. Written only where the file exists.
inline constexpr const char* kDefaultTerminationLog = "/dev/termination-log";

enum class OutputFormat : std::uint8_t { kText, kJson };

/// What only the command `manifests` is told.
struct ManifestsConfig {
  std::vector<AcmeClientParams> params;
  ManifestOptions options;
};

struct Config {
  Command command = Command::kVersion;
  OutputFormat output = OutputFormat::kText;
  LogOptions log;

  AcmeDnsOptions acmedns;
  std::string ca_pem;     ///< further CA certificates for acme-dns
  std::string ca_source;  ///< where they came from, for messages
  ProxySettings proxy;

  SecretRef secret;  ///< the namespace may be empty: the cluster's default counts
  std::string field_manager = "acmedns-selfreg";
  KubeconfigOptions kubeconfig;  ///< no paths: in_cluster counts
  InClusterOptions in_cluster;

  RunOptions run;
  RetryPolicy retry;
  std::vector<std::string> resolvers;

  ManifestsConfig manifests;
};

/// Everything that the command needs, from flags, environment and files. kMisconfigured for the first value that is
/// missing or wrong: the message names the flag, the variable and what is right, and repeats no secret. `read_file`
/// is called for --password-file and --ca-file, and with "-" for standard input.
Result<Config> MakeConfig(const Settings& settings, const FileReader& read_file);

/// The log's options alone, for reporting an error of MakeConfig() in the wanted form; wrong values count as absent.
LogOptions LogOptionsOf(const Settings& settings);
OutputFormat OutputFormatOf(const Settings& settings);

}  // namespace client
