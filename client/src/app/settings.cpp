#include "app/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

namespace client {
namespace {

constexpr unsigned Only(Command command) {
  return 1U << static_cast<unsigned>(command);
}
constexpr unsigned kSolver = Only(Command::kSolver);
constexpr unsigned kManifests = Only(Command::kManifests);
constexpr unsigned kStatus = Only(Command::kStatus);
constexpr unsigned kRuns = Only(Command::kRegister) | Only(Command::kCheck) | Only(Command::kReregister);
constexpr unsigned kProbing = Only(Command::kCheck) | Only(Command::kReregister) | Only(Command::kRegister);
constexpr unsigned kCluster = kRuns | kStatus;
constexpr unsigned kAll = kCluster | kSolver | kManifests | Only(Command::kVersion);

constexpr Setting kSettings[] = {
    {"--api", "ACME_DNS_API", "URL", "base URL of acme-dns; without a scheme https", kCluster | kSolver},
    {"--fqdns", "ACME_DNS_FQDNS", "LIST", "names to register: a JSON array or a comma list", kCluster},
    {"--secret", "CLIENT_SECRET_NAME", "NAME", "Secret that holds the registrations", kCluster | kSolver},
    {"--namespace", "NAMESPACE", "NAME", "namespace of the Secret; default the pod's, then the context's",
     kCluster | kManifests, SettingForm::kValue, "namespace of the objects (default cert-manager)"},
    {"--username", "REG_USERNAME", "NAME", "user for /register, where a proxy guards it", kRuns},
    {"--password-file", nullptr, "FILE", "password of that user; or give it in the variable REG_PASSWORD", kRuns},
    {"--allow-from", "ACME_DNS_ALLOWFROM", "LIST", "CIDR ranges that may update: a JSON array or a comma list", kRuns},
    {"--ca-file", "ACME_DNS_CA_FILE", "FILE", "further CA certificates (PEM) for acme-dns", kCluster},
    {"--kubeconfig", "KUBECONFIG", "FILE", "kubeconfig; default the pod's service account", kCluster},
    {"--context", nullptr, "NAME", "context of the kubeconfig; default its current one", kCluster},
    {"--service-account-dir", "SERVICE_ACCOUNT_DIR", "DIR", "folder of the pod's service account", kCluster},
    {"--reregister-on", nullptr, "WHEN",
     "rejected: when acme-dns confirms that it does not know the credentials (default); failure: whenever the check "
     "fails",
     kRuns},
    {"--probe", nullptr, "HOW", "update: store a fresh text (default); readonly: store nothing", kProbing},
    {"--confirm-tries", nullptr, "N", "401 answers in a row that count as a rejection (default 5)", kRuns},
    {"--confirm-spread", nullptr, "TIME", "time from the first to the last of them (default 75s)", kRuns},
    {"--start-jitter", nullptr, "TIME", "wait a random time of up to this before the first request (default 0s)",
     Only(Command::kCheck) | kManifests, SettingForm::kValue,
     "what the CronJob's check gets as its --start-jitter (default 59s)"},
    {"--verify-dns", nullptr, "WHEN", "auto: warn when the text does not show in DNS (default); required: fail; off",
     kCluster},
    {"--dns-patience", nullptr, "TIME", "how long the text may take to show (default 30s)", kRuns},
    {"--resolver", nullptr, "HOST[:PORT]", "DNS server to ask in place of the zone's own and the system's; may repeat",
     kCluster, SettingForm::kList},
    {"--verify-cname", nullptr, "", "fail when _acme-challenge.<fqdn> is no CNAME of the fulldomain", kRuns,
     SettingForm::kSwitch},
    {"--prune", nullptr, "", "drop registrations of names that are not in --fqdns", kRuns, SettingForm::kSwitch},
    {"--attempts", nullptr, "N", "tries per request (default 5)", kCluster},
    {"--timeout", nullptr, "TIME", "bound on one request (default 10s)", kCluster},
    {"--deadline", nullptr, "TIME", "bound on the whole run (default 300s)", kCluster},
    {"--field-manager", nullptr, "NAME", "manager of the fields it applies (default acmedns-selfreg)", kCluster},
    {"--termination-log", "TERMINATION_LOG", "FILE",
     "file for the termination message; default /dev/termination-log where it exists", kRuns},
    {"--params", nullptr, "FILE", "the acmeClients to make manifests for; - reads standard input", kManifests},
    {"--client", nullptr, "NAME", "only this client (default all); may repeat", kManifests, SettingForm::kList},
    {"--image", nullptr, "IMAGE",
     "image of the Job and CronJob (default acmedns-selfreg:VERSION, as `version` tells it)", kManifests},
    {"--scope", nullptr, "TEXT", "tenant/cluster: spreads the schedules of many clusters", kManifests},
    {"--time-zone", nullptr, "ZONE", "time zone of the schedule (default the cluster's)", kManifests},
    {"--acme-ca-file", nullptr, "FILE", "further CA certificates (PEM) for acme-dns, put into a ConfigMap", kManifests},
    {"--arg", nullptr, "FLAG", "further flag of register and check, as --arg=--probe=readonly; may repeat", kManifests,
     SettingForm::kList},
    {"--issuer", nullptr, "NAME", "also make a cert-manager ClusterIssuer of that name", kManifests},
    {"--email", nullptr, "ADDRESS", "its ACME account's contact", kManifests},
    {"--acme-server", nullptr, "URL", "its ACME directory (default Let's Encrypt)", kManifests},
    {"--output", nullptr, "FORMAT", "text (default) or json, to standard output", kAll, SettingForm::kValue,
     "yaml (default) or json, to standard output"},
    {"--log-format", nullptr, "FORMAT", "text (default) or json, to standard error", kCluster | kManifests},
    {"--verbose", nullptr, "", "log details", kCluster | kManifests, SettingForm::kSwitch},
};

/// Letters to insert, delete, change or swap with the next to make one word of the other.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before;
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  std::iota(last.begin(), last.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
    }
    before = std::exchange(last, current);
  }
  return last[b.size()];
}

}  // namespace

const char* CommandName(Command command) {
  switch (command) {
    case Command::kRegister:
      return "register";
    case Command::kCheck:
      return "check";
    case Command::kReregister:
      return "reregister";
    case Command::kStatus:
      return "status";
    case Command::kSolver:
      return "solver";
    case Command::kManifests:
      return "manifests";
    case Command::kVersion:
      break;
  }
  return "version";
}

bool NeedsCluster(Command command) {
  return (kCluster & Only(command)) != 0;
}

std::span<const Setting> AllSettings() {
  return kSettings;
}

const Setting& SettingFor(std::string_view flag) {
  const auto* found = std::ranges::find_if(kSettings, [&](const Setting& setting) { return flag == setting.flag; });
  assert(found != std::end(kSettings));
  return *found;
}

std::string NameOf(const Setting& setting) {
  return setting.variable == nullptr ? setting.flag : fmt::format("{} ({})", setting.flag, setting.variable);
}

Settings::Settings(Command command, Flags flags, Environment environment)
    : command_(command), flags_(std::move(flags)), environment_(std::move(environment)) {}

std::optional<std::string> Settings::Value(std::string_view flag) const {
  const std::vector<std::string> values = Values(flag);
  return values.empty() ? std::nullopt : std::optional(values.back());
}

std::vector<std::string> Settings::Values(std::string_view flag) const {
  if (const auto given = flags_.find(flag); given != flags_.end()) return given->second;
  const Setting& setting = SettingFor(flag);
  if (setting.variable == nullptr) return {};
  const auto variable = environment_.find(std::string_view(setting.variable));
  if (variable == environment_.end() || variable->second.empty()) return {};
  return {variable->second};
}

bool Settings::IsOn(std::string_view flag) const {
  return flags_.contains(flag);
}

std::string_view Nearest(std::string_view word, std::span<const std::string_view> words) {
  std::string_view nearest;
  std::size_t best = std::string_view::npos;
  for (const std::string_view candidate : words) {
    const std::size_t distance = Distance(word, candidate);
    if (distance < best && distance * 3 <= std::max(candidate.size(), word.size())) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace client
