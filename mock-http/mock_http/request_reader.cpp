#include "mock_http/request_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>
#include <vector>

#include "mock_http/request_target.h"

namespace mock_http {
namespace {

constexpr std::size_t kChunkLineMax = 4096;  ///< with its end; one as long is too long
/// The end of a trailer must be within so much: net/http looks for it in its buffer.
constexpr std::size_t kTrailerMax = 4096;
constexpr std::string_view kLongTrailer = "http: suspiciously long trailer after chunked body";
constexpr std::string_view kSpace = " \t\r\n";
/// Line ends before a request that come from clients which send one behind their body.
constexpr std::size_t kStrayLineEndsMax = 4;

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsHost(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return IsAlphanumeric(c) || std::string_view("!$%&()*+,-.:;=[']_~").contains(c); });
}

std::string_view Trim(std::string_view text, std::string_view space = " \t") {
  const std::size_t from = text.find_first_not_of(space);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(space) - from + 1);
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
bool HasToken(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(", \t"), list.size());
    if (EqualsIgnoringCase(list.substr(0, end), token)) return true;
    list.remove_prefix(std::min(list.size(), end + 1));
  }
  return false;
}

bool HasToken(const std::vector<std::string_view>& lists, std::string_view token) {
  return std::ranges::any_of(lists, [token](std::string_view list) { return HasToken(list, token); });
}

/// A line up to its line feed; a carriage return before that is dropped. `at` moves behind it.
std::string_view NextLine(std::string_view text, std::size_t& at) {
  const std::size_t end = std::min(text.find('\n', at), text.size());
  std::string_view line = text.substr(at, end - at);
  at = std::min(text.size(), end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// Calls `take` with the name and value of each field of a head or trailer. Returns what is wrong with it, or nothing;
/// in that case `at` is behind the empty line that ends it.
template <class Take>
std::string ReadFields(std::string_view fields, std::size_t& at, Take take) {
  if (fields.starts_with(' ') || fields.starts_with('\t')) {
    return fmt::format("malformed MIME header initial line: {}", NextLine(fields, at));
  }
  while (at < fields.size()) {
    std::string line(Trim(NextLine(fields, at)));
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) return fmt::format("malformed MIME header: missing colon: \"{}\"", line);
    // A line that begins with white space goes on with the one before.
    while (at < fields.size() && (fields[at] == ' ' || fields[at] == '\t')) {
      line.append(" ").append(Trim(NextLine(fields, at)));
    }
    if (colon > 0) take(line.substr(0, colon), std::string(Trim(std::string_view(line).substr(colon + 1))));
  }
  return {};
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
  if (after_post_) {
    const std::size_t stray = std::min(buffer_.find_first_not_of("\r\n"), buffer_.size());
    if (stray == buffer_.size() && stray < kStrayLineEndsMax) return Progress::kNeedsMore;
    buffer_.erase(0, std::min(stray, kStrayLineEndsMax));
    after_post_ = false;
  }
  // The head ends with the first empty line.
  for (std::size_t end = 0; (end = buffer_.find('\n', line_)) != std::string::npos; line_ = end + 1) {
    std::string_view line(buffer_.data() + line_, end - line_);
    if (!line.empty() && line != "\r") continue;
    at_ = end + 1;
    line_ = 0;
    if (at_ > limits_.header_bytes_max) break;
    return TakeHead({buffer_.data(), at_});
  }
  if (buffer_.size() > limits_.header_bytes_max) {
    constexpr std::string_view kTooLarge = "431 Request Header Fields Too Large";
    return Refuse(Refusal(kTooLarge, kTooLarge));
  }
  return Progress::kNeedsMore;
}

RequestReader::Progress RequestReader::TakeHead(std::string_view head) {
  request_ = {};
  leaves_body_ = false;
  std::size_t fields = 0;
  const std::string_view line = NextLine(head, fields);
  if (!TakeRequestLine(line) || !TakeFields(head.substr(fields)) || !ChooseFraming()) return Progress::kRefused;
  if (!IsSupportedVersion()) {
    constexpr std::string_view kUnsupported = "505 HTTP Version Not Supported: unsupported protocol version";
    return Refuse(Refusal(kUnsupported, kUnsupported));
  }
  if (!CheckFields()) return Progress::kRefused;
  after_post_ = request_.method == "POST";
  // Of an HTTP/1.0 request the first field alone counts.
  const auto connection = request_.headers.GetAll("Connection");
  is_http10_ = major_version_ == 1 && minor_version_ == 0;
  keep_alive_ =
      is_http10_ ? !connection.empty() && HasToken(connection[0], "keep-alive") : !HasToken(connection, "close");
  // The preface of HTTP/2 alone is served and then closed.
  if (major_version_ == 2 && request_.headers.fields().empty()) keep_alive_ = false;

  const std::string_view expect = request_.headers.Get("Expect").value_or("");
  const bool expects_continue = HasToken(expect, "100-continue");
  if (!expect.empty() && !expects_continue) {
    keep_alive_ = false;
    return Progress::kUnexpected;
  }
  const bool has_body = state_ != State::kComplete;
  const bool holds_back = has_body && expects_continue && !is_http10_;
  reads_ = !has_body || !reads_body_ || reads_body_(request_);
  if (!reads_) return PassOver(holds_back);
  return holds_back ? Progress::kContinue : ReadBody();
}

RequestReader::Progress RequestReader::PassOver(bool holds_back) {
  if (!holds_back && !(state_ == State::kLength && (overflows_ || left_ >= kUnreadBytesMax))) {
    body_bytes_max_ = std::min(body_bytes_max_, kUnreadBytesMax);
    return ReadBody();
  }
  keep_alive_ = false;
  leaves_body_ = true;
  return Complete();
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
  if (!is_version || !IsToken(request_.method) || !ParseRequestTarget(request_.method, request_.target)) {
    return Refuse(BadRequest()), false;
  }
  major_version_ = version[5] - '0';
  minor_version_ = version[7] - '0';
  return true;
}

bool RequestReader::IsSupportedVersion() const {
  // The preface of HTTP/2 over plain text is let through, to get a 405.
  const bool is_preface =
      major_version_ == 2 && minor_version_ == 0 && request_.method == "PRI" && request_.target == "*";
  return major_version_ == 1 || is_preface;
}

bool RequestReader::TakeFields(std::string_view fields) {
  std::size_t at = 0;
  const std::string problem = ReadFields(
      fields, at, [this](const std::string& name, std::string value) { request_.headers.Add(name, std::move(value)); });
  if (!problem.empty() || request_.headers.GetAll("Host").size() > 1) return Refuse(BadRequest()), false;
  return true;
}

bool RequestReader::CheckFields() {
  const auto host = request_.headers.Get("Host");
  const bool needs_host = major_version_ == 1 && minor_version_ >= 1 && request_.method != "CONNECT";
  if (!host && (needs_host || (major_version_ == 2 && !request_.headers.fields().empty()))) {
    return Refuse(BadRequest("missing required Host header")), false;
  }
  if (host && !IsHost(*host)) return Refuse(BadRequest("malformed Host header")), false;
  for (const auto& [name, value] : request_.headers.fields()) {
    if (!IsToken(name)) return Refuse(BadRequest("invalid header name")), false;
    if (!IsFieldValue(value)) return Refuse(BadRequest("invalid header value")), false;
  }
  return true;
}

bool RequestReader::ChooseFraming() {
  state_ = State::kComplete;
  left_ = 0;
  overflows_ = false;
  body_bytes_max_ = limits_.body_bytes_max;
  const auto codings = request_.headers.GetAll("Transfer-Encoding");
  const bool has_codings = !codings.empty();
  const bool is_chunked = codings.size() == 1 && EqualsIgnoringCase(codings[0], "chunked");
  request_.headers.Remove("Transfer-Encoding");
  // HTTP/1.0 knows none.
  if (has_codings && (major_version_ > 1 || (major_version_ == 1 && minor_version_ >= 1))) {
    if (!is_chunked) return Refuse(Refusal("501 Not Implemented", "Unsupported transfer encoding")), false;
    request_.headers.Remove("Content-Length");
    state_ = State::kChunkSize;
    return true;
  }
  const auto lengths = request_.headers.GetAll("Content-Length");
  if (lengths.empty()) return true;
  const std::string length(Trim(lengths[0], kSpace));
  if (std::ranges::any_of(lengths, [&length](std::string_view other) { return Trim(other, kSpace) != length; })) {
    return Refuse(BadRequest()), false;
  }
  if (lengths.size() > 1) request_.headers.Set("Content-Length", length);
  if (length.empty()) return true;
  const bool digits = std::ranges::all_of(length, [](char c) { return c >= '0' && c <= '9'; });
  std::int64_t octets = 0;
  if (!digits || std::from_chars(length.data(), length.data() + length.size(), octets).ec != std::errc()) {
    return Refuse(BadRequest()), false;
  }
  if (octets > 0) state_ = State::kLength;
  ExpectData(static_cast<std::size_t>(octets));
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

std::optional<RequestReader::Progress> RequestReader::ReadChunkSize() {
  const std::size_t from = at_;
  std::optional<std::string_view> line = TakeLine();
  if (!line && pending() < kChunkLineMax) return Progress::kNeedsMore;
  if (!line || at_ - from >= kChunkLineMax) return CutShort("header line too long");
  *line = line->substr(0, line->find_last_not_of(kSpace) + 1);
  const std::string_view digits = line->substr(0, line->find(';'));
  left_ = 0;
  if (!digits.empty()) {
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), left_, 16);
    if (rest != digits.data() + digits.size()) return CutShort("invalid byte in chunk length");
    if (error != std::errc() || digits.size() > 16) return CutShort("http chunk length too large");
  }
  state_ = left_ > 0 ? State::kChunkData : State::kTrailer;
  ExpectData(left_);
  return std::nullopt;
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
        if (const auto progress = ReadChunkSize()) return *progress;
        break;
      case State::kTrailer:
        if (const auto progress = ReadTrailer()) return *progress;
        state_ = State::kComplete;
        break;
    }
  }
}

std::optional<RequestReader::Progress> RequestReader::ReadTrailer() {
  constexpr std::string_view kLineEnd = "\r\n";
  const std::string_view rest = std::string_view(buffer_).substr(at_, kTrailerMax);
  if (rest.size() < kLineEnd.size()) return Progress::kNeedsMore;
  if (rest.starts_with(kLineEnd)) {
    at_ += kLineEnd.size();
    return std::nullopt;
  }
  if (!rest.contains("\r\n\r\n")) {
    return rest.size() < kTrailerMax ? Progress::kNeedsMore : CutShort(kLongTrailer);
  }
  // It ends with its first empty line, which may be in front of that.
  std::size_t at = 0;
  const std::string problem = ReadFields(rest, at, [](const std::string&, const std::string&) {});
  if (!problem.empty()) return CutShort(problem);
  at_ += at;
  return std::nullopt;
}

void RequestReader::ExpectData(std::size_t length) {
  left_ = std::min(length, body_bytes_max_ - request_.body.size());
  overflows_ = left_ < length;
}

RequestReader::Progress RequestReader::EndOfInput() {
  if (state_ == State::kHead) {
    const bool has_begun = buffer_.find_first_not_of(after_post_ ? "\r\n" : "") != std::string::npos;
    return has_begun ? Refuse(BadRequest()) : Progress::kNeedsMore;
  }
  if (state_ == State::kLength && reads_) {
    // net/http goes on to the next request, of which there is none.
    request_.body_error = "unexpected EOF";
    return Complete();
  }
  if (state_ != State::kTrailer) return CutShort("unexpected EOF");
  return CutShort(pending() < 2 ? "http: unexpected EOF reading trailer" : kLongTrailer);
}

RequestReader::Progress RequestReader::CutShort(std::string_view why) {
  request_.body_error = why;
  keep_alive_ = false;
  leaves_body_ = true;
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
