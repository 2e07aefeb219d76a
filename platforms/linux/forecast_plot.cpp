// SPDX-License-Identifier: MIT
#include "forecast_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "data/times.h"

namespace tidegate::command {
namespace {

constexpr std::size_t kSegments = 7;
constexpr double kKnown = 0.9;  ///< share of measured values that a plot needs

/// Seconds of a forecast that are shown.
std::int64_t segment_seconds(const data::ForecastBlock& block) {
    return std::min(std::int64_t{block.info.horizon} * block.info.step_seconds, data::kDay);
}

std::vector<Point> measured_between(const data::Target& target, std::int64_t begin, std::int64_t end) {
    std::vector<Point> points;
    for (std::size_t i = 0; i < target.values.size(); ++i) {
        const std::int64_t seconds = target.start + static_cast<std::int64_t>(i) * target.step;
        if (seconds >= begin && seconds <= end) { points.push_back({seconds, target.values[i]}); }
    }
    return points;
}

/// Forecast `index`, its first `seconds`.
Fan fan_of(const data::ForecastBlock& block, const data::Series& series, const data::Target& target,
           const data::Forecasts& forecasts, std::size_t index, std::int64_t seconds) {
    const std::int64_t origin = series.seconds[forecasts.rows[index]];
    const std::size_t quantiles = block.info.quantiles;
    Fan fan;
    fan.origin = {origin, target.held[target.at(origin)]};
    const std::size_t median = data::median_of(block);
    for (std::int64_t step = 1; step <= seconds / target.step; ++step) {
        const std::size_t at = index * block.forecast_size() + static_cast<std::size_t>(step - 1) * quantiles;
        const std::int64_t moment = origin + step * target.step;
        fan.low.push_back({moment, forecasts.values[at]});
        fan.middle.push_back({moment, forecasts.values[at + median]});
        fan.high.push_back({moment, forecasts.values[at + quantiles - 1]});
    }
    return fan;
}

/// The forecasts whose origins lie whole segments after `start`.
std::vector<std::size_t> aligned_origins(const data::Series& series, const data::Forecasts& forecasts,
                                         std::int64_t start, std::int64_t segment) {
    std::vector<std::size_t> aligned;
    for (std::size_t i = 0; i < forecasts.rows.size(); ++i) {
        if ((series.seconds[forecasts.rows[i]] - start) % segment == 0) { aligned.push_back(i); }
    }
    return aligned;
}

/// Standard deviation of the measured values in [begin, end], or -1 if too few are known.
double movement(const data::Target& target, std::int64_t begin, std::int64_t end) {
    const std::size_t first = target.at(begin);
    const std::size_t last = target.at(end);
    if (last >= target.values.size()) { return -1; }
    double sum = 0, square = 0, count = 0;
    for (std::size_t i = first; i <= last; ++i) {
        const double value = target.values[i];
        if (std::isnan(value)) { continue; }
        sum += value;
        square += value * value;
        ++count;
    }
    if (count < kKnown * static_cast<double>(last - first + 1)) { return -1; }
    return std::sqrt(std::max(square / count - sum / count * (sum / count), 0.0));
}

/// The first of `count` origins end to end with the most movement, in the middle half if possible.
std::optional<std::size_t> best_start(const data::Series& series, const data::Forecasts& forecasts,
                                      const data::Target& target, const std::vector<std::size_t>& aligned,
                                      std::size_t count, std::int64_t segment) {
    const auto seconds_at = [&](std::size_t i) { return series.seconds[forecasts.rows[aligned[i]]]; };
    const auto span = static_cast<std::int64_t>(count) * segment;
    double most = -1;
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i + count <= aligned.size(); ++i) {
        if (seconds_at(i + count - 1) - seconds_at(i) != span - segment) { continue; }
        const bool middle = i >= aligned.size() / 4 && i + count <= aligned.size() - aligned.size() / 4;
        const double moved = movement(target, seconds_at(i), seconds_at(i) + span) * (middle ? 1 : 1e-9);
        if (moved > most && moved >= 0) {
            most = moved;
            best = i;
        }
    }
    return best;
}

/// Up to kSegments forecasts end to end.
std::vector<std::size_t> shown_forecasts(const data::Series& series, const data::Forecasts& forecasts,
                                         const data::Target& target, std::int64_t segment) {
    const std::int64_t first = series.seconds[forecasts.rows.front()];
    std::vector<std::size_t> aligned = aligned_origins(series, forecasts, data::midnight_before(first), segment);
    if (aligned.empty()) { aligned = aligned_origins(series, forecasts, first, segment); }
    for (std::size_t count = kSegments; count > 0; --count) {
        if (const auto start = best_start(series, forecasts, target, aligned, count, segment)) {
            const auto begin = aligned.begin() + static_cast<std::ptrdiff_t>(*start);
            return {begin, begin + static_cast<std::ptrdiff_t>(count)};
        }
    }
    return {aligned.front()};
}

std::string band_name(const data::ForecastBlock& block) {
    if (block.quantiles.size() < 2) { return ""; }
    return fmt::format("{:g}–{:g} %", block.quantiles.front() * 100, block.quantiles.back() * 100);
}

}  // namespace

Plot backtest_plot(const std::string& model, const data::ForecastBlock& block, const data::Series& series,
                   const data::Forecasts& forecasts) {
    const data::Target target(series, block);
    const std::int64_t segment = segment_seconds(block);
    const std::vector<std::size_t> shown = shown_forecasts(series, forecasts, target, segment);

    Plot plot;
    plot.quantity = block.target();
    plot.band = band_name(block);
    plot.begin = series.seconds[forecasts.rows[shown.front()]];
    plot.end = plot.begin + static_cast<std::int64_t>(shown.size()) * segment;
    plot.measured = measured_between(target, plot.begin, plot.end);
    for (const std::size_t index : shown) {
        plot.fans.push_back(fan_of(block, series, target, forecasts, index, segment));
    }
    const bool midnights = segment == data::kDay && plot.begin == data::midnight_before(plot.begin);
    plot.title = fmt::format("{}, forecast {} ahead", block.target(), data::duration_text(segment));
    plot.subtitle = fmt::format("{}, issued {}, {} to {}", model,
                                midnights ? "each midnight" : "every " + data::duration_text(segment),
                                data::date_text(plot.begin), data::date_text(plot.end - 1));
    return plot;
}

Plot latest_plot(const std::string& model, const data::ForecastBlock& block, const data::Series& series,
                 const data::Forecasts& forecasts) {
    const data::Target target(series, block);
    const std::int64_t whole = std::int64_t{block.info.horizon} * block.info.step_seconds;
    const std::int64_t now = series.seconds.back();
    Plot plot;
    plot.quantity = block.target();
    plot.band = band_name(block);
    plot.begin =
        std::max(series.seconds.front(), now - static_cast<std::int64_t>(kSegments) * std::min(whole, data::kDay));
    plot.end = now + whole;
    plot.measured = measured_between(target, plot.begin, now);
    plot.fans.push_back(fan_of(block, series, target, forecasts, forecasts.rows.size() - 1, whole));
    plot.title = fmt::format("{}, the next {}", block.target(), data::duration_text(whole));
    plot.subtitle = fmt::format("{}, issued at {}", model, data::time_text(now));
    return plot;
}

}  // namespace tidegate::command
