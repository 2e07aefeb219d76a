// SPDX-License-Identifier: MIT
#include "data/backtest.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/error.h"
#include "data/times.h"

namespace tidegate::data {
namespace {

constexpr std::uint32_t kShownSteps[] = {1, 6, 12, 24};
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// Sums of misses by step ahead.
class Misses {
public:
    explicit Misses(std::size_t horizon) : absolute_(horizon), square_(horizon), count_(horizon) {}

    /// ahead: 0 is the first step.
    void add(std::size_t ahead, double miss) {
        absolute_[ahead] += std::abs(miss);
        square_[ahead] += miss * miss;
        ++count_[ahead];
    }

    Errors errors(const std::vector<std::uint32_t>& steps) const {
        double absolute = 0, square = 0, count = 0;
        for (std::size_t i = 0; i < count_.size(); ++i) {
            absolute += absolute_[i];
            square += square_[i];
            count += count_[i];
        }
        Errors errors{absolute / count, std::sqrt(square / count), {}};
        for (const std::uint32_t step : steps) { errors.mae_at.push_back(absolute_[step - 1] / count_[step - 1]); }
        return errors;
    }

private:
    std::vector<double> absolute_, square_, count_;
};

/// For the value `ahead` steps after place `now` (ahead >= 1): the place whole days before it that is not after `now`.
std::optional<std::size_t> season_before(std::size_t now, std::size_t ahead, std::size_t day) {
    const std::size_t back = (ahead + day - 1) / day * day;
    if (now + ahead < back) { return std::nullopt; }
    return now + ahead - back;
}

}  // namespace

Target::Target(const Series& series, const ForecastBlock& block)
    : start(series.seconds.front()), step(block.info.step_seconds) {
    values.assign(at(series.seconds.back()) + 1, kMissing);
    for (std::size_t row = 0; row < series.rows(); ++row) {
        const float value = series.row(row)[block.info.target];
        values[at(series.seconds[row])] = std::isfinite(value) ? value : kMissing;
    }
    held = values;
    float last = 0;
    for (float& value : held) { value = last = std::isnan(value) ? last : value; }
}

std::size_t median_of(const ForecastBlock& block) {
    const auto distance = [](float a, float b) { return std::abs(a - 0.5F) < std::abs(b - 0.5F); };
    return static_cast<std::size_t>(std::min_element(block.quantiles.begin(), block.quantiles.end(), distance) -
                                    block.quantiles.begin());
}

Report score(const Series& series, const ForecastBlock& block, const Forecasts& forecasts) {
    const Target target(series, block);
    const std::size_t horizon = block.info.horizon;
    const std::size_t quantiles = block.info.quantiles;
    const std::size_t day = kDay % target.step == 0 ? static_cast<std::size_t>(kDay / target.step) : 0;
    const std::size_t median = median_of(block);
    Misses last_value(horizon), day_ago(horizon), model(horizon);
    std::size_t inside = 0;
    Report report;
    for (std::size_t i = 0; i < forecasts.rows.size(); ++i) {
        const std::int64_t seconds = series.seconds[forecasts.rows[i]];
        const std::size_t now = target.at(seconds);
        if (now + horizon >= target.values.size()) { break; }
        if (report.origins++ == 0) { report.first = seconds; }
        report.last = seconds;
        for (std::size_t ahead = 1; ahead <= horizon; ++ahead) {
            const double truth = target.values[now + ahead];
            if (std::isnan(truth)) { continue; }
            const float* forecast = &forecasts.values[(i * horizon + ahead - 1) * quantiles];
            last_value.add(ahead - 1, target.held[now] - truth);
            if (day > 0) {
                const std::optional<std::size_t> before = season_before(now, ahead, day);
                day_ago.add(ahead - 1, (before ? target.held[*before] : 0.0F) - truth);
            }
            model.add(ahead - 1, forecast[median] - truth);
            inside += forecast[0] <= truth && truth <= forecast[quantiles - 1];
            ++report.targets;
        }
    }
    if (report.targets == 0) { throw DataError("no sample in that time has {} steps of data behind it", horizon); }
    for (const std::uint32_t step : kShownSteps) {
        if (step <= horizon) { report.steps.push_back(step); }
    }
    report.last_value = last_value.errors(report.steps);
    if (day > 0) { report.day_ago = day_ago.errors(report.steps); }
    report.model = model.errors(report.steps);
    if (quantiles > 1) { report.coverage = static_cast<double>(inside) / static_cast<double>(report.targets); }
    return report;
}

}  // namespace tidegate::data
