// The base URL of acme-dns as an operator writes it.
#pragma once

#include <string>
#include <string_view>

#include "error.h"

namespace client {

/// `text` as scheme://host[:port][/path], without a final slash; no scheme means https. kMisconfigured for: an empty
/// text, another scheme than http and https, a user or password in the URL (they would end up in logs; there are
/// options for them), a query or fragment, white space, characters outside ASCII, no host, a port that is none.
/// The message never repeats a password.
Result<std::string> NormaliseEndpoint(std::string_view text);

}  // namespace client
