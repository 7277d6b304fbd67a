#include "mock_kubeapi/decode/json_node.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "mock_kubeapi/decode/ascii.h"
#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi::decode {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
std::optional<int> HexDigit(char c) {
  if (IsDigit(c)) {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return std::nullopt;
}

/// A byte as Go's scanner shows it: 'x', '\n', '\'', '"'. Bytes are taken for code points.
std::string QuotedByte(char c) {
  if (c == '\'') {
    return R"('\'')";
  }
  if (c == '"') {
    return R"('"')";
  }
  std::string text;
  AppendUtf8(&text, static_cast<unsigned char>(c));
  const std::string quoted = GoQuote(text);
  return fmt::format("'{}'", quoted.substr(1, quoted.size() - 2));
}

/// The length of the valid UTF-8 sequence at the front of `text`; 0 when there is none.
std::size_t SequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t count) {
    for (std::size_t i = 1; i <= count; ++i) {
      if (i >= text.size() || (byte(i) & 0xC0) != 0x80) {
        return false;
      }
    }
    return true;
  };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF) {
    return continues(1) ? 2 : 0;
  }
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!continues(2) || (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F)) {
      return 0;
    }
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!continues(3) || (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)) {
      return 0;
    }
    return 4;
  }
  return 0;
}

/// Recursive descent with the states of Go's scanner, for its messages. Stops at the first error.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::expected<Node, std::string> Run() {
    Node node;
    if (!Value(&node, 0)) {
      return std::unexpected(std::move(error_));
    }
    SkipSpace();
    if (at_ < text_.size()) {
      Refuse("after top-level value");
      return std::unexpected(std::move(error_));
    }
    return node;
  }

 private:
  bool End() {
    error_ = "unexpected end of JSON input";
    return false;
  }

  bool Refuse(std::string_view context) {
    error_ = fmt::format("invalid character {} {}", QuotedByte(Current()), context);
    return false;
  }

  /// At the end a space, which is what Go's scanner is fed then.
  char Current() const { return at_ < text_.size() ? text_[at_] : ' '; }

  void SkipSpace() {
    while (at_ < text_.size() && IsSpace(text_[at_])) {
      ++at_;
    }
  }

  bool Value(Node* node, int depth) {
    SkipSpace();
    if (at_ >= text_.size()) {
      return End();
    }
    if (depth > kDepthMax) {
      error_ = "exceeded max depth";
      return false;
    }
    switch (const char c = text_[at_]; c) {
      case '{':
        return Object(node, depth);
      case '[':
        return Array(node, depth);
      case '"':
        node->kind = Node::Kind::kString;
        return String(&node->text);
      case 't':
        node->boolean = true;
        node->kind = Node::Kind::kBool;
        return Literal("true");
      case 'f':
        node->kind = Node::Kind::kBool;
        return Literal("false");
      case 'n':
        return Literal("null");
      default:
        if (c == '-' || IsDigit(c)) {
          node->kind = Node::Kind::kNumber;
          return Number(&node->text);
        }
        return Refuse("looking for beginning of value");
    }
  }

  bool Object(Node* node, int depth) {
    node->kind = Node::Kind::kObject;
    ++at_;
    SkipSpace();
    if (at_ < text_.size() && text_[at_] == '}') {
      ++at_;
      return true;
    }
    while (true) {
      SkipSpace();
      if (at_ >= text_.size()) {
        return End();
      }
      if (text_[at_] != '"') {
        return Refuse("looking for beginning of object key string");
      }
      if (!String(&node->names.emplace_back())) {
        return false;
      }
      SkipSpace();
      if (at_ >= text_.size()) {
        return End();
      }
      if (text_[at_] != ':') {
        return Refuse("after object key");
      }
      ++at_;
      if (!Value(&node->items.emplace_back(), depth + 1)) {
        return false;
      }
      SkipSpace();
      if (at_ >= text_.size()) {
        return End();
      }
      if (text_[at_] == '}') {
        ++at_;
        return true;
      }
      if (text_[at_] != ',') {
        return Refuse("after object key:value pair");
      }
      ++at_;
    }
  }

  bool Array(Node* node, int depth) {
    node->kind = Node::Kind::kArray;
    ++at_;
    SkipSpace();
    if (at_ < text_.size() && text_[at_] == ']') {
      ++at_;
      return true;
    }
    while (true) {
      if (!Value(&node->items.emplace_back(), depth + 1)) {
        return false;
      }
      SkipSpace();
      if (at_ >= text_.size()) {
        return End();
      }
      if (text_[at_] == ']') {
        ++at_;
        return true;
      }
      if (text_[at_] != ',') {
        return Refuse("after array element");
      }
      ++at_;
    }
  }

  bool Literal(std::string_view word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      ++at_;
      if (Current() != word[i]) {
        return Refuse(fmt::format("in literal {} (expecting '{}')", word, word[i]));
      }
    }
    ++at_;
    return true;
  }

  bool Digits(std::string_view context) {
    if (!IsDigit(Current())) {
      return Refuse(context);
    }
    while (IsDigit(Current())) {
      ++at_;
    }
    return true;
  }

  bool Number(std::string* out) {
    const std::size_t start = at_;
    if (text_[at_] == '-') {
      ++at_;
    }
    if (Current() == '0') {
      ++at_;
    } else if (!Digits("in numeric literal")) {
      return false;
    }
    if (Current() == '.') {
      ++at_;
      if (!Digits("after decimal point in numeric literal")) {
        return false;
      }
    }
    if (Current() == 'e' || Current() == 'E') {
      ++at_;
      if (Current() == '+' || Current() == '-') {
        ++at_;
      }
      if (!Digits("in exponent of numeric literal")) {
        return false;
      }
    }
    *out = text_.substr(start, at_ - start);
    return Fits(*out);
  }

  /// Go refuses what is too large for a double, and takes what is too small for zero.
  bool Fits(const std::string& number) {
    double value = 0;
    const auto [rest, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error == std::errc::result_out_of_range && number.find_first_of("eE") != std::string::npos &&
        number[number.find_first_of("eE") + 1] != '-') {
      error_ = fmt::format("json: cannot unmarshal number {} into Go value of type float64", number);
      return false;
    }
    return true;
  }

  bool String(std::string* out) {
    ++at_;
    std::size_t plain = at_;
    const auto flush = [&] {
      if (at_ > plain) {
        *out += ValidUtf8(text_.substr(plain, at_ - plain));
      }
    };
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        flush();
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) {
        return Refuse("in string literal");
      }
      if (c != '\\') {
        ++at_;
        continue;
      }
      flush();
      ++at_;
      if (!Escape(out)) {
        return false;
      }
      plain = at_;
    }
    return End();
  }

  bool Escape(std::string* out) {
    switch (const char c = Current(); c) {
      case '"':
      case '\\':
      case '/':
        out->push_back(c);
        break;
      case 'b':
        out->push_back('\b');
        break;
      case 'f':
        out->push_back('\f');
        break;
      case 'n':
        out->push_back('\n');
        break;
      case 'r':
        out->push_back('\r');
        break;
      case 't':
        out->push_back('\t');
        break;
      case 'u': {
        ++at_;
        return Unicode(out);
      }
      default:
        return Refuse("in string escape code");
    }
    ++at_;
    return true;
  }

  bool Hex(std::uint32_t* code) {
    *code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const std::optional<int> digit = HexDigit(Current());
      if (!digit) {
        return Refuse("in \\u hexadecimal character escape");
      }
      *code = *code * 16 + static_cast<std::uint32_t>(*digit);
    }
    return true;
  }

  bool Unicode(std::string* out) {
    std::uint32_t code = 0;
    if (!Hex(&code)) {
      return false;
    }
    const bool high = code >= 0xD800 && code < 0xDC00;
    if (high && text_.substr(at_).starts_with("\\u")) {
      const std::size_t back = at_;
      std::uint32_t low = 0;
      at_ += 2;
      if (!Hex(&low)) {
        return false;
      }
      if (low >= 0xDC00 && low < 0xE000) {
        AppendUtf8(out, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00));
        return true;
      }
      at_ = back;
    }
    AppendUtf8(out, code >= 0xD800 && code < 0xE000 ? kReplacement : code);
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string error_;
};

Json NumberValue(const std::string& text) {
  std::int64_t integer = 0;
  const char* end = text.data() + text.size();
  if (const auto [rest, error] = std::from_chars(text.data(), end, integer); error == std::errc() && rest == end) {
    return integer;
  }
  double number = 0;
  std::from_chars(text.data(), end, number);
  // Go writes a float64 without a fraction like an integer.
  if (std::abs(number) < 9e15 && std::trunc(number) == number) {
    return static_cast<std::int64_t>(number);
  }
  return number;
}

}  // namespace

const Node* Node::Find(std::string_view name) const {
  for (std::size_t i = names.size(); i > 0; --i) {
    if (names[i - 1] == name) {
      return &items[i - 1];
    }
  }
  return nullptr;
}

std::expected<Node, std::string> ParseNode(std::string_view text) {
  return Parser(text).Run();
}

Json ToJson(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return nullptr;
    case Node::Kind::kBool:
      return node.boolean;
    case Node::Kind::kNumber:
      return NumberValue(node.text);
    case Node::Kind::kString:
      return node.text;
    case Node::Kind::kArray: {
      Json array = Json::array();
      for (const Node& item : node.items) {
        array.push_back(ToJson(item));
      }
      return array;
    }
    case Node::Kind::kObject: {
      Json object = Json::object();
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        object[node.names[i]] = ToJson(node.items[i]);
      }
      return object;
    }
  }
  return nullptr;
}

Node FromJson(const Json& value) {
  Node node;
  if (value.is_boolean()) {
    node.kind = Node::Kind::kBool;
    node.boolean = value.get<bool>();
  } else if (value.is_number()) {
    node.kind = Node::Kind::kNumber;
    node.text = NumberText(value);
  } else if (value.is_string()) {
    node.kind = Node::Kind::kString;
    node.text = value.get_ref<const std::string&>();
  } else if (value.is_array()) {
    node.kind = Node::Kind::kArray;
    node.items.reserve(value.size());
    for (const Json& item : value) {
      node.items.push_back(FromJson(item));
    }
  } else if (value.is_object()) {
    node.kind = Node::Kind::kObject;
    node.items.reserve(value.size());
    node.names.reserve(value.size());
    for (const auto& [name, member] : value.items()) {
      node.names.push_back(name);
      node.items.push_back(FromJson(member));
    }
  }
  return node;
}

std::string NumberText(const Json& number) {
  if (!number.is_number_float()) {
    return number.dump();
  }
  const double value = number.get<double>();
  if (std::abs(value) < 1e21 && std::trunc(value) == value) {
    return fmt::format("{:.0f}", value);
  }
  return number.dump();
}

std::string ValidUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = SequenceLength(text);
    if (length == 0) {
      AppendUtf8(&out, kReplacement);
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

void AppendUtf8(std::string* out, std::uint32_t code_point) {
  const auto put = [&](std::uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6));
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | (code_point >> 18));
    put(0x80 | ((code_point >> 12) & 0x3F));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

}  // namespace mock_kubeapi::decode
