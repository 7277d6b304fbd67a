// Faults as explicit plans: what to match, what to do, how often. Off unless somebody puts one. They are set in code or
// on the control endpoint, never by headers of the product's own requests.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "mock_http/http_message.h"
#include "mock_http/random.h"
#include "mock_http/service.h"

namespace mock_http {

/// Which requests a fault is for. Every part that is given must hold; an empty match is every request.
struct FaultMatch {
  std::string method;                  ///< exact; empty is any
  std::string path;                    ///< the raw path, with '*' for any run of characters; empty is any
  Facts facts;                         ///< each must equal what Service::Describe says ('*' as in `path`)
  double probability = 1;              ///< drawn anew for each request that matches otherwise
  std::uint64_t skip = 0;              ///< leave out the first so many matching requests: 2 means from the third on
  std::optional<std::uint64_t> times;  ///< then act on so many; absent is for ever
};

/// What happens to a matched request. Several parts may be combined, e.g. a delay and a status.
struct FaultAction {
  /// Answer this instead of asking the service (no effect happens), unless `after_effect`.
  std::optional<int> status;
  std::string body;
  std::string content_type = "text/plain";
  std::optional<std::string> retry_after;  ///< Retry-After header of that answer
  Headers headers;                         ///< further headers of that answer, e.g. WWW-Authenticate or Location
  /// The service handles the request first, then its answer is replaced (status) or lost (drop).
  bool after_effect = false;
  std::chrono::milliseconds delay{0};           ///< before the first byte of the answer
  bool drop = false;                            ///< close the connection without one byte of an answer
  std::optional<std::size_t> truncate_body_at;  ///< send so many bytes of the body, then close
  bool garbage = false;                         ///< bytes that are no HTTP instead of the answer
  std::optional<std::size_t> bytes_per_second;  ///< dribble the body
};

struct Fault {
  std::string id;  ///< made by FaultPlan::Put when empty
  FaultMatch match;
  FaultAction action;
};

/// The faults in force. The first one in order of Put that matches acts. Not thread-safe (Endpoint serialises).
class FaultPlan {
 public:
  /// `random` is drawn from for probabilities and ids; it must outlive the plan.
  explicit FaultPlan(Random& random) : random_(random) {}

  /// Adds a fault, or replaces the one with the same id (its counters start anew). Returns its id.
  std::string Put(Fault fault);
  /// False when no fault has that id.
  bool Remove(std::string_view id);
  void Clear();
  bool Empty() const { return entries_.empty(); }
  /// The fault that acts on this request, if any; counts the request for every fault it matches.
  std::optional<Fault> Next(const Request& request, const Facts& facts);
  /// Every fault with "seen" (requests matched) and "fired" (times acted).
  nlohmann::json ToJson() const;

 private:
  struct Entry {
    Fault fault;
    std::uint64_t seen = 0;
    std::uint64_t fired = 0;
  };
  Random& random_;
  std::uint64_t next_id_ = 1;
  std::vector<Entry> entries_;
};

/// Reads a fault from its JSON form (README of mock-http); the error names the member that is wrong.
std::expected<Fault, std::string> FaultFromJson(const nlohmann::json& json);
nlohmann::json FaultToJson(const Fault& fault);

}  // namespace mock_http
