#include "mock_kubeapi/api/response_finish.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <set>
#include <utility>

#include "mock_kubeapi/api/negotiation.h"
#include "mock_kubeapi/api/renderer.h"
#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi {
namespace {

/// Shorter bodies are sent as they are, as kube-apiserver does.
constexpr std::size_t kCompressBytesMin = 128UL << 10U;
constexpr int kCompressionLevel = 1;
/// deflateInit2: 15 window bits, and 16 for a gzip header.
constexpr int kGzipWindowBits = 15 + 16;
constexpr int kMemoryLevel = 8;

std::optional<std::string> Gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, kCompressionLevel, Z_DEFLATED, kGzipWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    return std::nullopt;
  }
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  std::string in(text);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (done != Z_STREAM_END) return std::nullopt;
  return out;
}

/// As kube-apiserver reads it: the word alone, without a quality.
bool WantsGzip(const mock_http::Request& request) {
  std::string_view accepted = request.headers.Get("Accept-Encoding").value_or(std::string_view());
  while (!accepted.empty()) {
    std::string_view coding = accepted.substr(0, accepted.find(','));
    accepted.remove_prefix(std::min(coding.size() + 1, accepted.size()));
    while (coding.starts_with(' ')) coding.remove_prefix(1);
    while (coding.ends_with(' ')) coding.remove_suffix(1);
    if (coding == "gzip") return true;
  }
  return false;
}

}  // namespace

mock_http::Response ErrorResponse(const ApiError& error, const mock_http::Request& request,
                                  const QueryParameters& query) {
  if (error.as_text) {
    const std::string text = fmt::format("Internal Server Error: {}: {}", GoQuote(request.target), error.message);
    mock_http::Response response =
        mock_http::MakeResponse(error.code, "text/plain; charset=utf-8", EscapeHtml(text) + "\n");
    response.headers.Set("X-Content-Type-Options", "nosniff");
    return response;
  }
  OutputForm form = NegotiateError(request.headers.Get("Accept").value_or(std::string_view()));
  form.pretty = form.pretty || WantsPretty(request, query);
  mock_http::Response response = ValueResponse(error.code, error.ToStatus(), form);
  if (error.retry_after_seconds) response.headers.Set("Retry-After", std::to_string(*error.retry_after_seconds));
  return response;
}

std::string WarningHeader(std::string_view text) {
  std::string out = "299 - \"";
  for (const GoRune& rune : GoRunes(text)) {
    if (!rune.printable) continue;
    if (rune.value == '"' || rune.value == '\\') out += '\\';
    out += text.substr(rune.position, rune.length);
  }
  return out + "\"";
}

void FinishResponse(const mock_http::Request& request, const std::vector<std::string>& warnings,
                    mock_http::Random& random, mock_http::Response& response) {
  std::set<std::string_view> sent;
  for (const std::string& warning : warnings) {
    if (sent.insert(warning).second) response.headers.Add("Warning", WarningHeader(warning));
  }
  response.headers.Set("Audit-Id", mock_http::RandomUuid(random));
  response.headers.Set("Cache-Control", "no-cache, private");
  if (request.method == "HEAD") response.body.clear();
  if (response.stream || response.body.size() < kCompressBytesMin || !WantsGzip(request)) return;
  if (auto compressed = Gzip(response.body)) {
    response.body = std::move(*compressed);
    response.headers.Set("Content-Encoding", "gzip");
    response.headers.Add("Vary", "Accept-Encoding");
  }
}

}  // namespace mock_kubeapi
