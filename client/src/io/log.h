// Log lines on stderr through spdlog.
#pragma once

#include <memory>

#include "effects/log.h"

namespace client {

enum class LogFormat : std::uint8_t { kText, kJson };

struct LogOptions {
  LogFormat format = LogFormat::kText;
  LogLevel level = LogLevel::kInfo;
};

/// One line per event to stderr, in text (`2026-01-02T03:04:05.678Z info message key=value`) or JSON
/// (`{"time":…,"level":…,"msg":…,key:value}`). Line breaks and control characters inside values are escaped, so that an
/// event is one line and no server's answer can forge one. Not for several threads at once.
std::unique_ptr<Log> MakeStderrLog(const LogOptions& options);

/// The line for an event, without the newline; what MakeStderrLog() writes. `time` is the formatted timestamp.
std::string FormatLogLine(LogFormat format, std::string_view time, LogLevel level, std::string_view message,
                          const LogFields& fields);

}  // namespace client
