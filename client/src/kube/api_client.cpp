#include "kube/api_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "base/retry_after.h"
#include "base/text.h"
#include "mutant.h"

namespace client {
namespace {

constexpr std::size_t kServerMessageBytesMax = 400;

/// The Status object of an answer; null when the body is something else.
nlohmann::json StatusOf(const HttpResponse& response) {
  auto body = ParseJson(response.body);
  return body && StringMember(*body, "kind") == "Status" ? *std::move(body) : nlohmann::json();
}

std::string Subject(const ApiRequest& request) {
  std::string subject = fmt::format("{} {}", request.verb, request.resource);
  if (!request.object.empty()) subject += fmt::format(" \"{}\"", request.object);
  if (!request.namespace_name.empty()) subject += fmt::format(" in namespace \"{}\"", request.namespace_name);
  return subject;
}

bool HasCause(const nlohmann::json& status, std::string_view reason) {
  const nlohmann::json* details = FindMember(status, "details");
  const nlohmann::json* causes = details == nullptr ? nullptr : FindMember(*details, "causes");
  return causes != nullptr && causes->is_array() && std::ranges::any_of(*causes, [reason](const nlohmann::json& cause) {
           return StringMember(cause, "reason") == reason;
         });
}

/// The verb that RBAC refused. The server says "cannot VERB resource"; it says nothing at all where an apply would have
/// to create the object, which needs "create" besides "patch".
std::string MissingVerb(const ApiRequest& request, std::string_view message) {
  constexpr std::string_view kCannot = "cannot ";
  if (const std::size_t start = message.find(kCannot); start != std::string_view::npos) {
    const std::string_view rest = message.substr(start + kCannot.size());
    const std::string_view verb = rest.substr(0, rest.find(' '));
    if (!verb.empty() && std::ranges::all_of(verb, IsLowerLetter)) return std::string(verb);
  }
  if (request.verb == "patch" && Trim(message).ends_with("is forbidden:")) return "create";
  return {};
}

std::string ForbiddenRemedy(const ApiRequest& request, const nlohmann::json& status) {
  if (status.is_null()) return "; this is not the API server's answer: a proxy or firewall before it refuses";
  if (HasCause(status, "NamespaceTerminating")) return {};
  const std::string verb = MissingVerb(request, StringMember(status, "message"));
  if (verb.empty()) return {};  // a quota, an admission plug-in: the server has said what
  return fmt::format("; grant the verb \"{}\" on {}{} to this client by a Role and a RoleBinding", verb,
                     request.resource, request.object.empty() ? "" : fmt::format(" \"{}\"", request.object));
}

/// Whether a request that ended so may have had its effect.
bool LeavesDoubt(const Error& error) {
  const bool refused = error.http_status == 429;
  return !refused && (error.kind == ErrorKind::kTemporary || error.kind == ErrorKind::kCancelled);
}

}  // namespace

Error ApiError(const ApiRequest& request, const HttpResponse& response, TimePoint now) {
  const nlohmann::json status = StatusOf(response);
  const std::string words = Printable(StringMember(status, "message"), kServerMessageBytesMax);
  const auto error = [&](ErrorKind kind, std::string_view remedy) {
    return Error{.kind = kind,
                 .message = fmt::format("Kubernetes API: can't {}: {}{}{}{}", Subject(request), response.status,
                                        words.empty() ? "" : ": ", words, remedy),
                 .http_status = response.status};
  };
  switch (const int code = response.status) {
    case 401:
      return error(ErrorKind::kRejected, "; check the service account's token or the kubeconfig's user");
    case 403:
      return error(ErrorKind::kRejected, ForbiddenRemedy(request, status));
    case 404:
      if (status.is_null()) {
        return error(ErrorKind::kMisconfigured, "; this is not the API server's answer: check the server's URL");
      }
      return error(ErrorKind::kNotFound, "");
    case 409:
      return error(ErrorKind::kConflict, "");
    default: {
      if (code >= 300 && code <= 399) {
        return error(ErrorKind::kMisconfigured, "; redirects are not followed: check the server's URL");
      }
      if (code >= 400 && code <= 499 && code != 408 && code != 429) return error(ErrorKind::kRejected, "");
      Error temporary = error(ErrorKind::kTemporary, "");
      temporary.retry_after = RetryAfter(response, now);
      return temporary;
    }
  }
}

ApiClient::ApiClient(HttpTransport& transport, KubeCredentials& credentials, Retrier& retrier, Options options)
    : transport_(transport), credentials_(credentials), retrier_(retrier), options_(std::move(options)) {
  while (options_.server.ends_with('/')) options_.server.pop_back();
}

Result<nlohmann::json> ApiClient::Send(const ApiRequest& request, bool* in_doubt) {
  bool may_reload = true;
  bool doubt = false;
  auto result = retrier_.Run(Subject(request), [&](std::chrono::milliseconds timeout) {
    auto tried = Try(request, timeout, may_reload);
    doubt = doubt || (!tried && LeavesDoubt(tried.error()));
    return tried;
  });
  if (in_doubt != nullptr) *in_doubt = !result && doubt;
  return result;
}

Result<nlohmann::json> ApiClient::SendOnce(const ApiRequest& request) {
  const auto timeout = retrier_.NextTimeout();
  if (!timeout) return std::unexpected(timeout.error());
  bool may_reload = true;
  return Try(request, *timeout, may_reload);
}

Result<nlohmann::json> ApiClient::Try(const ApiRequest& request, std::chrono::milliseconds timeout, bool& may_reload) {
  auto response = Exchange(request, timeout);
  if (response && response->status == 401 && !Has(Mutant::kHoldsOldToken) && std::exchange(may_reload, false)) {
    const auto changed = credentials_.Reload();
    if (!changed) return std::unexpected(changed.error());
    if (*changed) {
      const auto left = retrier_.NextTimeout();
      if (!left) return std::unexpected(left.error());
      response = Exchange(request, *left);
    }
  }
  if (!response) return std::unexpected(response.error());
  if (response->status < 200 || response->status > 299) {
    return std::unexpected(ApiError(request, *response, clock().Now()));
  }
  auto object = ParseJson(response->body);
  if (!object || !object->is_object()) {
    return Fail(ErrorKind::kTemporary, fmt::format("Kubernetes API: {} answered {} without a JSON object",
                                                   Subject(request), response->status));
  }
  return object;
}

Result<HttpResponse> ApiClient::Exchange(const ApiRequest& request, std::chrono::milliseconds timeout) {
  HttpRequest http{.method = request.method,
                   .url = options_.server + request.path,
                   .headers = {{"Accept", "application/json"}, {"User-Agent", options_.user_agent}},
                   .body = request.body,
                   .timeout = timeout};
  if (!request.content_type.empty()) http.headers.emplace_back("Content-Type", request.content_type);
  if (auto token = credentials_.BearerToken()) http.headers.emplace_back("Authorization", "Bearer " + *token);
  return transport_.Send(http);
}

std::string PercentEncode(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (IsLetter(c) || IsDigit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace client
