// Files that the commands of acmedns-sim read and write, with errors for the person who named them.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "sim/report.h"

namespace sim {

/// A report as `run --report` wrote it. The error names the file and what is wrong with it.
std::expected<Report, std::string> ReadReportFile(const std::string& path);

/// The reports in a file: one as above, or what `run --report -` has printed, one to a line, among other lines, as
/// `kubectl logs` collects them. At least one. The error names the file.
std::expected<std::vector<Report>, std::string> ReadReportsFile(const std::string& path);

/// Replaces the file's content. The error names the file.
std::expected<void, std::string> WriteTextFile(const std::string& path, const std::string& text);

}  // namespace sim
