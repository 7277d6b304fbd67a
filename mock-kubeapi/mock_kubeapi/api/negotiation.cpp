#include "mock_kubeapi/api/negotiation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

namespace mock_kubeapi {
namespace {

struct Clause {
  std::string type;
  std::string subtype;
  double quality = 1;
  std::map<std::string, std::string, std::less<>> parameters;
};

std::string_view Trim(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> Split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// Where the text is no number it is 0, which is last and not excluded.
double Quality(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

/// goautoneg's order, which is none: each of a wildcard and a named type of lower quality comes before the other.
bool ComesBefore(const Clause& a, const Clause& b) {
  return a.quality > b.quality || (a.type != "*" && b.type == "*") || (a.subtype != "*" && b.subtype == "*");
}

/// So what results depends on how it is sorted: by insertion, as Go sorts what is short.
void SortClauses(std::vector<Clause>& clauses) {
  for (std::size_t i = 1; i < clauses.size(); ++i) {
    for (std::size_t j = i; j > 0 && ComesBefore(clauses[j], clauses[j - 1]); --j)
      std::swap(clauses[j], clauses[j - 1]);
  }
}

std::vector<Clause> ParseAccept(std::string_view header) {
  std::vector<Clause> clauses;
  for (const std::string_view part : Split(header, ',')) {
    const std::vector<std::string_view> pieces = Split(part, ';');
    const std::vector<std::string_view> media = Split(Trim(pieces[0]), '/');
    Clause clause;
    if (media.size() == 1 && media[0] == "*") {
      clause.type = clause.subtype = "*";
    } else if (media.size() == 2) {
      clause.type = Trim(media[0]);
      clause.subtype = Trim(media[1]);
    } else {
      continue;
    }
    for (std::size_t i = 1; i < pieces.size(); ++i) {
      const std::size_t equals = pieces[i].find('=');
      if (equals == std::string_view::npos) continue;
      const std::string_view key = Trim(pieces[i].substr(0, equals));
      const std::string_view value = Trim(pieces[i].substr(equals + 1));
      if (key == "q") {
        clause.quality = Quality(value);
      } else {
        clause.parameters[std::string(key)] = value;
      }
    }
    clauses.push_back(std::move(clause));
  }
  SortClauses(clauses);
  return clauses;
}

std::optional<Transform> TransformOf(const Clause& clause, bool transforms) {
  const auto text = [&](std::string_view key) {
    const auto found = clause.parameters.find(key);
    return found == clause.parameters.end() ? std::string_view() : std::string_view(found->second);
  };
  const bool asked =
      clause.parameters.contains("as") || clause.parameters.contains("g") || clause.parameters.contains("v");
  if (!asked) return Transform::kNone;
  if (!transforms || text("g") != "meta.k8s.io") return std::nullopt;
  if (text("v") != "v1" && text("v") != "v1beta1") return std::nullopt;
  if (text("as") == "Table") return Transform::kTable;
  if (text("as") == "PartialObjectMetadata") return Transform::kPartialObject;
  if (text("as") == "PartialObjectMetadataList") return Transform::kPartialObjectList;
  return std::nullopt;
}

std::optional<OutputForm> Serve(const Clause& clause, std::string_view subtype, const Offer& offer) {
  const bool matches = (clause.type == "application" && (clause.subtype == subtype || clause.subtype == "*")) ||
                       (clause.type == "*" && clause.subtype == "*");
  if (!matches) return std::nullopt;
  const auto stream = clause.parameters.find("stream");
  if (stream != clause.parameters.end() && !stream->second.empty() &&
      (stream->second != "watch" || subtype != "json")) {
    return std::nullopt;
  }
  const auto transform = TransformOf(clause, offer.transforms);
  if (!transform) return std::nullopt;
  OutputForm form{.yaml = subtype == "yaml", .pretty = false, .transform = *transform, .meta_version = "v1"};
  if (*transform != Transform::kNone) form.meta_version = clause.parameters.find("v")->second;
  const auto pretty = clause.parameters.find("pretty");
  form.pretty = pretty != clause.parameters.end() && pretty->second == "1";
  return form;
}

ApiError NotAcceptableError(std::string_view suffix, bool with_yaml) {
  std::vector<std::string> types;
  for (const char* type : {"application/json", "application/yaml", "application/vnd.kubernetes.protobuf"}) {
    if (with_yaml || std::string_view(type) != "application/yaml")
      types.push_back(std::string(type) + std::string(suffix));
  }
  return PlainError(406, "NotAcceptable",
                    fmt::format("only the following media types are accepted: {}", fmt::join(types, ", ")));
}

bool Lists(std::string_view header, const std::vector<std::string_view>& known) {
  for (const std::string_view part : Split(header, ',')) {
    const std::string_view media = Trim(part.substr(0, part.find(';')));
    if (media == "*/*" || std::find(known.begin(), known.end(), media) != known.end()) return true;
  }
  return false;
}

}  // namespace

Result<OutputForm> Negotiate(std::string_view accept, const Offer& offer) {
  if (accept.empty() || accept == "application/json" || accept == "*/*") return OutputForm();
  for (const Clause& clause : ParseAccept(accept)) {
    if (const auto form = Serve(clause, "json", offer)) return *form;
    if (const auto form = Serve(clause, "yaml", offer)) return *form;
  }
  return std::unexpected(NotAcceptableError("", true));
}

bool WantsPretty(const mock_http::Request& request, const QueryParameters& query) {
  static constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "true", "TRUE", "True"};
  if (const std::string_view asked = query.Text("pretty"); !asked.empty()) {
    return std::find(kTrue.begin(), kTrue.end(), asked) != kTrue.end();
  }
  const std::string_view agent = request.headers.Get("User-Agent").value_or(std::string_view());
  return agent.starts_with("curl") || agent.starts_with("Wget") || agent.starts_with("Mozilla/5.0");
}

Result<void> CheckStream(const OutputForm& form) {
  if (form.yaml) return std::unexpected(NotAcceptableError(";stream=watch", false));
  return {};
}

OutputForm NegotiateError(std::string_view accept) {
  return Negotiate(accept, {.transforms = false}).value_or(OutputForm());
}

bool RouterAccepts(std::string_view accept, const std::vector<std::string_view>& produces) {
  return accept.empty() || Lists(accept, produces);
}

bool RouterConsumes(std::string_view content_type, const std::vector<std::string_view>& consumes) {
  return Lists(content_type.empty() ? "application/octet-stream" : content_type, consumes);
}

}  // namespace mock_kubeapi
