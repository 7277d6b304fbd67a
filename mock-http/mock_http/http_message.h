// HTTP requests and responses as plain values. A mock is a function from one to the other, so these types know
// nothing of sockets; the server, an in-memory transport and a unit test all make and read the same values.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mock_http/clock.h"

namespace mock_http {

/// True when `a` and `b` are equal without regard to ASCII letter case.
bool EqualsIgnoringCase(std::string_view a, std::string_view b);
/// Whether a text can be a method or a field's name (RFC 9110 section 5.6.2).
bool IsToken(std::string_view text);
/// Whether a text can be a field's value: no control characters but the tab.
bool IsFieldValue(std::string_view text);

/// Header fields in the order in which they were added. Names match without regard to case (RFC 9110 section 5.1).
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  /// The value of the first field called `name`; nullopt when there is none.
  std::optional<std::string_view> Get(std::string_view name) const;
  /// The values of all fields called `name`, in order.
  std::vector<std::string_view> GetAll(std::string_view name) const;
  bool Has(std::string_view name) const { return Get(name).has_value(); }
  /// Replaces every field called `name` by one.
  void Set(std::string_view name, std::string value);
  /// Adds a field, keeping those of the same name.
  void Add(std::string_view name, std::string value);
  void Remove(std::string_view name);
  const std::vector<Field>& fields() const { return fields_; }

 private:
  std::vector<Field> fields_;
};

/// The subject of a client certificate that the server has verified against its CA.
struct ClientCertificate {
  std::string common_name;
  std::vector<std::string> organizations;
};

/// The other end of the connection.
struct Peer {
  std::string address = "127.0.0.1";  ///< numeric, IPv4 or IPv6, without a port
  std::uint16_t port = 0;
  std::optional<ClientCertificate> certificate;  ///< absent without TLS, when the client sent none or a bad one
  bool bad_certificate = false;  ///< the client sent a certificate that the server's CA doesn't vouch for
};

struct Request {
  std::string method = "GET";
  std::string target = "/";  ///< path and query exactly as sent: "/api/v1/secrets?limit=5"
  Headers headers;
  std::string body;  ///< after transfer coding is undone; complete when body_error is empty
  /// Why the body breaks off, in the words of Go's net/http ("unexpected EOF"). A Go server's handler runs before the
  /// body is read, so it is called all the same and meets this error where it reads.
  std::string body_error;
  Peer peer;

  /// The target up to the first '?', still percent-encoded.
  std::string_view RawPath() const;
  /// The target behind the first '?', still percent-encoded; empty when there is none.
  std::string_view RawQuery() const;
};

/// Undoes percent-encoding; '+' becomes a space when `plus_is_space` (query strings). nullopt for a bad escape.
std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space = false);

/// The parameters of a query string in order, decoded. As Go's url.ParseQuery does, a pair with a bad escape or a
/// semicolon is left out.
std::vector<std::pair<std::string, std::string>> ParseQuery(std::string_view raw_query);

/// A response body that goes on while the connection is open, such as a Kubernetes watch. The server pulls.
///
/// Pull and NextWake are called under the same lock as Service::Handle (see Endpoint), so a stream may read the
/// service's state freely. `wake` given to SetWake may be called from any thread and under that lock: it only posts.
class BodyStream {
 public:
  enum class State { kPending, kEnd };

  virtual ~BodyStream() = default;
  /// Appends what is ready to `out` and says whether more may come. After kEnd it isn't called again.
  virtual State Pull(std::string& out) = 0;
  /// When Pull should be called again at the latest although nobody woke the stream (a time limit, a bookmark);
  /// nullopt when only a wake can bring more.
  virtual std::optional<TimePoint> NextWake() const { return std::nullopt; }
  /// Keeps `wake`, to be called once each time Pull may have something new. An empty function takes it back.
  virtual void SetWake(std::function<void()> wake) = 0;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  /// When set, what it yields follows `body`, sent with chunked transfer coding.
  std::shared_ptr<BodyStream> stream;
};

/// A response with a content type and a body.
Response MakeResponse(int status, std::string_view content_type, std::string body);

/// The standard reason phrase ("Not Found"); "status code" for a number that has none.
std::string_view ReasonPhrase(int status);

}  // namespace mock_http
