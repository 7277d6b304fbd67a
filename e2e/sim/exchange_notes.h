// Notes in a run's record what its exchanges tell: what acme-dns did and said, and how soon the client asked again.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "effects/http_transport.h"
#include "error.h"
#include "mock_http/clock.h"
#include "mock_http/http_message.h"
#include "sim/run_record.h"

namespace sim {

/// For one run on one fiber. The references must outlive it.
class ExchangeNotes {
 public:
  ExchangeNotes(const mock_http::Clock& clock, RunRecord& record) : clock_(clock), record_(record) {}

  /// The client sends `request`.
  void OnRequest(const client::HttpRequest& request);
  /// acme-dns has done what `request` asks for; whether the client hears of it is another matter.
  void OnAcmeDnsEffect(const client::HttpRequest& request, const mock_http::Response& response);
  /// What the client has got for `request`.
  void OnAnswer(const client::HttpRequest& request, const client::Result<client::HttpResponse>& result);
  void OnSleep(std::chrono::milliseconds duration);

 private:
  /// A request that failed in a way that calls for another try.
  struct Failed {
    std::string what;
    std::optional<mock_http::TimePoint> not_before;  ///< by Retry-After
  };
  void NoteStray(const client::HttpRequest& request);
  void NoteUpdate(const client::HttpRequest& request, const client::Result<client::HttpResponse>& result);

  const mock_http::Clock& clock_;
  RunRecord& record_;
  std::optional<Failed> failed_;
  std::map<std::string, std::size_t> failed_in_a_row_;  ///< by what was asked
};

}  // namespace sim
