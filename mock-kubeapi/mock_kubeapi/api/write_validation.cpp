#include "mock_kubeapi/api/write_validation.h"

#include <iterator>
#include <utility>
#include <vector>

#include "mock_kubeapi/validation/object_meta.h"

namespace mock_kubeapi {
namespace {

void AppendErrors(FieldErrors& errors, FieldErrors more) {
  errors.insert(errors.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

FieldErrors ValidateNew(const Kind& kind, const Json& object, const KindContext& context) {
  FieldErrors errors;
  if (kind.validates_new_metadata) errors = validation::ValidateObjectMeta(object, kind);
  if (kind.validate) AppendErrors(errors, kind.validate(object, context));
  if (!kind.validates_new_metadata && errors.empty()) {
    return validation::ValidateAnyObjectMeta(object, kind.namespaced);
  }
  return errors;
}

FieldErrors ValidateUpdate(const Kind& kind, const std::string& subresource, const UpdatedObject& updated,
                           const KindContext& context) {
  static const std::vector<UpdateCheck> of_subresource = {UpdateCheck::kMetadataChange, UpdateCheck::kChange};
  const auto& [object, live] = updated;
  // What all kinds share looks at metadata, and so does the kind's own strategy: its complaints come more than once.
  const FieldErrors change_of_metadata = validation::ValidateObjectMetaUpdate(object, live);
  FieldErrors errors = validation::ValidateAnyObjectMeta(object, kind.namespaced);
  AppendErrors(errors, change_of_metadata);
  for (const UpdateCheck check : subresource.empty() ? kind.update_checks : of_subresource) {
    switch (check) {
      case UpdateCheck::kMetadata:
        AppendErrors(errors, validation::ValidateObjectMeta(object, kind));
        break;
      case UpdateCheck::kMetadataChange:
        AppendErrors(errors, change_of_metadata);
        break;
      case UpdateCheck::kObject:
        if (kind.validate) AppendErrors(errors, kind.validate(object, context));
        break;
      case UpdateCheck::kChange:
        if (kind.validate_update) {
          AppendErrors(errors, kind.validate_update(object, live, subresource, context));
        }
        break;
    }
  }
  return errors;
}

}  // namespace mock_kubeapi
