#include "sim/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/svg.h"

namespace sim {
namespace {

constexpr double kWidth = 1200;
constexpr double kLeft = 170;
constexpr double kRight = 20;
constexpr double kRow = 18;

std::string_view RunColour(const Timeline::Run& run) {
  if (run.exit_code < 0) return "#000000";
  if (run.reregistered) return "#2a6fbb";
  return run.exit_code == 0 ? "#3a9a4a" : "#d98e04";
}

/// Round numbers, ten or so of them.
double TickStep(double days) {
  double step = 0.1;
  for (const double factor : {2.0, 2.5, 2.0, 2.0, 2.5, 2.0, 2.0, 2.5, 2.0, 2.0, 2.5, 2.0}) {
    if (days / step <= 12) break;
    step *= factor;
  }
  return step;
}

}  // namespace

std::string TimelineSvg(const Timeline& timeline, double days) {
  std::map<std::string, std::vector<const Timeline::Span*>> faults;
  for (const Timeline::Span& span : timeline.faults) faults[span.name].push_back(&span);
  // The last check comes after the last day.
  double end = std::max(days, 0.001);
  for (const Timeline::Run& run : timeline.runs) end = std::max(end, run.end_day);
  const double scale = (kWidth - kLeft - kRight) / end;
  const auto x = [scale](double day) { return kLeft + day * scale; };
  const auto box = [&](const Timeline::Span& span, double top) {
    return Svg::Box{.x = x(span.start_day),
                    .y = top,
                    .width = std::max(1.5, (span.end_day - span.start_day) * scale),
                    .height = kRow - 6};
  };

  Svg svg(kWidth, kRow * (6 + static_cast<double>(faults.size())));
  svg.Text({8, 14}, fmt::format("world {} cluster {}: {} days, {} runs", timeline.world, timeline.cluster, days,
                                timeline.runs.size()));
  double top = 24;
  svg.Text({kLeft - 8, top + 10}, "credentials", Svg::Anchor::kEnd);
  svg.Rectangle({x(0), top, end * scale, kRow - 6}, "#bfe3c4", "valid");
  for (const Timeline::Span& span : timeline.invalid) {
    svg.Rectangle(box(span, top), "#c0392b",
                  fmt::format("{}: day {:.2f} to {:.2f}", span.name, span.start_day, span.end_day));
  }
  top += kRow;
  svg.Text({kLeft - 8, top + 10}, "runs", Svg::Anchor::kEnd);
  for (const Timeline::Run& run : timeline.runs) {
    svg.Circle({x(run.start_day), top + 6}, 3, RunColour(run),
               fmt::format("day {:.2f}: {} {}", run.start_day, run.command,
                           run.exit_code < 0 ? std::string("killed") : fmt::format("exit {}", run.exit_code)));
  }
  top += kRow;
  for (const auto& [name, spans] : faults) {
    svg.Text({kLeft - 8, top + 10}, name, Svg::Anchor::kEnd);
    for (const Timeline::Span* span : spans) {
      svg.Rectangle(box(*span, top), "#7d6b91", fmt::format("day {:.2f} to {:.2f}", span->start_day, span->end_day));
    }
    top += kRow;
  }
  svg.Line({kLeft, top}, {kWidth - kRight, top}, "#444");
  const double step = TickStep(days);
  for (int tick = 0; tick * step <= days; ++tick) {
    svg.Line({x(tick * step), top}, {x(tick * step), top + 4}, "#444");
    svg.Text({x(tick * step), top + 16}, fmt::format("{:g}", tick * step), Svg::Anchor::kMiddle);
  }
  svg.Text({kLeft, top + 32},
           "days since the start. Credentials: green valid, red not. Runs: green done, blue re-registered, orange "
           "failed, black killed. Below them the faults, as planned.");
  return svg.Finish();
}

}  // namespace sim
