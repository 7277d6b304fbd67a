// Files in memory for tests of what reads files.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "kube/access.h"

namespace client::testing {

struct FakeFiles {
  std::map<std::string, std::string> contents;

  /// Reads from `contents` as they are at the time. The reader must not outlive this.
  FileReader Reader() {
    return [this](const std::string& path) -> Result<std::string> {
      const auto found = contents.find(path);
      if (found != contents.end()) return found->second;
      return Fail(ErrorKind::kNotFound, "can't read " + path + ": No such file or directory");
    };
  }
};

}  // namespace client::testing
