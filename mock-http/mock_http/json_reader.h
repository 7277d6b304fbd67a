// Reads the JSON forms of faults and control requests: one clear complaint, naming the member, for whatever is wrong.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace mock_http {

/// Takes members out of one JSON object. An absent or null member leaves its target as it is; the first complaint is
/// what Finish returns. `path` goes before member names in complaints ("match" -> "match.method must be a string").
/// The object must outlive the reader.
class JsonReader {
 public:
  JsonReader(const nlohmann::json& object, std::string path) : object_(object), path_(std::move(path)) {
    if (!object_.is_object()) Complain("", "must be an object");
  }

  void Read(const char* name, std::string& out) {
    if (const nlohmann::json* value = Member(name))
      value->is_string() ? void(out = *value) : Complain(name, "must be a string");
  }
  void Read(const char* name, bool& out) {
    if (const nlohmann::json* value = Member(name))
      value->is_boolean() ? void(out = *value) : Complain(name, "must be a boolean");
  }
  void ReadProbability(const char* name, double& out) {
    const nlohmann::json* value = Member(name);
    if (value == nullptr) return;
    if (!value->is_number() || value->get<double>() < 0 || value->get<double>() > 1) {
      return Complain(name, "must be a number from 0 to 1");
    }
    out = *value;
  }
  /// A whole number from `low` to `high`.
  template <std::integral Number, class Target>
  void ReadNumber(const char* name, Number low, Number high, Target& out) {
    const nlohmann::json* value = Member(name);
    if (value == nullptr) return;
    if (!value->is_number_integer() || value->get<std::int64_t>() < static_cast<std::int64_t>(low) ||
        value->get<std::int64_t>() > static_cast<std::int64_t>(high)) {
      return Complain(name, fmt::format("must be a whole number from {} to {}", low, high));
    }
    out = Target(value->get<Number>());
  }
  /// Calls `take` with each member of an object of strings.
  template <class Take>
  void ReadStrings(const char* name, Take take) {
    const nlohmann::json* value = Member(name);
    if (value == nullptr) return;
    if (!value->is_object()) return Complain(name, "must be an object of strings");
    for (const auto& [key, text] : value->items()) {
      if (!text.is_string()) return Complain(name, "must be an object of strings");
      take(key, text.template get<std::string>());
    }
  }
  /// The member, which counts as known from then on; nullptr when it is absent or null. `name` must be a literal.
  const nlohmann::json* Member(const char* name) {
    known_.emplace_back(name);
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }
  /// Members that may be there and aren't read.
  void Ignore(std::initializer_list<std::string_view> names) { known_.insert(known_.end(), names); }
  /// The first complaint, an unknown member included; empty when all is well.
  std::string Finish() {
    if (error_.empty() && object_.is_object()) {
      for (const auto& [key, value] : object_.items()) {
        if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
          Complain(key, fmt::format("is unknown; known: {}", fmt::join(known_, ", ")));
        }
      }
    }
    return error_;
  }

  /// Keeps "`path`.`name` `what`" unless there is a complaint already.
  void Complain(std::string_view name, std::string_view what) {
    if (!error_.empty()) return;
    const std::string subject = fmt::format("{}{}{}", path_, path_.empty() || name.empty() ? "" : ".", name);
    error_ = fmt::format("{} {}", subject.empty() ? "the body" : subject, what);
  }

 private:
  const nlohmann::json& object_;
  std::string path_;
  std::vector<std::string_view> known_;
  std::string error_;
};

}  // namespace mock_http
