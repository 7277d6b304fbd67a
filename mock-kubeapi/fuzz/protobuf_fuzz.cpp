// The protobuf decoder on any bytes: the envelope and each kind of message. Nothing may crash, hang or leak; what is
// decoded must be writable as JSON, and stay the same when normalised once more.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mock_kubeapi/decode/decode.h"
#include "mock_kubeapi/decode/normalise.h"
#include "mock_kubeapi/decode/protobuf.h"
#include "mock_kubeapi/schema/registry.h"

using mock_kubeapi::Json;
namespace decode = mock_kubeapi::decode;
namespace schema = mock_kubeapi::schema;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr schema::KindKey kKinds[] = {
      {"batch", "v1", "Job"}, {"", "v1", "Secret"}, {"apiextensions.k8s.io", "v1", "CustomResourceDefinition"}};
  if (size == 0) {
    return 0;
  }
  const schema::KindKey& key = kKinds[data[0] % 3];
  const std::string_view body(reinterpret_cast<const char*>(data + 1), size - 1);
  const schema::Type& type = *schema::FindKind(key);
  (void)decode::Decode({.content_type = "application/vnd.kubernetes.protobuf",
                        .body = body,
                        .type = &type,
                        .group = key.group,
                        .version = key.version,
                        .kind = key.kind});
  const auto message = decode::DecodeProtobuf(type, body);
  if (!message) {
    return 0;
  }
  (void)message->dump();
  const auto once = decode::Normalise(type, *message);
  if (!once) {
    return 0;
  }
  const auto twice = decode::Normalise(type, once->object);
  if (!twice || twice->object != once->object) {
    std::abort();
  }
  return 0;
}
