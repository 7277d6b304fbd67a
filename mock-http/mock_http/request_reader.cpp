#include "mock_http/request_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace mock_http {
namespace {

constexpr std::size_t kChunkLineMax = 4096;

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return IsAlphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").contains(c);
  });
}

bool IsFieldValue(std::string_view text) {
  return std::ranges::none_of(text,
                              [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

bool IsHost(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return IsAlphanumeric(c) || std::string_view("!$%&()*+,-.:;=[']_~").contains(c); });
}

std::string_view Trim(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

/// Go writes these without a length and closes.
std::string Refusal(std::string_view status, std::string_view body) {
  return fmt::format("HTTP/1.1 {}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n{}", status,
                     body);
}

std::string BadRequest(std::string_view why = {}) {
  const std::string text = why.empty() ? "400 Bad Request" : fmt::format("400 Bad Request: {}", why);
  return Refusal(text, text);
}

/// Whether a list such as Connection's has `token`.
bool HasToken(const std::vector<std::string_view>& lists, std::string_view token) {
  for (std::string_view list : lists) {
    while (!list.empty()) {
      const std::size_t comma = std::min(list.find(','), list.size());
      if (EqualsIgnoringCase(Trim(list.substr(0, comma)), token)) return true;
      list.remove_prefix(std::min(list.size(), comma + 1));
    }
  }
  return false;
}

/// A line up to its line feed; a carriage return before that is dropped. `at` moves behind it.
std::string_view NextLine(std::string_view text, std::size_t& at) {
  const std::size_t end = std::min(text.find('\n', at), text.size());
  std::string_view line = text.substr(at, end - at);
  at = std::min(text.size(), end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

RequestReader::Progress RequestReader::Refuse(std::string text) {
  refusal_ = std::move(text);
  keep_alive_ = false;
  return Progress::kRefused;
}

RequestReader::Progress RequestReader::Advance() {
  return state_ == State::kHead ? ReadHead() : ReadBody();
}

RequestReader::Progress RequestReader::ReadHead() {
  // The head ends with the first empty line.
  for (std::size_t end = 0; (end = buffer_.find('\n', line_)) != std::string::npos; line_ = end + 1) {
    std::string_view line(buffer_.data() + line_, end - line_);
    if (!line.empty() && line != "\r") continue;
    at_ = end + 1;
    line_ = 0;
    return TakeHead({buffer_.data(), at_});
  }
  if (pending() > limits_.header_bytes_max) {
    constexpr std::string_view kTooLarge = "431 Request Header Fields Too Large";
    return Refuse(Refusal(kTooLarge, kTooLarge));
  }
  return Progress::kNeedsMore;
}

RequestReader::Progress RequestReader::TakeHead(std::string_view head) {
  request_ = {};
  std::size_t fields = 0;
  const std::string_view line = NextLine(head, fields);
  if (!TakeRequestLine(line) || !TakeFields(head.substr(fields)) || !ChooseFraming() || !CheckFields()) {
    return Progress::kRefused;
  }
  const auto connection = request_.headers.GetAll("Connection");
  is_http10_ = minor_version_ == 0;
  keep_alive_ = is_http10_ ? HasToken(connection, "keep-alive") : !HasToken(connection, "close");
  if (state_ != State::kComplete && expects_continue_) return Progress::kContinue;
  return ReadBody();
}

bool RequestReader::TakeRequestLine(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos) return Refuse(BadRequest()), false;
  const std::string_view version = line.substr(second + 1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool is_version = version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
                          version[6] == '.' && is_digit(version[7]);
  request_.method = line.substr(0, first);
  request_.target = line.substr(first + 1, second - first - 1);
  if (!is_version || !IsToken(request_.method) || request_.target.empty()) return Refuse(BadRequest()), false;
  // The preface of HTTP/2 over plain text is let through, to get a 405.
  const bool is_preface = request_.method == "PRI" && request_.target == "*" && version == "HTTP/2.0";
  if (version[5] != '1' && !is_preface) {
    constexpr std::string_view kUnsupported = "505 HTTP Version Not Supported: unsupported protocol version";
    return Refuse(Refusal(kUnsupported, kUnsupported)), false;
  }
  minor_version_ = is_preface ? 1 : version[7] - '0';
  return true;
}

bool RequestReader::TakeFields(std::string_view fields) {
  if (fields.starts_with(' ') || fields.starts_with('\t')) return Refuse(BadRequest()), false;
  for (std::size_t at = 0; at < fields.size();) {
    std::string line(Trim(NextLine(fields, at)));
    // A line that begins with white space goes on with the one before.
    while (at < fields.size() && (fields[at] == ' ' || fields[at] == '\t')) {
      line.append(" ").append(Trim(NextLine(fields, at)));
    }
    if (line.empty()) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) return Refuse(BadRequest()), false;
    if (colon == 0) continue;
    request_.headers.Add(line.substr(0, colon), std::string(Trim(std::string_view(line).substr(colon + 1))));
  }
  return true;
}

bool RequestReader::CheckFields() {
  const auto hosts = request_.headers.GetAll("Host");
  if (hosts.empty() && minor_version_ >= 1 && request_.method != "CONNECT" && request_.method != "PRI") {
    return Refuse(BadRequest("missing required Host header")), false;
  }
  if (hosts.size() > 1) return Refuse(BadRequest()), false;
  if (!hosts.empty() && !IsHost(hosts[0])) return Refuse(BadRequest("malformed Host header")), false;
  for (const auto& [name, value] : request_.headers.fields()) {
    if (!IsToken(name)) return Refuse(BadRequest("invalid header name")), false;
    if (!IsFieldValue(value)) return Refuse(BadRequest("invalid header value")), false;
  }
  const auto expect = request_.headers.Get("Expect");
  expects_continue_ = expect && EqualsIgnoringCase(*expect, "100-continue");
  if (expect && !expect->empty() && !expects_continue_) {
    return Refuse("HTTP/1.1 417 Expectation Failed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"), false;
  }
  return true;
}

bool RequestReader::ChooseFraming() {
  state_ = State::kComplete;
  left_ = 0;
  if (minor_version_ >= 1 && request_.headers.Has("Transfer-Encoding")) {
    const auto codings = request_.headers.GetAll("Transfer-Encoding");
    if (codings.size() != 1 || !EqualsIgnoringCase(codings[0], "chunked")) {
      return Refuse(Refusal("501 Not Implemented", "Unsupported transfer encoding")), false;
    }
    request_.headers.Remove("Content-Length");
    state_ = State::kChunkSize;
    return true;
  }
  const auto lengths = request_.headers.GetAll("Content-Length");
  if (lengths.empty()) return true;
  if (std::ranges::any_of(lengths, [&lengths](std::string_view length) { return length != lengths[0]; })) {
    return Refuse(BadRequest()), false;
  }
  const std::string length(lengths[0]);
  request_.headers.Set("Content-Length", length);
  if (length.empty()) return true;
  const bool digits = std::ranges::all_of(length, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || std::from_chars(length.data(), length.data() + length.size(), left_).ec != std::errc()) {
    return Refuse(BadRequest()), false;
  }
  if (left_ > 0) state_ = State::kLength;
  ExpectData(left_);
  return true;
}

std::optional<std::string_view> RequestReader::TakeLine() {
  const std::size_t end = buffer_.find('\n', at_);
  if (end == std::string::npos) return std::nullopt;
  std::size_t at = 0;
  const std::string_view line = NextLine(std::string_view(buffer_).substr(at_, end + 1 - at_), at);
  at_ = end + 1;
  return line;
}

RequestReader::Progress RequestReader::ReadChunkSize() {
  std::optional<std::string_view> line = TakeLine();
  if (!line && pending() <= kChunkLineMax) return Progress::kNeedsMore;
  if (!line || line->size() > kChunkLineMax) return CutShort("header line too long");
  const std::size_t end = line->find_last_not_of(" \t");
  *line = line->substr(0, end == std::string_view::npos ? 0 : end + 1);
  const std::string_view digits = line->substr(0, line->find(';'));
  left_ = 0;
  if (!digits.empty()) {
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), left_, 16);
    if (rest != digits.data() + digits.size()) return CutShort("invalid byte in chunk length");
    if (error != std::errc() || digits.size() > 16) return CutShort("http chunk length too large");
  }
  state_ = left_ > 0 ? State::kChunkData : State::kTrailer;
  ExpectData(left_);
  return ReadBody();
}

RequestReader::Progress RequestReader::ReadBody() {
  for (;;) {
    switch (state_) {
      case State::kHead:
      case State::kComplete:
        return Complete();
      case State::kLength:
      case State::kChunkData: {
        const std::size_t length = std::min(left_, pending());
        request_.body.append(buffer_, at_, length);
        at_ += length;
        left_ -= length;
        if (left_ > 0) return Progress::kNeedsMore;
        if (overflows_) return CutShort("http: request body too large");
        state_ = state_ == State::kLength ? State::kComplete : State::kChunkEnd;
        break;
      }
      case State::kChunkEnd:
        if (pending() < 2) return Progress::kNeedsMore;
        if (buffer_.compare(at_, 2, "\r\n") != 0) return CutShort("malformed chunked encoding");
        at_ += 2;
        state_ = State::kChunkSize;
        break;
      case State::kChunkSize:
        return ReadChunkSize();
      case State::kTrailer: {
        const auto line = TakeLine();
        if (!line && pending() > limits_.header_bytes_max) {
          return CutShort("http: suspiciously long trailer after chunked body");
        }
        if (!line) return Progress::kNeedsMore;
        if (line->empty()) state_ = State::kComplete;
        break;
      }
    }
  }
}

void RequestReader::ExpectData(std::size_t length) {
  left_ = std::min(length, limits_.body_bytes_max - request_.body.size());
  overflows_ = left_ < length;
}

RequestReader::Progress RequestReader::EndOfInput() {
  if (state_ == State::kHead) return Progress::kNeedsMore;
  return CutShort(state_ == State::kTrailer ? "http: unexpected EOF reading trailer" : "unexpected EOF");
}

RequestReader::Progress RequestReader::CutShort(std::string_view why) {
  request_.body_error = why;
  keep_alive_ = false;
  return Complete();
}

RequestReader::Progress RequestReader::Complete() {
  buffer_.erase(0, at_);
  at_ = 0;
  state_ = State::kHead;
  return Progress::kRequest;
}

Request RequestReader::TakeRequest() {
  return std::exchange(request_, {});
}

}  // namespace mock_http
