#include "conformance/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>

namespace mock_http::conformance {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

std::string Shown(const Json& value, std::size_t length_max) {
  std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > length_max) text.resize(length_max);
  return text;
}

void ReplaceAll(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

/// The length of `pattern` at the start of `text`, with '0' for any digit; 0 when it doesn't fit.
std::size_t Fit(std::string_view text, std::string_view pattern) {
  if (text.size() < pattern.size()) return 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '0' ? !IsDigit(text[i]) : text[i] != pattern[i]) return 0;
  }
  return pattern.size();
}

/// The length of an RFC 3339 time at the start of `text`; 0 when there is none.
std::size_t TimeLength(std::string_view text) {
  std::size_t length = Fit(text, "0000-00-00T00:00:00");
  if (length == 0) return 0;
  if (length + 1 < text.size() && text[length] == '.' && IsDigit(text[length + 1])) {
    ++length;
    while (length < text.size() && IsDigit(text[length])) ++length;
  }
  if (length < text.size() && text[length] == 'Z') return length + 1;
  if (length < text.size() && (text[length] == '+' || text[length] == '-')) {
    const std::size_t zone = Fit(text.substr(length + 1), "00:00");
    if (zone > 0) return length + 1 + zone;
  }
  return 0;
}

std::string WithoutTimes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = IsDigit(text[i]) ? TimeLength(text.substr(i)) : 0;
    if (length > 0) {
      out += "<time>";
      i += length;
    } else {
      out.push_back(text[i++]);
    }
  }
  return out;
}

/// A recorded text, cut into what stands as it is and placeholders.
struct Piece {
  std::string_view text;
  bool is_placeholder = false;
  bool is_uuid = false;
};

/// The length of "<uuid#12>" or "<rv#3>" at the start of `text`; 0 when there is none.
std::size_t PlaceholderLength(std::string_view text) {
  for (const std::string_view start : {std::string_view("<uuid#"), std::string_view("<rv#")}) {
    if (!text.starts_with(start)) continue;
    std::size_t end = start.size();
    while (end < text.size() && IsDigit(text[end])) ++end;
    if (end > start.size() && end < text.size() && text[end] == '>') return end + 1;
  }
  return 0;
}

std::vector<Piece> Cut(std::string_view want) {
  std::vector<Piece> pieces;
  std::size_t from = 0;
  for (std::size_t i = 0; i < want.size();) {
    const std::size_t length = want[i] == '<' ? PlaceholderLength(want.substr(i)) : 0;
    if (length == 0) {
      ++i;
      continue;
    }
    if (i > from) pieces.push_back({.text = want.substr(from, i - from)});
    pieces.push_back({.text = want.substr(i, length), .is_placeholder = true, .is_uuid = want[i + 1] == 'u'});
    i += length;
    from = i;
  }
  if (from < want.size()) pieces.push_back({.text = want.substr(from)});
  return pieces;
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !(IsDigit(text[i]) || (text[i] >= 'a' && text[i] <= 'f'))) return false;
  }
  return true;
}

/// Whether the pieces from `next` on fit all of `got`; appends what the placeholders stood for. The shortest values
/// are tried first.
bool FitPieces(const std::vector<Piece>& pieces, std::size_t next, std::string_view got,
               std::vector<std::string_view>& values) {
  if (next == pieces.size()) return got.empty();
  const Piece& piece = pieces[next];
  if (!piece.is_placeholder) {
    return got.starts_with(piece.text) && FitPieces(pieces, next + 1, got.substr(piece.text.size()), values);
  }
  const std::size_t shortest = piece.is_uuid ? 36 : 1;
  const std::size_t longest = piece.is_uuid ? std::min<std::size_t>(36, got.size()) : got.size();
  for (std::size_t length = shortest; length <= longest; ++length) {
    const std::string_view value = got.substr(0, length);
    if (piece.is_uuid ? !IsUuid(value) : value.back() == '\n') return false;
    values.push_back(value);
    if (FitPieces(pieces, next + 1, got.substr(length), values)) return true;
    values.pop_back();
  }
  return false;
}

bool Alike(const Json& want, const Json& got, Mode mode, Bindings& bindings) {
  const Bindings before = bindings;
  if (Differences(want, got, mode, bindings, "").empty()) return true;
  bindings = before;
  return false;
}

void Append(std::vector<std::string>& out, std::vector<std::string> more) {
  out.insert(out.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::vector<std::string> ObjectDifferences(const Json& want, const Json& got, Mode mode, Bindings& bindings,
                                           const std::string& where) {
  std::vector<std::string> out;
  std::set<std::string, std::less<>> taken;
  for (const auto& [key, value] : want.items()) {
    std::optional<std::string> there;
    if (got.contains(key)) {
      there = key;
    } else if (key.contains('#')) {
      for (const auto& [candidate, ignored] : got.items()) {
        if (!there && bindings.Match(key, candidate)) there = candidate;
      }
    }
    if (!there) {
      out.push_back(fmt::format("{}/{}: missing, want {}", where, key, Shown(value, 200)));
      continue;
    }
    taken.insert(*there);
    Append(out, Differences(value, got[*there], mode, bindings, fmt::format("{}/{}", where, key)));
  }
  if (mode != Mode::kExact) return out;
  for (const auto& [key, value] : got.items()) {
    if (!taken.contains(key)) out.push_back(fmt::format("{}/{}: not expected: {}", where, key, Shown(value, 200)));
  }
  return out;
}

std::vector<std::string> ArrayDifferences(const Json& want, const Json& got, Mode mode, Bindings& bindings,
                                          const std::string& where) {
  std::vector<std::string> out;
  if (mode == Mode::kContains) {
    for (const Json& wanted : want) {
      if (std::ranges::none_of(got, [&](const Json& item) { return Alike(wanted, item, mode, bindings); })) {
        out.push_back(fmt::format("{}: no item like {}", where, Shown(wanted, 300)));
      }
    }
    return out;
  }
  if (want.size() != got.size()) {
    out.push_back(fmt::format("{}: {} items, want {}", where, got.size(), want.size()));
  }
  for (std::size_t i = 0; i < std::min(want.size(), got.size()); ++i) {
    Append(out, Differences(want[i], got[i], mode, bindings, fmt::format("{}/{}", where, i)));
  }
  return out;
}

}  // namespace

bool Bindings::Match(std::string_view want, std::string_view got) {
  const std::vector<Piece> pieces = Cut(want);
  if (std::ranges::none_of(pieces, &Piece::is_placeholder)) return want == got;
  std::vector<std::string_view> values;
  if (!FitPieces(pieces, 0, got, values)) return false;

  const Bindings before = *this;
  std::size_t next = 0;
  for (const Piece& piece : pieces) {
    if (!piece.is_placeholder) continue;
    const std::string name(piece.text);
    const std::string value(values[next++]);
    const auto value_of = value_of_.try_emplace(name, value).first;
    const auto placeholder_of = placeholder_of_.try_emplace({name.substr(0, 3), value}, name).first;
    if (value_of->second != value || placeholder_of->second != name) {
      *this = before;
      return false;
    }
  }
  return true;
}

std::string Normaliser::Text(std::string_view text) const {
  std::string out(text);
  for (const auto& [name, held] : variables_.all()) {
    if (name == "ns" || !held.is_string()) continue;
    const auto& value = held.get_ref<const std::string&>();
    if (value.size() <= 7) continue;
    ReplaceAll(out, value, fmt::format("<saved {}>", name));
    if (!shapes_) continue;
    const std::array<std::pair<std::string_view, std::string>, 2> shapes = {
        {{"upper", ToUpper(value)}, {"nodash", WithoutDashes(value)}}};
    for (const auto& [shape, shaped] : shapes) {
      if (shaped != value) ReplaceAll(out, shaped, fmt::format("<saved {} {}>", name, shape));
    }
  }
  if (const Json* ns = variables_.Find("ns")) ReplaceAll(out, ns->get_ref<const std::string&>(), "${ns}");
  return WithoutTimes(out);
}

Json Normaliser::Value(const Json& value, std::string_view key) const {
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& item : value) out.push_back(Value(item, key));
    return out;
  }
  if (value.is_object()) {
    Json out = Json::object();
    for (const auto& [name, item] : value.items()) {
      out[name.starts_with("k:{") ? Text(name) : name] = Value(item, name);
    }
    const auto generated = value.find("generateName");
    const auto name = value.find("name");
    if (generated != value.end() && generated->is_string() && !generated->get_ref<const std::string&>().empty() &&
        name != value.end() && name->is_string() &&
        name->get_ref<const std::string&>().starts_with(generated->get_ref<const std::string&>())) {
      out["name"] = Text(generated->get_ref<const std::string&>()) + "<suffix>";
    }
    return out;
  }
  if (!value.is_string()) return value;
  const auto& text = value.get_ref<const std::string&>();
  if (key == "resourceVersion" && !text.empty() && text != "0") return text;
  if (key == "continue" && !text.empty()) return "<continue>";
  if (key == "token" && std::ranges::count(text, '.') == 2) return "<token>";
  if (key == "password" && text.size() == 40) return "<password>";
  return Text(text);
}

Mode ModeFromText(std::string_view text) {
  if (text == "contains") return Mode::kContains;
  return text == "status" ? Mode::kStatus : Mode::kExact;
}

std::vector<std::string> Differences(const Json& want, const Json& got, Mode mode, Bindings& bindings,
                                     const std::string& where) {
  if (want.is_object() && got.is_object()) return ObjectDifferences(want, got, mode, bindings, where);
  if (want.is_array() && got.is_array()) return ArrayDifferences(want, got, mode, bindings, where);
  const bool same = want.is_string() && got.is_string()
                        ? bindings.Match(want.get_ref<const std::string&>(), got.get_ref<const std::string&>())
                        : want == got;
  if (same) return {};
  return {fmt::format("{}: got {}, want {}", where.empty() ? "/" : where, Shown(got, 300), Shown(want, 300))};
}

std::vector<std::string> CompareAnswer(const Json& expect, const Json& seen, Mode mode, Bindings& bindings) {
  const auto part = [&seen](const std::string& key) { return seen.contains(key) ? seen[key] : Json(); };
  if (mode == Mode::kStatus && !expect.contains("answers")) {
    return Differences(expect.contains("status") ? expect["status"] : Json(), part("status"), Mode::kExact, bindings,
                       "/status");
  }
  std::vector<std::string> out;
  for (const auto& [key, value] : expect.items()) {
    if (key == "headers") {
      Append(out, Differences(value, seen.contains(key) ? seen[key] : Json::object(), Mode::kContains, bindings,
                              "/headers"));
    } else if (key == "answers" && part(key).is_array()) {
      const Json answers = part(key);
      if (value.size() != answers.size()) {
        out.push_back(fmt::format("/answers: {}, want {}", answers.size(), value.size()));
      }
      for (std::size_t i = 0; i < std::min(value.size(), answers.size()); ++i) {
        Append(out, CompareAnswer(value[i], answers[i], mode, bindings));
      }
    } else {
      Append(out, Differences(value, part(key), mode, bindings, "/" + key));
    }
  }
  return out;
}

}  // namespace mock_http::conformance
