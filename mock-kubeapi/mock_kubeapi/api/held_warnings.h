// The warnings of a kind's hooks about one write, until it is known whether the object is good. Source: apiserver's
// pkg/registry/rest (BeforeCreate, BeforeUpdate; release 1.26): what validation refuses brings no warnings.
#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "mock_kubeapi/kinds/kind.h"

namespace mock_kubeapi {

class HeldWarnings {
 public:
  /// From here on `context`'s warnings are held back. `target` (may be null: nobody listens) must outlive this.
  HeldWarnings(std::vector<std::string>* target, KindContext& context) : target_(target) {
    if (target_ != nullptr) context.warnings = &held_;
  }
  HeldWarnings(const HeldWarnings&) = delete;
  HeldWarnings& operator=(const HeldWarnings&) = delete;
  ~HeldWarnings() = default;

  /// The object is good: passes on what was held back.
  void Tell() {
    if (target_ != nullptr) std::ranges::move(held_, std::back_inserter(*target_));
  }

 private:
  std::vector<std::string>* target_;
  std::vector<std::string> held_;
};

}  // namespace mock_kubeapi
