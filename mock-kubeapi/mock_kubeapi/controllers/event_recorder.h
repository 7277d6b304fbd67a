// How controllers tell of what they do: Events in the form and with the thrift of client-go's recorder. An event that
// repeats counts up the one that is there; many that differ in their message alone are combined into one; an object
// that goes on and on is cut off. Source: client-go's tools/record (event.go, events_cache.go; release 1.26).
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "mock_kubeapi/controllers/controller.h"
#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

struct EventText {
  std::string_view type;  ///< "Normal" or "Warning", with static storage
  std::string reason;
  std::string message;
  std::string field_path = {};  ///< the part of the object it is about, e.g. "spec.containers{main}"
};

class EventRecorder {
 public:
  /// `component` is the source, e.g. "job-controller"; `host` the node of one that runs on a node.
  explicit EventRecorder(std::string component, std::string host = {})
      : component_(std::move(component)), host_(std::move(host)) {}

  /// Writes an Event about `object`, which is of the kind named. An Event that can't be written is lost, as in the real
  /// recorder.
  void Record(ControllerContext& context, const Kind& kind, const Json& object, const EventText& text);

 private:
  /// What is known of one event that may repeat.
  struct Known {
    std::string name;
    std::int64_t count = 0;
    std::string first_timestamp;
  };
  /// The different messages of events that are alike otherwise.
  struct Similar {
    std::set<std::string, std::less<>> messages;
    mock_http::TimePoint last;
  };
  /// How much an object may still say.
  struct Budget {
    double tokens = 0;
    mock_http::TimePoint last;
  };

  bool Spend(const std::string& object_key, mock_http::TimePoint now);
  std::string NextName(std::string_view object_name, mock_http::TimePoint now);
  void Forget();

  std::string component_;
  std::string host_;
  std::unordered_map<std::string, Known> known_;
  std::unordered_map<std::string, Similar> similar_;
  std::unordered_map<std::string, Budget> budgets_;
  std::int64_t last_stamp_ = 0;
};

/// An object's reference as Events and status.active have it.
Json ReferenceTo(const Kind& kind, const Json& object);

}  // namespace mock_kubeapi
