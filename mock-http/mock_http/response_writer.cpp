#include "mock_http/response_writer.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <ctime>

namespace mock_http {
namespace {

/// RFC 9110 section 5.6.7: "Mon, 01 Jan 2024 00:00:00 GMT". Made anew when the second has changed.
std::string_view HttpDate(TimePoint now) {
  thread_local std::time_t shown = 0;
  thread_local std::array<char, 40> text{};
  thread_local std::size_t length = 0;
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  if (length == 0 || seconds != shown) {
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    shown = seconds;
  }
  return {text.data(), length};
}

}  // namespace

bool HasNoBody(int status) {
  return status == 204 || status == 304 || status < 200;
}

std::string ResponseHead(const Response& response, const Framing& framing, TimePoint now) {
  std::string head = framing.is_http10 ? "HTTP/1.0 " : "HTTP/1.1 ";
  head.append(std::to_string(response.status)).append(" ").append(ReasonPhrase(response.status)).append("\r\n");
  for (const auto& [name, value] : response.headers.fields()) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
  if (!response.headers.Has("Date")) head.append("Date: ").append(HttpDate(now)).append("\r\n");
  if (response.stream) {
    if (!framing.is_http10) head.append("Transfer-Encoding: chunked\r\n");
  } else if (!HasNoBody(response.status) && !response.headers.Has("Content-Length") &&
             !(framing.is_head && response.body.empty())) {
    head.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
  }
  // What the version doesn't imply.
  if (framing.keep_alive == framing.is_http10) {
    head.append(framing.keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n");
  }
  return head.append("\r\n");
}

std::string ExpectationFailed(bool is_http10, TimePoint now) {
  Response response{.status = 417, .headers = {}, .body = {}, .stream = nullptr};
  if (is_http10) response.headers.Add("Connection", "close");  // with HTTP/1.1 it comes from the framing
  return ResponseHead(response, {.is_http10 = is_http10, .keep_alive = false}, now);
}

std::string Chunk(std::string_view data) {
  return fmt::format("{:x}\r\n", data.size()).append(data).append("\r\n");
}

}  // namespace mock_http
