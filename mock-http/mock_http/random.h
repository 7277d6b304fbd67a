// Randomness as the mocks see it: seeded in tests and the simulator, the system's otherwise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mock_http {

/// Not thread-safe unless the implementation says so; the mocks draw under their service's lock.
class Random {
 public:
  virtual ~Random() = default;
  /// 64 uniformly distributed bits.
  virtual std::uint64_t Next() = 0;

  /// Uniform in [0, bound). `bound` must not be 0.
  std::uint64_t Below(std::uint64_t bound);
  /// Uniform in [0, 1).
  double Unit();
};

/// SplitMix64: the same seed gives the same sequence on every platform.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next() override;

 private:
  std::uint64_t state_;
};

/// The operating system's source. Thread-safe.
class SystemRandom final : public Random {
 public:
  std::uint64_t Next() override;
};

/// A version 4 UUID (RFC 9562) in lower case.
std::string RandomUuid(Random& random);
/// `length` characters drawn uniformly from `alphabet`.
std::string RandomText(Random& random, std::string_view alphabet, std::size_t length);

}  // namespace mock_http
