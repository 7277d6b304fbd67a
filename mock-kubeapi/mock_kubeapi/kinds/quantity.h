// Amounts of resources ("100m", "1.5Gi", "2e3") as far as Pods need them: which is more, is it whole, their sum.
// Source: apimachinery's pkg/api/resource (quantity.go).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// Exact to a nano-unit, as the original is; amounts beyond 2^63 stay at that.
class Quantity {
 public:
  Quantity() = default;
  /// nullopt for a text that is none.
  static std::optional<Quantity> Parse(std::string_view text);
  /// Of a JSON text or number; zero for anything else.
  static Quantity Of(const Json& value);

  Quantity operator+(const Quantity& other) const;
  auto operator<=>(const Quantity& other) const = default;
  /// The smallest whole number that is not below the amount.
  std::int64_t WholeRoundedUp() const;
  /// A thousand times the amount, rounded up: millicores.
  std::int64_t Milli() const;
  bool IsWhole() const { return nanos_ == 0; }

 private:
  Quantity(std::int64_t whole, std::int64_t nanos) : whole_(whole), nanos_(nanos) {}

  // The amount is whole_ + nanos_ / 1e9 with nanos_ from 0 to 999999999, also for negative amounts.
  std::int64_t whole_ = 0;
  std::int64_t nanos_ = 0;
};

}  // namespace mock_kubeapi
