// What was asked and answered, for assertions and for the control endpoint. Dumps never hold a secret.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "mock_http/clock.h"
#include "mock_http/http_message.h"
#include "mock_http/service.h"

namespace mock_http {

struct HistoryEntry {
  std::uint64_t number = 0;  ///< counts from 1 and goes on through Clear
  TimePoint time;
  Facts facts;
  Request request;
  int status = 0;  ///< 0 when no answer was sent
  std::string response_body;
  std::string fault_id;  ///< empty when no fault acted
};

/// The last `capacity` exchanges, fewer when their bodies come to more than 16 MiB. Not thread-safe (Endpoint
/// serialises).
class History {
 public:
  explicit History(std::size_t capacity = 1000) : capacity_(capacity) {}

  /// 0 switches recording off.
  void SetCapacity(std::size_t capacity);
  std::size_t capacity() const { return capacity_; }
  void Add(HistoryEntry entry);
  void Clear();
  /// Every exchange ever seen, also those that were dropped.
  std::uint64_t total() const { return total_; }
  const std::deque<HistoryEntry>& entries() const { return entries_; }
  /// Oldest first; bodies redacted by `service`, credentials in headers replaced by "***".
  nlohmann::json ToJson(const Service& service) const;

 private:
  void Shrink();

  std::size_t capacity_;
  std::size_t body_bytes_ = 0;
  std::uint64_t total_ = 0;
  std::deque<HistoryEntry> entries_;
};

}  // namespace mock_http
