#include "io/system_random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace client {

std::uint64_t SystemRandom::Next() {
  std::uint64_t bits = 0;
  ssize_t read = 0;
  do {
    read = ::getrandom(&bits, sizeof bits, 0);
  } while (read < 0 && errno == EINTR);
  if (read != static_cast<ssize_t>(sizeof bits)) {
    std::fputs("acmedns-selfreg: the system gives no random numbers\n", stderr);
    std::abort();
  }
  return bits;
}

}  // namespace client
