// An HTTP transport with faults before it: turns what the fault board decides into what libcurl would make of it.
#pragma once

#include <functional>
#include <optional>

#include "effects/http_transport.h"
#include "harness/waiter.h"
#include "sim/fault_board.h"

namespace sim {

/// Not thread-safe. The references must outlive it.
class FaultyTransport final : public client::HttpTransport {
 public:
  struct Options {
    /// What happens to this exchange; nullopt: nothing.
    std::function<std::optional<ExchangeFault>(const client::HttpRequest&)> choose;
    /// Plays the other writer of Effect::kConflict.
    std::function<void()> meddle = {};
    /// Called with what the client gets, and the fault if there was one.
    std::function<void(const client::HttpRequest&, const client::Result<client::HttpResponse>&,
                       const std::optional<ExchangeFault>&)>
        after = {};
  };
  FaultyTransport(client::HttpTransport& inner, harness::Waiter& waiter, Options options);
  client::Result<client::HttpResponse> Send(const client::HttpRequest& request) override;

 private:
  client::Result<client::HttpResponse> Suffer(const client::HttpRequest& request, const ExchangeFault& fault);

  client::HttpTransport& inner_;
  harness::Waiter& waiter_;
  Options options_;
};

}  // namespace sim
