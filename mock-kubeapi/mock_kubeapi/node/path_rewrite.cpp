#include "mock_kubeapi/node/path_rewrite.h"

#include <cctype>

namespace mock_kubeapi {
namespace {

/// Whether `c` may be within a name in a path, so that a path can't begin behind it or end before it.
bool IsNameCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
}

}  // namespace

std::string RewritePaths(std::string_view text, const PathMap& paths) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const PathMap::value_type* best = nullptr;
    const bool may_begin = text[at] == '/' && (at == 0 || (!IsNameCharacter(text[at - 1]) && text[at - 1] != '/'));
    if (may_begin) {
      for (const auto& each : paths) {
        const std::string_view rest = text.substr(at);
        const std::string& path = each.first;
        const bool fits = rest.starts_with(path) && (rest.size() == path.size() || !IsNameCharacter(rest[path.size()]));
        if (fits && (best == nullptr || path.size() > best->first.size())) best = &each;
      }
    }
    if (best != nullptr) {
      out += best->second;
      at += best->first.size();
    } else {
      out += text[at++];
    }
  }
  return out;
}

}  // namespace mock_kubeapi
