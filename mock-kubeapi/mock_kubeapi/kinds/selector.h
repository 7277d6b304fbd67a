// LabelSelector objects ({matchLabels, matchExpressions}): what they match and how they are shown.
// Sources: apimachinery's pkg/apis/meta/v1/helpers.go, Go's %#v of metav1.LabelSelector.
#pragma once

#include <string>

#include "mock_kubeapi/status.h"

namespace mock_kubeapi {

/// Whether `labels` (an object) satisfies the selector. A selector that is not set (null) matches nothing, an empty one
/// everything.
bool SelectorMatches(const Json* selector, const Json& labels);
/// "app=x,tier in (a,b)"; "<none>" for one that is not set or empty.
std::string SelectorText(const Json* selector);
/// v1.LabelSelector{MatchLabels:map[string]string{"a":"b"}, MatchExpressions:…}
std::string SelectorGoText(const Json& selector);
/// map[string]string{"a":"b"}, or map[string]string(nil) where it is empty.
std::string StringMapGoText(const Json& map);

}  // namespace mock_kubeapi
