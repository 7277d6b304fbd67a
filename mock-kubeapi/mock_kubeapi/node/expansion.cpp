#include "mock_kubeapi/node/expansion.h"

namespace mock_kubeapi {

std::string ExpandVariables(std::string_view text, const VariableLookup& lookup) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '$' || at + 1 == text.size()) {
      out += text[at];
      continue;
    }
    const char next = text[at + 1];
    if (next == '$') {
      out += '$';
      ++at;
      continue;
    }
    const std::size_t end = next == '(' ? text.find(')', at + 2) : std::string_view::npos;
    if (end == std::string_view::npos) {
      // "$(" that is never closed, or "$x": as it stands.
      out += text.substr(at, 2);
      ++at;
      continue;
    }
    const std::string_view name = text.substr(at + 2, end - at - 2);
    out += lookup(name).value_or("$(" + std::string(name) + ")");
    at = end;
  }
  return out;
}

}  // namespace mock_kubeapi
