// Randomness from the operating system.
#pragma once

#include "effects/random.h"

namespace client {

class SystemRandom final : public Random {
 public:
  /// From getrandom(2). Ends the process should the system have no randomness: nothing could be done safely then.
  std::uint64_t Next() override;
};

}  // namespace client
