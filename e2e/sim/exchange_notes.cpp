#include "sim/exchange_notes.h"

#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

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
  if (!failed_) return;
  if (failed_->what == WhatOf(request)) {
    if (failed_->not_before && clock_.Now() < *failed_->not_before) {
      ++record_.early_tries;
    } else if (!failed_->not_before) {
      ++record_.hasty_tries;
    }
  }
}

void ExchangeNotes::OnSleep(std::chrono::milliseconds duration) {
  // What Retry-After asks for is a matter of the time that has passed, not of having slept.
  if (duration.count() > 0 && failed_ && !failed_->not_before) failed_.reset();
}

void ExchangeNotes::OnAcmeDnsEffect(const HttpRequest& request, const mock_http::Response& response) {
  if (request.url.ends_with("/register") && response.status == 201) {
    const json account = json::parse(response.body);
    record_.made.push_back({.username = account.at("username"), .password = account.at("password")});
  } else if (request.url.ends_with("/update") && response.status == 200) {
    const json update = json::parse(request.body, nullptr, false);
    record_.stored_texts[CredentialsOf(request).first] = update.value("txt", "");
  }
}

void ExchangeNotes::OnAnswer(const HttpRequest& request, const Result<HttpResponse>& result) {
  failed_.reset();
  // An Event that fails is not tried again; the next one is another.
  if (!request.url.ends_with("/events") && (!result || result->status >= 500 || result->status == 429)) {
    failed_ = Failed{.what = WhatOf(request), .not_before = std::nullopt};
    const auto wait = result ? RetryAfterOf(*result) : std::nullopt;
    if (wait) failed_->not_before = clock_.Now() + *wait;
  }
  if (request.url.ends_with("/update")) return NoteUpdate(request, result);
  if (!request.url.ends_with("/register") || !result || result->status != 201 || record_.made.empty()) return;
  const json account = json::parse(result->body, nullptr, false);
  MadeAccount& made = record_.made.back();
  if (account.is_object() && account.value("username", json()) == made.username) made.delivered = true;
}

void ExchangeNotes::NoteUpdate(const HttpRequest& request, const Result<HttpResponse>& result) {
  AccountAnswers& answers = record_.answers[CredentialsOf(request)];
  const bool is_rejection = result && result->status == 401 && HeaderOf(result->headers, "WWW-Authenticate").empty();
  if (is_rejection) {
    AccountAnswers::Row& row = answers.row;
    if (row.rejections++ == 0) row.first = clock_.Now();
    row.last = clock_.Now();
    if (row.rejections > answers.longest.rejections) answers.longest = row;
    return;
  }
  answers.row = {};
  const json body = result ? json::parse(result->body, nullptr, false) : json();
  const bool is_stored = result && result->status == 200 && body.contains("txt");
  const bool is_bad_txt = result && result->status == 400 && body == json({{"error", "bad_txt"}});
  if (!is_stored && !is_bad_txt) return;
  answers.accepted = true;
  answers.longest = {};
}

}  // namespace sim
