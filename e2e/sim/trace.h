// The event log of a world: one line per event, the same bytes for the same seed.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "mock_http/clock.h"

namespace sim {

class Trace {
 public:
  using Sink = std::function<void(std::string_view line)>;

  /// An empty sink: nothing is formatted. `clock` must outlive it.
  Trace(Sink sink, const mock_http::Clock& clock, mock_http::TimePoint start)
      : sink_(std::move(sink)), clock_(clock), start_(start) {}

  bool on() const { return static_cast<bool>(sink_); }
  /// "day 12 03:04:05.678 c07 <text>"; a negative cluster: the whole world.
  template <class... Parts>
  void Line(int cluster, fmt::format_string<Parts...> format, Parts&&... parts) {
    if (on()) Write(cluster, fmt::format(format, std::forward<Parts>(parts)...));
  }

 private:
  void Write(int cluster, const std::string& text);

  Sink sink_;
  const mock_http::Clock& clock_;
  mock_http::TimePoint start_;
};

}  // namespace sim
