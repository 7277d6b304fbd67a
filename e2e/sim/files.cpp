#include "sim/files.h"

#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

namespace sim {

namespace {

std::expected<std::string, std::string> ReadText(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  // A folder opens and then can't be read.
  if (!(text << file.rdbuf())) return std::unexpected(path + " can't be read, or is empty");
  return text.str();
}

std::expected<Report, std::string> ParseReport(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) return std::unexpected(" is no JSON");
  auto report = ReportFromJson(json);
  if (!report) return std::unexpected(": " + report.error());
  return report;
}

}  // namespace

std::expected<Report, std::string> ReadReportFile(const std::string& path) {
  const auto text = ReadText(path);
  if (!text) return std::unexpected(text.error());
  auto report = ParseReport(*text);
  if (!report) return std::unexpected(path + report.error());
  return report;
}

std::expected<std::vector<Report>, std::string> ReadReportsFile(const std::string& path) {
  const auto text = ReadText(path);
  if (!text) return std::unexpected(text.error());
  if (nlohmann::json::accept(*text)) {
    auto report = ParseReport(*text);
    if (!report) return std::unexpected(path + report.error());
    return std::vector<Report>{*std::move(report)};
  }
  std::vector<Report> reports;
  std::istringstream lines(*text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (!line.starts_with('{')) continue;
    auto report = ParseReport(line);
    if (!report) return std::unexpected(path + ", line " + std::to_string(number) + report.error());
    reports.push_back(*std::move(report));
  }
  if (reports.empty()) return std::unexpected(path + " is no JSON, and none of its lines is a report");
  return reports;
}

std::expected<void, std::string> WriteTextFile(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) return std::unexpected(path + " can't be written");
  return {};
}

}  // namespace sim
