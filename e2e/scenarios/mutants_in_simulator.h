// A client with one seeded mistake before a campaign: who notices, and when.
#pragma once

#include "scenarios/mutants.h"

namespace scenarios {

/// Plays small worlds in a row, until one is violated.
Catch InSimulator();

}  // namespace scenarios
