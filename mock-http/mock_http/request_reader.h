// HTTP/1.x requests out of a stream of octets, with the verdicts of Go's net/http (1.19): the real servers are written
// in Go, so what they take (bare line feeds), refuse (with which words) and ignore is that library's doing. No sockets.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "mock_http/http_message.h"

namespace mock_http {

class RequestReader {
 public:
  enum class Progress {
    kNeedsMore,  ///< Append what the connection delivers next, then Advance again
    kContinue,   ///< the client waits for "100 Continue" before it sends its body; Advance goes on with the body
    kRequest,    ///< complete: TakeRequest
    kRefused,    ///< no request that can be served: send refusal() and close
    kUnexpected  ///< the client expects what isn't offered: answer 417 and close
  };
  struct Limits {
    std::size_t header_bytes_max = (std::size_t{1} << 20U) + 4096;  ///< net/http's megabyte, and its buffer
    std::size_t body_bytes_max = std::size_t{8} << 20U;
  };
  /// Whether what is behind the server will read the body of the request whose head this is.
  using ReadsBody = std::function<bool(const Request& head)>;
  /// So much of a body that nobody reads is taken off the connection, so that it can be used again.
  static constexpr std::size_t kUnreadBytesMax = std::size_t{256} << 10U;

  /// Without `reads_body` every body is read.
  explicit RequestReader(const Limits& limits, ReadsBody reads_body = {})
      : limits_(limits), reads_body_(std::move(reads_body)) {}

  void Append(std::string_view octets) { buffer_.append(octets); }
  Progress Advance();
  /// The client sends no more: kRequest when that cuts a body off, kRefused within a head, kNeedsMore when nothing had
  /// begun.
  Progress EndOfInput();
  /// The request, without its peer. What follows it stays for the next one, which begins with the next Advance.
  Request TakeRequest();

  /// Of the request that was read last.
  bool is_http10() const { return is_http10_; }
  /// Whether the connection may be used again: not when the request says so, nor behind a body that was malformed.
  bool keep_alive() const { return keep_alive_; }
  /// Whether the client may still be sending what no one will read.
  bool leaves_body() const { return leaves_body_; }
  const std::string& refusal() const { return refusal_; }
  /// Octets that no request has taken yet.
  std::size_t pending() const { return buffer_.size() - at_; }

 private:
  enum class State { kHead, kLength, kChunkSize, kChunkData, kChunkEnd, kTrailer, kComplete };

  /// The next line without its end; nullopt when it isn't complete yet.
  std::optional<std::string_view> TakeLine();
  Progress ReadHead();
  Progress TakeHead(std::string_view head);
  bool TakeRequestLine(std::string_view line);
  bool TakeFields(std::string_view fields);
  bool IsSupportedVersion() const;
  bool CheckFields();
  /// False when the message's length can't be told.
  bool ChooseFraming();
  Progress ReadBody();
  /// For a body that nobody reads: leaves a long one, and one that the client holds back, where it is.
  Progress PassOver(bool holds_back);
  /// Absent when the size is read.
  std::optional<Progress> ReadChunkSize();
  /// Absent when the trailer is read.
  std::optional<Progress> ReadTrailer();
  /// `length` octets of the body come next; only what the limit allows of them will be taken.
  void ExpectData(std::size_t length);
  Progress Complete();
  /// The body ends here for the reason `why`; what came before counts.
  Progress CutShort(std::string_view why);
  Progress Refuse(std::string text);

  Limits limits_;
  ReadsBody reads_body_;
  std::string buffer_;
  std::size_t at_ = 0;    ///< where the unread rest of `buffer_` begins
  std::size_t line_ = 0;  ///< where the first line begins that isn't known to belong to the head
  State state_ = State::kHead;
  Request request_;
  std::size_t left_ = 0;    ///< of the body, or of a chunk
  bool overflows_ = false;  ///< what is left was more than the limit
  std::size_t body_bytes_max_ = 0;
  bool reads_ = true;  ///< the body will be read
  bool leaves_body_ = false;
  bool after_post_ = false;  ///< the request before was a POST, behind whose body some clients send a line end
  int major_version_ = 1;
  int minor_version_ = 1;
  bool is_http10_ = false;
  bool keep_alive_ = true;
  std::string refusal_;
};

}  // namespace mock_http
