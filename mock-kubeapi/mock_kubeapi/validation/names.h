// The rules for names, label keys and values, map keys and ports, in the words of the API server. Each function returns
// the texts of what is wrong with a value: none means that it is good.
// Source: apimachinery's pkg/util/validation and api/validation (release 1.26).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mock_kubeapi::validation {

using Complaints = std::vector<std::string>;

/// Lower-case letters, digits and '-', 63 at most.
Complaints IsDns1123Label(std::string_view value);
/// Labels joined by dots, 253 characters at most.
Complaints IsDns1123Subdomain(std::string_view value);
/// As IsDns1123Label, beginning with a letter.
Complaints IsDns1035Label(std::string_view value);
/// "name" or "example.com/name": keys of labels, annotations and taints, finalizers.
Complaints IsQualifiedName(std::string_view value);
Complaints IsLabelValue(std::string_view value);
/// Keys of a Secret's or ConfigMap's data.
Complaints IsConfigMapKey(std::string_view value);
Complaints IsEnvVarName(std::string_view value);
Complaints IsCIdentifier(std::string_view value);
Complaints IsHttpHeaderName(std::string_view value);
/// Names that only have to fit into a URL: no '/', no '%', not "." or ".." (Role, RoleBinding …).
Complaints IsPathSegmentName(std::string_view value);
/// The same without the rule on "." and ".." (for a prefix, with generateName).
Complaints IsPathSegmentPrefix(std::string_view value);
Complaints IsPortNumber(std::int64_t port);
Complaints IsPortName(std::string_view value);

/// The rule of most metadata.name, for Kind::validate_name: a DNS subdomain; with `is_prefix` a final '-' is fine.
Complaints NameIsDnsSubdomain(const std::string& name, bool is_prefix);
/// The rule for Namespace names: a DNS label.
Complaints NameIsDnsLabel(const std::string& name, bool is_prefix);
Complaints NameIsPathSegment(const std::string& name, bool is_prefix);

/// "must be no more than 63 characters"
std::string MaxLengthComplaint(std::size_t characters_max);
/// `<message> (e.g. 'x',  or 'y', regex used for validation is '<pattern>')`
std::string RegexComplaint(std::string_view message, std::string_view pattern,
                           const std::vector<std::string_view>& examples);

}  // namespace mock_kubeapi::validation
