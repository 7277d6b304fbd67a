#include "mock_kubeapi/kinds/service.h"

#include <map>
#include <string>

#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {

Kind ServiceKind(const schema::Type* type) {
  Kind kind;
  kind.version = "v1";
  kind.kind = "Service";
  kind.plural = "services";
  kind.singular = "service";
  kind.short_names = {"svc"};
  kind.categories = {"all"};
  kind.verbs = {"get", "list", "watch"};
  kind.type = type;
  kind.selectable_fields = [](const Json& service) -> std::map<std::string, std::string> {
    const Json& spec = ObjectOf(service, "spec");
    return {{"spec.clusterIP", TextOf(spec, "clusterIP")}, {"spec.type", TextOf(spec, "type")}};
  };
  return kind;
}

}  // namespace mock_kubeapi
