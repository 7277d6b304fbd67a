// Randomness as the client sees it: probe texts and jitter.
#pragma once

#include <cstdint>

namespace client {

class Random {
 public:
  virtual ~Random() = default;
  /// 64 uniformly distributed bits, from the operating system in production.
  virtual std::uint64_t Next() = 0;
};

}  // namespace client
