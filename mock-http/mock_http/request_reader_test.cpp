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
  EXPECT_TRUE(keeps("1.0\r\nConnection: x, Keep-Alive"));
  EXPECT_FALSE(keeps("1.0\r\nConnection: x\r\nConnection: keep-alive"));
  EXPECT_TRUE(Read("GET / HTTP/1.0\r\n\r\n").reader.is_http10());
}

TEST(RequestReader, RefusesInGosWords) {
  const std::string bad =
      "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request";
  for (const char* octets :
       {"\r\n", "GET /\r\n\r\n", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1\r\n\r\n", "GET / http/1.1\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", "G(T / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\n Host: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost x\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost\r\n : x\r\n\r\n", "GET x HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "GET /%zz HTTP/1.0\r\n\r\n"}) {
    EXPECT_EQ(RefusalOf(octets), bad) << octets;
  }
  EXPECT_THAT(RefusalOf("GET / HTTP/1.1\r\n\r\n"), HasSubstr("400 Bad Request: missing required Host header"));
  EXPECT_THAT(RefusalOf("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), HasSubstr(": malformed Host header"));
  EXPECT_THAT(RefusalOf("GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n"), HasSubstr(": invalid header name"));
  EXPECT_THAT(RefusalOf("GET / HTTP/1.1\r\nHost: x\r\nA: \x01\r\n\r\n"), HasSubstr(": invalid header value"));
  EXPECT_THAT(RefusalOf("GET / HTTP/2.0\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 505 "));
  // Whatever else is wrong is found first.
  EXPECT_EQ(RefusalOf("GET / HTTP/2.0\r\nHost\r\n\r\n"), bad);
  EXPECT_THAT(RefusalOf("PRI * HTTP/2.0\r\nA: b\r\n\r\n"), HasSubstr(": missing required Host header"));
  const Read preface("PRI * HTTP/2.0\r\n\r\n");
  EXPECT_EQ(preface.progress, Progress::kRequest);
  EXPECT_FALSE(preface.reader.keep_alive());
  EXPECT_EQ(Read("GET / HTTP/1.1\r\nHost: x\r\n: ignored\r\n\r\n").progress, Progress::kRequest);
}

TEST(RequestReader, ReadsLengths) {
  EXPECT_EQ(Read(Post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}")).request.body, "{}");
  EXPECT_EQ(Read(Post("Content-Length:\r\n", "")).progress, Progress::kRequest);
  EXPECT_EQ(Read(Post("", "")).request.body, "");
  for (const char* length : {"-1", "x", "+2", "2, 2", "9223372036854775808", "99999999999999999999999"}) {
    EXPECT_THAT(RefusalOf(Post(std::string("Content-Length: ") + length + "\r\n", "{}")), StartsWith("HTTP/1.1 400 "));
  }
  EXPECT_THAT(RefusalOf(Post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}")), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(RefusalOf(Post("Content-Length: 2\r\r\n", "{}")), HasSubstr(": invalid header value"));
}

TEST(RequestReader, ReadsChunks) {
  const auto body = [](const std::string& chunks) {
    return Read(Post("Transfer-Encoding: Chunked\r\n", chunks)).request.body;
  };
  EXPECT_EQ(body("5\r\nhello\r\n0\r\n\r\n"), "hello");
  EXPECT_EQ(body("2;a=b\r\nhe\r\n0003 \r\nllo\r\n0\r\nX-Trailer: y\r\n\r\n"), "hello");
  EXPECT_EQ(body("5\r \nhello\r\n0\r\n\r\n"), "hello");
  EXPECT_EQ(body("0\r\n\r\n"), "");
  // A length beside it is dropped.
  EXPECT_EQ(Read(Post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "2\r\n{}\r\n0\r\n\r\n")).request.body,
            "{}");
  EXPECT_THAT(RefusalOf(Post("Transfer-Encoding: gzip, chunked\r\n", "")), HasSubstr("Unsupported transfer encoding"));
  // HTTP/1.0 has no encodings, so what the field says doesn't matter.
  EXPECT_EQ(Read("POST / HTTP/1.0\r\nTransfer-Encoding: \x01\r\n\r\n").progress, Progress::kRequest);
}

TEST(RequestReader, ReadsAnyNumberOfChunksAtOnce) {
  constexpr int kChunks = 300'000;
  std::string chunks;
  for (int i = 0; i < kChunks; ++i) chunks += "1\r\nx\r\n";
  RequestReader reader({});
  reader.Append(Post("Transfer-Encoding: chunked\r\n", chunks + "0\r\n\r\n"));
  ASSERT_EQ(reader.Advance(), Progress::kRequest);
  EXPECT_EQ(reader.TakeRequest().body.size(), static_cast<std::size_t>(kChunks));
}

TEST(RequestReader, EndsATrailerAtItsFirstEmptyLine) {
  RequestReader reader(kSmall);
  reader.Append(Post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\nA: b\n\nGET /y HTTP/1.1\r\nHost: x\r\n\r\n"));
  ASSERT_EQ(reader.Advance(), Progress::kRequest);
  EXPECT_EQ(reader.TakeRequest().body_error, "");
  ASSERT_EQ(reader.Advance(), Progress::kRequest);
  EXPECT_EQ(reader.TakeRequest().target, "/y");
}

TEST(RequestReader, EndsABodyAtAMalformedChunk) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"2\r\n{}x\r\n", "malformed chunked encoding"},
      {"2\r\n{}\n0\n\n", "malformed chunked encoding"},
      {"2\r\n{}\r\nzz\r\n", "invalid byte in chunk length"},
      {"2\r\n{}\r\n-1\r\n", "invalid byte in chunk length"},
      {"2\r\n{}\r\n11112222333344445\r\n", "http chunk length too large"},
      {"2\r\n{}\r\n" + std::string(4096, '0'), "header line too long"},
      {"2\r\n{}\r\n0;" + std::string(4092, 'x') + "\r\n\r\n", "header line too long"},
      {"2\r\n{}\r\n0\r\n A: b\r\n\r\n", "malformed MIME header initial line:  A: b"},
      {"2\r\n{}\r\n0\r\nA: b\r\nC\r\n\r\n", "malformed MIME header: missing colon: \"C\""},
      {"2\r\n{}\r\n0\r\nX: " + std::string(4093, 'y'), "http: suspiciously long trailer after chunked body"}};
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
    const Request request = read.reader.TakeRequest();
    return request.body + "|" + request.body_error + (read.reader.keep_alive() ? "|keeps" : "|closes");
  };
  EXPECT_EQ(error_of("Content-Length: 3\r\n", ""), "|unexpected EOF|keeps");
  EXPECT_EQ(error_of("Content-Length: 3\r\n", "{}"), "{}|unexpected EOF|keeps");
  EXPECT_EQ(error_of("Transfer-Encoding: chunked\r\n", ""), "|unexpected EOF|closes");
  EXPECT_EQ(error_of("Transfer-Encoding: chunked\r\n", "2\r\n{"), "{|unexpected EOF|closes");
  EXPECT_EQ(error_of("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n"),
            "{}|http: unexpected EOF reading trailer|closes");
  EXPECT_EQ(error_of("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\n\n\n"),
            "{}|http: suspiciously long trailer after chunked body|closes");
}

TEST(RequestReader, RefusesAHeadThatTheEndOfInputCutsOff) {
  for (const char* head : {"GET / HTT", "GET / HTTP/1.1\r\nHost: h\r\n", "\n"}) {
    Read read(head);
    if (read.progress == Progress::kRefused) continue;
    EXPECT_EQ(read.reader.EndOfInput(), Progress::kRefused) << head;
    EXPECT_THAT(read.reader.refusal(), StartsWith("HTTP/1.1 400 Bad Request\r\n")) << head;
  }
  EXPECT_EQ(Read("").reader.EndOfInput(), Progress::kNeedsMore);
}

TEST(RequestReader, IgnoresLineEndsBehindAPost) {
  RequestReader reader(kSmall);
  reader.Append(Post("Content-Length: 2\r\n", "{}") + "\r\n");
  ASSERT_EQ(reader.Advance(), Progress::kRequest);
  EXPECT_EQ(reader.TakeRequest().body, "{}");
  EXPECT_EQ(reader.Advance(), Progress::kNeedsMore);
  EXPECT_EQ(RequestReader(reader).EndOfInput(), Progress::kNeedsMore);
  reader.Append("GET /y HTTP/1.1\r\nHost: x\r\n\r\n\r\n");
  ASSERT_EQ(reader.Advance(), Progress::kRequest);
  EXPECT_EQ(reader.TakeRequest().target, "/y");
  EXPECT_EQ(reader.Advance(), Progress::kRefused) << "behind a GET they are no request";
}

TEST(RequestReader, AsksForTheBodyThatTheClientHoldsBack) {
  for (const char* expect : {"100-Continue", "x, 100-continue"}) {
    RequestReader reader(kSmall);
    reader.Append(Post(std::string("Expect: ") + expect + "\r\nContent-Length: 2\r\n", ""));
    ASSERT_EQ(reader.Advance(), Progress::kContinue);
    ASSERT_EQ(reader.Advance(), Progress::kNeedsMore);
    reader.Append("{}");
    ASSERT_EQ(reader.Advance(), Progress::kRequest);
    EXPECT_EQ(reader.TakeRequest().body, "{}");
  }
  EXPECT_EQ(Read(Post("Expect: 100-continue\r\n", "")).progress, Progress::kRequest) << "there is no body to wait for";
  EXPECT_EQ(Read("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx").progress, Progress::kRequest);
  EXPECT_EQ(Read(Post("Expect: more\r\n", "")).progress, Progress::kUnexpected);
}

TEST(RequestReader, LeavesALongBodyThatNobodyReads) {
  const auto read = [](const std::string& fields, const std::string& body) {
    RequestReader reader({}, [](const Request& head) { return head.target != "/x"; });
    reader.Append(Post(fields, body) + "GET /y HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(reader.Advance(), Progress::kRequest) << fields;
    EXPECT_EQ(reader.TakeRequest().target, "/x");
    EXPECT_EQ(reader.leaves_body(), !reader.keep_alive()) << fields;
    if (!reader.keep_alive()) return false;
    EXPECT_EQ(reader.Advance(), Progress::kRequest);
    EXPECT_EQ(reader.TakeRequest().target, "/y");
    return true;
  };
  const std::string fits(RequestReader::kUnreadBytesMax - 1, 'x');
  EXPECT_TRUE(read("Content-Length: 262143\r\n", fits));
  EXPECT_FALSE(read("Content-Length: 262144\r\n", fits + "x"));
  EXPECT_TRUE(read("Transfer-Encoding: chunked\r\n", "40000\r\n" + fits + "x\r\n0\r\n\r\n"));
  EXPECT_FALSE(read("Transfer-Encoding: chunked\r\n", "40001\r\n" + fits + "xx\r\n0\r\n\r\n"));
  EXPECT_FALSE(read("Expect: 100-continue\r\nContent-Length: 2\r\n", "{}"));
  EXPECT_TRUE(read("Expect: 100-continue\r\n", ""));
}

TEST(RequestReader, LimitsTheHead) {
  EXPECT_THAT(RefusalOf("GET /" + std::string(1000, 'a')), StartsWith("HTTP/1.1 431 "));
}

}  // namespace
}  // namespace mock_http
