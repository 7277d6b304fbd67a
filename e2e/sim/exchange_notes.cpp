#include "sim/exchange_notes.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/acme_site.h"

namespace sim {
namespace {

using client::HttpRequest;
using client::HttpResponse;
using client::Result;
using nlohmann::json;

std::string_view HeaderOf(const std::vector<client::HttpHeader>& headers, std::string_view wanted) {
  for (const auto& [name, value] : headers) {
    if (mock_http::EqualsIgnoringCase(name, wanted)) return value;
  }
  return {};
}

std::pair<std::string, std::string> CredentialsOf(const HttpRequest& request) {
  return {std::string(HeaderOf(request.headers, "X-Api-User")), std::string(HeaderOf(request.headers, "X-Api-Key"))};
}

/// The same request with the same credentials: which text it stores makes no difference.
std::string WhatOf(const HttpRequest& request) {
  const auto [username, password] = CredentialsOf(request);
  return request.method + " " + request.url + " " + username + " " + password;
}

std::optional<std::chrono::seconds> RetryAfterOf(const HttpResponse& response) {
  const std::string_view text = HeaderOf(response.headers, "Retry-After");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::chrono::seconds(seconds);
}

}  // namespace

void ExchangeNotes::OnRequest(const HttpRequest& request) {
  if (!record_.first_request) record_.first_request = clock_.Now();
  if (request.method == "POST" && request.url.ends_with("/events")) record_.event_bodies.push_back(request.body);
  NoteStray(request);
  if (!failed_) return;
  if (failed_->what == WhatOf(request)) {
    if (failed_->not_before && clock_.Now() < *failed_->not_before) {
      ++record_.early_tries;
    } else if (!failed_->not_before) {
      ++record_.hasty_tries;
    }
  }
}

/// Basic auth is for /register, the registration's key for /update, the token for Kubernetes.
void ExchangeNotes::NoteStray(const HttpRequest& request) {
  const bool is_acme = request.url.starts_with(kAcmeDnsUrl);
  const auto note = [&](std::string_view what) {
    record_.strayed.push_back(std::string(what) + " went to " + request.url);
  };
  const std::string_view authorization = HeaderOf(request.headers, "Authorization");
  if (is_acme && authorization.starts_with("Bearer")) note("the token");
  if (is_acme && authorization.starts_with("Basic") && !request.url.ends_with("/register")) note("basic auth");
  if (!is_acme && authorization.starts_with("Basic")) note("basic auth");
  const bool has_key = !HeaderOf(request.headers, "X-Api-Key").empty();
  if (has_key && !(is_acme && request.url.ends_with("/update"))) note("the key of a registration");
}

void ExchangeNotes::OnSleep(std::chrono::milliseconds duration) {
  // What Retry-After asks for is a matter of the time that has passed, not of having slept.
  if (duration.count() > 0 && failed_ && !failed_->not_before) failed_.reset();
}

void ExchangeNotes::OnAcmeDnsEffect(const HttpRequest& request, const mock_http::Response& response) {
  if (request.url.ends_with("/register") && response.status == 201) {
    const json account = json::parse(response.body);
    record_.made.push_back(
        {.username = account.at("username"), .password = account.at("password"), .answer = response.body});
  } else if (request.url.ends_with("/update") && response.status == 200) {
    const json update = json::parse(request.body, nullptr, false);
    record_.stored_texts[CredentialsOf(request).first] = update.value("txt", "");
  }
}

void ExchangeNotes::OnAnswer(const HttpRequest& request, const Result<HttpResponse>& result) {
  failed_.reset();
  // An Event that fails is not tried again; the next one is another.
  if (!request.url.ends_with("/events")) {
    const bool is_failure = !result || result->status >= 500 || result->status == 429;
    std::string what = WhatOf(request);
    std::size_t& in_a_row = failed_in_a_row_[what];
    in_a_row = is_failure ? in_a_row + 1 : 0;
    record_.most_tries = std::max(record_.most_tries, in_a_row);
    if (is_failure) {
      if (request.url.starts_with(kAcmeDnsUrl)) ++record_.failures;
      failed_ = Failed{.what = std::move(what), .not_before = std::nullopt};
      const auto wait = result ? RetryAfterOf(*result) : std::nullopt;
      if (wait) failed_->not_before = clock_.Now() + *wait;
    }
  }
  if (request.url.ends_with("/update")) return NoteUpdate(request, result);
  if (!request.url.ends_with("/register") || !result || result->status != 201 || record_.made.empty()) return;
  const json account = json::parse(result->body, nullptr, false);
  MadeAccount& made = record_.made.back();
  if (account.is_object() && account.value("username", json()) == made.username) made.delivered = true;
}

void ExchangeNotes::NoteUpdate(const HttpRequest& request, const Result<HttpResponse>& result) {
  AccountAnswers& answers = record_.answers[CredentialsOf(request)];
  const bool is_proxys = result && !HeaderOf(result->headers, "WWW-Authenticate").empty();
  const bool is_rejection = result && result->status == 401 && !is_proxys;
  const bool is_refused = result && ((result->status >= 300 && result->status <= 399) || result->status == 403 ||
                                     (result->status == 401 && is_proxys));
  ++record_.updates;
  if (is_refused) ++record_.refused_updates;
  answers.accepted_last = false;
  if (is_rejection) {
    AccountAnswers::Row& row = answers.row;
    if (row.rejections++ == 0) row.first = clock_.Now();
    row.last = clock_.Now();
    if (row.rejections >= record_.confirm.tries && row.last - row.first >= record_.confirm.spread) {
      answers.confirmed = true;
    }
    answers.most_rejections = std::max(answers.most_rejections, row.rejections);
    if (row.rejections > answers.longest.rejections) answers.longest = row;
    return;
  }
  answers.row = {};
  const json body = result ? json::parse(result->body, nullptr, false) : json();
  const bool is_stored = result && result->status == 200 && body.contains("txt");
  const bool is_bad_txt = result && result->status == 400 && body == json({{"error", "bad_txt"}});
  if (!is_stored && !is_bad_txt) {
    ++record_.useless_updates;
    return;
  }
  answers.accepted = answers.accepted_last = true;
  answers.confirmed = false;
  answers.longest = {};
}

}  // namespace sim
