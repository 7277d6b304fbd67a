// One client connection of a Server. Internal to the server: the only headers besides server.cpp that know Asio.
#pragma once

#include <cstddef>
#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "mock_http/endpoint.h"

namespace mock_http {

class Connection {
 public:
  virtual ~Connection() = default;
  virtual void Start() = 0;
  /// Asks an open stream for more. Any thread.
  virtual void Wake() = 0;
  /// Closes when the request under way is answered; at once when there is none. Any thread.
  virtual void Finish() = 0;
};

struct ConnectionContext {
  Endpoint& endpoint;
  std::size_t body_bytes_max;
};

/// The threads that run the socket's io_context must be one: a connection takes no lock of its own.
std::shared_ptr<Connection> MakePlainConnection(boost::asio::ip::tcp::socket socket, const ConnectionContext& context);
std::shared_ptr<Connection> MakeTlsConnection(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls,
                                              const ConnectionContext& context);

}  // namespace mock_http
