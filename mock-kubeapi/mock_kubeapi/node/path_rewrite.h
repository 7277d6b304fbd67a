// Where no mount namespace is to be had, a volume stays where it is, and the container is told that place instead of
// the mount path: in its command, arguments and environment.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace mock_kubeapi {

/// What to say instead of each absolute path.
using PathMap = std::map<std::string, std::string>;

/// Replaces each path of `paths` in `text`, alone or with more behind a '/': "--ca=/etc/tls/ca.crt". The longest one
/// counts; "/etc/tls2" and "x/etc/tls" are other paths than "/etc/tls".
std::string RewritePaths(std::string_view text, const PathMap& paths);

}  // namespace mock_kubeapi
