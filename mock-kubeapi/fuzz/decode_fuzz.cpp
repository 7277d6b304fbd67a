// JSON and YAML bodies, any text: decoding must not crash, hang or leak, what comes out must be writable as JSON, and
// normalising it must not change it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mock_kubeapi/decode/decode.h"
#include "mock_kubeapi/decode/normalise.h"
#include "mock_kubeapi/decode/text.h"
#include "mock_kubeapi/schema/registry.h"

namespace decode = mock_kubeapi::decode;
namespace schema = mock_kubeapi::schema;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr schema::KindKey kKinds[] = {
      {"batch", "v1", "Job"}, {"", "v1", "Secret"}, {"apiextensions.k8s.io", "v1", "CustomResourceDefinition"}};
  if (size == 0) {
    return 0;
  }
  const schema::KindKey& key = kKinds[data[0] % 3];
  const bool yaml = (data[0] & 0x80) != 0;
  const std::string_view body(reinterpret_cast<const char*>(data + 1), size - 1);
  const schema::Type& type = *schema::FindKind(key);
  if (const auto parsed = decode::ParseYaml(body)) {
    (void)parsed->value.dump();
  }
  (void)decode::DecodeDeleteOptions(yaml ? "application/yaml" : "application/json", body);
  const auto decoded = decode::Decode({.content_type = yaml ? "application/yaml" : "application/json",
                                       .body = body,
                                       .type = &type,
                                       .group = key.group,
                                       .version = key.version,
                                       .kind = key.kind});
  if (!decoded) {
    return 0;
  }
  (void)decoded->object.dump();
  const auto again = decode::Normalise(type, decoded->object);
  if (!again || again->object != decoded->object) {
    std::abort();
  }
  return 0;
}
