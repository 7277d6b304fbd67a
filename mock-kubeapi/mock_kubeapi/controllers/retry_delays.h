// How long a key whose work failed waits before it is tried again: twice as long each time.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <unordered_map>

namespace mock_kubeapi {

class RetryDelays {
 public:
  struct Limits {
    std::chrono::nanoseconds first;
    std::chrono::nanoseconds longest;
  };
  explicit RetryDelays(Limits limits) : limits_(limits) {}

  /// The delay after one more failure of `key`.
  std::chrono::nanoseconds Next(const std::string& key) {
    const int failures = failures_[key]++;
    std::chrono::nanoseconds delay = limits_.first;
    for (int i = 0; i < failures && delay < limits_.longest; ++i) delay *= 2;
    return std::min(delay, limits_.longest);
  }
  /// `key` has succeeded.
  void Forget(const std::string& key) { failures_.erase(key); }

 private:
  Limits limits_;
  std::unordered_map<std::string, int> failures_;
};

}  // namespace mock_kubeapi
