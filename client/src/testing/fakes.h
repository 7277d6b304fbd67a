// Effects for unit tests: time that passes only when somebody sleeps, numbers that follow a seed, a log that remembers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "effects/clock.h"
#include "effects/http_transport.h"
#include "effects/log.h"
#include "effects/random.h"

namespace client::testing {

/// Sleeping advances the time at once.
class FakeClock final : public Clock {
 public:
  TimePoint Now() const override { return kStart + elapsed_; }
  std::chrono::milliseconds Monotonic() const override { return elapsed_; }
  Result<void> Sleep(std::chrono::milliseconds duration) override {
    if (cancelled) return Fail(ErrorKind::kCancelled, "stopped by a signal");
    slept.push_back(duration);
    elapsed_ += duration;
    if (on_sleep) on_sleep(duration);
    return {};
  }
  void Advance(std::chrono::milliseconds duration) { elapsed_ += duration; }

  bool cancelled = false;
  std::vector<std::chrono::milliseconds> slept;
  std::function<void(std::chrono::milliseconds)> on_sleep;

 private:
  static constexpr TimePoint kStart = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2);
  std::chrono::milliseconds elapsed_{0};
};

/// SplitMix64: every seed gives its own well-spread sequence.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed = 1) : state_(seed) {}
  std::uint64_t Next() override {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }

 private:
  std::uint64_t state_;
};

/// Keeps every line, as "LEVEL message key=value ...".
class MemoryLog final : public Log {
 public:
  void Write(LogLevel level, std::string_view message, const LogFields& fields) override {
    static constexpr const char* kNames[] = {"DEBUG", "INFO", "WARNING", "ERROR"};
    std::string line = kNames[static_cast<int>(level)];
    line += ' ';
    line += message;
    for (const auto& [key, value] : fields) line.append(1, ' ').append(key).append(1, '=').append(value);
    lines.push_back(std::move(line));
  }
  /// All lines in one text.
  std::string Text() const {
    std::string text;
    for (const std::string& line : lines) text += line + '\n';
    return text;
  }
  std::vector<std::string> lines;
};

/// Answers by a function and remembers what it was asked.
class FunctionTransport final : public HttpTransport {
 public:
  using Handler = std::function<Result<HttpResponse>(const HttpRequest&)>;
  explicit FunctionTransport(Handler handler) : handler_(std::move(handler)) {}
  Result<HttpResponse> Send(const HttpRequest& request) override {
    requests.push_back(request);
    return handler_(request);
  }
  std::vector<HttpRequest> requests;

 private:
  Handler handler_;
};

/// The request's header of that name; empty when it has none.
inline std::string HeaderOf(const HttpRequest& request, std::string_view name) {
  return std::string(HttpResponse{.status = 0, .headers = request.headers, .body = {}}.Header(name).value_or(""));
}

}  // namespace client::testing
