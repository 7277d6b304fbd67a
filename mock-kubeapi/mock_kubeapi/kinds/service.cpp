#include "mock_kubeapi/kinds/service.h"

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
  return kind;
}

}  // namespace mock_kubeapi
