// The names to register: what an operator writes, as the keys that cert-manager looks up.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "error.h"

namespace client {

/// The longest name for which `_acme-challenge.<name>` still is a DNS name (253 characters).
inline constexpr std::size_t kFqdnLengthMax = 237;

/// The key of one name: `*.` taken off (cert-manager looks wildcards up without it), IDN to A-labels (IDNA 2008,
/// non-transitional UTS 46), lower case, no final dot. kMisconfigured, naming the text and the rule, for what is no
/// host name of at least two labels: empty or over-long labels and names, characters other than letters, digits and
/// inner hyphens, a wildcard elsewhere, an IP address, a name that already starts with `_acme-challenge.`.
Result<std::string> NormaliseFqdn(std::string_view text);

/// The keys of a list: a JSON array of strings when the text starts with `[`, else separated by commas or white space.
/// Sorted; duplicates merge. kMisconfigured for an empty list, JSON of another form, and as NormaliseFqdn().
Result<std::vector<std::string>> ParseFqdns(std::string_view text);

}  // namespace client
