// Feeds the check of ServiceAccount tokens: with whole tokens, none of which may ever pass, and with claims under a
// good signature, which must name the account that is there when they pass.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "mock_http/clock.h"
#include "mock_kubeapi/authn/jwt.h"
#include "mock_kubeapi/authn/token_issuer.h"
#include "mock_kubeapi/store/store.h"

namespace {

using mock_kubeapi::Json;

/// One account, one Secret, one Pod, and an issuer whose key the fuzzer can't know.
struct World {
  World() {
    auto key = mock_kubeapi::SigningKey::Generate();
    if (!key) std::abort();
    auto issuer = mock_kubeapi::TokenIssuer::Create({.private_key_pem = key->PrivatePem()}, clock, store);
    if (!issuer) std::abort();
    signer = std::make_unique<mock_kubeapi::SigningKey>(std::move(*key));
    tokens = std::move(*issuer);
    for (const char* resource : {"serviceaccounts", "secrets", "pods"}) {
      store.Put({.resource = resource, .namespace_name = "a", .name = "x"},
                {{"metadata", {{"name", "x"}, {"namespace", "a"}, {"uid", "u"}}}});
    }
  }

  mock_http::VirtualClock clock;
  mock_kubeapi::Store store;
  std::unique_ptr<mock_kubeapi::SigningKey> signer;
  std::unique_ptr<mock_kubeapi::TokenIssuer> tokens;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const World world;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto& audiences = world.tokens->api_audiences();

  const auto unsigned_token = world.tokens->Verify(text, audiences);
  if (unsigned_token && *unsigned_token) std::abort();

  const Json claims = Json::parse(text, nullptr, false);
  if (!claims.is_object()) return 0;
  const auto verified = world.tokens->Verify(world.signer->Encode(claims), audiences);
  if (verified && *verified && (*verified)->user.name != "system:serviceaccount:a:x") std::abort();
  return 0;
}
