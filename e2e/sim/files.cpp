#include "sim/files.h"

#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

namespace sim {

std::expected<Report, std::string> ReadReportFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  // A folder opens and then can't be read.
  if (!(text << file.rdbuf())) return std::unexpected(path + " can't be read, or is empty");
  const auto json = nlohmann::json::parse(text.str(), nullptr, false);
  if (json.is_discarded()) return std::unexpected(path + " is no JSON");
  auto report = ReportFromJson(json);
  if (!report) return std::unexpected(path + ": " + report.error());
  return report;
}

std::expected<void, std::string> WriteTextFile(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) return std::unexpected(path + " can't be written");
  return {};
}

}  // namespace sim
