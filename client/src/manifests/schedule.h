// When a client's CronJob runs: at random over the first two hours of the day, but always at the same time for the same
// client, so that many clusters don't come to one acme-dns at once.
#pragma once

#include <string>

namespace client {

struct ScheduleKey {
  std::string scope;        ///< "tenant/cluster"
  std::string client_name;  ///< appended to it
};

/// Minutes after midnight, 0 to 119: the sum of the bytes of the lower-case hexadecimal MD5 of scope and name, modulo
/// 120.
int MinuteOfDay(const ScheduleKey& key);

/// The same as a cron schedule, "6 1 * * *".
std::string CronSchedule(const ScheduleKey& key);

}  // namespace client
