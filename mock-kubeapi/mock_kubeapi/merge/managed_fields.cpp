#include "mock_kubeapi/merge/managed_fields.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi::merge {
namespace {

/// More Update entries than this are joined, the oldest first.
constexpr std::size_t kUpdateEntriesMax = 10;

std::string TextOf(const Json& object, const char* key) {
  const auto value = object.find(key);
  return value != object.end() && value->is_string() ? value->get<std::string>() : std::string();
}

std::expected<ManagerEntry, std::string> DecodeEntry(const Json& value, std::size_t position) {
  if (!value.is_object()) {
    return std::unexpected("managed fields entry " + std::to_string(position) + " is no object");
  }
  ManagerEntry entry;
  const std::string operation = TextOf(value, "operation");
  if (operation == "Apply") {
    entry.id.operation = Operation::kApply;
  } else if (operation != "Update") {
    return std::unexpected("operation must be `Apply` or `Update`");
  }
  entry.id.api_version = TextOf(value, "apiVersion");
  if (entry.id.api_version.empty()) {
    return std::unexpected("apiVersion must not be empty");
  }
  const std::string fields_type = TextOf(value, "fieldsType");
  if (fields_type.empty()) {
    return std::unexpected("missing fieldsType in managed fields entry " + std::to_string(position));
  }
  if (fields_type != "FieldsV1") {
    return std::unexpected("invalid fieldsType " + GoQuote(fields_type) + " in managed fields entry " +
                           std::to_string(position));
  }
  entry.id.manager = TextOf(value, "manager");
  entry.id.subresource = TextOf(value, "subresource");
  entry.time = TextOf(value, "time");
  if (const auto fields = value.find("fieldsV1"); fields != value.end()) {
    auto set = FieldSet::FromFieldsV1(*fields);
    if (!set) {
      return std::unexpected("error decoding set: " + set.error());
    }
    entry.fields = std::move(*set);
  }
  return entry;
}

Json EncodeEntry(const ManagerEntry& entry) {
  Json out = Json::object();
  out["apiVersion"] = entry.id.api_version;
  out["fieldsType"] = "FieldsV1";
  out["fieldsV1"] = entry.fields.ToFieldsV1();
  out["manager"] = entry.id.manager;
  out["operation"] = entry.id.operation == Operation::kApply ? "Apply" : "Update";
  if (!entry.time.empty()) {
    out["time"] = entry.time;
  }
  if (!entry.id.subresource.empty()) {
    out["subresource"] = entry.id.subresource;
  }
  return out;
}

/// metadata.managedFields of an object, null when there are none.
const Json* ManagedFieldsOf(const Json& object) {
  const auto metadata = object.find("metadata");
  if (metadata == object.end() || !metadata->is_object()) {
    return nullptr;
  }
  const auto managed = metadata->find("managedFields");
  return managed != metadata->end() && managed->is_array() && !managed->empty() ? &*managed : nullptr;
}

/// Equal but for the member called `left_out`.
bool SameWithout(const Json& a, const Json& b, std::string_view left_out) {
  if (!a.is_object() || !b.is_object()) {
    return a == b;
  }
  auto left = a.begin();
  auto right = b.begin();
  while (true) {
    if (left != a.end() && left.key() == left_out) {
      ++left;
    }
    if (right != b.end() && right.key() == left_out) {
      ++right;
    }
    if (left == a.end() || right == b.end()) {
      return left == a.end() && right == b.end();
    }
    if (left.key() != right.key() || left.value() != right.value()) {
      return false;
    }
    ++left;
    ++right;
  }
}

bool SameButForTime(const Json& a, const Json& b) {
  return SameWithout(a, b, "time");
}

/// Equal but for metadata.managedFields. Both have a metadata object.
bool SameButForManagedFields(const Json& a, const Json& b) {
  if (a.size() != b.size()) {
    return false;
  }
  for (const auto& [key, value] : a.items()) {
    const auto other = b.find(key);
    if (other == b.end()) {
      return false;
    }
    if (key != "metadata") {
      if (value != *other) {
        return false;
      }
      continue;
    }
    if (value.size() != other->size()) {
      return false;
    }
    for (const auto& [name, field] : value.items()) {
      const auto other_field = other->find(name);
      if (other_field == other->end() || (name != "managedFields" && field != *other_field)) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

bool ManagerId::SameManager(const ManagerId& other) const {
  return manager == other.manager && operation == other.operation && subresource == other.subresource &&
         (operation == Operation::kApply || api_version == other.api_version);
}

ManagerEntry* ManagedFields::Find(const ManagerId& id) {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&id](const ManagerEntry& e) { return e.id.SameManager(id); });
  return found == entries.end() ? nullptr : &*found;
}

void ManagedFields::Set(const ManagerId& id, FieldSet fields) {
  ManagerEntry* entry = Find(id);
  if (fields.Empty()) {
    if (entry != nullptr) {
      entries.erase(entries.begin() + (entry - entries.data()));
    }
  } else if (entry != nullptr) {
    entry->fields = std::move(fields);
    entry->id.api_version = id.api_version;
    entry->encoded_at = ManagerEntry::kChanged;
  } else {
    entries.push_back({.id = id, .fields = std::move(fields), .time = {}});
  }
}

std::expected<ManagedFields, std::string> DecodeManagedFields(const Json& value) {
  ManagedFields managed;
  if (value.is_null()) {
    return managed;
  }
  if (!value.is_array()) {
    return std::unexpected("managed fields are no list");
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    auto entry = DecodeEntry(value[i], i);
    if (!entry) {
      return std::unexpected(std::move(entry.error()));
    }
    if (ManagerEntry* earlier = managed.Find(entry->id); earlier != nullptr) {
      *earlier = std::move(*entry);
    } else {
      managed.entries.push_back(std::move(*entry));
    }
  }
  return managed;
}

Json EncodeManagedFields(ManagedFields& managed, Json encoded) {
  // RFC 3339 in UTC with whole seconds: the order of the texts is that of the times, and no time comes first.
  const auto key = [](const ManagerEntry& entry) {
    const ManagerId& id = entry.id;
    return std::tie(id.operation, entry.time, id.manager, id.api_version, id.subresource);
  };
  std::sort(managed.entries.begin(), managed.entries.end(),
            [&key](const ManagerEntry& a, const ManagerEntry& b) { return key(a) < key(b); });
  Json out = Json::array();
  out.get_ref<Json::array_t&>().reserve(managed.entries.size());
  for (const ManagerEntry& entry : managed.entries) {
    if (entry.encoded_at == ManagerEntry::kChanged) {
      out.push_back(EncodeEntry(entry));
    } else {
      out.push_back(std::move(encoded[entry.encoded_at]));
    }
  }
  return out;
}

void CapUpdateEntries(ManagedFields& managed, const ManagerId& latest) {
  std::vector<ManagerId> updaters;
  for (const ManagerEntry& entry : managed.entries) {
    if (entry.id.operation == Operation::kUpdate) {
      updaters.push_back(entry.id);
    }
  }
  std::size_t count = updaters.size();
  if (count <= kUpdateEntriesMax) {
    return;
  }
  std::sort(updaters.begin(), updaters.end(), [&](const ManagerId& a, const ManagerId& b) {
    const bool a_latest = a.SameManager(latest);
    const bool b_latest = b.SameManager(latest);
    const std::string& a_time = managed.Find(a)->time;
    const std::string& b_time = managed.Find(b)->time;
    return std::tie(a_time, a_latest, a.manager, a.api_version, a.subresource) <
           std::tie(b_time, b_latest, b.manager, b.api_version, b.subresource);
  });
  std::vector<ManagerId> firsts;  // the oldest of each version: the bucket starts with it
  for (const ManagerId& id : updaters) {
    if (count <= kUpdateEntriesMax) {
      break;
    }
    const auto first = std::find_if(firsts.begin(), firsts.end(),
                                    [&id](const ManagerId& other) { return other.api_version == id.api_version; });
    if (first == firsts.end()) {
      firsts.push_back(id);
      continue;
    }
    const ManagerId bucket = {.manager = "ancient-changes",
                              .operation = Operation::kUpdate,
                              .api_version = id.api_version,
                              .subresource = {}};
    if (managed.Find(bucket) == nullptr) {
      const FieldSet fields = managed.Find(*first)->fields;
      managed.Set(*first, {});
      managed.Set(bucket, fields);
    }
    const ManagerEntry joined = *managed.Find(id);
    managed.Set(id, {});
    managed.Set(bucket, joined.fields.Union(managed.Find(bucket)->fields));
    managed.Find(bucket)->time = joined.time;
    --count;
  }
}

bool IsManagedFieldsReset(const Json& value) {
  return value.is_array() && (value.empty() || (value.size() == 1 && value[0].is_object() && value[0].empty()));
}

void IgnoreManagedFieldsTimes(const Json& stored, Json& object) {
  const Json* old_entries = ManagedFieldsOf(stored);
  const Json* new_entries = ManagedFieldsOf(object);
  if (old_entries == nullptr || new_entries == nullptr || old_entries->size() != new_entries->size() ||
      *old_entries == *new_entries ||
      !std::equal(old_entries->begin(), old_entries->end(), new_entries->begin(), SameButForTime) ||
      !SameButForManagedFields(stored, object)) {
    return;
  }
  object["metadata"]["managedFields"] = *old_entries;
}

}  // namespace mock_kubeapi::merge
