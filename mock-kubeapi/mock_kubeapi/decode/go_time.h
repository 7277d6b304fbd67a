// Times as Kubernetes' Time and MicroTime read and write them, with the messages of Go's time.Parse.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace mock_kubeapi::decode {

/// A point in time, exact as far as protobuf's Timestamp is.
struct Timestamp {
  long long seconds = 0;  ///< since 1970-01-01 UTC
  int nanoseconds = 0;    ///< 0 to 999999999
};

/// By the layout 2006-01-02T15:04:05Z07:00; a fraction is accepted. The error is
/// `parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"`.
std::expected<Timestamp, std::string> ParseTime(std::string_view text);
/// By 2006-01-02T15:04:05.000000Z07:00: exactly six digits of fraction.
std::expected<Timestamp, std::string> ParseMicroTime(std::string_view text);

/// In UTC, whole seconds: 2024-01-01T00:00:00Z.
std::string FormatTime(const Timestamp& time);
/// In UTC with six digits: 2024-01-01T00:00:00.000000Z.
std::string FormatMicroTime(const Timestamp& time);

}  // namespace mock_kubeapi::decode
