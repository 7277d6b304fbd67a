#include "mock_kubeapi/api/selectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

enum class Token {
  kEnd,
  kOpen,
  kClose,
  kComma,
  kNot,
  kEquals,
  kDoubleEquals,
  kNotEquals,
  kGreater,
  kLess,
  kIn,
  kNotIn,
  kWord
};

struct Lexeme {
  Token token = Token::kEnd;
  std::string text;
};

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool IsSpecial(char c) {
  return std::string_view("=!(),><").find(c) != std::string_view::npos;
}

/// Cuts a selector into tokens as labels.Lexer does: a run of special characters is one token only if it is a known one
/// ("==", "!="), taken greedily from its beginning.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Lexeme Next() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
    if (at_ >= text_.size()) return {};
    return IsSpecial(text_[at_]) ? Special() : Word();
  }

 private:
  Lexeme Special() {
    static constexpr std::pair<std::string_view, Token> kSymbols[] = {
        {"==", Token::kDoubleEquals}, {"!=", Token::kNotEquals}, {"=", Token::kEquals},
        {"!", Token::kNot},           {"(", Token::kOpen},       {")", Token::kClose},
        {",", Token::kComma},         {">", Token::kGreater},    {"<", Token::kLess}};
    for (const auto& [symbol, token] : kSymbols) {
      if (text_.substr(at_).starts_with(symbol)) {
        at_ += symbol.size();
        return {token, std::string(symbol)};
      }
    }
    return {};
  }

  Lexeme Word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && !IsSpace(text_[at_]) && !IsSpecial(text_[at_])) ++at_;
    std::string word(text_.substr(begin, at_ - begin));
    if (word == "in") return {Token::kIn, word};
    if (word == "notin") return {Token::kNotIn, word};
    return {Token::kWord, word};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<std::int64_t> Integer(std::string_view text) {
  std::int64_t value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

class LabelSelector::Parser {
 public:
  explicit Parser(std::string_view text) {
    Lexer lexer(text);
    do {
      lexemes_.push_back(lexer.Next());
    } while (lexemes_.back().token != Token::kEnd);
  }

  std::expected<std::vector<Requirement>, std::string> Parse() {
    std::vector<Requirement> requirements;
    while (true) {
      const Lexeme& ahead = PeekValue();
      if (ahead.token == Token::kEnd) return requirements;
      if (ahead.token != Token::kWord && ahead.token != Token::kNot) {
        return std::unexpected(fmt::format("found '{}', expected: !, identifier, or 'end of string'", ahead.text));
      }
      auto requirement = ParseRequirement();
      if (!requirement) return std::unexpected("unable to parse requirement: " + requirement.error());
      requirements.push_back(std::move(*requirement));
      const Lexeme after = TakeValue();
      if (after.token == Token::kEnd) return requirements;
      if (after.token != Token::kComma) {
        return std::unexpected(fmt::format("found '{}', expected: ',' or 'end of string'", after.text));
      }
      const Lexeme& next = PeekValue();
      if (next.token != Token::kWord && next.token != Token::kNot) {
        return std::unexpected(fmt::format("found '{}', expected: identifier after ','", next.text));
      }
    }
  }

 private:
  /// Where a value may stand, "in" and "notin" are words like others.
  static Lexeme AsValue(Lexeme lexeme) {
    if (lexeme.token == Token::kIn || lexeme.token == Token::kNotIn) lexeme.token = Token::kWord;
    return lexeme;
  }
  const Lexeme& PeekValue() {
    peeked_ = AsValue(lexemes_[at_]);
    return peeked_;
  }
  Lexeme Take() { return at_ + 1 < lexemes_.size() ? lexemes_[at_++] : lexemes_.back(); }
  Lexeme TakeValue() { return AsValue(Take()); }

  std::expected<Requirement, std::string> ParseRequirement() {
    Requirement requirement;
    Lexeme key = TakeValue();
    if (key.token == Token::kNot) {
      requirement.op = Operator::kDoesNotExist;
      key = TakeValue();
    }
    if (key.token != Token::kWord) return std::unexpected(fmt::format("found '{}', expected: identifier", key.text));
    requirement.key = key.text;
    const auto complaints = validation::IsQualifiedName(requirement.key);
    if (!complaints.empty()) {
      // The real server names no field here: its path is Go's nil.
      return std::unexpected(Invalid("<nil>", requirement.key, fmt::format("{}", fmt::join(complaints, "; "))).Text());
    }
    const Token ahead = PeekValue().token;
    if (ahead == Token::kEnd || ahead == Token::kComma) return requirement;
    if (requirement.op == Operator::kDoesNotExist) return requirement;
    const Lexeme op = Take();
    switch (op.token) {
      case Token::kIn:
      case Token::kEquals:
      case Token::kDoubleEquals:
        requirement.op = Operator::kIn;
        break;
      case Token::kNotIn:
      case Token::kNotEquals:
        requirement.op = Operator::kNotIn;
        break;
      case Token::kGreater:
        requirement.op = Operator::kGreaterThan;
        break;
      case Token::kLess:
        requirement.op = Operator::kLessThan;
        break;
      default:
        return std::unexpected(fmt::format("found '{}', expected: in, notin, =, ==, !=, gt, lt", op.text));
    }
    const bool is_set = op.token == Token::kIn || op.token == Token::kNotIn;
    auto values = is_set ? ParseSet() : ParseExactValue();
    if (!values) return std::unexpected(values.error());
    requirement.values = std::move(*values);
    if (const auto wrong = WrongValue(requirement)) return std::unexpected(*wrong);
    return requirement;
  }

  std::expected<std::vector<std::string>, std::string> ParseExactValue() {
    const Token ahead = PeekValue().token;
    if (ahead == Token::kEnd || ahead == Token::kComma) return std::vector<std::string>{""};
    const Lexeme value = TakeValue();
    if (value.token == Token::kWord) return std::vector<std::string>{value.text};
    return std::unexpected(fmt::format("found '{}', expected: identifier", value.text));
  }

  std::expected<std::vector<std::string>, std::string> ParseSet() {
    const Lexeme open = Take();
    if (open.token != Token::kOpen) return std::unexpected(fmt::format("found '{}' expected: '('", open.text));
    std::vector<std::string> values;
    const Lexeme first = PeekValue();
    if (first.token == Token::kWord || first.token == Token::kComma) {
      if (auto wrong = ParseSetItems(values)) return std::unexpected(*wrong);
      const Lexeme close = Take();
      if (close.token != Token::kClose) return std::unexpected(fmt::format("found '{}', expected: ')'", close.text));
    } else if (first.token == Token::kClose) {
      Take();
      values.emplace_back();
    } else {
      return std::unexpected(fmt::format("found '{}', expected: ',', ')' or identifier", first.text));
    }
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
  }

  /// The items up to the closing parenthesis; an empty place between commas is an empty value.
  std::optional<std::string> ParseSetItems(std::vector<std::string>& values) {
    while (true) {
      const Lexeme item = TakeValue();
      if (item.token == Token::kWord) {
        values.push_back(item.text);
        const Lexeme& ahead = PeekValue();
        if (ahead.token == Token::kComma) continue;
        if (ahead.token == Token::kClose) return std::nullopt;
        return fmt::format("found '{}', expected: ',' or ')'", ahead.text);
      }
      if (item.token != Token::kComma) return fmt::format("found '{}', expected: ',', or identifier", item.text);
      if (values.empty()) values.emplace_back();
      const Lexeme& ahead = PeekValue();
      if (ahead.token == Token::kClose) {
        values.emplace_back();
        return std::nullopt;
      }
      if (ahead.token == Token::kComma) {
        TakeValue();
        values.emplace_back();
      }
    }
  }

  static std::optional<std::string> WrongValue(const Requirement& requirement) {
    FieldErrors errors;
    if (requirement.op == Operator::kGreaterThan || requirement.op == Operator::kLessThan) {
      if (!Integer(requirement.values.front())) {
        errors.push_back(
            Invalid("values[0]", requirement.values.front(), "for 'Gt', 'Lt' operators, the value must be an integer"));
      }
    }
    for (std::size_t i = 0; i < requirement.values.size(); ++i) {
      const auto complaints = validation::IsLabelValue(requirement.values[i]);
      if (complaints.empty()) continue;
      errors.push_back(Invalid(fmt::format("values[{}][{}]", i, requirement.key), requirement.values[i],
                               fmt::format("{}", fmt::join(complaints, "; "))));
    }
    if (errors.empty()) return std::nullopt;
    return AggregateText(errors);
  }

  std::vector<Lexeme> lexemes_;
  std::size_t at_ = 0;
  Lexeme peeked_;
};

std::expected<LabelSelector, std::string> LabelSelector::Parse(std::string_view text) {
  auto requirements = Parser(text).Parse();
  if (!requirements) return std::unexpected(requirements.error());
  LabelSelector selector;
  selector.requirements_ = std::move(*requirements);
  return selector;
}

bool LabelSelector::Holds(const Requirement& requirement, const Json* labels) {
  const std::string* value = nullptr;
  if (labels != nullptr) {
    const auto found = labels->find(requirement.key);
    if (found != labels->end() && found->is_string()) value = &found->get_ref<const std::string&>();
  }
  const auto listed = [&] {
    return std::find(requirement.values.begin(), requirement.values.end(), *value) != requirement.values.end();
  };
  switch (requirement.op) {
    case Operator::kExists:
      return value != nullptr;
    case Operator::kDoesNotExist:
      return value == nullptr;
    case Operator::kIn:
      return value != nullptr && listed();
    case Operator::kNotIn:
      return value == nullptr || !listed();
    case Operator::kGreaterThan:
    case Operator::kLessThan:
      break;
  }
  if (value == nullptr) return false;
  const auto have = Integer(*value);
  const auto limit = Integer(requirement.values.front());
  if (!have || !limit) return false;
  return requirement.op == Operator::kGreaterThan ? *have > *limit : *have < *limit;
}

bool LabelSelector::Matches(const Json& object) const {
  if (requirements_.empty()) return true;
  const Json* labels = nullptr;
  if (const auto meta = object.find("metadata"); meta != object.end() && meta->is_object()) {
    if (const auto found = meta->find("labels"); found != meta->end() && found->is_object()) labels = &*found;
  }
  return std::all_of(requirements_.begin(), requirements_.end(),
                     [&](const Requirement& requirement) { return Holds(requirement, labels); });
}

namespace {

/// Cuts at commas that no backslash stands before.
std::vector<std::string> SplitTerms(std::string_view text) {
  std::vector<std::string> terms;
  if (text.empty()) return terms;
  std::string term;
  bool escaped = false;
  for (const char c : text) {
    if (c == ',' && !escaped) {
      terms.push_back(std::move(term));
      term.clear();
      continue;
    }
    escaped = c == '\\' && !escaped;
    term.push_back(c);
  }
  terms.push_back(std::move(term));
  return terms;
}

std::expected<std::string, std::string> Unescape(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\') {
      if (i + 1 >= value.size())
        return std::unexpected(fmt::format("invalid field selector: invalid escape sequence: \\"));
      const char next = value[++i];
      if (next != '\\' && next != ',' && next != '=') {
        return std::unexpected(fmt::format("invalid field selector: invalid escape sequence: \\{}", next));
      }
      out.push_back(next);
    } else if (value[i] == ',' || value[i] == '=') {
      // Go prints the character as a number.
      return std::unexpected(
          fmt::format("invalid field selector: unescaped character in value: {}", static_cast<int>(value[i])));
    } else {
      out.push_back(value[i]);
    }
  }
  return out;
}

}  // namespace

std::expected<FieldSelector, std::string> FieldSelector::Parse(std::string_view text) {
  FieldSelector selector;
  std::vector<std::string> parts = SplitTerms(text);
  std::sort(parts.begin(), parts.end());
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    std::size_t at = std::string::npos;
    std::size_t length = 0;
    bool equal = true;
    for (std::size_t i = 0; i < part.size() && at == std::string::npos; ++i) {
      for (const std::string_view op : {std::string_view("!="), std::string_view("=="), std::string_view("=")}) {
        if (!std::string_view(part).substr(i).starts_with(op)) continue;
        at = i;
        length = op.size();
        equal = op != "!=";
        break;
      }
    }
    if (at == std::string::npos) {
      return std::unexpected(fmt::format("invalid selector: '{}'; can't understand '{}'", text, part));
    }
    auto value = Unescape(std::string_view(part).substr(at + length));
    if (!value) return std::unexpected(value.error());
    selector.terms_.push_back({.field = part.substr(0, at), .value = std::move(*value), .equal = equal});
  }
  return selector;
}

std::optional<std::string> FieldSelector::ExactMatch(std::string_view field) const {
  for (const Term& term : terms_) {
    if (term.equal && term.field == field) return term.value;
  }
  return std::nullopt;
}

void FieldSelector::Require(std::string field, std::string value) {
  terms_.push_back({.field = std::move(field), .value = std::move(value), .equal = true});
}

bool FieldSelector::Matches(const std::map<std::string, std::string>& fields) const {
  return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
    const auto found = fields.find(term.field);
    const std::string_view have = found == fields.end() ? std::string_view() : std::string_view(found->second);
    return (have == term.value) == term.equal;
  });
}

}  // namespace mock_kubeapi
