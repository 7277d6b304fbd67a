#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include "mock_kubeapi/go_text.h"
#include "mock_kubeapi/kinds/json_access.h"
#include "mock_kubeapi/kinds/pod_validation.h"

namespace mock_kubeapi {
namespace {

/// The Go field of a JSON field: "restartPolicy" is RestartPolicy, "hostIPC" HostIPC.
std::string GoFieldName(std::string_view json_name) {
  if (json_name == "dnsPolicy") return "DNSPolicy";
  if (json_name == "dnsConfig") return "DNSConfig";
  if (json_name == "serviceAccount") return "DeprecatedServiceAccount";
  std::string name(json_name);
  if (!name.empty()) name.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(name.front())));
  return name;
}

std::string GoValue(const Json* value) {
  if (value == nullptr) return "nil";
  switch (value->type()) {
    case Json::value_t::string:
      return GoQuote(value->get_ref<const std::string&>());
    case Json::value_t::object: {
      std::string out;
      for (const auto& [name, member] : value->items()) {
        out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", GoFieldName(name), GoValue(&member));
      }
      return "{" + out + "}";
    }
    case Json::value_t::array: {
      std::string out;
      for (const Json& item : *value) out += (out.empty() ? "" : ", ") + GoValue(&item);
      return "{" + out + "}";
    }
    default:
      return value->dump();
  }
}

void DiffObject(const Json& old, const Json& changed, const std::string& indent, std::string& out);

void DiffField(std::string_view name, const Json* old, const Json* changed, const std::string& indent,
               std::string& out) {
  const std::string shown = name.empty() ? "" : GoFieldName(name) + ": ";
  const bool both = old != nullptr && changed != nullptr;
  if (both && old->is_object() && changed->is_object()) {
    out += fmt::format("  {}{}{{\n", indent, shown);
    DiffObject(*old, *changed, indent + "\t", out);
    out += fmt::format("  {}}},\n", indent);
    return;
  }
  if (both && old->is_array() && changed->is_array() && old->size() == changed->size()) {
    out += fmt::format("  {}{}{{\n", indent, shown);
    std::size_t same = 0;
    for (std::size_t i = 0; i < old->size(); ++i) {
      if (SemanticallyEqual(&(*old)[i], &(*changed)[i])) {
        ++same;
      } else {
        DiffField("", &(*old)[i], &(*changed)[i], indent + "\t", out);
      }
    }
    if (same > 0) out += fmt::format("  {}\t... // {} identical elements\n", indent, same);
    out += fmt::format("  {}}},\n", indent);
    return;
  }
  out += fmt::format("- {}{}{},\n", indent, shown, GoValue(old));
  out += fmt::format("+ {}{}{},\n", indent, shown, GoValue(changed));
}

void DiffObject(const Json& old, const Json& changed, const std::string& indent, std::string& out) {
  std::set<std::string> names;
  for (const auto& item : old.items()) names.insert(item.key());
  for (const auto& item : changed.items()) names.insert(item.key());
  std::size_t same = 0;
  for (const std::string& name : names) {
    const Json* before = FieldOf(old, name);
    const Json* after = FieldOf(changed, name);
    if (SemanticallyEqual(before, after)) {
      ++same;
    } else {
      DiffField(name, before, after, indent, out);
    }
  }
  if (same > 0) out += fmt::format("  {}... // {} identical fields\n", indent, same);
}

}  // namespace

std::string PodSpecDiff(const Json& old, const Json& changed) {
  std::string out = "  core.PodSpec{\n";
  DiffObject(old, changed, "\t", out);
  return out + "  }\n";
}

}  // namespace mock_kubeapi
