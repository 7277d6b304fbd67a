// A whole fleet's night on one acme-dns: when the checks come, and how its processors keep up, since every update costs
// a bcrypt comparison.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

struct FleetOptions {
  int clusters = 100'000;
  std::uint64_t seed = 1;
  /// The client's random wait before its first request.
  std::chrono::milliseconds jitter_max{0};
  /// From a CronJob's minute to the client's first instruction: scheduling, image, start.
  std::chrono::milliseconds start_min{1000};
  std::chrono::milliseconds start_max{6000};
  // acme-dns
  int cores = 2;
  std::chrono::milliseconds update{66};  ///< of one core; 2 cores make some 30 updates a second
  // the client, as its RetryPolicy has it
  std::chrono::milliseconds timeout{10'000};
  int attempts = 5;
  std::chrono::milliseconds backoff_base{500};  ///< full jitter over base * 2^n
  std::chrono::milliseconds backoff_max{20'000};
};

/// Minutes after midnight at which a cluster's check is scheduled.
using MinuteOf = std::function<int(int cluster)>;

struct FleetNight {
  std::vector<std::uint64_t> requests_by_minute;  ///< from midnight on
  std::uint64_t requests = 0;                     ///< retries included
  std::uint64_t timeouts = 0;                     ///< requests whose client had given up when the answer was ready
  std::uint64_t failed_checks = 0;                ///< clients that ran out of attempts: exit 3
  double wait_median_seconds = 0;                 ///< from request to answer
  double wait_p99_seconds = 0;
  double wait_max_seconds = 0;
  std::uint64_t queue_max = 0;
};

/// Plays one night. The same options give the same night.
FleetNight PlayNight(const FleetOptions& options, const MinuteOf& minute_of);

struct NamedNight {
  std::string name;
  FleetNight night;
};

/// A table of the nights' figures, then a histogram of each in text.
std::string FleetText(const std::vector<NamedNight>& nights);
/// The histograms, one below the other, with what acme-dns can do as a line.
std::string FleetSvg(const std::vector<NamedNight>& nights, double updates_per_minute);

}  // namespace sim
