// Requests to the Kubernetes API: authentication, trying again, and Status objects as errors that tell the operator
// what to do.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

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

/// Not for several threads. The references must outlive it. A 401 makes it reload the credentials, once per request,
/// and ask again if they differ. Errors of both calls, with http_status: kTemporary for no answer, 408, 429, 5xx and
/// a 2xx that is no JSON object; kNotFound for the API server's 404; kConflict for 409 (object changed or already
/// there); kRejected for 401, 403 (the message names the missing right) and other 4xx; kMisconfigured for a redirect, a
/// certificate, or a 404 that is not an API server's; kCancelled. Messages hold the server's own words from its Status,
/// never a token or a body.
class ApiClient {
 public:
  struct Options {
    std::string server;      ///< base URL of the API server
    std::string user_agent;  ///< e.g. acmedns-selfreg/0.1.0
  };
  ApiClient(HttpTransport& transport, KubeCredentials& credentials, Retrier& retrier, Options options);

  /// The object in a 2xx answer. Temporary failures are tried again within the retrier's budget, so a request may have
  /// its effect more than once: callers make that harmless (a resourceVersion, a fixed name). After a failure
  /// `in_doubt`, where given, says whether one of the tries may have had its effect all the same: there was no answer,
  /// or one that tells nothing. A later try's clear refusal does not undo that.
  Result<nlohmann::json> Send(const ApiRequest& request, bool* in_doubt = nullptr);
  /// The same with one try.
  Result<nlohmann::json> SendOnce(const ApiRequest& request);

  Clock& clock() const { return retrier_.clock(); }

 private:
  Result<nlohmann::json> Try(const ApiRequest& request, std::chrono::milliseconds timeout, bool& may_reload);
  Result<HttpResponse> Exchange(const ApiRequest& request, std::chrono::milliseconds timeout);

  HttpTransport& transport_;
  KubeCredentials& credentials_;
  Retrier& retrier_;
  Options options_;
};

/// The error for an answer that is not 2xx. Pure. `now` is for a Retry-After date.
Error ApiError(const ApiRequest& request, const HttpResponse& response, TimePoint now);

/// `text` as one segment of a path or as a query's value.
std::string PercentEncode(std::string_view text);

}  // namespace client
