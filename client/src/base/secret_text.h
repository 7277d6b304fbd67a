// Text that must not be seen: a password or a key. It can be used on purpose and is not printed by accident.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace client {

/// Prints as ***, in streams and in test failures. Reveal() is for the request that needs it and for nothing else.
class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string text) : text_(std::move(text)) {}
  const std::string& Reveal() const { return text_; }
  bool empty() const { return text_.empty(); }
  std::size_t size() const { return text_.size(); }
  friend auto operator<=>(const SecretText&, const SecretText&) = default;
  friend std::ostream& operator<<(std::ostream& out, const SecretText&) { return out << "***"; }

 private:
  std::string text_;
};

}  // namespace client
