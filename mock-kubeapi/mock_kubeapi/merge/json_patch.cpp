// JSON patch (RFC 6902) with what the server's library allows beyond it: negative indices count from the end, a test
// for null holds where there is nothing.
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "mock_kubeapi/decode/text.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/merge/patch.h"
#include "mock_kubeapi/merge/patch_text.h"

namespace mock_kubeapi::merge {
namespace {

/// What copies may add to the object, as the limit of request bodies.
constexpr std::size_t kCopiedBytesMax = std::size_t{3} * 1024 * 1024;

/// The server does not tell which operation failed and why.
ApiError OperationFailed() {
  return {.code = 422,
          .reason = "Invalid",
          .message = "the server rejected our request due to an error in our request",
          .details = Json::object(),
          .retry_after_seconds = {}};
}

std::string UnescapeToken(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1')) {
      out += token[++i] == '0' ? '~' : '/';
    } else {
      out += token[i];
    }
  }
  return out;
}

/// An index into a list of that size, from the end where negative; nullopt: no index, or out of bounds.
std::optional<std::size_t> ParseIndex(const std::string& token, std::size_t size) {
  std::int64_t index = 0;
  const char* begin = token.data() + (token.starts_with('+') ? 1 : 0);
  const char* end = token.data() + token.size();
  const auto [stop, error] = std::from_chars(begin, end, index);
  if (error != std::errc{} || stop != end || begin == end || (begin != token.data() && *begin == '-')) {
    return std::nullopt;
  }
  const auto count = static_cast<std::int64_t>(size);
  if (index < 0) {
    index += count;
  }
  if (index < 0 || index >= count) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(index);
}

/// The value of an object's key or a list's index; null pointer when there is none.
Json* Child(Json& container, const std::string& token) {
  if (container.is_object()) {
    const auto found = container.find(token);
    return found == container.end() ? nullptr : &*found;
  }
  if (container.is_array()) {
    const auto index = ParseIndex(token, container.size());
    return index ? &container[*index] : nullptr;
  }
  return nullptr;
}

/// Where an operation acts: the container and the last token of the path.
struct Target {
  Json* container = nullptr;  ///< an object or array
  std::string token;
};

std::optional<Target> FindTarget(Json& document, std::string_view path) {
  const std::size_t first = path.find('/');
  if (first == std::string_view::npos) {
    return std::nullopt;
  }
  // What comes before the first slash is not looked at.
  std::string_view rest = path.substr(first + 1);
  Json* container = &document;
  while (true) {
    if (!container->is_object() && !container->is_array()) {
      return std::nullopt;
    }
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) {
      return Target{.container = container, .token = UnescapeToken(rest)};
    }
    container = Child(*container, UnescapeToken(rest.substr(0, slash)));
    if (container == nullptr) {
      return std::nullopt;
    }
    rest.remove_prefix(slash + 1);
  }
}

class JsonPatcher {
 public:
  explicit JsonPatcher(Json document) : document_(std::move(document)) {}

  /// Whether the operation could be carried out.
  bool Run(const Json& operation) {
    const auto kind = Text(operation, "op");
    const auto path = Text(operation, "path");
    if (!kind || !path) {
      return false;
    }
    if (*kind == "add") {
      return Add(*path, ValueOf(operation));
    }
    if (*kind == "remove") {
      return Remove(*path);
    }
    if (*kind == "replace") {
      return Replace(*path, ValueOf(operation));
    }
    if (*kind == "test") {
      return Test(*path, ValueOf(operation));
    }
    const auto from = Text(operation, "from");
    if (!from) {
      return false;
    }
    if (*kind == "move") {
      return Move({.from = *from, .to = *path});
    }
    return *kind == "copy" && Copy({.from = *from, .to = *path});
  }

  Json Take() { return std::move(document_); }

 private:
  struct Ends {
    const std::string& from;
    const std::string& to;
  };

  static std::optional<std::string> Text(const Json& operation, const char* key) {
    const auto found = operation.find(key);
    if (found == operation.end() || !found->is_string()) {
      return std::nullopt;
    }
    return found->get<std::string>();
  }

  static Json ValueOf(const Json& operation) { return operation.value("value", Json()); }

  Json* Find(const std::string& path) {
    const auto target = FindTarget(document_, path);
    return target ? Child(*target->container, target->token) : nullptr;
  }

  bool Add(const std::string& path, Json value) {
    const auto target = FindTarget(document_, path);
    if (!target) {
      return false;
    }
    if (target->container->is_object()) {
      (*target->container)[target->token] = std::move(value);
      return true;
    }
    if (target->token == "-") {
      target->container->push_back(std::move(value));
      return true;
    }
    const auto index = ParseIndex(target->token, target->container->size() + 1);
    if (!index) {
      return false;
    }
    target->container->insert(target->container->begin() + static_cast<std::ptrdiff_t>(*index), std::move(value));
    return true;
  }

  bool Remove(const std::string& path) {
    const auto target = FindTarget(document_, path);
    if (!target) {
      return false;
    }
    if (target->container->is_object()) {
      return target->container->erase(target->token) > 0;
    }
    const auto index = ParseIndex(target->token, target->container->size());
    if (!index) {
      return false;
    }
    target->container->erase(*index);
    return true;
  }

  bool Replace(const std::string& path, Json value) {
    if (path.empty()) {
      if (!value.is_object() && !value.is_array()) {
        return false;
      }
      document_ = std::move(value);
      return true;
    }
    Json* found = Find(path);
    if (found == nullptr) {
      return false;
    }
    *found = std::move(value);
    return true;
  }

  bool Test(const std::string& path, const Json& value) {
    if (path.empty()) {
      return document_ == value;
    }
    const auto target = FindTarget(document_, path);
    if (!target) {
      return false;
    }
    const Json* found = Child(*target->container, target->token);
    if (found == nullptr) {
      return target->container->is_object() && value.is_null();
    }
    return *found == value;
  }

  bool Move(const Ends& ends) {
    const Json* found = Find(ends.from);
    if (found == nullptr) {
      return false;
    }
    Json value = *found;
    return Remove(ends.from) && Add(ends.to, std::move(value));
  }

  bool Copy(const Ends& ends) {
    const Json* found = Find(ends.from);
    if (found == nullptr) {
      return false;
    }
    Json value = *found;
    copied_bytes_ += value.dump(-1, ' ', false, Json::error_handler_t::replace).size();
    return copied_bytes_ <= kCopiedBytesMax && Add(ends.to, std::move(value));
  }

  Json document_;
  std::size_t copied_bytes_ = 0;
};

/// The words of the decoder for a document that is JSON but no list of operations; empty: it is one.
std::string FindTypeError(const Json& patch, bool strict) {
  const std::string list_type = strict ? "[]handlers.jsonPatchOp" : "jsonpatch.Patch";
  const std::string item_type = strict ? "handlers.jsonPatchOp" : "jsonpatch.Operation";
  const auto mismatch = [](const Json& value, const std::string& target) {
    return "json: cannot unmarshal " + JsonKindName(value) + " into Go " + target;
  };
  if (!patch.is_array()) {
    return patch.is_null() ? "" : mismatch(patch, "value of type " + list_type);
  }
  for (const Json& operation : patch) {
    if (operation.is_null()) {
      continue;
    }
    if (!operation.is_object()) {
      return mismatch(operation, "value of type " + item_type);
    }
    if (!strict) {
      continue;
    }
    for (const char* name : {"op", "path", "from"}) {
      if (const auto field = operation.find(name);
          field != operation.end() && !field->is_string() && !field->is_null()) {
        return mismatch(*field, std::string("struct field jsonPatchOp.") + name + " of type string");
      }
    }
  }
  return {};
}

/// Members that an operation does not have, in the order of the operations.
std::vector<std::string> FindUnknownMembers(const Json& patch) {
  std::vector<std::string> errors;
  for (std::size_t i = 0; i < patch.size(); ++i) {
    if (!patch[i].is_object()) {
      continue;
    }
    for (const auto& [key, value] : patch[i].items()) {
      if (key != "op" && key != "path" && key != "from" && key != "value") {
        errors.push_back("json patch unknown field " + GoQuote("[" + std::to_string(i) + "]." + key));
      }
    }
  }
  return errors;
}

}  // namespace

Result<Patched> ApplyJsonPatch(const Json& object, std::string_view patch_text, const PatchOptions& options) {
  const std::string prefix = options.find_strict_errors ? "error decoding patch: " : "";
  const auto patch = decode::ParseJson(patch_text);
  if (!patch) {
    return std::unexpected(BadRequestError(prefix + patch.error()));
  }
  if (const std::string error = FindTypeError(*patch, options.find_strict_errors); !error.empty()) {
    return std::unexpected(BadRequestError(prefix + error));
  }
  if (patch->size() > kJsonPatchOperationsMax) {
    return std::unexpected(PlainError(413, "RequestEntityTooLarge",
                                      "Request entity too large: The allowed maximum operations in a JSON patch is " +
                                          std::to_string(kJsonPatchOperationsMax) + ", got " +
                                          std::to_string(patch->size())));
  }
  JsonPatcher patcher(object);
  for (const Json& operation : *patch) {
    if (!patcher.Run(operation)) {
      return std::unexpected(OperationFailed());
    }
  }
  Patched patched{.object = patcher.Take(), .strict_errors = {}};
  if (options.find_strict_errors && patch->is_array()) {
    for (const std::string& duplicate : FindDuplicateKeys(patch_text)) {
      patched.strict_errors.push_back("json patch " + duplicate);
    }
    for (std::string& unknown : FindUnknownMembers(*patch)) {
      patched.strict_errors.push_back(std::move(unknown));
    }
  }
  return patched;
}

}  // namespace mock_kubeapi::merge
