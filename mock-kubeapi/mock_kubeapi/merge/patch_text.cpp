#include "mock_kubeapi/merge/patch_text.h"

#include <set>
#include <utility>

#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi::merge {
namespace {

/// Follows the text and keeps, for each open object or array, where it is and what it has had.
class DuplicateFinder {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  // The names and signatures below are those of nlohmann's SAX interface.
  // NOLINTBEGIN(readability-identifier-naming)
  bool null() { return Value(); }
  bool boolean(bool /*value*/) { return Value(); }
  bool number_integer(number_integer_t /*value*/) { return Value(); }
  bool number_unsigned(number_unsigned_t /*value*/) { return Value(); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) { return Value(); }
  bool string(string_t& /*value*/) { return Value(); }
  bool binary(binary_t& /*value*/) { return Value(); }
  bool start_object(std::size_t /*elements*/) { return Open(false); }
  bool start_array(std::size_t /*elements*/) { return Open(true); }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }
  bool key(string_t& key) {
    Level& level = levels_.back();
    level.key = key;
    if (!level.seen.insert(key).second) {
      duplicates_.push_back("duplicate field " + GoQuote(PathOfKey()));
    }
    return true;
  }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const Json::exception& /*error*/) {
    return false;
  }
  // NOLINTEND(readability-identifier-naming)

  std::vector<std::string> Take() { return std::move(duplicates_); }

 private:
  struct Level {
    bool is_array = false;
    std::size_t index = 0;
    std::string key;
    std::set<std::string> seen;
  };

  bool Value() {
    if (!levels_.empty()) {
      ++levels_.back().index;
    }
    return true;
  }
  bool Open(bool is_array) {
    levels_.push_back({.is_array = is_array, .index = 0, .key = {}, .seen = {}});
    return true;
  }
  bool Close() {
    levels_.pop_back();
    return Value();
  }
  std::string PathOfKey() const {
    std::string path;
    for (const Level& level : levels_) {
      if (level.is_array) {
        path += "[" + std::to_string(level.index) + "]";
      } else {
        path += (path.empty() ? "" : ".") + level.key;
      }
    }
    return path;
  }

  std::vector<Level> levels_;
  std::vector<std::string> duplicates_;
};

}  // namespace

std::vector<std::string> FindDuplicateKeys(std::string_view text) {
  DuplicateFinder finder;
  Json::sax_parse(text, &finder);
  return finder.Take();
}

std::string JsonKindName(const Json& value) {
  if (value.is_boolean()) {
    return "bool";
  }
  return value.type_name();
}

}  // namespace mock_kubeapi::merge
