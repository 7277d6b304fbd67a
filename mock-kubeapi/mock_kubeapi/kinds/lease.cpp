#include "mock_kubeapi/kinds/lease.h"

#include <string>

#include "mock_kubeapi/kinds/age.h"
#include "mock_kubeapi/kinds/columns.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"

namespace mock_kubeapi {
namespace {

FieldErrors ValidateLease(const Json& lease, const KindContext& /*context*/) {
  const Json& spec = ObjectOf(lease, "spec");
  FieldErrors errors;
  const auto duration = IntegerOf(spec, "leaseDurationSeconds");
  if (duration && *duration <= 0) {
    errors.push_back(Invalid("spec.leaseDurationSeconds", *duration, "must be greater than 0"));
  }
  Append(errors, ValidateNotNegative(spec, "leaseTransitions", "spec"));
  return errors;
}

}  // namespace

Kind LeaseKind(const schema::Type* type) {
  return {
      .group = "coordination.k8s.io",
      .version = "v1",
      .kind = "Lease",
      .plural = "leases",
      .singular = "lease",
      .type = type,
      .create_on_update = true,
      .unconditional_update = false,
      .update_checks = {UpdateCheck::kMetadataChange, UpdateCheck::kObject},
      .columns = {NameColumn(),
                  {.name = "Holder",
                   .description = "holderIdentity contains the identity of the holder of a current lease."},
                  AgeColumn()},
      .row =
          [](const Json& lease, mock_http::TimePoint now) {
            return Json::array({NameOf(lease), TextOf(ObjectOf(lease, "spec"), "holderIdentity"), Age(lease, now)});
          },
      .validate = ValidateLease,
  };
}

}  // namespace mock_kubeapi
