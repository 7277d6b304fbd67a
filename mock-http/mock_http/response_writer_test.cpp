#include "mock_http/response_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mock_http/test_service.h"

namespace mock_http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr TimePoint kNow{std::chrono::seconds(1704067200)};

TEST(ResponseHead, HasStatusFieldsDateAndLength) {
  EXPECT_EQ(ResponseHead(MakeResponse(200, "text/plain", "abc"), {}, kNow),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n"
            "Content-Length: 3\r\n\r\n");
}

TEST(ResponseHead, KeepsTheFieldsThatTheServiceSet) {
  Response response = MakeResponse(200, "text/plain", "abc");
  response.headers.Set("Date", "never");
  response.headers.Set("Content-Length", "7");
  const std::string head = ResponseHead(response, {}, kNow);
  EXPECT_THAT(head, HasSubstr("Date: never\r\nContent-Length: 7\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length: 3")));
}

TEST(ResponseHead, GivesNoLengthWhereThereIsNoBody) {
  for (const int status : {101, 204, 304}) {
    EXPECT_THAT(ResponseHead({.status = status, .headers = {}, .body = {}, .stream = nullptr}, {}, kNow),
                Not(HasSubstr("Content-Length")))
        << status;
  }
  EXPECT_THAT(ResponseHead(MakeResponse(200, "text/plain", ""), {.is_head = true}, kNow),
              Not(HasSubstr("Content-Length")));
  EXPECT_THAT(ResponseHead(MakeResponse(404, "text/plain", ""), {}, kNow), HasSubstr("Content-Length: 0\r\n"));
}

TEST(ResponseHead, SaysWhatTheVersionDoesNotImply) {
  const Response response = MakeResponse(200, "text/plain", "");
  const auto head = [&response](bool is_http10, bool keep_alive) {
    return ResponseHead(response, {.is_http10 = is_http10, .keep_alive = keep_alive}, kNow);
  };
  EXPECT_THAT(head(false, true), Not(HasSubstr("Connection")));
  EXPECT_THAT(head(false, false), EndsWith("Connection: close\r\n\r\n"));
  EXPECT_THAT(head(true, true), EndsWith("Connection: keep-alive\r\n\r\n"));
  EXPECT_THAT(head(true, false), Not(HasSubstr("Connection")));
  EXPECT_THAT(head(true, false), StartsWith("HTTP/1.0 200 OK\r\n"));
}

TEST(ResponseHead, FramesAStreamInChunksUnlessTheClientKnowsNone) {
  Response response = MakeResponse(200, "application/json", "");
  response.stream = std::make_shared<FedStream>();
  EXPECT_THAT(ResponseHead(response, {}, kNow), HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(ResponseHead(response, {.is_http10 = true}, kNow), Not(HasSubstr("Transfer-Encoding")));
}

TEST(Chunk, CountsInHexadecimal) {
  EXPECT_EQ(Chunk(std::string(26, 'x')), "1a\r\n" + std::string(26, 'x') + "\r\n");
}

TEST(ExpectationFailed, NamesTheVersionAndCloses) {
  EXPECT_EQ(ExpectationFailed(false, TimePoint()),
            "HTTP/1.1 417 Expectation Failed\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 0\r\n"
            "Connection: close\r\n\r\n");
  EXPECT_EQ(ExpectationFailed(true, TimePoint()),
            "HTTP/1.0 417 Expectation Failed\r\nConnection: close\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
            "Content-Length: 0\r\n\r\n");
}

}  // namespace
}  // namespace mock_http
