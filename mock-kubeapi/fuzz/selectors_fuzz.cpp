// Feeds the parsers of label and field selectors, which read the query string of lists and watches. What parses must
// also match without a crash, and the same each time.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "mock_kubeapi/api/selectors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using mock_kubeapi::Json;
  static const Json bare = {{"metadata", Json::object()}};
  static const Json labelled = {{"metadata", {{"labels", {{"a", "b"}, {"n", "7"}, {"example.com/x", ""}}}}}};
  static const std::map<std::string, std::string> fields = {{"metadata.name", "a"}, {"type", "Opaque"}, {"reason", ""}};
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  if (const auto labels = mock_kubeapi::LabelSelector::Parse(text)) {
    if (labels->Matches(labelled) != labels->Matches(labelled)) std::abort();
    if (labels->Empty() && !labels->Matches(bare)) std::abort();
  } else if (labels.error().empty()) {
    std::abort();
  }
  if (const auto selected = mock_kubeapi::FieldSelector::Parse(text)) {
    const bool matches = selected->Matches(fields);
    if (selected->Empty() && !matches) std::abort();
    for (const auto& term : selected->terms()) {
      const auto found = fields.find(term.field);
      const bool holds = ((found == fields.end() ? "" : found->second) == term.value) == term.equal;
      if (matches && !holds) std::abort();
    }
  } else if (selected.error().empty()) {
    std::abort();
  }
  return 0;
}
