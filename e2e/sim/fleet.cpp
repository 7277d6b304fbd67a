#include "sim/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <queue>

#include "mock_http/random.h"
#include "sim/svg.h"

namespace sim {
namespace {

using Milliseconds = std::int64_t;

struct Arrival {
  Milliseconds at = 0;
  int cluster = 0;
  int attempt = 0;
  bool operator>(const Arrival& other) const { return at != other.at ? at > other.at : cluster > other.cluster; }
};

double Quantile(std::vector<Milliseconds>& sorted, double q) {
  if (sorted.empty()) return 0;
  const auto index = static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1));
  return static_cast<double>(sorted[index]) / 1000.0;
}

Milliseconds Uniform(mock_http::Random& random, Milliseconds low, Milliseconds high) {
  return low + static_cast<Milliseconds>(random.Below(static_cast<std::uint64_t>(high - low) + 1));
}

/// Requests that are in the server, for the longest queue.
class InFlight {
 public:
  void Add(Milliseconds now, Milliseconds done) {
    while (!done_.empty() && done_.top() <= now) done_.pop();
    done_.push(done);
    max_ = std::max<std::uint64_t>(max_, done_.size());
  }
  std::uint64_t max() const { return max_; }

 private:
  std::priority_queue<Milliseconds, std::vector<Milliseconds>, std::greater<>> done_;
  std::uint64_t max_ = 0;
};

}  // namespace

FleetNight PlayNight(const FleetOptions& options, const MinuteOf& minute_of) {
  mock_http::SeededRandom random(options.seed);
  std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals;
  for (int cluster = 0; cluster < options.clusters; ++cluster) {
    const Milliseconds start = Uniform(random, options.start_min.count(), options.start_max.count());
    const Milliseconds jitter = options.jitter_max.count() > 0 ? Uniform(random, 0, options.jitter_max.count()) : 0;
    arrivals.push({.at = Milliseconds{60'000} * minute_of(cluster) + start + jitter, .cluster = cluster});
  }

  FleetNight night;
  InFlight in_flight;
  std::vector<Milliseconds> waits;
  // First come, first served: the next request goes to the core that is free first.
  std::priority_queue<Milliseconds, std::vector<Milliseconds>, std::greater<>> free_at;
  for (int core = 0; core < options.cores; ++core) free_at.push(0);
  while (!arrivals.empty()) {
    const Arrival arrival = arrivals.top();
    arrivals.pop();
    const auto minute = static_cast<std::size_t>(arrival.at / 60'000);
    if (night.requests_by_minute.size() <= minute) night.requests_by_minute.resize(minute + 1);
    ++night.requests_by_minute[minute];
    ++night.requests;

    const Milliseconds done = std::max(free_at.top(), arrival.at) + options.update.count();
    free_at.pop();
    free_at.push(done);
    in_flight.Add(arrival.at, done);
    const Milliseconds wait = done - arrival.at;
    waits.push_back(wait);
    if (wait <= options.timeout.count()) continue;
    // The client is gone, but acme-dns compares the key all the same: that is what makes an overload last.
    ++night.timeouts;
    if (arrival.attempt + 1 >= options.attempts) {
      ++night.failed_checks;
      continue;
    }
    const Milliseconds backoff = std::min(options.backoff_max.count(), options.backoff_base.count() << arrival.attempt);
    arrivals.push({.at = arrival.at + options.timeout.count() + Uniform(random, 0, backoff),
                   .cluster = arrival.cluster,
                   .attempt = arrival.attempt + 1});
  }
  std::ranges::sort(waits);
  night.wait_median_seconds = Quantile(waits, 0.5);
  night.wait_p99_seconds = Quantile(waits, 0.99);
  night.wait_max_seconds = Quantile(waits, 1);
  night.queue_max = in_flight.max();
  return night;
}

std::string FleetText(const std::vector<NamedNight>& nights) {
  std::string text = fmt::format("{:<26}{:>10}{:>10}{:>10}{:>12}{:>12}{:>12}{:>10}\n", "schedule", "requests",
                                 "timeouts", "failed", "median s", "99 % s", "longest s", "queue");
  for (const auto& [name, night] : nights) {
    text += fmt::format("{:<26}{:>10}{:>10}{:>10}{:>12.2f}{:>12.2f}{:>12.2f}{:>10}\n", name, night.requests,
                        night.timeouts, night.failed_checks, night.wait_median_seconds, night.wait_p99_seconds,
                        night.wait_max_seconds, night.queue_max);
  }
  constexpr std::size_t kMinutesPerRow = 5;
  constexpr std::size_t kBarMax = 60;
  for (const auto& [name, night] : nights) {
    text += fmt::format("\n{}: requests per minute, the busiest of each {}\n", name, kMinutesPerRow);
    const auto& minutes = night.requests_by_minute;
    const std::uint64_t most = minutes.empty() ? 1 : std::max<std::uint64_t>(1, *std::ranges::max_element(minutes));
    for (std::size_t row = 0; row < minutes.size(); row += kMinutesPerRow) {
      std::uint64_t peak = 0;
      for (std::size_t i = row; i < std::min(minutes.size(), row + kMinutesPerRow); ++i)
        peak = std::max(peak, minutes[i]);
      text += fmt::format("{:02}:{:02} {:>8} {}\n", row / 60, row % 60, peak, std::string(peak * kBarMax / most, '#'));
    }
  }
  return text;
}

std::string FleetSvg(const std::vector<NamedNight>& nights, double updates_per_minute) {
  constexpr double kWidth = 960;
  constexpr double kPanel = 180;
  constexpr double kLeft = 90;
  constexpr double kRight = 40;
  constexpr double kPlotHeight = 120;
  constexpr std::size_t kTick = 15;  // minutes
  // One axis of time for all, or a single minute would look like a whole night.
  std::size_t minutes_max = 1;
  for (const auto& [name, night] : nights) minutes_max = std::max(minutes_max, night.requests_by_minute.size());
  minutes_max = (minutes_max + kTick - 1) / kTick * kTick;
  const double bar = (kWidth - kLeft - kRight) / static_cast<double>(minutes_max);

  Svg svg(kWidth, kPanel * static_cast<double>(nights.size()) + 40);
  double top = 30;
  for (const auto& [name, night] : nights) {
    const auto& minutes = night.requests_by_minute;
    const double busiest = minutes.empty() ? 0 : static_cast<double>(*std::ranges::max_element(minutes));
    const double most = std::max({1.0, busiest, updates_per_minute});
    const double bottom = top + kPlotHeight;
    const auto height = [&](double requests) { return kPlotHeight * requests / most; };
    svg.Text({kLeft, top - 8},
             fmt::format("{}: {} requests, {} timeouts, {} checks failed, longest wait {:.1f} s", name, night.requests,
                         night.timeouts, night.failed_checks, night.wait_max_seconds));
    for (std::size_t i = 0; i < minutes.size(); ++i) {
      const double tall = height(static_cast<double>(minutes[i]));
      svg.Rectangle({kLeft + bar * static_cast<double>(i), bottom - tall, std::max(0.5, bar - 0.5), tall}, "#3b6ea5",
                    fmt::format("{:02}:{:02} {} requests", i / 60, i % 60, minutes[i]));
    }
    const double line = bottom - height(updates_per_minute);
    svg.Line({kLeft, line}, {kWidth - kRight, line}, "#c0392b");
    svg.Line({kLeft, bottom}, {kWidth - kRight, bottom}, "#444");
    svg.Line({kLeft, top}, {kLeft, bottom}, "#444");
    svg.Text({kLeft - 6, top + 10}, fmt::format("{:.0f}/min", most), Svg::Anchor::kEnd);
    svg.Text({kLeft - 6, bottom}, "0", Svg::Anchor::kEnd);
    for (std::size_t i = 0; i <= minutes_max; i += kTick) {
      svg.Text({kLeft + bar * static_cast<double>(i), bottom + 14}, fmt::format("{:02}:{:02}", i / 60, i % 60),
               Svg::Anchor::kMiddle);
    }
    top += kPanel;
  }
  svg.Text(
      {kLeft, top - 8},
      fmt::format("blue: requests that come in a minute; red line: the {:.0f} updates a minute that acme-dns makes",
                  updates_per_minute));
  return svg.Finish();
}

}  // namespace sim
