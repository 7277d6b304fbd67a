#include "mock_http/random.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

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
  // Some numbers at a time, for each thread: an answer of mock-kubeapi alone needs two. At most 256 octets come whole
  // or not at all (getrandom(2)).
  thread_local std::array<std::uint64_t, 32> drawn;
  thread_local std::size_t left = 0;
  if (left == 0) {
    while (getrandom(drawn.data(), sizeof drawn, 0) != static_cast<ssize_t>(sizeof drawn)) {
      if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    left = drawn.size();
  }
  return std::exchange(drawn[--left], 0);
}

std::string RandomUuid(Random& random) {
  const std::uint64_t high = (random.Next() & 0xffffffffffff0fffU) | 0x4000U;
  const std::uint64_t low = (random.Next() & 0x3fffffffffffffffU) | 0x8000000000000000U;
  std::string text(36, '-');
  std::size_t at = 0;
  for (const std::uint64_t half : {high, low}) {
    for (int shift = 60; shift >= 0; shift -= 4) {
      if (at == 8 || at == 13 || at == 18 || at == 23) ++at;
      text[at++] = "0123456789abcdef"[(half >> static_cast<unsigned>(shift)) & 0xfU];
    }
  }
  return text;
}

std::string RandomText(Random& random, std::string_view alphabet, std::size_t length) {
  std::string text(length, ' ');
  for (char& c : text) c = alphabet[random.Below(alphabet.size())];
  return text;
}

}  // namespace mock_http
