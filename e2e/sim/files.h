// Files that the commands of acmedns-sim read and write, with errors for the person who named them.
#pragma once

#include <expected>
#include <string>

#include "sim/report.h"

namespace sim {

/// A report as `run --report` wrote it. The error names the file and what is wrong with it.
std::expected<Report, std::string> ReadReportFile(const std::string& path);

/// Replaces the file's content. The error names the file.
std::expected<void, std::string> WriteTextFile(const std::string& path, const std::string& text);

}  // namespace sim
