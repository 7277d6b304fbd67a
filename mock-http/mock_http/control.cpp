#include "mock_http/control.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

namespace mock_http {
namespace {

using nlohmann::json;

constexpr std::int64_t kAdvanceSecondsMax = 10LL * 366 * 86'400;

std::vector<std::string> Segments(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    if (path.front() == '/') path.remove_prefix(1);
    const std::size_t end = path.find('/');
    if (!path.substr(0, end).empty()) segments.emplace_back(path.substr(0, end));
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
  }
  return segments;
}

bool IsParameter(const std::string& segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

/// The parameters when `path` fits `pattern`.
std::optional<ControlService::Parameters> Fit(const std::vector<std::string>& pattern,
                                              const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return std::nullopt;
  ControlService::Parameters parameters;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (IsParameter(pattern[i])) {
      const auto decoded = PercentDecode(path[i]);
      if (!decoded) return std::nullopt;
      parameters.push_back(*decoded);
    } else if (pattern[i] != path[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

Response ToResponse(ControlReply reply) {
  if (reply.json_body.empty())
    return {.status = reply.status == 200 ? 204 : reply.status, .headers = {}, .body = {}, .stream = nullptr};
  reply.json_body += '\n';
  return MakeResponse(reply.status, "application/json", std::move(reply.json_body));
}

}  // namespace

ControlReply ControlError(int status, std::string_view message) {
  return {.status = status, .json_body = json{{"error", message}}.dump()};
}

ControlService::ControlService(Endpoint& target, VirtualClock* clock) : target_(target), clock_(clock) {
  AddOwnRoutes();
}

void ControlService::AddRoute(std::string method, const std::string& pattern, std::string help, Route route) {
  routes_.push_back({.method = std::move(method),
                     .pattern = Segments(pattern),
                     .help = std::move(help),
                     .route = std::move(route),
                     .locked = true});
}

void ControlService::AddOwnRoutes() {
  AddRoute(
      "GET", "/history", "the exchanges so far, oldest first, secrets redacted",
      [this](const Parameters&, const json&) -> ControlReply {
        // A target or header may hold any octets.
        return {.json_body =
                    target_.history().ToJson(target_.service()).dump(-1, ' ', false, json::error_handler_t::replace)};
      });
  AddRoute("DELETE", "/history", "forget the exchanges so far", [this](const Parameters&, const json&) -> ControlReply {
    target_.history().Clear();
    return {};
  });
  AddRoute("GET", "/faults", "the faults in force, with how often each was seen and fired",
           [this](const Parameters&, const json&) -> ControlReply {
             return {.json_body = target_.faults().ToJson().dump()};
           });
  AddRoute("DELETE", "/faults", "remove every fault", [this](const Parameters&, const json&) -> ControlReply {
    target_.faults().Clear();
    return {};
  });
  const auto put = [this](std::optional<std::string> id, const json& body) -> ControlReply {
    auto fault = FaultFromJson(body);
    if (!fault) return ControlError(400, fault.error());
    if (id && !fault->id.empty() && fault->id != *id) return ControlError(400, "id must be the one in the path");
    if (id) fault->id = *id;
    return {.status = 201, .json_body = json{{"id", target_.faults().Put(std::move(*fault))}}.dump()};
  };
  AddRoute("POST", "/faults", "add a fault; answers its id",
           [put](const Parameters&, const json& body) { return put(std::nullopt, body); });
  AddRoute("PUT", "/faults/{id}", "add or replace the fault of that id",
           [put](const Parameters& parameters, const json& body) { return put(parameters.at(0), body); });
  AddRoute("DELETE", "/faults/{id}", "remove one fault", [this](const Parameters& parameters, const json&) {
    if (target_.faults().Remove(parameters.at(0))) return ControlReply{};
    return ControlError(404, fmt::format("no fault has the id \"{}\"", parameters.at(0)));
  });
  AddRoute("GET", "/clock", "the mock's time", [this](const Parameters&, const json&) -> ControlReply {
    return {.json_body =
                json{{"now", FormatRfc3339Micro(target_.clock().Now())}, {"virtual", clock_ != nullptr}}.dump()};
  });
  AddRoute("POST", "/clock/advance", "{\"seconds\": N}: move the virtual clock on",
           [this](const Parameters&, const json& body) -> ControlReply {
             if (clock_ == nullptr) return ControlError(409, "the clock is the machine's; start with --virtual-clock");
             const bool is_alone = body.is_object() && body.size() == 1;
             const json seconds = is_alone ? body.value("seconds", json()) : json();
             if (!seconds.is_number() || seconds.get<double>() < 0 ||
                 seconds.get<double>() > static_cast<double>(kAdvanceSecondsMax)) {
               return ControlError(
                   400, fmt::format("the body must be {{\"seconds\": N}}, N from 0 to {}", kAdvanceSecondsMax));
             }
             clock_->Advance(std::chrono::duration_cast<std::chrono::nanoseconds>(
                 std::chrono::duration<double>(seconds.get<double>())));
             return {.json_body = json{{"now", FormatRfc3339Micro(clock_->Now())}}.dump()};
           });
  // Observers of the clock take the lock themselves, and a step of a day may be long.
  routes_.back().locked = false;
}

Response ControlService::Handle(const Request& request) {
  const std::vector<std::string> path = Segments(request.RawPath());
  if (path.empty() && request.method == "GET") {
    std::string text;
    for (const Entry& entry : routes_) {
      const std::string path_pattern = fmt::format("/{}", fmt::join(entry.pattern, "/"));
      text += fmt::format("{:<7}{:<32} {}\n", entry.method, path_pattern, entry.help);
    }
    return MakeResponse(200, "text/plain; charset=utf-8", std::move(text));
  }
  std::vector<std::string> allowed;
  for (const Entry& entry : routes_) {
    const auto parameters = Fit(entry.pattern, path);
    if (!parameters) continue;
    if (entry.method != request.method) {
      allowed.push_back(entry.method);
      continue;
    }
    json body;
    if (!request.body.empty()) {
      body = json::parse(request.body, nullptr, false);
      if (body.is_discarded()) return ToResponse(ControlError(400, "the request's body is not JSON"));
    }
    if (!entry.locked) return ToResponse(entry.route(*parameters, body));
    return ToResponse(target_.Locked([&](Endpoint&) { return entry.route(*parameters, body); }));
  }
  if (!allowed.empty()) {
    Response response = ToResponse(ControlError(405, "this path takes " + fmt::format("{}", fmt::join(allowed, ", "))));
    response.headers.Add("Allow", fmt::format("{}", fmt::join(allowed, ", ")));
    return response;
  }
  return ToResponse(
      ControlError(404, fmt::format("no route {} {}; GET / lists them", request.method, request.RawPath())));
}

std::string ControlService::RedactBody(const Request& request, std::string_view body, bool is_request) const {
  static_cast<void>(request);
  static_cast<void>(is_request);
  return body.empty() ? "" : "***";
}

}  // namespace mock_http
