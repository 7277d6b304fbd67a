#include "io/log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>

namespace client {
namespace {

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      break;
  }
  return "error";
}

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

/// JSON's escapes, which also make text safe to stand in one line. Bytes that are no UTF-8 are replaced.
std::string Quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool IsPlain(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '='; });
}

/// A message is prose: spaces and quotes may stand, control characters may not.
std::string OneLine(std::string_view text) {
  const bool clean =
      std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; });
  if (clean) return std::string(text);
  std::string quoted = Quoted(text);
  return quoted.substr(1, quoted.size() - 2);
}

std::string TimeStamp() {
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto milliseconds = now.time_since_epoch().count() % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                     milliseconds);
}

class StderrLog final : public Log {
 public:
  explicit StderrLog(const LogOptions& options)
      : format_(options.format), logger_("acmedns-selfreg", std::make_shared<spdlog::sinks::stderr_sink_st>()) {
    logger_.set_pattern("%v");
    logger_.set_level(SpdlogLevel(options.level));
    logger_.flush_on(spdlog::level::trace);
  }

  void Write(LogLevel level, std::string_view message, const LogFields& fields) override {
    if (!logger_.should_log(SpdlogLevel(level))) return;
    logger_.log(SpdlogLevel(level), spdlog::string_view_t(FormatLogLine(format_, TimeStamp(), level, message, fields)));
  }

 private:
  LogFormat format_;
  spdlog::logger logger_;
};

}  // namespace

std::string FormatLogLine(LogFormat format, std::string_view time, LogLevel level, std::string_view message,
                          const LogFields& fields) {
  if (format == LogFormat::kJson) {
    // Put together by hand: the order of the fields is part of what a reader sees.
    std::string line =
        fmt::format(R"({{"time":{},"level":"{}","msg":{})", Quoted(time), LevelName(level), Quoted(message));
    for (const auto& [key, value] : fields) line += fmt::format(",{}:{}", Quoted(key), Quoted(value));
    return line + "}";
  }
  std::string line = fmt::format("{} {:7} {}", time, LevelName(level), OneLine(message));
  for (const auto& [key, value] : fields) {
    line += fmt::format(" {}={}", OneLine(key), IsPlain(value) ? std::string(value) : Quoted(value));
  }
  return line;
}

std::unique_ptr<Log> MakeStderrLog(const LogOptions& options) {
  return std::make_unique<StderrLog>(options);
}

}  // namespace client
