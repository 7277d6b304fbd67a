#include "manifests/schedule.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cassert>

namespace client {

int MinuteOfDay(const ScheduleKey& key) {
  const std::string text = key.scope + key.client_name;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest = {};
  unsigned length = 0;
  [[maybe_unused]] const int done = EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_md5(), nullptr);
  assert(done == 1 && length == 16);
  constexpr std::string_view kDigits = "0123456789abcdef";
  int sum = 0;
  for (unsigned i = 0; i < length; ++i) sum += kDigits[digest[i] >> 4U] + kDigits[digest[i] & 0xfU];
  return sum % 120;
}

std::string CronSchedule(const ScheduleKey& key) {
  const int minute = MinuteOfDay(key);
  return fmt::format("{} {} * * *", minute % 60, minute / 60);
}

}  // namespace client
