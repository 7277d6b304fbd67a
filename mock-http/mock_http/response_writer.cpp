#include "mock_http/response_writer.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <ctime>

namespace mock_http {
namespace {

/// RFC 9110 section 5.6.7: "Mon, 01 Jan 2024 00:00:00 GMT".
std::string HttpDate(TimePoint now) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), length};
}

}  // namespace

bool HasNoBody(int status) {
  return status == 204 || status == 304 || status < 200;
}

std::string ResponseHead(const Response& response, const Framing& framing, TimePoint now) {
  std::string head =
      fmt::format("HTTP/1.{} {} {}\r\n", framing.is_http10 ? 0 : 1, response.status, ReasonPhrase(response.status));
  for (const auto& [name, value] : response.headers.fields()) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
  if (!response.headers.Has("Date")) head.append("Date: ").append(HttpDate(now)).append("\r\n");
  if (response.stream) {
    if (!framing.is_http10) head.append("Transfer-Encoding: chunked\r\n");
  } else if (!HasNoBody(response.status) && !response.headers.Has("Content-Length") &&
             !(framing.is_head && response.body.empty())) {
    head.append(fmt::format("Content-Length: {}\r\n", response.body.size()));
  }
  // What the version doesn't imply.
  if (framing.keep_alive == framing.is_http10) {
    head.append(framing.keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n");
  }
  return head.append("\r\n");
}

std::string Chunk(std::string_view data) {
  return fmt::format("{:x}\r\n", data.size()).append(data).append("\r\n");
}

}  // namespace mock_http
