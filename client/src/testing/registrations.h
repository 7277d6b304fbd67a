// Registrations for tests, told apart by a number.
#pragma once

#include <fmt/format.h>

#include <string>

#include <nlohmann/json.hpp>

#include "acmedns/registration.h"

namespace client::testing {

inline std::string Uuid(int kind, int number) {
  return fmt::format("{:08x}-4632-44f0-83fe-{:012x}", kind, number);
}

inline std::string PasswordNumber(int number) {
  return fmt::format("pAsSwOrD{:032}", number);
}

inline nlohmann::json RegistrationJson(int number) {
  return {{"username", Uuid(1, number)},
          {"password", PasswordNumber(number)},
          {"fulldomain", Uuid(2, number) + ".auth.example.org"},
          {"subdomain", Uuid(2, number)},
          {"allowfrom", nlohmann::json::array()}};
}

inline Registration RegistrationNumber(int number) {
  return Registration::FromAnswer(RegistrationJson(number).dump()).value();
}

}  // namespace client::testing
