#include "mock_kubeapi/node/service_tokens.h"

#include <fmt/format.h>

#include <utility>

#include "mock_kubeapi/authn/token_issuer.h"
#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/token_request.h"

namespace mock_kubeapi {

TokenSource RequestedTokens(const TokenServices& services) {
  return [services](const Json& pod, const TokenWish& wish) -> std::expected<std::string, std::string> {
    const Json& metadata = ObjectOf(pod, "metadata");
    const std::string& namespace_name = TextOf(metadata, "namespace");
    const std::string& account_name = TextOf(ObjectOf(pod, "spec"), "serviceAccountName");
    const JsonPtr account =
        services.store.Get({.resource = "serviceaccounts", .namespace_name = namespace_name, .name = account_name});
    if (account == nullptr) {
      return std::unexpected(fmt::format("serviceaccounts {} not found", GoQuote(account_name)));
    }
    Json request = {{"spec",
                     {{"expirationSeconds", wish.seconds},
                      {"boundObjectRef",
                       {{"apiVersion", "v1"},
                        {"kind", "Pod"},
                        {"name", TextOf(metadata, "name")},
                        {"uid", TextOf(metadata, "uid")}}}}}};
    if (!wish.audience.empty()) request["spec"]["audiences"] = Json::array({wish.audience});
    const KindContext context{
        .clock = services.clock, .random = services.random, .store = services.store, .tokens = &services.issuer};
    auto answer = TokenSubresource().create(*account, std::move(request), context);
    if (!answer) return std::unexpected(answer.error().message);
    return TextOf(ObjectOf(*answer, "status"), "token");
  };
}

}  // namespace mock_kubeapi
