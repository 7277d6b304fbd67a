#include "mock_kubeapi/controllers/job_indexes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

constexpr const char* kVariable = "JOB_COMPLETION_INDEX";
// A generated name has 63 characters at most, five of them random.
constexpr std::size_t kPrefixCharactersMax = 58;

std::optional<std::int64_t> ParseIndex(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::int64_t> CompletionIndexOf(const Json& pod) {
  return ParseIndex(TextOf(ObjectOf(ObjectOf(pod, "metadata"), "annotations"), kCompletionIndexAnnotation));
}

IndexSet ParseIndexes(std::string_view text, std::int64_t completions) {
  IndexSet indexes;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const std::size_t hyphen = part.find('-');
    const std::optional<std::int64_t> first = ParseIndex(part.substr(0, hyphen));
    const std::optional<std::int64_t> last =
        hyphen == std::string_view::npos ? first : ParseIndex(part.substr(hyphen + 1));
    if (first && last) {
      for (std::int64_t i = *first; i <= *last && i < completions; ++i) indexes.insert(i);
    }
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return indexes;
}

std::string FormatIndexes(const IndexSet& indexes) {
  std::string out;
  for (auto at = indexes.begin(); at != indexes.end();) {
    const std::int64_t first = *at;
    std::int64_t last = first;
    for (++at; at != indexes.end() && *at == last + 1; ++at) ++last;
    if (!out.empty()) out += ",";
    out += std::to_string(first);
    if (last > first) out += (last == first + 1 ? "," : "-") + std::to_string(last);
  }
  return out;
}

std::vector<std::int64_t> FirstPendingIndexes(const std::vector<JsonPtr>& active_pods, const IndexSet& succeeded,
                                              std::size_t count, std::int64_t completions) {
  IndexSet taken = succeeded;
  for (const JsonPtr& pod : active_pods) {
    if (const auto index = CompletionIndexOf(*pod)) taken.insert(*index);
  }
  std::vector<std::int64_t> pending;
  for (std::int64_t i = 0; i < completions && pending.size() < count; ++i) {
    if (!taken.contains(i)) pending.push_back(i);
  }
  return pending;
}

void AddCompletionIndexVariable(Json& pod_spec) {
  for (const char* list : {"initContainers", "containers"}) {
    Json* containers = FieldOf(pod_spec, list);
    if (containers == nullptr) continue;
    for (Json& container : *containers) {
      const bool has_it = std::ranges::any_of(
          ListOf(container, "env"), [](const Json& variable) { return TextOf(variable, "name") == kVariable; });
      if (has_it) continue;
      Json& env = container["env"];
      if (!env.is_array()) env = Json::array();
      const std::string path = fmt::format("metadata.annotations['{}']", kCompletionIndexAnnotation);
      env.push_back({{"name", kVariable}, {"valueFrom", {{"fieldRef", {{"apiVersion", "v1"}, {"fieldPath", path}}}}}});
    }
  }
}

std::string IndexedGenerateName(const std::string& job_name, std::int64_t index) {
  const std::string suffix = fmt::format("-{}-", index);
  return job_name.substr(0, kPrefixCharactersMax - suffix.size()) + suffix;
}

}  // namespace mock_kubeapi
