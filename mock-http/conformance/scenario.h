// Recorded request scenarios: files that say what was asked of a real server and what it answered. The format is
// described at the top of conform.py, beside the recordings; a mock passes when it can't be told from the recording.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace mock_http::conformance {

/// Keeps members in the order of the file: that is the order in which bodies were sent and values are bound.
using Json = nlohmann::ordered_json;

struct Scenario {
  std::string stem;    ///< the file's name without .json
  std::string about;   ///< the rule that the scenario shows
  std::string target;  ///< "kube" or "acme-dns"
  Json steps;          ///< array of objects

  bool IsKube() const { return target == "kube"; }
};

/// Fails, naming the file, when it can't be read or isn't a scenario.
std::expected<Scenario, std::string> LoadScenario(const std::filesystem::path& file);

/// The *.json files of `folder`, by name. Empty when there are none or no such folder.
std::vector<std::filesystem::path> ListScenarios(const std::filesystem::path& folder);

/// Values that earlier steps saved, in the order in which they were saved; "ns" is the scenario's namespace.
class Variables {
 public:
  void Set(std::string_view name, Json value);
  /// nullptr when there is none of that name.
  const Json* Find(std::string_view name) const;
  const std::vector<std::pair<std::string, Json>>& all() const { return values_; }

 private:
  std::vector<std::pair<std::string, Json>> values_;
};

/// "a value in upper case" and "without its hyphens": what ${name:upper} and ${name:nodash} stand for.
std::string ToUpper(std::string_view text);
std::string WithoutDashes(std::string_view text);

/// Replaces ${x*43} (43 times x), ${name:upper}, ${name:nodash} and ${name} in every string and key. A name that has no
/// value stays as it is.
std::string SubstituteText(std::string_view text, const Variables& variables);
Json Substitute(const Json& value, const Variables& variables);

/// The value at a JSON pointer; nullptr when there is none. A '-' or a number out of range finds nothing.
const Json* AtPointer(const Json& document, std::string_view pointer);

/// Removes what a JSON pointer names; a part "*" stands for every key or item.
void Drop(Json& document, std::string_view pointer);

}  // namespace mock_http::conformance
