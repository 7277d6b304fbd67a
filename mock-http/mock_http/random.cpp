#include "mock_http/random.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <cerrno>
#include <system_error>

namespace mock_http {

std::uint64_t Random::Below(std::uint64_t bound) {
  // Values below 2^64 mod bound are drawn again, so that every result is equally likely.
  const std::uint64_t threshold = (0 - bound) % bound;
  std::uint64_t drawn = Next();
  while (drawn < threshold) drawn = Next();
  return drawn % bound;
}

double Random::Unit() {
  return static_cast<double>(Next() >> 11U) * 0x1.0p-53;
}

std::uint64_t SeededRandom::Next() {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

std::uint64_t SystemRandom::Next() {
  std::uint64_t value = 0;
  while (getrandom(&value, sizeof value, 0) != static_cast<ssize_t>(sizeof value)) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  return value;
}

std::string RandomUuid(Random& random) {
  const std::uint64_t high = (random.Next() & 0xffffffffffff0fffU) | 0x4000U;
  const std::uint64_t low = (random.Next() & 0x3fffffffffffffffU) | 0x8000000000000000U;
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xffffU, high & 0xffffU,
                     low >> 48U, low & 0xffffffffffffU);
}

std::string RandomText(Random& random, std::string_view alphabet, std::size_t length) {
  std::string text(length, ' ');
  for (char& c : text) c = alphabet[random.Below(alphabet.size())];
  return text;
}

}  // namespace mock_http
