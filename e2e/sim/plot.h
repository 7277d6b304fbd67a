// One cluster's time as a picture: were the credentials valid, when did the client run and how did it end, which faults
// were there.
#pragma once

#include <string>

#include "sim/report.h"

namespace sim {

/// An SVG document.
std::string TimelineSvg(const Timeline& timeline, double days);

}  // namespace sim
