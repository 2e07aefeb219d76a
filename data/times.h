// SPDX-License-Identifier: MIT
// Moments as seconds since 1970 and as ISO 8601. A time without a zone is counted as if it were UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::data {

/// A calendar date and time of day; nothing if there is no such moment (31 April, hour 24).
std::optional<std::int64_t> seconds_of(int year, int month, int day, int hour, int minute, int second);

/// "2014-05-01", "2014-05-01T06", "2014-05-01 06:30", "2014-05-01T06:30:00Z", "...+08:00"; nothing if malformed.
std::optional<std::int64_t> parse_time(std::string_view text);

/// "2014-05-01T06:30:00"
std::string time_text(std::int64_t seconds);
/// "Thu 1 May"
std::string day_text(std::int64_t seconds);
/// "1 May 2014"
std::string date_text(std::int64_t seconds);

/// "24 h", "10 min", "90 s"
std::string duration_text(std::int64_t seconds);

/// The start of the day of a moment.
std::int64_t midnight_before(std::int64_t seconds);

inline constexpr std::int64_t kDay = 86400;

}  // namespace tidegate::data
