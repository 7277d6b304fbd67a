#include "mock_kubeapi/merge/path_element.h"

#include <charconv>
#include <utility>

#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi::merge {
namespace {

/// Numbers are one rank: 1 and 1.0 are the same value.
int Rank(const Json& value) {
  switch (value.type()) {
    case Json::value_t::number_float:
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return 0;
    case Json::value_t::string:
      return 1;
    case Json::value_t::boolean:
      return 2;
    case Json::value_t::array:
      return 3;
    case Json::value_t::object:
      return 4;
    default:
      return 5;
  }
}

std::strong_ordering CompareNumbers(const Json& left, const Json& right) {
  if (left.is_number_integer() && right.is_number_integer()) {
    if (left < right) {
      return std::strong_ordering::less;
    }
    return left == right ? std::strong_ordering::equal : std::strong_ordering::greater;
  }
  const auto a = left.get<double>();
  const auto b = right.get<double>();
  if (a < b) {
    return std::strong_ordering::less;
  }
  return a > b ? std::strong_ordering::greater : std::strong_ordering::equal;
}

std::strong_ordering CompareArrays(const Json& left, const Json& right) {
  for (std::size_t i = 0; i < left.size() && i < right.size(); ++i) {
    if (const auto order = CompareValues(left[i], right[i]); order != 0) {
      return order;
    }
  }
  return left.size() <=> right.size();
}

std::strong_ordering CompareObjects(const Json& left, const Json& right) {
  auto a = left.begin();
  auto b = right.begin();
  for (; a != left.end() && b != right.end(); ++a, ++b) {
    if (const auto order = a.key() <=> b.key(); order != 0) {
      return order;
    }
    if (const auto order = CompareValues(a.value(), b.value()); order != 0) {
      return order;
    }
  }
  return left.size() <=> right.size();
}

/// A value within a path's text.
std::string ValueText(const Json& value) {
  if (value.is_string()) {
    return GoQuote(value.get_ref<const std::string&>());
  }
  std::string text;
  if (value.is_array()) {
    for (const Json& item : value) {
      text += text.empty() ? "" : ",";
      text += ValueText(item);
    }
    return "[" + text + "]";
  }
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      text += key + "=" + ValueText(item);
    }
    return text;
  }
  return value.dump();
}

}  // namespace

std::strong_ordering CompareValues(const Json& left, const Json& right) {
  const int rank = Rank(left);
  if (rank != Rank(right)) {
    return rank <=> Rank(right);
  }
  switch (rank) {
    case 0:
      return CompareNumbers(left, right);
    case 1:
      return left.get_ref<const std::string&>() <=> right.get_ref<const std::string&>();
    case 2:
      return static_cast<int>(left.get<bool>()) <=> static_cast<int>(right.get<bool>());
    case 3:
      return CompareArrays(left, right);
    case 4:
      return CompareObjects(left, right);
    default:
      return std::strong_ordering::equal;
  }
}

PathElement::PathElement(Kind kind, std::string name, Json value)
    : kind_(kind), name_(std::move(name)), value_(std::move(value)) {}

PathElement PathElement::Field(std::string_view name) {
  return {Kind::kField, std::string(name), nullptr};
}
PathElement PathElement::Key(Json keys) {
  return {Kind::kKey, {}, std::move(keys)};
}
PathElement PathElement::Value(Json value) {
  return {Kind::kValue, {}, std::move(value)};
}
PathElement PathElement::Index(std::int64_t index) {
  return {Kind::kIndex, {}, index};
}

std::expected<std::optional<PathElement>, std::string> PathElement::Parse(std::string_view text) {
  if (text.size() < 2) {
    return std::unexpected("key must be 2 characters long:");
  }
  if (text[1] != ':') {
    return std::unexpected("missing colon: " + std::string(text));
  }
  const std::string_view content = text.substr(2);
  switch (text[0]) {
    case 'f':
      return Field(content);
    case 'v':
    case 'k': {
      Json value = Json::parse(content, nullptr, /*allow_exceptions=*/false);
      if (value.is_discarded()) {
        return std::unexpected("not a JSON value: " + std::string(content));
      }
      if (text[0] == 'v') {
        return Value(std::move(value));
      }
      if (!value.is_object()) {
        return std::unexpected("not a JSON object: " + std::string(content));
      }
      return Key(std::move(value));
    }
    case 'i': {
      std::int64_t index = 0;
      const char* begin = content.data();
      const char* end = begin + content.size();
      const auto [stop, error] = std::from_chars(begin, end, index);
      if (error != std::errc{} || stop != end) {
        return std::unexpected("not an index: " + std::string(content));
      }
      return Index(index);
    }
    default:
      return std::nullopt;
  }
}

std::string PathElement::Serialized() const {
  // What the server does not take as UTF-8 has been replaced before; dump must not throw on what is left.
  const auto dump = [this] { return value_.dump(-1, ' ', false, Json::error_handler_t::replace); };
  switch (kind_) {
    case Kind::kField:
      return "f:" + name_;
    case Kind::kKey:
      return "k:" + dump();
    case Kind::kValue:
      return "v:" + dump();
    case Kind::kIndex:
      break;
  }
  return "i:" + dump();
}

std::string PathElement::Text() const {
  switch (kind_) {
    case Kind::kField:
      return "." + name_;
    case Kind::kKey: {
      std::string text;
      for (const auto& [name, value] : value_.items()) {
        text += text.empty() ? "[" : ",";
        text += name + "=" + ValueText(value);
      }
      return text + "]";
    }
    case Kind::kValue:
      return "[=" + ValueText(value_) + "]";
    case Kind::kIndex:
      break;
  }
  return "[" + ValueText(value_) + "]";
}

std::strong_ordering PathElement::operator<=>(const PathElement& other) const {
  if (kind_ != other.kind_) {
    return kind_ <=> other.kind_;
  }
  return kind_ == Kind::kField ? name_ <=> other.name_ : CompareValues(value_, other.value_);
}

std::string PathText(const Path& path) {
  std::string text;
  for (const PathElement& element : path) {
    text += element.Text();
  }
  return text;
}

}  // namespace mock_kubeapi::merge
