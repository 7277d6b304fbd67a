#include "mock_http/history.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

namespace mock_http {
namespace {

/// Bodies kept in all: a few large requests must not make a long-running mock grow without end.
constexpr std::size_t kBodyBytesMax = 16U << 20U;

std::size_t BodyBytes(const HistoryEntry& entry) {
  return entry.request.body.size() + entry.response_body.size();
}

bool IsCredential(std::string_view name) {
  static constexpr std::array<std::string_view, 5> kNames = {"authorization", "proxy-authorization", "cookie",
                                                             "set-cookie", "x-api-key"};
  return std::ranges::any_of(kNames, [name](std::string_view known) { return EqualsIgnoringCase(name, known); });
}

/// The target with the values of credentials in its query replaced.
std::string RedactTarget(const Request& request) {
  static constexpr std::array<std::string_view, 6> kNames = {"access_token", "api_key", "key",
                                                             "password",     "token",   "x-api-key"};
  std::string out(request.RawPath());
  std::string_view query = request.RawQuery();
  for (char separator = '?'; !query.empty(); separator = '&') {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const std::string_view name = pair.substr(0, pair.find('='));
    const bool is_secret =
        std::ranges::any_of(kNames, [name](std::string_view known) { return EqualsIgnoringCase(name, known); });
    out += separator;
    out += is_secret ? std::string(name) + "=***" : std::string(pair);
  }
  return out;
}

/// A body as a JSON text can hold it: protobuf and gzip are told by their size.
std::string TextOf(std::string body) {
  try {
    static_cast<void>(nlohmann::json(body).dump());
    return body;
  } catch (const nlohmann::json::type_error&) {
    return "<" + std::to_string(body.size()) + " bytes, not text>";
  }
}

}  // namespace

void History::SetCapacity(std::size_t capacity) {
  capacity_ = capacity;
  Shrink();
}

void History::Add(HistoryEntry entry) {
  entry.number = ++total_;
  if (capacity_ == 0) return;
  body_bytes_ += BodyBytes(entry);
  entries_.push_back(std::move(entry));
  Shrink();
}

void History::Clear() {
  entries_.clear();
  body_bytes_ = 0;
}

void History::Shrink() {
  while (entries_.size() > capacity_ || (body_bytes_ > kBodyBytesMax && entries_.size() > 1)) {
    body_bytes_ -= BodyBytes(entries_.front());
    entries_.pop_front();
  }
}

nlohmann::json History::ToJson(const Service& service) const {
  nlohmann::json list = nlohmann::json::array();
  for (const HistoryEntry& entry : entries_) {
    nlohmann::json headers = nlohmann::json::array();
    for (const auto& [name, value] : entry.request.headers.fields()) {
      headers.push_back({name, IsCredential(name) ? "***" : value});
    }
    nlohmann::json item = {{"number", entry.number},
                           {"time", FormatRfc3339Micro(entry.time)},
                           {"method", entry.request.method},
                           {"target", RedactTarget(entry.request)},
                           {"peer", entry.request.peer.address},
                           {"facts", entry.facts},
                           {"headers", std::move(headers)},
                           {"body", TextOf(service.RedactBody(entry.request, entry.request.body, true))},
                           {"status", entry.status},
                           {"response_body", TextOf(service.RedactBody(entry.request, entry.response_body, false))}};
    if (!entry.fault_id.empty()) item["fault"] = entry.fault_id;
    list.push_back(std::move(item));
  }
  return list;
}

}  // namespace mock_http
