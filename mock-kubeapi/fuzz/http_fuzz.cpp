// Whole requests, as octets of a connection: the reader of HTTP and everything behind it. Whatever comes, each request
// is answered, its answer can be described, and a watch can be read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "mock_http/clock.h"
#include "mock_http/random.h"
#include "mock_http/request_reader.h"
#include "mock_kubeapi/server/kube_api.h"

namespace {

using mock_http::RequestReader;

constexpr int kRequestsMax = 8;
constexpr int kStatusMin = 200;
constexpr int kStatusMax = 599;

/// A server in which the seeds find a namespace, a Secret and a Pod; made anew when it has seen much.
class Target {
 public:
  Target() : random_(1) {
    mock_kubeapi::ApiServerOptions options;
    options.authorization = mock_kubeapi::ApiServerOptions::Authorization::kAlwaysAllow;
    options.ca_certificate = "CA";
    kube_ = mock_kubeapi::KubeApi::Create(std::move(options), clock_, random_).value();
    kube_->endpoint().history().SetCapacity(0);  // Serve describes each request below
    Post("/api/v1/namespaces/default/secrets", R"({"metadata":{"name":"s"},"data":{"a":"MQ=="}})");
    Post("/api/v1/namespaces/default/pods",
         R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}})");
  }

  void Serve(const mock_http::Request& request) {
    const mock_http::Response response = kube_->endpoint().Serve(request).response;
    if (response.status < kStatusMin || response.status > kStatusMax) std::abort();
    if (response.stream) {
      std::string out;
      response.stream->Pull(out);
    }
    static_cast<void>(kube_->server().Describe(request));
    static_cast<void>(kube_->server().RedactBody(request, request.body, true));
    static_cast<void>(kube_->server().RedactBody(request, response.body, false));
  }

 private:
  void Post(const char* target, const char* body) {
    Serve({.method = "POST", .target = target, .headers = {{"Content-Type", "application/json"}}, .body = body});
  }

  mock_http::VirtualClock clock_;
  mock_http::SeededRandom random_;
  std::unique_ptr<mock_kubeapi::KubeApi> kube_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Making a server, and the OpenAPI documents that are first asked of it, takes as long as some hundred requests.
  constexpr int kInputsPerServer = 2000;
  static std::unique_ptr<Target> target;
  static int inputs = 0;
  if (!target || ++inputs % kInputsPerServer == 0) target = std::make_unique<Target>();
  RequestReader reader({});
  reader.Append({reinterpret_cast<const char*>(data), size});
  for (int i = 0; i < kRequestsMax;) {
    switch (reader.Advance()) {
      case RequestReader::Progress::kContinue:
        break;
      case RequestReader::Progress::kRequest:
        target->Serve(reader.TakeRequest());
        ++i;
        break;
      case RequestReader::Progress::kNeedsMore:
      case RequestReader::Progress::kRefused:
      case RequestReader::Progress::kUnexpected:
        return 0;
    }
  }
  return 0;
}
