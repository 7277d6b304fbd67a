// Faults of the DNS server as explicit plans, like mock_http::FaultPlan for HTTP.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "mock_http/random.h"

namespace mock_acmedns {

enum class Transport { kUdp, kTcp };

/// Which queries a fault is for. Every part that is given must hold; an empty match is every query.
struct DnsFaultMatch {
  std::string name;  ///< without regard to case and a final dot; '*' for any run of characters; empty is any
  std::string type;  ///< "TXT", "A", …; empty is any
  std::optional<Transport> transport;
  double probability = 1;
  std::uint64_t skip = 0;              ///< leave out the first so many matching queries
  std::optional<std::uint64_t> times;  ///< then act on so many; absent is for ever
};

/// What happens to a matched query. Parts may be combined.
struct DnsFaultAction {
  std::optional<int> rcode;  ///< answer with this code and no records, e.g. 2 = SERVFAIL
  bool no_answer = false;    ///< the client runs into its time-out
  /// Registered names answer the values as of before their last update.
  bool stale_txt = false;
  /// Registered names answer the values as they were so long ago: an update shows only after this delay.
  std::optional<std::chrono::milliseconds> txt_delay;
  /// Over UDP: set the TC flag and leave out all records, so that the client must ask over TCP.
  bool truncate = false;
  std::chrono::milliseconds delay{0};  ///< before the answer
};

struct DnsFault {
  std::string id;  ///< made by DnsFaultPlan::Put when empty
  DnsFaultMatch match;
  DnsFaultAction action;
};

/// A query as faults and the history see it.
struct DnsQuestionView {
  std::string_view name;  ///< as asked, with the final dot
  std::string_view type;  ///< "TXT", or the number when it has no name
  Transport transport = Transport::kUdp;
};

/// The faults in force. The first one in order of Put that matches acts. Not thread-safe.
class DnsFaultPlan {
 public:
  /// `random` is drawn from for probabilities; it must outlive the plan.
  explicit DnsFaultPlan(mock_http::Random& random) : random_(random) {}

  /// Adds a fault, or replaces the one with the same id (its counters start anew). Returns its id.
  std::string Put(DnsFault fault);
  /// False when no fault has that id.
  bool Remove(std::string_view id);
  void Clear() { entries_.clear(); }
  bool empty() const { return entries_.empty(); }
  /// The fault that acts on this query, if any; counts the query for every fault it matches.
  std::optional<DnsFault> Next(const DnsQuestionView& question);
  /// Every fault with "seen" and "fired".
  nlohmann::json ToJson() const;

 private:
  struct Entry {
    DnsFault fault;
    std::uint64_t seen = 0;
    std::uint64_t fired = 0;
  };
  mock_http::Random& random_;
  std::uint64_t next_id_ = 1;
  std::vector<Entry> entries_;
};

/// Reads a fault from its JSON form (README); the error names the member that is wrong.
std::expected<DnsFault, std::string> DnsFaultFromJson(const nlohmann::json& json);
nlohmann::json DnsFaultToJson(const DnsFault& fault);

}  // namespace mock_acmedns
