// SPDX-License-Identifier: MIT
#include "data/series.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

#include "data/csv.h"
#include "data/error.h"
#include "data/times.h"

namespace tidegate::data {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
/// No measured value is larger.
constexpr float kAbsurd = 1e15F;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) { text.remove_prefix(1); }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) { text.remove_suffix(1); }
    return text;
}

bool is_missing(std::string_view text) { return text.empty() || text == "NA"; }

template <class T>
std::optional<T> parse_number(std::string_view text) {
    if (text.starts_with('+')) { text.remove_prefix(1); }
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) { return std::nullopt; }
    return value;
}

/// Where the block's columns stand in the file.
struct Places {
    std::vector<std::size_t> time;
    std::vector<std::size_t> values;
};

std::size_t find_column(const CsvReader& csv, const std::string& path, const std::string& name,
                        std::vector<std::string>& missing) {
    const auto is_it = [&](const std::string& field) { return trimmed(field) == name; };
    const auto first = std::find_if(csv.header().begin(), csv.header().end(), is_it);
    if (first == csv.header().end()) {
        missing.push_back(name);
        return 0;
    }
    if (std::find_if(first + 1, csv.header().end(), is_it) != csv.header().end()) {
        throw DataError("{}: the column '{}' is there more than once", path, name);
    }
    return static_cast<std::size_t>(first - csv.header().begin());
}

Places find_columns(const CsvReader& csv, const std::string& path, const ForecastBlock& block) {
    Places places;
    std::vector<std::string> missing;
    for (const std::string& name : block.time_columns) { places.time.push_back(find_column(csv, path, name, missing)); }
    for (const std::string& name : block.columns) { places.values.push_back(find_column(csv, path, name, missing)); }
    if (!missing.empty()) {
        throw DataError("{}: {} missing: {}", path, missing.size() == 1 ? "a column is" : "columns are",
                        fmt::join(missing, ", "));
    }
    return places;
}

std::int64_t read_time(const CsvReader& csv, const std::vector<std::string>& fields, const Places& places) {
    std::optional<std::int64_t> seconds;
    if (places.time.size() == 1) {
        seconds = parse_time(trimmed(fields[places.time[0]]));
    } else {
        int part[5] = {0, 0, 0, 0, 0};  // year, month, day, hour, minute
        bool numbers = true;
        for (std::size_t i = 0; i < places.time.size() && i < 5; ++i) {
            const std::optional<int> value = parse_number<int>(trimmed(fields[places.time[i]]));
            numbers = numbers && value.has_value();
            part[i] = value.value_or(0);
        }
        if (numbers) { seconds = seconds_of(part[0], part[1], part[2], part[3], part[4], 0); }
    }
    if (seconds) { return *seconds; }
    std::vector<std::string> found;
    for (const std::size_t place : places.time) { found.push_back(fields[place]); }
    throw DataError("{}: '{}' is not a time{}", csv.place(), fmt::join(found, " "),
                    places.time.size() == 1 ? "; use ISO 8601 such as 2014-05-01T06:00" : "");
}

/// The index of the category; an unknown one is missing and noted.
float read_category(const CsvReader& csv, std::string_view text, const ForecastBlock& block, std::size_t column,
                    Series& series) {
    const std::vector<std::string>& categories = block.categories[column];
    const auto found = std::find(categories.begin(), categories.end(), text);
    if (found != categories.end()) { return static_cast<float>(found - categories.begin()); }
    if (series.unknown_categories++ == 0) {
        series.first_unknown = fmt::format("{}: {}: '{}' is none of {}", csv.place(), block.columns[column], text,
                                           fmt::join(categories, ", "));
    }
    return kMissing;
}

float read_number(const CsvReader& csv, std::string_view text, const std::string& column) {
    const std::optional<double> value = parse_number<double>(text);
    if (!value || (std::isinf(static_cast<float>(*value)) && !std::isinf(*value))) {
        throw DataError("{}: {}: '{}' is not a number", csv.place(), column, text);
    }
    return static_cast<float>(*value);
}

std::string moment(const Series& series, std::size_t row) {
    return fmt::format("line {} ({})", series.lines[row], time_text(series.seconds[row]));
}

/// The status, what is behind it, and what helps.
std::string reason(const Series& series, const ForecastBlock& block, std::size_t row, tg_status status) {
    std::string text = tg_status_text(status);
    const std::int64_t step = block.info.step_seconds;
    if (row > 0 && status == TG_GAP_TOO_LONG) {
        const std::int64_t skipped = (series.seconds[row] - series.seconds[row - 1]) / step - 1;
        return fmt::format(
            "{} rows are missing behind {}, the model fills {}; put them in (their values may be empty), "
            "or give the rows before or behind the gap alone",
            skipped, moment(series, row - 1), block.info.max_gap_steps);
    }
    if (row > 0 && status == TG_TIME_OFF_GRID) {
        return fmt::format("{}, {}; a step is {}", text, moment(series, row - 1), duration_text(step));
    }
    if (row > 0 && status == TG_TIME_NOT_LATER) {
        return fmt::format("{}, {}; sort the rows, and leave doubles out", text, moment(series, row - 1));
    }
    for (std::size_t c = 0; c < series.columns && status == TG_STATE_NOT_FINITE; ++c) {
        const float value = series.row(row)[c];
        if (!(std::abs(value) > kAbsurd) || std::isinf(value)) { continue; }
        return fmt::format("{}; column '{}' has {:g}: mend it, or leave it empty", text, block.columns[c], value);
    }
    return text;
}

}  // namespace

std::string refusal_text(const Series& series, const ForecastBlock& block, std::size_t row, tg_status status) {
    return moment(series, row) + ": " + reason(series, block, row, status);
}

ForecastBlock::ForecastBlock(const tg_model& model, const std::string& path) {
    if (const tg_status status = tg_forecast_describe(&model, &info); status != TG_OK) {
        throw DataError("{}: the model has no forecast block; convert it with --forecast SPEC.json", path);
    }
    for (std::uint32_t i = 0; i < info.time_columns; ++i) {
        time_columns.emplace_back(tg_forecast_time_column(&model, i));
    }
    for (std::uint32_t c = 0; c < info.columns; ++c) {
        columns.emplace_back(tg_forecast_column(&model, c));
        categories.emplace_back();
        for (std::uint32_t k = 0; const char* name = tg_forecast_category(&model, c, k); ++k) {
            categories.back().emplace_back(name);
        }
    }
    for (std::uint32_t q = 0; q < info.quantiles; ++q) { quantiles.push_back(tg_forecast_quantile(&model, q)); }
}

Series read_series(const std::string& path, const ForecastBlock& block) {
    CsvReader csv(path);
    const Places places = find_columns(csv, path, block);
    Series series;
    series.columns = block.columns.size();
    for (std::vector<std::string> fields; csv.next(fields);) {
        series.seconds.push_back(read_time(csv, fields, places));
        series.lines.push_back(csv.line());
        for (std::size_t c = 0; c < series.columns; ++c) {
            const std::string_view text = trimmed(fields[places.values[c]]);
            series.values.push_back(is_missing(text)              ? kMissing
                                    : block.categories[c].empty() ? read_number(csv, text, block.columns[c])
                                                                  : read_category(csv, text, block, c, series));
        }
    }
    if (series.rows() == 0) { throw DataError("{}: no rows behind the header", path); }
    return series;
}

}  // namespace tidegate::data
