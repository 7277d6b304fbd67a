#include "mock_kubeapi/authn/static_tokens.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace mock_kubeapi {
namespace {

using Error = std::unexpected<std::string>;

/// Reads records as Go's encoding/csv does: quotes double within quoted fields, which may hold line breaks.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}

  bool AtEnd() {
    while (at_ < text_.size() && (text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n")) SkipLineEnd();
    return at_ == text_.size();
  }
  int line() const { return line_; }

  std::expected<std::vector<std::string>, std::string> ReadRecord() {
    std::vector<std::string> fields;
    while (true) {
      auto field = at_ < text_.size() && text_[at_] == '"' ? ReadQuoted() : ReadBare();
      if (!field) return Error(field.error());
      fields.push_back(std::move(*field));
      if (at_ < text_.size() && text_[at_] == ',') {
        ++at_;
        continue;
      }
      SkipLineEnd();
      return fields;
    }
  }

 private:
  bool AtLineEnd() const { return at_ == text_.size() || text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n"; }

  void SkipLineEnd() {
    if (at_ == text_.size()) return;
    at_ += text_[at_] == '\r' ? 2 : 1;
    ++line_;
  }

  std::expected<std::string, std::string> ReadBare() {
    std::string field;
    for (; !AtLineEnd() && text_[at_] != ','; ++at_) {
      if (text_[at_] == '"') return Error(fmt::format("line {}: a quote within a field that is not quoted", line_));
      field += text_[at_];
    }
    return field;
  }

  std::expected<std::string, std::string> ReadQuoted() {
    std::string field;
    const int first_line = line_;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        field += text_[at_];
      } else if (text_.substr(at_ + 1).starts_with('"')) {
        field += '"';
        ++at_;
      } else {
        ++at_;
        if (!AtLineEnd() && text_[at_] != ',') {
          return Error(fmt::format("line {}: text behind a quoted field; put a comma between fields", line_));
        }
        return field;
      }
    }
    return Error(fmt::format("line {}: a quoted field is not closed", first_line));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
};

std::vector<std::string> SplitAtCommas(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

std::expected<StaticTokens, std::string> StaticTokens::Parse(std::string_view csv) {
  StaticTokens tokens;
  CsvReader reader(csv);
  while (!reader.AtEnd()) {
    const int line = reader.line();
    auto record = reader.ReadRecord();
    if (!record) return Error(record.error());
    if (record->size() < 3) {
      return Error(fmt::format("line {}: {} columns; give token, user name, user uid and optionally groups", line,
                               record->size()));
    }
    if (record->at(0).empty()) return Error(fmt::format("line {}: the token is empty", line));
    UserInfo user{.name = record->at(1), .uid = record->at(2), .groups = {}, .extra = {}};
    if (record->size() > 3 && !record->at(3).empty()) user.groups = SplitAtCommas(record->at(3));
    tokens.Add(std::move(record->at(0)), std::move(user));
  }
  return tokens;
}

void StaticTokens::Add(std::string token, UserInfo user) {
  users_.insert_or_assign(std::move(token), std::move(user));
}

const UserInfo* StaticTokens::Find(std::string_view token) const {
  const auto found = users_.find(token);
  return found == users_.end() ? nullptr : &found->second;
}

}  // namespace mock_kubeapi
