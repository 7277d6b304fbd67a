#include "mock_acmedns/payload.h"

#include <array>
#include <utility>

#include "mock_acmedns/json_text.h"
#include "mock_acmedns/uuid.h"

namespace mock_acmedns {
namespace {

enum class Field { kNone, kUsername, kPassword, kSubdomain, kTxt, kAllowFrom };

/// As Go's equalFold for names of ASCII letters: 's' also matches U+017F (long s) and 'k' U+212A (Kelvin sign).
bool MatchesFolded(std::string_view name, std::string_view key) {
  for (const char letter : name) {
    if (key.empty()) return false;
    const char first = key[0];
    const char lower = first >= 'A' && first <= 'Z' ? static_cast<char>(first - 'A' + 'a') : first;
    if (lower == letter) {
      key.remove_prefix(1);
    } else if (letter == 's' && key.starts_with("\xc5\xbf")) {
      key.remove_prefix(2);
    } else if (letter == 'k' && key.starts_with("\xe2\x84\xaa")) {
      key.remove_prefix(3);
    } else {
      return false;
    }
  }
  return key.empty();
}

Field FieldOf(std::string_view key) {
  static constexpr std::array<std::pair<std::string_view, Field>, 5> kFields = {{{"username", Field::kUsername},
                                                                                 {"password", Field::kPassword},
                                                                                 {"subdomain", Field::kSubdomain},
                                                                                 {"txt", Field::kTxt},
                                                                                 {"allowfrom", Field::kAllowFrom}}};
  for (const auto& [name, field] : kFields) {
    if (MatchesFolded(name, key)) return field;
  }
  return Field::kNone;
}

/// Decodes one value that is known to be well formed.
class Decoder {
 public:
  explicit Decoder(std::string_view text) : text_(text) {}

  /// False when a member had a wrong type, or reading ended early.
  bool Decode(Payload& payload) {
    std::size_t at = SkipSpace(text_, 0);
    if (text_[at] != '{') return text_[at] == 'n';
    at = SkipSpace(text_, at + 1);
    while (text_[at] != '}') {
      const std::string_view key = Take(at);
      at = SkipSpace(text_, at);
      at = SkipSpace(text_, at + 1);  // the colon
      const std::string_view value = Take(at);
      if (!Store(FieldOf(Unquote(key)), value, payload)) return false;
      at = SkipSpace(text_, at);
      if (text_[at] == ',') at = SkipSpace(text_, at + 1);
    }
    return right_types_;
  }

 private:
  std::string_view Take(std::size_t& at) {
    const std::size_t from = at;
    at = EndOfValue(text_, from).value_or(text_.size());
    return text_.substr(from, at - from);
  }

  /// False when reading must end here.
  bool Store(Field field, std::string_view value, Payload& payload) {
    switch (field) {
      case Field::kNone:
        return true;
      case Field::kUsername:
        return StoreUsername(value);
      case Field::kPassword: {
        std::string ignored;
        StoreString(value, ignored);
        return true;
      }
      case Field::kSubdomain:
        StoreString(value, payload.subdomain);
        return true;
      case Field::kTxt:
        StoreString(value, payload.txt);
        return true;
      case Field::kAllowFrom:
        StoreList(value);
        payload.allow_from.assign(elements_.begin(), elements_.begin() + static_cast<std::ptrdiff_t>(length_));
        return true;
    }
    return true;
  }

  bool StoreUsername(std::string_view value) {
    if (value[0] == 'n') return true;
    if (value[0] == '"') return Uuid::Parse(Unquote(value)).has_value();
    right_types_ = false;
    return true;
  }

  void StoreString(std::string_view value, std::string& out) {
    if (value[0] == '"') {
      out = Unquote(value);
    } else if (value[0] != 'n') {
      right_types_ = false;
    }
  }

  /// A list is decoded over the one before, as a Go slice is: a null element keeps what was there.
  void StoreList(std::string_view value) {
    if (value[0] == 'n') {
      elements_.clear();
      length_ = 0;
      return;
    }
    if (value[0] != '[') {
      right_types_ = false;
      return;
    }
    std::size_t index = 0;
    std::size_t at = SkipSpace(value, 1);
    while (value[at] != ']') {
      const std::size_t end = EndOfValue(value, at).value_or(value.size());
      if (index == elements_.size()) elements_.emplace_back();
      StoreString(value.substr(at, end - at), elements_[index++]);
      at = SkipSpace(value, end);
      if (value[at] == ',') at = SkipSpace(value, at + 1);
    }
    if (index == 0) elements_.clear();
    length_ = index;
  }

  std::string_view text_;
  bool right_types_ = true;
  std::vector<std::string> elements_;  ///< may hold more than `length_`, left from a longer list
  std::size_t length_ = 0;
};

}  // namespace

std::optional<Payload> ReadWholeBody(std::string_view body) {
  const auto end = EndOfValue(body, 0);
  if (!end || SkipSpace(body, *end) != body.size()) return std::nullopt;
  Payload payload;
  if (!Decoder(body.substr(0, *end)).Decode(payload)) return std::nullopt;
  return payload;
}

Payload ReadFirstValue(std::string_view body) {
  Payload payload;
  const auto end = EndOfValue(body, 0);
  if (end) static_cast<void>(Decoder(body.substr(0, *end)).Decode(payload));
  return payload;
}

}  // namespace mock_acmedns
