#include "mock_kubeapi/decode/yaml.h"

#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "mock_kubeapi/decode/yaml_scalar.h"
#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi::decode {
namespace {

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

/// A node as it stands in the text. Aliases point to the node they name.
struct Raw {
  enum class Kind { kScalar, kSequence, kMapping };

  Kind kind = Kind::kScalar;
  std::string tag;  ///< explicit, short form ("str"); "!" is non-specific; empty: none
  std::string text;
  bool plain = false;
  std::size_t line = 0;                        ///< from 1
  std::vector<std::shared_ptr<Raw>> children;  ///< of a mapping: key, value, key, value …
  std::vector<bool> is_alias;                  ///< beside `children`
};

/// Thrown within this file only; never leaves ReadYaml.
struct YamlFailure {
  std::string message;
};

[[noreturn]] void FailPlain(std::string message) {
  throw YamlFailure{std::move(message)};
}
[[noreturn]] void Fail(const std::string& message) {
  FailPlain("yaml: " + message);
}

/// Bounds recursion.
class DepthGuard {
 public:
  explicit DepthGuard(int* depth) : depth_(depth) {
    if (++*depth_ > kDepthMax) {
      Fail(fmt::format("exceeded max depth of {}", kDepthMax));
    }
  }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;
  ~DepthGuard() { --*depth_; }

 private:
  int* depth_;
};

struct ParserDeleter {
  void operator()(yaml_parser_t* parser) const {
    yaml_parser_delete(parser);
    delete parser;
  }
};

struct Event {
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&value); }

  yaml_event_t value{};
};

/// Reads events into the tree of the first document.
class Composer {
 public:
  explicit Composer(std::string_view text) : parser_(new yaml_parser_t) {
    if (yaml_parser_initialize(parser_.get()) == 0) {
      throw std::bad_alloc();
    }
    yaml_parser_set_input_string(parser_.get(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }

  /// Null when there is no document.
  std::shared_ptr<Raw> Run() {
    Event event;
    Next(&event);  // STREAM-START
    Event document;
    Next(&document);
    if (document.value.type != YAML_DOCUMENT_START_EVENT) {
      return nullptr;
    }
    bool alias = false;
    return Node(&alias);
  }

 private:
  void Next(Event* event) {
    if (yaml_parser_parse(parser_.get(), &event->value) == 0) {
      Fail(ParserMessage());
    }
  }

  /// go-yaml's choice of the line to show, odd as it is.
  std::string ParserMessage() const {
    std::size_t line = 0;
    if (parser_->problem_mark.line != 0) {
      line = parser_->problem_mark.line + (parser_->error == YAML_SCANNER_ERROR ? 1 : 0);
    } else if (parser_->context_mark.line != 0) {
      line = parser_->context_mark.line;
    }
    const char* problem = parser_->problem == nullptr ? "unknown problem parsing YAML content" : parser_->problem;
    return line == 0 ? std::string(problem) : fmt::format("line {}: {}", line, problem);
  }

  static std::string Text(const yaml_char_t* text) {
    return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
  }

  static std::string ShortTag(const yaml_char_t* tag) {
    std::string text = Text(tag);
    return text.starts_with(kTagPrefix) ? text.substr(kTagPrefix.size()) : text;
  }

  std::shared_ptr<Raw> Node(bool* is_alias) {
    Event event;
    Next(&event);
    return Node(event.value, is_alias);
  }

  std::shared_ptr<Raw> Node(const yaml_event_t& event, bool* is_alias) {
    auto node = std::make_shared<Raw>();
    node->line = event.start_mark.line + 1;
    *is_alias = false;
    switch (event.type) {
      case YAML_ALIAS_EVENT: {
        const std::string name = Text(event.data.alias.anchor);
        const auto found = anchors_.find(name);
        if (found == anchors_.end()) {
          Fail(fmt::format("unknown anchor '{}' referenced", name));
        }
        if (found->second.use_count() == 0) {
          Fail(fmt::format("anchor '{}' value contains itself", name));
        }
        *is_alias = true;
        return found->second;
      }
      case YAML_SCALAR_EVENT:
        node->tag = ShortTag(event.data.scalar.tag);
        node->text = std::string(reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length);
        node->plain = event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
        Anchor(event.data.scalar.anchor, node);
        return node;
      case YAML_SEQUENCE_START_EVENT:
        node->kind = Raw::Kind::kSequence;
        node->tag = ShortTag(event.data.sequence_start.tag);
        Children(event.data.sequence_start.anchor, YAML_SEQUENCE_END_EVENT, node);
        return node;
      case YAML_MAPPING_START_EVENT:
        node->kind = Raw::Kind::kMapping;
        node->tag = ShortTag(event.data.mapping_start.tag);
        Children(event.data.mapping_start.anchor, YAML_MAPPING_END_EVENT, node);
        return node;
      default:
        Fail("unknown problem parsing YAML content");
    }
  }

  void Anchor(const yaml_char_t* anchor, const std::shared_ptr<Raw>& node) {
    if (anchor != nullptr) {
      anchors_[Text(anchor)] = node;
    }
  }

  void Children(const yaml_char_t* anchor, yaml_event_type_t end, const std::shared_ptr<Raw>& node) {
    const DepthGuard guard(&depth_);
    const std::string name = Text(anchor);
    if (anchor != nullptr) {
      anchors_[name] = nullptr;  // An alias of it within itself is refused.
    }
    while (true) {
      Event event;
      Next(&event);
      if (event.value.type == end) {
        break;
      }
      bool is_alias = false;
      node->children.push_back(Node(event.value, &is_alias));
      node->is_alias.push_back(is_alias);
    }
    if (anchor != nullptr) {
      anchors_[name] = node;
    }
  }

  int depth_ = 0;
  std::unique_ptr<yaml_parser_t, ParserDeleter> parser_;
  std::map<std::string, std::shared_ptr<Raw>> anchors_;
};

/// What the text of a scalar stands for.
YamlScalar Resolve(const Raw& node) {
  auto scalar = ResolveYamlScalar({.text = node.text, .tag = node.tag, .plain = node.plain});
  if (!scalar) FailPlain(std::move(scalar.error()));
  return *std::move(scalar);
}

/// Turns the tree into JSON's terms: string keys, aliases and merge keys resolved.
class Converter {
 public:
  explicit Converter(std::vector<std::string>* duplicates) : duplicates_(duplicates) {}

  Node Convert(const Raw& raw, bool is_alias) {
    const DepthGuard guard(&depth_);
    alias_depth_ += is_alias ? 1 : 0;
    CountNode();
    Node node;
    switch (raw.kind) {
      case Raw::Kind::kScalar:
        node = ConvertScalar(Resolve(raw));
        break;
      case Raw::Kind::kSequence:
        node.kind = Node::Kind::kArray;
        for (std::size_t i = 0; i < raw.children.size(); ++i) {
          node.items.push_back(Convert(*raw.children[i], raw.is_alias[i]));
        }
        break;
      case Raw::Kind::kMapping: {
        std::map<std::string, Node> members;
        std::map<std::string, std::string> shown_keys;
        AddMembers(raw, &members, &shown_keys);
        node.kind = Node::Kind::kObject;
        for (auto& [name, value] : members) {
          node.names.push_back(name);
          node.items.push_back(std::move(value));
        }
        break;
      }
    }
    alias_depth_ -= is_alias ? 1 : 0;
    return node;
  }

 private:
  /// Refuses documents whose aliases multiply, as go-yaml does.
  void CountNode() {
    ++decoded_;
    aliased_ += alias_depth_ > 0 ? 1 : 0;
    constexpr double kLow = 400'000;
    constexpr double kHigh = 4'000'000;
    const double count = static_cast<double>(decoded_);
    const double allowed = count <= kLow    ? 0.99
                           : count >= kHigh ? 0.10
                                            : 0.99 - 0.89 * ((count - kLow) / (kHigh - kLow));
    if (aliased_ > 100 && decoded_ > 1000 && static_cast<double>(aliased_) / count > allowed) {
      Fail("document contains excessive aliasing");
    }
  }

  static Node ConvertScalar(YamlScalar scalar) {
    Node node;
    switch (scalar.kind) {
      case YamlScalar::Kind::kNull:
        break;
      case YamlScalar::Kind::kBool:
        node.kind = Node::Kind::kBool;
        node.boolean = scalar.boolean;
        break;
      case YamlScalar::Kind::kInteger:
      case YamlScalar::Kind::kFloat:
        node.kind = Node::Kind::kNumber;
        node.text = std::move(scalar.text);
        break;
      case YamlScalar::Kind::kString:
      case YamlScalar::Kind::kMerge:
        node.kind = Node::Kind::kString;
        node.text = std::move(scalar.text);
        break;
    }
    return node;
  }

  /// A key as JSON has it, and as Go's %#v shows it.
  static std::pair<std::string, std::string> Key(const Raw& raw) {
    if (raw.kind != Raw::Kind::kScalar) {
      Fail(fmt::format("invalid map key: {}",
                       raw.kind == Raw::Kind::kMapping ? "map[interface {}]interface {}{}" : "[]interface {}{}"));
    }
    YamlScalar scalar = Resolve(raw);
    switch (scalar.kind) {
      case YamlScalar::Kind::kNull:
        FailPlain("Unsupported map key of type: %!s(<nil>), key: <nil>");
      case YamlScalar::Kind::kBool: {
        const std::string text = scalar.boolean ? "true" : "false";
        return {text, text};
      }
      case YamlScalar::Kind::kInteger:
      case YamlScalar::Kind::kFloat:
        return {scalar.text, scalar.text};
      default: {
        const std::string shown = GoQuote(scalar.text);
        return {std::move(scalar.text), shown};
      }
    }
  }

  void AddMembers(const Raw& raw, std::map<std::string, Node>* members,
                  std::map<std::string, std::string>* shown_keys) {
    for (std::size_t i = 0; i + 1 < raw.children.size(); i += 2) {
      const Raw& key = *raw.children[i];
      const Raw& value = *raw.children[i + 1];
      if (key.kind == Raw::Kind::kScalar && key.plain && key.text == "<<" && key.tag.empty()) {
        Merge(value, members, shown_keys);
        continue;
      }
      auto [name, shown] = Key(key);
      Node converted = Convert(value, raw.is_alias[i + 1]);
      if (const auto known = shown_keys->find(name); known != shown_keys->end() && known->second == shown) {
        duplicates_->push_back(fmt::format("line {}: key {} already set in map", value.line, shown));
      }
      (*shown_keys)[name] = shown;
      (*members)[name] = std::move(converted);
    }
  }

  void Merge(const Raw& value, std::map<std::string, Node>* members, std::map<std::string, std::string>* shown_keys) {
    if (value.kind == Raw::Kind::kMapping) {
      const DepthGuard guard(&depth_);
      CountNode();
      AddMembers(value, members, shown_keys);
      return;
    }
    const bool mappings = value.kind == Raw::Kind::kSequence &&
                          std::all_of(value.children.begin(), value.children.end(),
                                      [](const auto& child) { return child->kind == Raw::Kind::kMapping; });
    if (!mappings) {
      Fail("map merge requires map or sequence of maps as the value");
    }
    // The first of them wins.
    const DepthGuard guard(&depth_);
    for (std::size_t i = value.children.size(); i > 0; --i) {
      CountNode();
      AddMembers(*value.children[i - 1], members, shown_keys);
    }
  }

  int depth_ = 0;
  std::vector<std::string>* duplicates_;
  long decoded_ = 0;
  long aliased_ = 0;
  int alias_depth_ = 0;
};

}  // namespace

std::expected<YamlDocument, std::string> ReadYaml(std::string_view text) {
  try {
    YamlDocument document;
    const std::shared_ptr<Raw> root = Composer(text).Run();
    if (root != nullptr) {
      document.value = Converter(&document.duplicates).Convert(*root, false);
    }
    return document;
  } catch (const YamlFailure& failure) {
    return std::unexpected(failure.message);
  }
}

}  // namespace mock_kubeapi::decode
