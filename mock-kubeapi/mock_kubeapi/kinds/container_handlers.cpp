#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mock_kubeapi/kinds/container_validation.h"
#include "mock_kubeapi/kinds/field_path.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/validation/names.h"

namespace mock_kubeapi {
namespace {

FieldErrors ValidatePort(const Json* port, const std::string& path) {
  if (port != nullptr && port->is_string()) {
    const std::string& name = port->get_ref<const std::string&>();
    return InvalidForEach(path, name, validation::IsPortName(name));
  }
  const std::int64_t number = port != nullptr && port->is_number() ? port->get<std::int64_t>() : 0;
  return InvalidForEach(path, number, validation::IsPortNumber(number));
}

FieldErrors ValidateHttpGet(const Json& get, const std::string& path) {
  FieldErrors errors = ValidateTextGiven(get, "path", path);
  Append(errors, ValidatePort(FieldOf(get, "port"), Child(path, "port")));
  static const std::vector<std::string> schemes = {"HTTP", "HTTPS"};
  const std::string& scheme = TextOf(get, "scheme");
  if (std::ranges::find(schemes, scheme) == schemes.end()) {
    errors.push_back(NotSupported(Child(path, "scheme"), scheme, schemes));
  }
  for (const Json& header : ListOf(get, "httpHeaders")) {
    const std::string& name = TextOf(header, "name");
    Append(errors, InvalidForEach(Child(path, "httpHeaders"), name, validation::IsHttpHeaderName(name)));
  }
  return errors;
}

FieldErrors ValidateAction(std::string_view kind, const Json& action, const std::string& path) {
  if (kind == "exec") {
    if (!ListOf(action, "command").empty()) return {};
    return {Required(Child(path, "command"), "")};
  }
  if (kind == "httpGet") return ValidateHttpGet(action, path);
  return ValidatePort(FieldOf(action, "port"), Child(path, "port"));
}

FieldErrors ValidateHandler(const Json& handler, const std::string& path) {
  FieldErrors errors;
  bool has_one = false;
  for (const char* kind : {"exec", "httpGet", "tcpSocket", "grpc"}) {
    const Json* action = FieldOf(handler, kind);
    if (action == nullptr) continue;
    if (has_one) {
      errors.push_back(Forbidden(Child(path, kind), "may not specify more than 1 handler type"));
      continue;
    }
    has_one = true;
    Append(errors, ValidateAction(kind, *action, Child(path, kind)));
  }
  if (!has_one) errors.push_back(Required(path, "must specify a handler type"));
  return errors;
}

FieldErrors ValidateProbe(const Json& probe, const std::string& path) {
  FieldErrors errors = ValidateHandler(probe, path);
  for (const char* field :
       {"initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"}) {
    Append(errors, ValidateNotNegative(probe, field, path));
  }
  const std::optional<std::int64_t> grace = IntegerOf(probe, "terminationGracePeriodSeconds");
  if (grace && *grace <= 0) {
    errors.push_back(Invalid(Child(path, "terminationGracePeriodSeconds"), *grace, "must be greater than 0"));
  }
  return errors;
}

/// Liveness and startup probes succeed at once or not at all.
FieldErrors ValidateSingleSuccess(const Json& probe, const std::string& path) {
  const std::int64_t threshold = IntegerOf(probe, "successThreshold").value_or(0);
  if (threshold == 1) return {};
  return {Invalid(Child(path, "successThreshold"), threshold, "must be 1")};
}

}  // namespace

FieldErrors ValidateHandlers(const Json& container, const std::string& path) {
  FieldErrors errors;
  if (const Json* lifecycle = FieldOf(container, "lifecycle")) {
    for (const char* moment : {"postStart", "preStop"}) {
      const Json* handler = FieldOf(*lifecycle, moment);
      if (handler != nullptr) Append(errors, ValidateHandler(*handler, Child(Child(path, "lifecycle"), moment)));
    }
  }
  if (const Json* probe = FieldOf(container, "livenessProbe")) {
    Append(errors, ValidateProbe(*probe, Child(path, "livenessProbe")));
    Append(errors, ValidateSingleSuccess(*probe, Child(path, "livenessProbe")));
  }
  if (const Json* probe = FieldOf(container, "readinessProbe")) {
    const std::string at = Child(path, "readinessProbe");
    Append(errors, ValidateProbe(*probe, at));
    if (const Json* grace = FieldOf(*probe, "terminationGracePeriodSeconds")) {
      errors.push_back(
          Invalid(Child(at, "terminationGracePeriodSeconds"), *grace, "must not be set for readinessProbes"));
    }
  }
  if (const Json* probe = FieldOf(container, "startupProbe")) {
    Append(errors, ValidateProbe(*probe, Child(path, "startupProbe")));
    Append(errors, ValidateSingleSuccess(*probe, Child(path, "startupProbe")));
  }
  return errors;
}

}  // namespace mock_kubeapi
