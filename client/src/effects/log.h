// Log lines as values: a message and fields. Nobody passes a secret.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace client {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };
using LogFields = std::vector<std::pair<std::string, std::string>>;

class Log {
 public:
  virtual ~Log() = default;
  virtual void Write(LogLevel level, std::string_view message, const LogFields& fields = {}) = 0;
};

}  // namespace client
