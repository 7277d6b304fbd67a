#include "mock_kubeapi/decode/json_node.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace mock_kubeapi::decode {
namespace {

Json NumberValue(const std::string& text) {
  std::int64_t integer = 0;
  const char* end = text.data() + text.size();
  if (const auto [rest, error] = std::from_chars(text.data(), end, integer); error == std::errc() && rest == end) {
    return integer;
  }
  double number = 0;
  std::from_chars(text.data(), end, number);
  // Go writes a float64 without a fraction like an integer.
  if (std::abs(number) < 9e15 && std::trunc(number) == number) {
    return static_cast<std::int64_t>(number);
  }
  return number;
}

}  // namespace

const Node* Node::Find(std::string_view name) const {
  for (std::size_t i = names.size(); i > 0; --i) {
    if (names[i - 1] == name) {
      return &items[i - 1];
    }
  }
  return nullptr;
}

Json ToJson(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return nullptr;
    case Node::Kind::kBool:
      return node.boolean;
    case Node::Kind::kNumber:
      return NumberValue(node.text);
    case Node::Kind::kString:
      return node.text;
    case Node::Kind::kArray: {
      Json array = Json::array();
      for (const Node& item : node.items) {
        array.push_back(ToJson(item));
      }
      return array;
    }
    case Node::Kind::kObject: {
      Json object = Json::object();
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        object[node.names[i]] = ToJson(node.items[i]);
      }
      return object;
    }
  }
  return nullptr;
}

Node FromJson(const Json& value) {
  Node node;
  if (value.is_boolean()) {
    node.kind = Node::Kind::kBool;
    node.boolean = value.get<bool>();
  } else if (value.is_number()) {
    node.kind = Node::Kind::kNumber;
    node.text = NumberText(value);
  } else if (value.is_string()) {
    node.kind = Node::Kind::kString;
    node.text = value.get_ref<const std::string&>();
  } else if (value.is_array()) {
    node.kind = Node::Kind::kArray;
    node.items.reserve(value.size());
    for (const Json& item : value) {
      node.items.push_back(FromJson(item));
    }
  } else if (value.is_object()) {
    node.kind = Node::Kind::kObject;
    node.items.reserve(value.size());
    node.names.reserve(value.size());
    for (const auto& [name, member] : value.items()) {
      node.names.push_back(name);
      node.items.push_back(FromJson(member));
    }
  }
  return node;
}

std::string NumberText(const Json& number) {
  if (!number.is_number_float()) {
    return number.dump();
  }
  const double value = number.get<double>();
  if (std::abs(value) < 1e21 && std::trunc(value) == value) {
    return fmt::format("{:.0f}", value);
  }
  return number.dump();
}

}  // namespace mock_kubeapi::decode
