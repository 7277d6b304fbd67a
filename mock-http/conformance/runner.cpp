#include "conformance/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "conformance/compare.h"
#include "conformance/http_answer.h"
#include "mock_http/base64.h"

namespace mock_http::conformance {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds kStep{100};
/// While a stream is read, so that its own timers are met closely.
constexpr milliseconds kStreamStep{20};

nanoseconds Seconds(double seconds) {
  return std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(seconds));
}

/// The request of a step's "do", as a plain HTTP client sends it.
Request MakeRequest(const Json& ask, const RunOptions& options) {
  Request request;
  request.method = ask.value("method", "GET");
  request.target = ask.value(ask.contains("path_from") ? "path_from" : "path", "/");
  request.headers.Add("Host", "127.0.0.1");
  request.headers.Add("Accept-Encoding", "identity");
  if (ask.contains("headers")) {
    for (const auto& [name, value] : ask["headers"].items()) request.headers.Set(name, value.get<std::string>());
  }
  const auto set_default = [&request](std::string_view name, std::string value) {
    if (!request.headers.Has(name)) request.headers.Add(name, std::move(value));
  };
  if (ask.contains("body")) {
    request.body = ask["body"].dump(-1, ' ', true);
    set_default("Content-Type", "application/json");
  } else if (ask.contains("text")) {
    request.body = ask["text"];
  }
  const auto token = options.tokens.find(ask.value("as", ""));
  if (token != options.tokens.end()) set_default("Authorization", "Bearer " + token->second);
  if (ask.contains("basic")) request.headers.Set("Authorization", "Basic " + Base64(ask.value("basic", "")));
  set_default("Accept", "application/json");
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH") {
    request.headers.Set("Content-Length", std::to_string(request.body.size()));
  }
  return request;
}

class Run {
 public:
  Run(const Scenario& scenario, Target& target, const RunOptions& options)
      : scenario_(scenario), target_(target), options_(options), normaliser_(variables_, !scenario.IsKube()) {}

  std::vector<std::string> All() {
    if (scenario_.IsKube()) MakeNamespace();
    for (std::size_t index = 0; index < scenario_.steps.size(); ++index) {
      const Json& step = scenario_.steps[index];
      if (step.contains("wait")) {
        Wait(step["wait"]);
        continue;
      }
      for (const std::string& fault : Step(step)) {
        const std::string asked = (step.contains("do") ? step["do"] : step["dns"]).dump(-1, ' ', true);
        faults_.push_back(fmt::format("step {} ({}): {}", index, asked.substr(0, 140), fault));
      }
    }
    if (scenario_.IsKube()) RemoveNamespace();
    return std::move(faults_);
  }

 private:
  /// What came back, as recordings show it, and the body as it was.
  struct Seen {
    Json shown;
    Json body;
  };

  void Advance(nanoseconds by, milliseconds step = kStep) {
    while (by > nanoseconds(0)) {
      const nanoseconds now = std::min<nanoseconds>(by, step);
      target_.clock().Advance(now);
      target_.AfterAdvance();
      by -= now;
    }
  }

  void Wait(const Json& wait) {
    if (wait.is_number()) return Advance(Seconds(wait.get<double>()));
    const auto now = target_.clock().Now();
    Advance(std::chrono::floor<std::chrono::seconds>(now) + std::chrono::milliseconds(1003) - now);
  }

  Response Send(const Request& request) {
    Advance(options_.time_per_request);
    return target_.endpoint().Serve(request).response;
  }

  void MakeNamespace() {
    // Scenarios run one at a time against a target of their own: a constant name is fresh each time.
    const std::string name = "conf-5ca1ab1e00";
    variables_.Set("ns", name);
    const Json body = {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}};
    const Json ask = {{"method", "POST"}, {"path", "/api/v1/namespaces"}, {"as", "admin"}, {"body", body}};
    const int status = Send(MakeRequest(ask, options_)).status;
    if (status != 201) faults_.push_back(fmt::format("the scenario's namespace was not made: status {}", status));
    target_.AfterAdvance();
    Advance(options_.settle);
  }

  void RemoveNamespace() {
    const Json ask = {{"method", "DELETE"},
                      {"path", "/api/v1/namespaces/" + variables_.Find("ns")->get<std::string>()},
                      {"as", "admin"}};
    Send(MakeRequest(ask, options_));
  }

  /// One step, tried again for as long as it says; then its values are saved.
  std::vector<std::string> Step(const Json& step) {
    const auto until = target_.clock().Now() + Seconds(step.value("retry_seconds", 0.0));
    const Mode mode = ModeFromText(step.value("compare", "exact"));
    for (;;) {
      const Bindings before = bindings_;
      std::vector<std::string> found;
      const auto seen = Ask(step);
      if (seen) {
        found = CompareAnswer(step.contains("expect") ? step["expect"] : Json::object(), seen->shown, mode, bindings_);
        CheckAbsent(step, seen->shown, found);
      } else {
        found.push_back(seen.error());
      }
      if (found.empty() || target_.clock().Now() >= until) {
        if (seen) Save(step, seen->body, found);
        return found;
      }
      bindings_ = before;
      Advance(kStep);
    }
  }

  static void CheckAbsent(const Json& step, const Json& shown, std::vector<std::string>& found) {
    if (!step.contains("absent") || !shown.contains("headers")) return;
    for (const Json& name : step["absent"]) {
      if (shown["headers"].contains(name.get<std::string>())) {
        found.push_back(fmt::format("/headers/{}: must be absent", name.get<std::string>()));
      }
    }
  }

  void Save(const Json& step, const Json& body, std::vector<std::string>& found) {
    if (!step.contains("save")) return;
    for (const auto& [name, pointer] : step["save"].items()) {
      if (const Json* value = AtPointer(body, pointer.get<std::string>())) {
        variables_.Set(name, *value);
      } else {
        found.push_back(fmt::format("save: {} not in the answer", pointer.get<std::string>()));
      }
    }
  }

  std::expected<Seen, std::string> Ask(const Json& step) {
    if (step.contains("dns")) return AskOverDns(Substitute(step["dns"], variables_));
    const Json ask = Substitute(step["do"], variables_);
    if (ask.contains("raw")) return AskRaw(ask);
    const Request request = MakeRequest(ask, options_);
    Response response = Send(request);
    Seen seen{.shown = {{"status", response.status},
                        {"headers", normaliser_.Value(KeptHeaders(response, !scenario_.IsKube()))}},
              .body = nullptr};
    if (ask.contains("stream_seconds")) return ReadStream(response, Seconds(ask["stream_seconds"].get<double>()), seen);
    if (response.stream) return std::unexpected("the answer is a stream, and the step reads none");
    if (request.method == "HEAD") response.body.clear();
    ShowBody(step, response.body, seen);
    return seen;
  }

  void ShowBody(const Json& step, const std::string& body, Seen& seen) {
    Json answer = Json::object();
    AddBody(body, answer);
    if (answer.contains("text")) seen.shown["text"] = normaliser_.Text(body);
    if (!answer.contains("body")) return;
    seen.body = answer["body"];
    if (step.contains("ignore")) {
      for (const Json& pointer : step["ignore"]) Drop(answer["body"], pointer.get<std::string>());
    }
    seen.shown["body"] = normaliser_.Value(answer["body"]);
  }

  /// Pulls a stream while the clock moves on, as a client that reads for so long and then hangs up.
  std::expected<Seen, std::string> ReadStream(Response& response, nanoseconds time, Seen& seen) {
    std::string text = response.body;
    bool is_open = response.stream != nullptr;
    for (nanoseconds left = time; is_open; left -= kStreamStep) {
      target_.endpoint().Locked([&](Endpoint&) {
        while (is_open) {
          const std::size_t before = text.size();
          is_open = response.stream->Pull(text) != BodyStream::State::kEnd;
          if (text.size() == before) break;
        }
      });
      if (left <= nanoseconds(0)) break;
      if (is_open) Advance(std::min<nanoseconds>(left, kStreamStep), kStreamStep);
    }
    target_.endpoint().Locked([&](Endpoint&) { response.stream.reset(); });

    seen.body = Json::array();
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      Json item = Json::parse(line, nullptr, false);
      if (item.is_discarded()) return std::unexpected(fmt::format("a line is not JSON: {}", line.substr(0, 200)));
      seen.body.push_back(std::move(item));
    }
    seen.shown["lines"] = normaliser_.Value(seen.body);
    return std::move(seen);
  }

  std::expected<Seen, std::string> AskRaw(const Json& ask) {
    const auto server = target_.http_address();
    if (!server) return std::unexpected("a raw step needs a server, and the target has none");
    auto seen = SendRaw(ask, *server);
    if (!seen) return std::unexpected(seen.error());
    return Seen{.shown = normaliser_.Value(*seen), .body = nullptr};
  }

  std::expected<Seen, std::string> AskOverDns(const Json& ask) {
    const auto server = target_.dns_address();
    if (!server) return std::unexpected("a DNS step needs a DNS server, and the target has none");
    auto seen = AskDns(ask, *server, ++dns_id_);
    if (!seen) return std::unexpected(seen.error());
    return Seen{.shown = normaliser_.Value(*seen), .body = std::move(*seen)};
  }

  const Scenario& scenario_;
  Target& target_;
  const RunOptions& options_;
  Variables variables_;
  Normaliser normaliser_;
  Bindings bindings_;
  std::vector<std::string> faults_;
  std::uint16_t dns_id_ = 0;
};

}  // namespace

std::vector<std::string> RunScenario(const Scenario& scenario, Target& target, const RunOptions& options) {
  return Run(scenario, target, options).All();
}

}  // namespace mock_http::conformance
