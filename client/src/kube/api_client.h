// Requests to the Kubernetes API: authentication, trying again, and Status objects as errors that tell the operator
// what to do.
#pragma once

#include <string>
#include <string_view>

#include "base/retry.h"
#include "effects/http_transport.h"
#include "error.h"
#include "kube/credentials.h"

namespace client {

struct ApiRequest {
  std::string method = "GET";
  std::string path;          ///< from the server's root, with the query
  std::string content_type;  ///< of the body; empty with no body
  std::string body;
  /// What the request does, for messages: the verb as RBAC names it and the object.
  std::string verb;      ///< "get"
  std::string resource;  ///< "secrets"
  std::string object;    ///< the object's name; may be empty
  std::string namespace_name;
};

/// Not for several threads. The references must outlive it. A temporary failure is tried again within the retrier's
/// budget, so a request may have its effect more than once: callers make that harmless (a resourceVersion, a fixed
/// name). A 401 makes it reload the credentials, once per request, and try again if they differ.
class ApiClient {
 public:
  struct Options {
    std::string server;      ///< base URL of the API server
    std::string user_agent;  ///< e.g. acmedns-selfreg/0.1.0
  };
  ApiClient(HttpTransport& transport, KubeCredentials& credentials, Retrier& retrier, Options options);

  /// The body of a 2xx answer. Errors, with http_status: kTemporary for no answer, 408, 429, 5xx (after all tries);
  /// kNotFound 404; kConflict 409 (object changed or already there); kRejected for 401, 403 (the message names the
  /// missing right) and other 4xx; kMisconfigured for a redirect or a certificate; kCancelled. Messages hold the
  /// server's own words from its Status, never a token or a body.
  Result<std::string> Send(const ApiRequest& request);

  Retrier& retrier() { return retrier_; }

 private:
  Result<HttpResponse> Exchange(const ApiRequest& request, std::chrono::milliseconds timeout);

  HttpTransport& transport_;
  KubeCredentials& credentials_;
  Retrier& retrier_;
  Options options_;
};

/// The error for an answer that is not 2xx. Pure. `now` is for a Retry-After date.
Error ApiError(const ApiRequest& request, const HttpResponse& response, TimePoint now);

}  // namespace client
