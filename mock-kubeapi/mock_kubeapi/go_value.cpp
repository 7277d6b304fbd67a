#include "mock_kubeapi/go_value.h"

#include <array>
#include <charconv>
#include <cmath>

#include "mock_kubeapi/go_text.h"

namespace mock_kubeapi {

using Json = nlohmann::json;

std::string GoNumber(const Json& number) {
  if (!number.is_number_float()) {
    return number.dump();
  }
  const auto value = number.get<double>();
  const double size = std::abs(value);
  const bool scientific = value != 0 && (size < 1e-4 || size >= 1e21);
  std::array<char, 400> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 scientific ? std::chars_format::scientific : std::chars_format::fixed);
  return {buffer.data(), end.ptr};
}

std::string GoValue(const Json& value) {
  std::string text;
  switch (value.type()) {
    case Json::value_t::object:
      for (const auto& [key, item] : value.items()) {
        text += text.empty() ? "" : " ";
        text += key + ":" + GoValue(item);
      }
      return "map[" + text + "]";
    case Json::value_t::array:
      for (std::size_t i = 0; i < value.size(); ++i) {
        text += i == 0 ? "" : " ";
        text += GoValue(value[i]);
      }
      return "[" + text + "]";
    case Json::value_t::string:
      return value.get<std::string>();
    case Json::value_t::boolean:
      return value.get<bool>() ? "true" : "false";
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::number_float:
      return GoNumber(value);
    default:
      return "<nil>";
  }
}

std::string GoSyntax(const Json& value) {
  std::string text;
  switch (value.type()) {
    case Json::value_t::object:
      for (const auto& [key, item] : value.items()) {
        text += text.empty() ? "" : ", ";
        text += GoQuote(key) + ":" + GoSyntax(item);
      }
      return "map[string]interface {}{" + text + "}";
    case Json::value_t::array:
      for (const Json& item : value) {
        text += text.empty() ? "" : ", ";
        text += GoSyntax(item);
      }
      return "[]interface {}{" + text + "}";
    case Json::value_t::string:
      return GoQuote(value.get_ref<const std::string&>());
    case Json::value_t::null:
      return "interface {}(nil)";
    default:
      return GoValue(value);
  }
}

std::string GoTypeName(const Json& value) {
  switch (value.type()) {
    case Json::value_t::object:
      return "map[string]interface {}";
    case Json::value_t::array:
      return "[]interface {}";
    case Json::value_t::string:
      return "string";
    case Json::value_t::boolean:
      return "bool";
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return "int64";
    case Json::value_t::number_float:
      return "float64";
    default:
      return "<nil>";
  }
}

}  // namespace mock_kubeapi
