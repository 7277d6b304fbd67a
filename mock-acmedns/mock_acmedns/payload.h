// Request bodies as Go's encoding/json reads them into acme-dns's struct. Clients rely on its habits (keys in any
// letter case), and its answers to bad input follow from them, so a general JSON parser won't do.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mock_acmedns {

struct Payload {
  std::string subdomain;
  std::string txt;
  std::vector<std::string> allow_from;
};

/// As json.Unmarshal: the whole body must be one JSON value, an object or null, with members of the right types and a
/// username, if any, that is a UUID. nullopt otherwise. The last of equal keys counts; keys match without regard to
/// case; unknown ones are ignored.
std::optional<Payload> ReadWholeBody(std::string_view body);

/// As json.Decoder.Decode with its error ignored: only the first value is looked at; a member of a wrong type is left
/// as it was and reading goes on; a username that is no UUID ends the reading there; bad syntax gives an empty payload.
Payload ReadFirstValue(std::string_view body);

}  // namespace mock_acmedns
