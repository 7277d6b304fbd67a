// Characters as grammars know them: whatever the process's locale is.
#pragma once

namespace mock_kubeapi::decode {

constexpr bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace mock_kubeapi::decode
