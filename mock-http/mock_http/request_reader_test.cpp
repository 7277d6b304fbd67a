#include "mock_http/request_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mock_http {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Progress = RequestReader::Progress;

constexpr RequestReader::Limits kSmall{.header_bytes_max = 1000, .body_bytes_max = 100};

/// Reads one message that comes in one piece.
struct Read {
  explicit Read(std::string_view octets) : reader(kSmall) {
    reader.Append(octets);
    progress = reader.Advance();
    if (progress == Progress::kRequest) request = reader.TakeRequest();
  }
  RequestReader reader;
  Progress progress;
  Request request;
};

std::string RefusalOf(std::string_view octets) {
  const Read read(octets);
  return read.progress == Progress::kRefused ? read.reader.refusal() : "served";
}

std::string Post(std::string_view fields, std::string_view body) {
  return "POST /x HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

TEST(RequestReader, ReadsARequestInOnePieceOrOctetByOctet) {
  const std::string octets =
      "POST /a?b HTTP/1.1\r\nHost: x:1\r\nX-A:  b c \r\nX-A: d\r\nContent-Length: 5\r\n\r\nhello";
  const auto check = [](const Request& request) {
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/a?b");
    EXPECT_EQ(request.headers.GetAll("x-a"), (std::vector<std::string_view>{"b c", "d"}));
    EXPECT_EQ(request.body, "hello");
  };
  check(Read(octets).request);
  RequestReader reader(kSmall);
  for (std::size_t i = 0; i + 1 < octets.size(); ++i) {
    reader.Append(octets.substr(i, 1));
    ASSERT_EQ(reader.Advance(), Progress::kNeedsMore) << i;
  }
  reader.Append("o");
  ASSERT_EQ(reader.Advance(), Progress::kRequest);
  check(reader.TakeRequest());
  EXPECT_EQ(reader.pending(), 0U);
}

TEST(RequestReader, KeepsWhatFollowsForTheNextRequest) {
  RequestReader reader(kSmall);
  reader.Append(Post("Content-Length: 2\r\n", "{}") + "GET /y HTTP/1.1\r\nHost: x\r\n\r\nGET");
  ASSERT_EQ(reader.Advance(), Progress::kRequest);
  EXPECT_EQ(reader.TakeRequest().body, "{}");
  ASSERT_EQ(reader.Advance(), Progress::kRequest);
  EXPECT_EQ(reader.TakeRequest().target, "/y");
  EXPECT_EQ(reader.Advance(), Progress::kNeedsMore);
  EXPECT_EQ(reader.pending(), 3U);
}

TEST(RequestReader, TakesBareLineFeedsAndFoldedFields) {
  const Read read("GET / HTTP/1.1\nHost: x\nA: b\n  c\n\n");
  ASSERT_EQ(read.progress, Progress::kRequest);
  EXPECT_EQ(read.request.headers.Get("A"), "b c");
}

TEST(RequestReader, KnowsWhetherTheConnectionGoesOn) {
  const auto keeps = [](const std::string& rest) {
    return Read("GET / HTTP/" + rest + "\r\n\r\n").reader.keep_alive();
  };
  EXPECT_TRUE(keeps("1.1\r\nHost: x"));
  EXPECT_TRUE(keeps("1.2\r\nHost: x"));
  EXPECT_FALSE(keeps("1.1\r\nHost: x\r\nConnection: foo, Close"));
  EXPECT_FALSE(keeps("1.0"));
  EXPECT_TRUE(keeps("1.0\r\nConnection: Keep-Alive"));
  EXPECT_TRUE(Read("GET / HTTP/1.0\r\n\r\n").reader.is_http10());
}

TEST(RequestReader, RefusesInGosWords) {
  const std::string bad =
      "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request";
  for (const char* octets :
       {"\r\n", "GET /\r\n\r\n", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1\r\n\r\n", "GET / http/1.1\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", "G(T / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\n Host: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost x\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"}) {
    EXPECT_EQ(RefusalOf(octets), bad) << octets;
  }
  EXPECT_THAT(RefusalOf("GET / HTTP/1.1\r\n\r\n"), HasSubstr("400 Bad Request: missing required Host header"));
  EXPECT_THAT(RefusalOf("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), HasSubstr(": malformed Host header"));
  EXPECT_THAT(RefusalOf("GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n"), HasSubstr(": invalid header name"));
  EXPECT_THAT(RefusalOf("GET / HTTP/1.1\r\nHost: x\r\nA: \x01\r\n\r\n"), HasSubstr(": invalid header value"));
  EXPECT_THAT(RefusalOf("GET / HTTP/2.0\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 505 "));
  EXPECT_THAT(RefusalOf(Post("Expect: more\r\n", "")), StartsWith("HTTP/1.1 417 "));
  EXPECT_EQ(Read("PRI * HTTP/2.0\r\n\r\n").progress, Progress::kRequest);
  EXPECT_EQ(Read("GET / HTTP/1.1\r\nHost: x\r\n: ignored\r\n\r\n").progress, Progress::kRequest);
}

TEST(RequestReader, ReadsLengths) {
  EXPECT_EQ(Read(Post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}")).request.body, "{}");
  EXPECT_EQ(Read(Post("Content-Length:\r\n", "")).progress, Progress::kRequest);
  EXPECT_EQ(Read(Post("", "")).request.body, "");
  for (const char* length : {"-1", "x", "+2", "2, 2", "99999999999999999999999"}) {
    EXPECT_THAT(RefusalOf(Post(std::string("Content-Length: ") + length + "\r\n", "{}")), StartsWith("HTTP/1.1 400 "));
  }
  EXPECT_THAT(RefusalOf(Post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}")), StartsWith("HTTP/1.1 400 "));
}

TEST(RequestReader, ReadsChunks) {
  const auto body = [](const std::string& chunks) {
    return Read(Post("Transfer-Encoding: Chunked\r\n", chunks)).request.body;
  };
  EXPECT_EQ(body("5\r\nhello\r\n0\r\n\r\n"), "hello");
  EXPECT_EQ(body("2;a=b\r\nhe\r\n0003 \r\nllo\r\n0\r\nX-Trailer: y\r\n\r\n"), "hello");
  EXPECT_EQ(body("0\r\n\r\n"), "");
  // A length beside it is dropped.
  EXPECT_EQ(Read(Post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "2\r\n{}\r\n0\r\n\r\n")).request.body,
            "{}");
  EXPECT_THAT(RefusalOf(Post("Transfer-Encoding: gzip, chunked\r\n", "")), HasSubstr("Unsupported transfer encoding"));
}

TEST(RequestReader, EndsABodyAtAMalformedChunk) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"2\r\n{}x\r\n", "malformed chunked encoding"},
      {"2\r\n{}\n0\n\n", "malformed chunked encoding"},
      {"2\r\n{}\r\nzz\r\n", "invalid byte in chunk length"},
      {"2\r\n{}\r\n-1\r\n", "invalid byte in chunk length"},
      {"2\r\n{}\r\n11112222333344445\r\n", "http chunk length too large"},
      {"2\r\n{}\r\n" + std::string(5000, '0'), "header line too long"},
      {"2\r\n{}\r\n0\r\nX: " + std::string(1000, 'y'), "http: suspiciously long trailer after chunked body"}};
  for (const auto& [chunks, error] : cases) {
    const Read read(Post("Transfer-Encoding: chunked\r\n", chunks));
    ASSERT_EQ(read.progress, Progress::kRequest) << chunks;
    EXPECT_EQ(read.request.body, "{}") << chunks;
    EXPECT_EQ(read.request.body_error, error) << chunks;
    EXPECT_FALSE(read.reader.keep_alive()) << chunks;
  }
  EXPECT_EQ(Read(Post("Content-Length: 2\r\n", "{}")).request.body_error, "");
}

TEST(RequestReader, CutsOffABodyAboveTheLimit) {
  const std::string fits(100, 'x');
  for (const std::string& message :
       {Post("Content-Length: 101\r\n", fits + "y"), Post("Transfer-Encoding: chunked\r\n", "65\r\n" + fits + "y"),
        Post("Transfer-Encoding: chunked\r\n", "64\r\n" + fits + "\r\nffffffffffffffff\r\n"),
        Post("Content-Length: 9223372036854775807\r\n", fits)}) {
    const Read read(message);
    ASSERT_EQ(read.progress, Progress::kRequest) << message;
    EXPECT_EQ(read.request.body, fits) << message;
    EXPECT_EQ(read.request.body_error, "http: request body too large") << message;
    EXPECT_FALSE(read.reader.keep_alive()) << message;
  }
  EXPECT_EQ(Read(Post("Content-Length: 100\r\n", fits)).request.body_error, "");
}

TEST(RequestReader, ServesABodyThatTheEndOfInputCutsOff) {
  const auto error_of = [](const std::string& fields, const std::string& body) {
    Read read(Post(fields, body));
    EXPECT_EQ(read.progress, Progress::kNeedsMore) << fields << body;
    EXPECT_EQ(read.reader.EndOfInput(), Progress::kRequest) << fields << body;
    EXPECT_FALSE(read.reader.keep_alive()) << fields << body;
    const Request request = read.reader.TakeRequest();
    return request.body + "|" + request.body_error;
  };
  EXPECT_EQ(error_of("Content-Length: 3\r\n", ""), "|unexpected EOF");
  EXPECT_EQ(error_of("Content-Length: 3\r\n", "{}"), "{}|unexpected EOF");
  EXPECT_EQ(error_of("Transfer-Encoding: chunked\r\n", ""), "|unexpected EOF");
  EXPECT_EQ(error_of("Transfer-Encoding: chunked\r\n", "2\r\n{"), "{|unexpected EOF");
  EXPECT_EQ(error_of("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n"), "{}|http: unexpected EOF reading trailer");
  for (const char* head : {"", "GET / HTT", "GET / HTTP/1.1\r\nHost: h\r\n"}) {
    Read read(head);
    EXPECT_EQ(read.reader.EndOfInput(), Progress::kNeedsMore) << head;
  }
}

TEST(RequestReader, AsksForTheBodyThatTheClientHoldsBack) {
  RequestReader reader(kSmall);
  reader.Append(Post("Expect: 100-Continue\r\nContent-Length: 2\r\n", ""));
  ASSERT_EQ(reader.Advance(), Progress::kContinue);
  ASSERT_EQ(reader.Advance(), Progress::kNeedsMore);
  reader.Append("{}");
  ASSERT_EQ(reader.Advance(), Progress::kRequest);
  EXPECT_EQ(reader.TakeRequest().body, "{}");
  EXPECT_EQ(Read(Post("Expect: 100-continue\r\n", "")).progress, Progress::kRequest) << "there is no body to wait for";
}

TEST(RequestReader, LimitsTheHead) {
  EXPECT_THAT(RefusalOf("GET /" + std::string(1000, 'a')), StartsWith("HTTP/1.1 431 "));
}

}  // namespace
}  // namespace mock_http
