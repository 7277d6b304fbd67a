#include "mock_kubeapi/kinds/pod_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>
#include <system_error>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/rfc3339.h"

namespace mock_kubeapi {
namespace {

using mock_http::TimePoint;

Result<std::int64_t> ParseInteger(const std::string& text) {
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool out_of_range = error == std::errc::result_out_of_range;
  if (error == std::errc{} && end == digits.data() + digits.size()) return value;
  return std::unexpected(BadRequestError(fmt::format("strconv.ParseInt: parsing {}: {}", GoQuote(text),
                                                     out_of_range ? "value out of range" : "invalid syntax")));
}

/// As the API server reads booleans in a query: a parameter without a value is true.
bool ParseBool(const std::string& text) {
  std::string lower = text;
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower != "false" && lower != "0";
}

FieldErrors ValidateOptions(const PodLogOptions& options) {
  FieldErrors errors;
  if (options.tail_lines && *options.tail_lines < 0) {
    errors.push_back(Invalid("tailLines", *options.tail_lines, "must be greater than or equal to 0"));
  }
  if (options.limit_bytes && *options.limit_bytes < 1) {
    errors.push_back(Invalid("limitBytes", *options.limit_bytes, "must be greater than 0"));
  }
  if (options.since_seconds && options.since_time) {
    errors.push_back(Forbidden("[]", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
  } else if (options.since_seconds && *options.since_seconds < 1) {
    errors.push_back(Invalid("sinceSeconds", *options.since_seconds, "must be greater than 0"));
  }
  return errors;
}

std::string NamesIn(const Json& containers) {
  std::string names;
  for (const Json& container : containers) names += (names.empty() ? "" : " ") + TextOf(container, "name");
  return names;
}

bool HasContainer(const Json& spec, const std::string& name) {
  for (const char* list : {"containers", "initContainers", "ephemeralContainers"}) {
    for (const Json& container : ListOf(spec, list)) {
      if (TextOf(container, "name") == name) return true;
    }
  }
  return false;
}

/// RFC 3339 with nine digits of a second, as the kubelet stamps lines.
std::string Stamp(TimePoint time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  std::string text = mock_http::FormatRfc3339(time);
  text.pop_back();
  return fmt::format("{}.{:09}Z", text, (time - whole).count());
}

/// Writes lines until a limit of bytes is reached.
class LogWriter {
 public:
  LogWriter(const PodLogOptions& options, TimePoint now) : timestamps_(options.timestamps) {
    if (options.limit_bytes) bytes_left_ = static_cast<std::size_t>(*options.limit_bytes);
    if (options.since_time) since_ = *options.since_time;
    if (options.since_seconds) since_ = now - std::chrono::seconds{*options.since_seconds};
  }
  bool Wants(const LogLine& line) const { return !since_ || line.time >= *since_; }
  /// False when nothing more may be written.
  bool Write(const LogLine& line, std::string& out) {
    if (!Wants(line)) return true;
    std::string text = timestamps_ ? Stamp(line.time) + " " + line.text : line.text;
    if (bytes_left_) {
      text.resize(std::min(text.size(), *bytes_left_));
      *bytes_left_ -= text.size();
    }
    out += text;
    return !bytes_left_ || *bytes_left_ > 0;
  }

 private:
  bool timestamps_;
  std::optional<std::size_t> bytes_left_;
  std::optional<TimePoint> since_;
};

/// The first line that `tail_lines` lets through.
std::size_t FirstLine(const std::vector<LogLine>& lines, const PodLogOptions& options) {
  if (!options.tail_lines) return 0;
  const auto wanted = static_cast<std::size_t>(*options.tail_lines);
  return lines.size() > wanted ? lines.size() - wanted : 0;
}

/// A log that is followed: what there is, then each line as it comes, to the end of the run.
class LogStream final : public mock_http::BodyStream {
 public:
  LogStream(LogSource& source, LogName name, const PodLogOptions& options, TimePoint now)
      : source_(source), name_(std::move(name)), options_(options), writer_(options, now) {}
  ~LogStream() override { LogStream::SetWake({}); }
  LogStream(const LogStream&) = delete;
  LogStream& operator=(const LogStream&) = delete;

  State Pull(std::string& out) override {
    const std::optional<LogSource::Snapshot> snapshot = source_.Read(name_, next_);
    if (!snapshot) return State::kEnd;
    const std::size_t skipped = started_ ? 0 : FirstLine(snapshot->lines, options_);
    started_ = true;
    for (std::size_t i = skipped; i < snapshot->lines.size(); ++i) {
      if (!writer_.Write(snapshot->lines[i], out)) return State::kEnd;
    }
    next_ = snapshot->next;
    return snapshot->ended ? State::kEnd : State::kPending;
  }
  void SetWake(std::function<void()> wake) override {
    if (subscription_) source_.Unsubscribe(*subscription_);
    subscription_.reset();
    if (wake) subscription_ = source_.Subscribe(std::move(wake));
  }

 private:
  LogSource& source_;
  LogName name_;
  PodLogOptions options_;
  LogWriter writer_;
  std::size_t next_ = 0;
  bool started_ = false;
  std::optional<int> subscription_;
};

const Json* StatusOfContainer(const Json& pod, const std::string& container) {
  const Json& status = ObjectOf(pod, "status");
  for (const char* list : {"containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"}) {
    for (const Json& each : ListOf(status, list)) {
      if (TextOf(each, "name") == container) return &each;
    }
  }
  return nullptr;
}

/// Why the kubelet has no log of that run.
std::string WhyNoLog(const Json& pod, const LogName& name) {
  const std::string what = fmt::format("container {} in pod {}", GoQuote(name.container),
                                       GoQuote(TextOf(ObjectOf(pod, "metadata"), "name")));
  if (name.previous) return fmt::format("previous terminated {} not found", what);
  const Json* status = StatusOfContainer(pod, name.container);
  if (status == nullptr) return what + " is not available";
  if (const Json* waiting = FieldAt(*status, "state", "waiting")) {
    const std::string& reason = TextOf(*waiting, "reason");
    return fmt::format("{} is waiting to start: {}", what, reason.empty() ? "no reason given" : reason);
  }
  return what + " is terminated";
}

}  // namespace

Result<PodLogOptions> ParsePodLogOptions(const LogQuery& query, std::string_view pod_name) {
  PodLogOptions options;
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : query) {
    // Of a parameter that comes twice the first one counts.
    if (std::ranges::find(seen, name) != seen.end()) continue;
    seen.push_back(name);
    std::optional<std::int64_t>* number = nullptr;
    if (name == "tailLines") number = &options.tail_lines;
    if (name == "limitBytes") number = &options.limit_bytes;
    if (name == "sinceSeconds") number = &options.since_seconds;
    if (number != nullptr) {
      const Result<std::int64_t> parsed = ParseInteger(value);
      if (!parsed) return std::unexpected(parsed.error());
      *number = *parsed;
    } else if (name == "container") {
      options.container = value;
    } else if (name == "follow") {
      options.follow = ParseBool(value);
    } else if (name == "previous") {
      options.previous = ParseBool(value);
    } else if (name == "timestamps") {
      options.timestamps = ParseBool(value);
    } else if (name == "sinceTime" && !value.empty() && value != "null") {
      options.since_time = ParseRfc3339(value);
      if (!options.since_time) {
        return std::unexpected(
            BadRequestError(fmt::format("parsing time {} as \"2006-01-02T15:04:05Z07:00\": cannot parse {} as \"2006\"",
                                        GoQuote(value), GoQuote(value))));
      }
    }
  }
  const FieldErrors errors = ValidateOptions(options);
  if (!errors.empty()) return std::unexpected(InvalidError("", "PodLogOptions", pod_name, errors));
  return options;
}

Result<std::string> ChooseLogContainer(const Json& pod, const std::string& asked) {
  const Json& spec = ObjectOf(pod, "spec");
  const Json& containers = ListOf(spec, "containers");
  const std::string& pod_name = TextOf(ObjectOf(pod, "metadata"), "name");
  if (asked.empty()) {
    if (containers.size() == 1) return TextOf(containers.front(), "name");
    std::string text = fmt::format("a container name must be specified for pod {}, choose one of: [{}]", pod_name,
                                   NamesIn(containers));
    const Json& init_containers = ListOf(spec, "initContainers");
    if (!init_containers.empty()) {
      text += fmt::format(" or one of the init containers: [{}]", NamesIn(init_containers));
    }
    return std::unexpected(BadRequestError(std::move(text)));
  }
  if (HasContainer(spec, asked)) return asked;
  return std::unexpected(BadRequestError(fmt::format("container {} is not valid for pod {}", asked, pod_name)));
}

std::string FormatLog(const std::vector<LogLine>& lines, const PodLogOptions& options, TimePoint now) {
  std::string out;
  LogWriter writer(options, now);
  for (std::size_t i = FirstLine(lines, options); i < lines.size(); ++i) {
    if (!writer.Write(lines[i], out)) break;
  }
  return out;
}

Result<mock_http::Response> AnswerPodLog(const Json& pod, const LogQuery& query, const KindContext& context) {
  const Json& metadata = ObjectOf(pod, "metadata");
  const Result<PodLogOptions> options = ParsePodLogOptions(query, TextOf(metadata, "name"));
  if (!options) return std::unexpected(options.error());
  Result<std::string> container = ChooseLogContainer(pod, options->container);
  if (!container) return std::unexpected(container.error());
  const std::string& node = TextOf(ObjectOf(pod, "spec"), "nodeName");
  if (node.empty()) {
    mock_http::Response nothing;
    nothing.status = 204;
    return nothing;
  }
  if (context.logs == nullptr || !context.logs->Serves(node)) {
    return std::unexpected(NotFoundError({.group = "", .resource = "nodes"}, node));
  }
  LogName name{.pod_uid = TextOf(metadata, "uid"), .container = *std::move(container), .previous = options->previous};
  const std::optional<LogSource::Snapshot> log = context.logs->Read(name, 0);
  if (!log) return std::unexpected(BadRequestError(WhyNoLog(pod, name)));
  const TimePoint now = context.clock.Now();
  mock_http::Response response = mock_http::MakeResponse(200, "text/plain", "");
  if (options->follow && !log->ended) {
    name.run = log->run;
    response.stream = std::make_shared<LogStream>(*context.logs, std::move(name), *options, now);
  } else {
    response.body = FormatLog(log->lines, *options, now);
  }
  return response;
}

}  // namespace mock_kubeapi
