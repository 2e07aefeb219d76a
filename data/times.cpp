// SPDX-License-Identifier: MIT
#include "data/times.h"

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace tidegate::data {
namespace {

namespace chrono = std::chrono;

/// Reads text from the left; every function says whether it found what it was asked for.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool digits(std::size_t count, int& value) {
        if (rest_.size() < count) { return false; }
        value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (rest_[i] < '0' || rest_[i] > '9') { return false; }
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(count);
        return true;
    }
    bool one_of(std::string_view allowed, char& found) {
        if (rest_.empty() || allowed.find(rest_.front()) == std::string_view::npos) { return false; }
        found = rest_.front();
        rest_.remove_prefix(1);
        return true;
    }
    bool skip(char wanted) {
        char found;
        return one_of({&wanted, 1}, found);
    }
    bool at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

/// Z, +hh:mm, +hhmm, or nothing.
bool zone(Reader& reader, std::int64_t& offset) {
    offset = 0;
    char sign;
    if (reader.at_end() || reader.skip('Z')) { return true; }
    int hours = 0;
    int minutes = 0;
    if (!reader.one_of("+-", sign) || !reader.digits(2, hours)) { return false; }
    if (!reader.at_end()) {
        reader.skip(':');
        if (!reader.digits(2, minutes)) { return false; }
    }
    if (hours > 14 || minutes > 59) { return false; }
    offset = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
    return true;
}

chrono::year_month_day day_of(std::int64_t seconds) {
    return chrono::floor<chrono::days>(chrono::sys_seconds(chrono::seconds(seconds)));
}

constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<const char*, 7> kWeekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

const char* month_name(const chrono::year_month_day& day) { return kMonths[static_cast<unsigned>(day.month()) - 1]; }

}  // namespace

std::optional<std::int64_t> seconds_of(int year, int month, int day, int hour, int minute, int second) {
    const chrono::year_month_day date{chrono::year(year), chrono::month(static_cast<unsigned>(month)),
                                      chrono::day(static_cast<unsigned>(day))};
    const bool exists = year >= 0 && year <= 9999 && month > 0 && day > 0 && date.ok() && hour >= 0 && hour < 24 &&
                        minute >= 0 && minute < 60 && second >= 0 && second < 60;
    if (!exists) { return std::nullopt; }
    const std::int64_t days = chrono::sys_days(date).time_since_epoch().count();
    return days * kDay + hour * 3600 + minute * 60 + second;
}

std::optional<std::int64_t> parse_time(std::string_view text) {
    Reader reader(text);
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    std::int64_t offset = 0;
    char separator;
    if (!reader.digits(4, year) || !reader.skip('-') || !reader.digits(2, month) || !reader.skip('-') ||
        !reader.digits(2, day)) {
        return std::nullopt;
    }
    if (reader.one_of("T ", separator)) {
        if (!reader.digits(2, hour)) { return std::nullopt; }
        if (reader.skip(':') && !reader.digits(2, minute)) { return std::nullopt; }
        if (reader.skip(':') && !reader.digits(2, second)) { return std::nullopt; }
        if (!zone(reader, offset)) { return std::nullopt; }
    }
    const std::optional<std::int64_t> local = seconds_of(year, month, day, hour, minute, second);
    if (!reader.at_end() || !local) { return std::nullopt; }
    return *local - offset;
}

std::string time_text(std::int64_t seconds) {
    const chrono::year_month_day day = day_of(seconds);
    const std::int64_t within = seconds - midnight_before(seconds);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()), within / 3600,
                       within / 60 % 60, within % 60);
}

std::string day_text(std::int64_t seconds) {
    const chrono::year_month_day day = day_of(seconds);
    const chrono::weekday weekday{chrono::sys_days(day)};
    return fmt::format("{} {} {}", kWeekdays[weekday.c_encoding()], static_cast<unsigned>(day.day()), month_name(day));
}

std::string date_text(std::int64_t seconds) {
    const chrono::year_month_day day = day_of(seconds);
    return fmt::format("{} {} {}", static_cast<unsigned>(day.day()), month_name(day), static_cast<int>(day.year()));
}

std::string duration_text(std::int64_t seconds) {
    if (seconds % 3600 == 0) { return fmt::format("{} h", seconds / 3600); }
    if (seconds % 60 == 0) { return fmt::format("{} min", seconds / 60); }
    return fmt::format("{} s", seconds);
}

std::int64_t midnight_before(std::int64_t seconds) {
    const std::int64_t within = seconds % kDay;
    return seconds - (within < 0 ? within + kDay : within);
}

}  // namespace tidegate::data
