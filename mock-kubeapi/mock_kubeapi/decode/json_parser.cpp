// ParseNode: JSON texts as Go's encoding/json reads them.
#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>

#include "mock_kubeapi/decode/ascii.h"
#include "mock_kubeapi/decode/json_node.h"
#include "mock_kubeapi/decode/utf8.h"
#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi::decode {
namespace {

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

}  // namespace

std::expected<Node, std::string> ParseNode(std::string_view text) {
  return Parser(text).Run();
}

}  // namespace mock_kubeapi::decode
