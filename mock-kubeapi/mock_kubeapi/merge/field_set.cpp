#include "mock_kubeapi/merge/field_set.h"

#include <algorithm>
#include <utility>

namespace mock_kubeapi::merge {
namespace {

using Node = FieldSet::Node;

auto LowerBound(auto& nodes, const PathElement& element) {
  return std::lower_bound(nodes.begin(), nodes.end(), element,
                          [](const Node& node, const PathElement& wanted) { return node.element < wanted; });
}

/// What a fieldsV1 subtree says: what is below the element, and whether the element is a member.
struct Subtree {
  FieldSet below;
  bool member = false;
};

std::expected<Subtree, std::string> ReadSubtree(const Json& fields) {
  Subtree subtree;
  if (fields.is_null()) {
    subtree.member = true;
    return subtree;
  }
  if (!fields.is_object()) {
    return std::unexpected("expected an object of fields, got " + std::string(fields.type_name()));
  }
  for (const auto& [key, value] : fields.items()) {
    if (key == ".") {
      subtree.member = true;
      continue;
    }
    auto element = PathElement::Parse(key);
    if (!element) {
      return std::unexpected(element.error());
    }
    if (!*element) {
      continue;
    }
    auto child = ReadSubtree(value);
    if (!child) {
      return child;
    }
    subtree.below.Add(std::move(**element), child->member, std::move(child->below));
  }
  // An element with nothing below it can only be there because it is a member itself.
  subtree.member = subtree.member || subtree.below.Empty();
  return subtree;
}

void Visit(const FieldSet& set, Path& prefix, const std::function<void(const Path&)>& visit) {
  for (const Node& node : set.nodes()) {
    if (node.member) {
      prefix.push_back(node.element);
      visit(prefix);
      prefix.pop_back();
    }
  }
  for (const Node& node : set.nodes()) {
    if (!node.below.Empty()) {
      prefix.push_back(node.element);
      Visit(node.below, prefix, visit);
      prefix.pop_back();
    }
  }
}

}  // namespace

FieldSet::FieldSet() = default;
FieldSet::~FieldSet() = default;
FieldSet::FieldSet(const FieldSet&) = default;
FieldSet& FieldSet::operator=(const FieldSet&) = default;
FieldSet::FieldSet(FieldSet&&) noexcept = default;
FieldSet& FieldSet::operator=(FieldSet&&) noexcept = default;

FieldSet FieldSet::OfFields(const std::vector<std::vector<std::string>>& paths) {
  FieldSet set;
  for (const auto& names : paths) {
    Path path;
    for (const std::string& name : names) {
      path.push_back(PathElement::Field(name));
    }
    set.Insert(path);
  }
  return set;
}

std::expected<FieldSet, std::string> FieldSet::FromFieldsV1(const Json& fields) {
  auto subtree = ReadSubtree(fields);
  if (!subtree) {
    return std::unexpected(std::move(subtree.error()));
  }
  return std::move(subtree->below);
}

Json FieldSet::ToFieldsV1() const {
  Json fields = Json::object();
  auto& members = fields.get_ref<Json::object_t&>();
  for (const Node& node : nodes_) {
    Json below = node.below.ToFieldsV1();
    if (node.member && !below.empty()) {
      below["."] = Json::object();
    }
    // The order of fields is that of their names.
    members.insert_or_assign(members.end(), node.element.Serialized(), std::move(below));
  }
  return fields;
}

bool FieldSet::Empty() const {
  return nodes_.empty();
}

std::size_t FieldSet::Size() const {
  std::size_t size = 0;
  for (const Node& node : nodes_) {
    size += (node.member ? 1U : 0U) + node.below.Size();
  }
  return size;
}

void FieldSet::Add(PathElement element, bool member, FieldSet below) {
  if (!member && below.Empty()) {
    return;
  }
  // Most callers add in order.
  if (nodes_.empty() || nodes_.back().element < element) {
    nodes_.push_back({std::move(element), member, std::move(below)});
    return;
  }
  const auto at = LowerBound(nodes_, element);
  if (at == nodes_.end() || at->element != element) {
    nodes_.insert(at, {std::move(element), member, std::move(below)});
    return;
  }
  at->member = at->member || member;
  at->below = at->below.Empty() ? std::move(below) : at->below.Union(below);
}

void FieldSet::Insert(const Path& path) {
  FieldSet* level = this;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool last = i + 1 == path.size();
    auto at = LowerBound(level->nodes_, path[i]);
    if (at == level->nodes_.end() || at->element != path[i]) {
      at = level->nodes_.insert(at, {path[i], false, {}});
    }
    at->member = at->member || last;
    level = &at->below;
  }
}

const FieldSet::Node* FieldSet::FindNode(const PathElement& element) const {
  const auto at = LowerBound(nodes_, element);
  return at != nodes_.end() && at->element == element ? &*at : nullptr;
}

bool FieldSet::Has(const Path& path) const {
  const FieldSet* level = this;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const Node* node = level->FindNode(path[i]);
    if (node == nullptr) {
      return false;
    }
    if (i + 1 == path.size()) {
      return node->member;
    }
    level = &node->below;
  }
  return false;
}

bool FieldSet::HasHere(const PathElement& element) const {
  const Node* node = FindNode(element);
  return node != nullptr && node->member;
}

const FieldSet* FieldSet::Below(const PathElement& element) const {
  const Node* node = FindNode(element);
  return node != nullptr && !node->below.Empty() ? &node->below : nullptr;
}

FieldSet FieldSet::Union(const FieldSet& other) const {
  FieldSet out;
  out.nodes_.reserve(std::max(nodes_.size(), other.nodes_.size()));
  auto a = nodes_.begin();
  auto b = other.nodes_.begin();
  while (a != nodes_.end() && b != other.nodes_.end()) {
    const auto order = a->element <=> b->element;
    if (order < 0) {
      out.nodes_.push_back(*a++);
    } else if (order > 0) {
      out.nodes_.push_back(*b++);
    } else {
      out.nodes_.push_back({a->element, a->member || b->member, a->below.Union(b->below)});
      ++a;
      ++b;
    }
  }
  out.nodes_.insert(out.nodes_.end(), a, nodes_.end());
  out.nodes_.insert(out.nodes_.end(), b, other.nodes_.end());
  return out;
}

FieldSet FieldSet::Intersection(const FieldSet& other) const {
  FieldSet out;
  auto a = nodes_.begin();
  auto b = other.nodes_.begin();
  while (a != nodes_.end() && b != other.nodes_.end()) {
    const auto order = a->element <=> b->element;
    if (order < 0) {
      ++a;
    } else if (order > 0) {
      ++b;
    } else {
      out.Add(a->element, a->member && b->member, a->below.Intersection(b->below));
      ++a;
      ++b;
    }
  }
  return out;
}

FieldSet FieldSet::Difference(const FieldSet& other) const {
  FieldSet out;
  auto b = other.nodes_.begin();
  for (const Node& node : nodes_) {
    while (b != other.nodes_.end() && b->element < node.element) {
      ++b;
    }
    if (b != other.nodes_.end() && b->element == node.element) {
      out.Add(node.element, node.member && !b->member, node.below.Difference(b->below));
    } else {
      out.nodes_.push_back(node);
    }
  }
  return out;
}

FieldSet FieldSet::RecursiveDifference(const FieldSet& other) const {
  FieldSet out;
  auto b = other.nodes_.begin();
  for (const Node& node : nodes_) {
    while (b != other.nodes_.end() && b->element < node.element) {
      ++b;
    }
    if (b == other.nodes_.end() || b->element != node.element) {
      out.nodes_.push_back(node);
    } else if (!b->member) {
      out.Add(node.element, node.member, node.below.RecursiveDifference(b->below));
    }
  }
  return out;
}

bool FieldSet::Subtract(const FieldSet& other) {
  bool took = false;
  for (const Node& theirs : other.nodes_) {
    const auto at = LowerBound(nodes_, theirs.element);
    if (at == nodes_.end() || at->element != theirs.element) {
      continue;
    }
    if (at->member && theirs.member) {
      at->member = false;
      took = true;
    }
    took = at->below.Subtract(theirs.below) || took;
    if (!at->member && at->below.Empty()) {
      nodes_.erase(at);
    }
  }
  return took;
}

void FieldSet::SubtractRecursively(const FieldSet& other) {
  for (const Node& theirs : other.nodes_) {
    const auto at = LowerBound(nodes_, theirs.element);
    if (at == nodes_.end() || at->element != theirs.element) {
      continue;
    }
    at->below.SubtractRecursively(theirs.below);
    if (theirs.member || (!at->member && at->below.Empty())) {
      nodes_.erase(at);
    }
  }
}

void FieldSet::Include(FieldSet other) {
  if (nodes_.empty()) {
    nodes_ = std::move(other.nodes_);
    return;
  }
  for (Node& theirs : other.nodes_) {
    const auto at = LowerBound(nodes_, theirs.element);
    if (at == nodes_.end() || at->element != theirs.element) {
      nodes_.insert(at, std::move(theirs));
      continue;
    }
    at->member = at->member || theirs.member;
    at->below.Include(std::move(theirs.below));
  }
}

void FieldSet::ForEach(const std::function<void(const Path&)>& visit) const {
  Path prefix;
  Visit(*this, prefix, visit);
}

std::string FieldSet::Text() const {
  std::string text;
  ForEach([&text](const Path& path) { text += PathText(path) + "\n"; });
  return text;
}

bool FieldSet::operator==(const FieldSet& other) const {
  return std::equal(nodes_.begin(), nodes_.end(), other.nodes_.begin(), other.nodes_.end(),
                    [](const Node& a, const Node& b) {
                      return a.member == b.member && a.element == b.element && a.below == b.below;
                    });
}

}  // namespace mock_kubeapi::merge
