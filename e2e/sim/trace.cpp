#include "sim/trace.h"

#include <chrono>

namespace sim {

void Trace::Write(int cluster, const std::string& text) {
  using std::chrono::milliseconds;
  constexpr milliseconds::rep kDay = 86'400'000;
  const milliseconds::rep at = std::chrono::floor<milliseconds>(clock_.Now() - start_).count();
  const milliseconds::rep rest = at % kDay;
  sink_(fmt::format("day {} {:02}:{:02}:{:02}.{:03} {} {}\n", at / kDay, rest / 3'600'000, rest / 60'000 % 60,
                    rest / 1000 % 60, rest % 1000, cluster < 0 ? "world" : fmt::format("c{:02}", cluster), text));
}

}  // namespace sim
