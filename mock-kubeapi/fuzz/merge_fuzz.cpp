// Applies, updates and patches made of any bytes. The first byte says what is done, the second to which kind; then come
// the stored object and the request, a line each.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "mock_kubeapi/decode/normalise.h"
#include "mock_kubeapi/decode/text.h"
#include "mock_kubeapi/merge/apply.h"
#include "mock_kubeapi/merge/patch.h"
#include "mock_kubeapi/schema/registry.h"

namespace {

using mock_kubeapi::Json;
using mock_kubeapi::merge::FieldManager;
using mock_kubeapi::schema::KindKey;

struct Kind {
  KindKey key;
  const char* api_version;
};

constexpr std::array kKinds = {
    Kind{.key = {.group = "", .version = "v1", .kind = "Secret"}, .api_version = "v1"},
    Kind{.key = {.group = "", .version = "v1", .kind = "Pod"}, .api_version = "v1"},
    Kind{.key = {.group = "batch", .version = "v1", .kind = "CronJob"}, .api_version = "batch/v1"},
};

void Require(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "violated: %s\n", what);
    std::abort();
  }
}

/// As the store keeps objects; nullopt where the text is none.
std::optional<Json> Stored(const mock_kubeapi::schema::Type& type, std::string_view text) {
  auto parsed = mock_kubeapi::decode::ParseJson(text);
  if (!parsed || !parsed->is_object()) {
    return std::nullopt;
  }
  auto normalised = mock_kubeapi::decode::Normalise(type, *parsed);
  if (!normalised) {
    return std::nullopt;
  }
  return std::move(normalised->object);
}

Json WithoutOwners(Json object) {
  if (object.contains("metadata") && object["metadata"].is_object()) {
    object["metadata"].erase("managedFields");
  }
  return object;
}

void Apply(const Kind& kind, std::string_view live_text, std::string_view request) {
  const auto& type = *mock_kubeapi::schema::FindKind(kind.key);
  const FieldManager manager({.type = &type,
                              .api_version = kind.api_version,
                              .kind = std::string(kind.key.kind),
                              .subresource = {},
                              .reset_fields = {},
                              .converter = nullptr});
  const std::optional<Json> live = Stored(type, live_text);
  auto config = mock_kubeapi::decode::ParseJson(request);
  if (!config) {
    return;
  }
  if (config->is_object()) {
    (*config)["apiVersion"] = kind.api_version;
    (*config)["kind"] = kind.key.kind;
  }
  const FieldManager::ApplyOptions options{.manager = "fuzz", .force = true, .now = {}};
  const auto applied = manager.Apply(live ? &*live : nullptr, *config, options);
  if (!applied) {
    return;
  }
  const auto stored = mock_kubeapi::decode::Normalise(type, *applied);
  if (!stored) {
    return;
  }
  const auto again = manager.Apply(&stored->object, *config, options);
  if (!again) {
    // What decoding makes of the configuration may not fit the schema (two owner references without a uid …).
    return;
  }
  const auto stored_again = mock_kubeapi::decode::Normalise(type, *again);
  Require(stored_again.has_value(), "what has been applied once can be decoded after the second time");
  Require(WithoutOwners(stored_again->object) == WithoutOwners(stored->object), "applying again changes nothing");
}

void Update(const Kind& kind, std::string_view live_text, std::string_view request) {
  const auto& type = *mock_kubeapi::schema::FindKind(kind.key);
  const FieldManager manager({.type = &type,
                              .api_version = kind.api_version,
                              .kind = std::string(kind.key.kind),
                              .subresource = {},
                              .reset_fields = {},
                              .converter = nullptr});
  const std::optional<Json> live = Stored(type, live_text);
  const std::optional<Json> object = Stored(type, request);
  if (!object) {
    return;
  }
  const Json updated = manager.Update(live ? &*live : nullptr, *object, {.manager = "fuzz", .now = {}});
  Require(WithoutOwners(updated) == WithoutOwners(*object), "an update changes nothing but the owners");
}

void Patch(int how, const Kind& kind, std::string_view live_text, std::string_view request) {
  const auto& type = *mock_kubeapi::schema::FindKind(kind.key);
  const std::optional<Json> live = Stored(type, live_text);
  if (!live) {
    return;
  }
  const auto patched = how == 0   ? mock_kubeapi::merge::ApplyJsonPatch(*live, request)
                       : how == 1 ? mock_kubeapi::merge::ApplyMergePatch(*live, request)
                                  : mock_kubeapi::merge::ApplyStrategicMergePatch(*live, request, type);
  if (patched) {
    patched->object.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (const auto stored = mock_kubeapi::decode::Normalise(type, patched->object); stored && how == 1) {
      const auto again = mock_kubeapi::merge::ApplyMergePatch(patched->object, request);
      Require(again && again->object == patched->object, "a merge patch again changes nothing");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) {
    return 0;
  }
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Kind& kind = kKinds[static_cast<std::size_t>(data[1]) % kKinds.size()];
  const std::string_view rest = text.substr(2);
  const std::size_t line_end = std::min(rest.find('\n'), rest.size());
  const std::string_view live = rest.substr(0, line_end);
  const std::string_view request = rest.substr(std::min(line_end + 1, rest.size()));
  const int action = data[0] % 5;
  if (action == 0) {
    Apply(kind, live, request);
  } else if (action == 1) {
    Update(kind, live, request);
  } else {
    Patch(action - 2, kind, live, request);
  }
  return 0;
}
