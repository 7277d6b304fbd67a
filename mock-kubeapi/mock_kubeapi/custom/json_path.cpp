#include "mock_kubeapi/custom/json_path.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace mock_kubeapi::custom {

class JsonPath::Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  std::expected<JsonPath, std::string> Run() {
    JsonPath path;
    while (!rest_.empty()) {
      Step step;
      const bool read = rest_.front() == '[' ? Bracket(&step) : Member(&step);
      if (!read) {
        return std::unexpected(std::move(error_));
      }
      if (step.kind != Step::Kind::kMember || !step.name.empty()) {
        path.steps_.push_back(std::move(step));
      }
    }
    return path;
  }

 private:
  bool Fail(std::string error) {
    error_ = std::move(error);
    return false;
  }

  bool Member(Step* step) {
    if (rest_.front() == '.') {
      rest_.remove_prefix(1);
    }
    // A dot in a name is written "\.".
    while (!rest_.empty() && rest_.front() != '.' && rest_.front() != '[') {
      if (rest_.front() == '\\' && rest_.size() > 1) {
        rest_.remove_prefix(1);
      }
      step->name.push_back(rest_.front());
      rest_.remove_prefix(1);
    }
    if (step->name == "*") {
      step->kind = Step::Kind::kAll;
    }
    return true;
  }

  bool Bracket(Step* step) {
    const std::string_view whole = rest_;
    rest_.remove_prefix(1);
    if (rest_.starts_with("?(")) {
      return Filter(step);
    }
    const auto end = rest_.find(']');
    if (end == std::string_view::npos) {
      return Fail(fmt::format("unterminated array {}", whole));
    }
    const std::string_view inside = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    if (inside == "*") {
      step->kind = Step::Kind::kAll;
      return true;
    }
    if (inside.size() >= 2 && (inside.front() == '\'' || inside.front() == '"') && inside.back() == inside.front()) {
      step->name = inside.substr(1, inside.size() - 2);
      return true;
    }
    step->kind = Step::Kind::kIndex;
    const auto [rest, error] = std::from_chars(inside.data(), inside.data() + inside.size(), step->index);
    if (error != std::errc() || rest != inside.data() + inside.size()) {
      return Fail(fmt::format("invalid array index {}", inside));
    }
    return true;
  }

  bool Filter(Step* step) {
    step->kind = Step::Kind::kFilter;
    const auto end = rest_.find(")]");
    if (end == std::string_view::npos) {
      return Fail("unterminated filter");
    }
    std::string_view inside = Trim(rest_.substr(2, end - 2));
    rest_.remove_prefix(end + 2);
    if (!inside.starts_with('@')) {
      return Fail(fmt::format("invalid filter {}", inside));
    }
    inside.remove_prefix(1);
    const auto operator_at = inside.find_first_of("=!<>");
    std::string_view left = Trim(inside.substr(0, operator_at));
    while (!left.empty()) {
      left.remove_prefix(left.front() == '.' ? 1 : 0);
      const std::string_view name = left.substr(0, left.find('.'));
      step->left.emplace_back(name);
      left.remove_prefix(name.size());
    }
    if (operator_at == std::string_view::npos) {
      return true;
    }
    std::string_view right = inside.substr(operator_at);
    step->comparison = right.substr(0, right.size() > 1 && right[1] == '=' ? 2 : 1);
    right = Trim(right.substr(step->comparison.size()));
    if (right.size() >= 2 && (right.front() == '\'' || right.front() == '"') && right.back() == right.front()) {
      step->right = std::string(right.substr(1, right.size() - 2));
      return true;
    }
    step->right = Json::parse(right, nullptr, false);
    return !step->right.is_discarded() || Fail(fmt::format("invalid filter {}", inside));
  }

  static std::string_view Trim(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(' ') - first + 1);
  }

  std::string_view rest_;
  std::string error_;
};

std::expected<JsonPath, std::string> JsonPath::Parse(std::string_view text) {
  return Parser(text).Run();
}

std::vector<const Json*> JsonPath::Find(const Json& root) const {
  std::vector<const Json*> found = {&root};
  for (const Step& step : steps_) {
    std::vector<const Json*> next;
    for (const Json* value : found) {
      Apply(step, *value, &next);
    }
    found = std::move(next);
  }
  return found;
}

void JsonPath::Apply(const Step& step, const Json& value, std::vector<const Json*>* found) {
  switch (step.kind) {
    case Step::Kind::kMember:
      if (value.is_object()) {
        if (const auto member = value.find(step.name); member != value.end()) {
          found->push_back(&*member);
        }
      }
      return;
    case Step::Kind::kIndex:
      if (value.is_array()) {
        const auto size = static_cast<long>(value.size());
        const long index = step.index < 0 ? size + step.index : step.index;
        if (index >= 0 && index < size) {
          found->push_back(&value[static_cast<std::size_t>(index)]);
        }
      }
      return;
    case Step::Kind::kAll:
    case Step::Kind::kFilter:
      if (value.is_structured()) {
        for (const Json& item : value) {
          if (step.kind == Step::Kind::kAll || Passes(step, item)) {
            found->push_back(&item);
          }
        }
      }
      return;
  }
}

bool JsonPath::Passes(const Step& step, const Json& item) {
  const Json* at = &item;
  for (const std::string& name : step.left) {
    const auto member = at->is_object() ? at->find(name) : at->end();
    if (!at->is_object() || member == at->end()) {
      return false;
    }
    at = &*member;
  }
  if (step.comparison.empty()) {
    return true;
  }
  const bool comparable = at->type() == step.right.type() || (at->is_number() && step.right.is_number());
  if (step.comparison == "==") {
    return comparable && *at == step.right;
  }
  if (step.comparison == "!=") {
    return comparable && *at != step.right;
  }
  if (!comparable) {
    return false;
  }
  if (step.comparison == "<") {
    return *at < step.right;
  }
  if (step.comparison == "<=") {
    return *at <= step.right;
  }
  return step.comparison == ">" ? *at > step.right : *at >= step.right;
}

}  // namespace mock_kubeapi::custom
