#include "mock_kubeapi/kinds/pod.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/pod_admission.h"
#include "mock_kubeapi/kinds/pod_defaults.h"
#include "mock_kubeapi/kinds/pod_log.h"
#include "mock_kubeapi/kinds/pod_table.h"
#include "mock_kubeapi/kinds/pod_validation.h"

namespace mock_kubeapi {
namespace {

void WarnOfPod(const KindContext& context, std::vector<std::string> texts) {
  if (context.warnings == nullptr) return;
  std::ranges::move(texts, std::back_inserter(*context.warnings));
}

Result<void> PreparePodCreate(Json& pod, const KindContext& context) {
  if (Result<void> admitted = AdmitPod(pod, context); !admitted) return admitted;
  const Json& spec = ObjectOf(pod, "spec");
  pod["status"] = {{"phase", "Pending"}, {"qosClass", PodQosClass(spec)}};
  WarnOfPod(context, PodWarnings(spec, "spec", ObjectOf(pod, "metadata"), "metadata"));
  return {};
}

Result<void> PreparePodUpdate(Json& pod, const Json& old, const std::string& subresource, const KindContext& context) {
  if (subresource != "status") {
    AdmitPodUpdate(pod, old);
    if (!SemanticallyEqual(FieldOf(pod, "spec"), FieldOf(old, "spec"))) {
      WarnOfPod(context, PodWarnings(ObjectOf(pod, "spec"), "spec", ObjectOf(pod, "metadata"), "metadata"));
    }
    return {};
  }
  // Old kubelets broke both, so the status can't touch them.
  Json& metadata = pod["metadata"];
  const Json& old_metadata = ObjectOf(old, "metadata");
  for (const char* field : {"ownerReferences", "deletionTimestamp"}) {
    if (const Json* value = FieldOf(old_metadata, field)) {
      metadata[field] = *value;
    } else {
      metadata.erase(field);
    }
  }
  Json& status = pod["status"];
  if (!status.is_object()) status = Json::object();
  SetDefaultText(status, "qosClass", TextOf(ObjectOf(old, "status"), "qosClass"));
  return {};
}

FieldErrors ValidateUpdateOfPod(const Json& pod, const Json& old, const std::string& subresource,
                                const KindContext& /*context*/) {
  return subresource == "status" ? ValidatePodStatusUpdate(pod, old) : ValidatePodUpdate(pod, old);
}

GracefulDelete Grace(const Json& pod, std::optional<std::int64_t> asked_seconds) {
  const Json& spec = ObjectOf(pod, "spec");
  std::int64_t seconds = asked_seconds.value_or(IntegerOf(spec, "terminationGracePeriodSeconds").value_or(0));
  const std::string& phase = TextOf(ObjectOf(pod, "status"), "phase");
  const bool runs_nowhere = TextOf(spec, "nodeName").empty() || phase == "Failed" || phase == "Succeeded";
  if (runs_nowhere) seconds = 0;
  return {.seconds = seconds < 0 ? 1 : seconds};
}

std::map<std::string, std::string> SelectableFields(const Json& pod) {
  const Json& spec = ObjectOf(pod, "spec");
  const Json& status = ObjectOf(pod, "status");
  const Json& ips = ListOf(status, "podIPs");
  return {{"spec.nodeName", TextOf(spec, "nodeName")},
          {"spec.host", TextOf(spec, "nodeName")},
          {"spec.restartPolicy", TextOf(spec, "restartPolicy")},
          {"spec.schedulerName", TextOf(spec, "schedulerName")},
          {"spec.serviceAccountName", TextOf(spec, "serviceAccountName")},
          {"status.phase", TextOf(status, "phase")},
          {"status.podIP", ips.empty() ? "" : TextOf(ips.front(), "ip")},
          {"status.podIPs", ""},  // accepted, but no pod has it
          {"status.nominatedNodeName", TextOf(status, "nominatedNodeName")},
          // An old name, and one that is known and never set.
          {"spec.host", TextOf(spec, "nodeName")},
          {"status.podIPs", ""}};
}

}  // namespace

Kind PodKind(const schema::Type* type) {
  Kind kind;
  kind.version = "v1";
  kind.kind = "Pod";
  kind.plural = "pods";
  kind.singular = "pod";
  kind.short_names = {"po"};
  kind.categories = {"all"};
  kind.type = type;
  kind.has_status = true;
  kind.returns_deleted = true;
  kind.subresources = {{.name = "log", .kind = "Pod", .verbs = {"get"}, .get = AnswerPodLog},
                       {.name = "status", .kind = "Pod", .verbs = {"get", "patch", "update"}}};
  kind.selectable_fields = SelectableFields;
  kind.columns = PodColumns();
  kind.row = PodRow;
  kind.row_conditions = PodRowConditions;
  kind.set_defaults = SetPodDefaults;
  kind.prepare_create = PreparePodCreate;
  kind.prepare_update = PreparePodUpdate;
  kind.validate = [](const Json& pod, const KindContext& /*context*/) { return ValidatePod(pod); };
  kind.update_checks = {UpdateCheck::kMetadataChange, UpdateCheck::kMetadata, UpdateCheck::kChange};
  kind.validate_update = ValidateUpdateOfPod;
  kind.grace = Grace;
  return kind;
}

}  // namespace mock_kubeapi
