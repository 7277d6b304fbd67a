// A DNS server for tests on real sockets, UDP and TCP on one port, which sends exactly the bytes that the test makes.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace client::testing {

/// What the responder received.
struct DnsRequest {
  std::string wire;
  std::string name;  ///< as sent, final dot
  int type = 0;
  bool tcp = false;
  bool edns = false;
  bool recursion_desired = false;
};

class DnsResponder {
 public:
  /// Messages to send back, in order; none: silence (UDP) or the end of the connection (TCP).
  using Handler = std::function<std::vector<std::string>(const DnsRequest&)>;
  explicit DnsResponder(Handler handler);
  ~DnsResponder();
  DnsResponder(const DnsResponder&) = delete;
  DnsResponder& operator=(const DnsResponder&) = delete;

  int port() const { return port_; }
  /// "127.0.0.1:PORT"
  std::string Address() const;
  std::vector<DnsRequest> Requests() const;

 private:
  void Run();
  std::vector<std::string> Handle(const std::string& wire, bool tcp);
  void ServeTcp();

  Handler handler_;
  int udp_ = -1;
  int tcp_ = -1;
  int end_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<DnsRequest> requests_;
  std::thread thread_;
};

struct ReplyOptions {
  int code = 0;                      ///< RCODE
  std::vector<std::string> records;  ///< in zone-file form
  bool truncated = false;
  bool authoritative = true;
  std::string question_name;  ///< in place of the request's
  int id_offset = 0;          ///< added to the request's id
  bool without_question = false;
};

/// A reply to the request.
std::string Reply(const DnsRequest& request, const ReplyOptions& options);

}  // namespace client::testing
