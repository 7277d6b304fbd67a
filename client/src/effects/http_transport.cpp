#include "effects/http_transport.h"

#include <algorithm>

#include "base/text.h"

namespace client {

std::optional<std::string_view> HttpResponse::Header(std::string_view name) const {
  const auto found = std::ranges::find_if(
      headers, [name](const HttpHeader& header) { return EqualsIgnoringCase(header.first, name); });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

}  // namespace client
