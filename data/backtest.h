// SPDX-License-Identifier: MIT
// Forecasts of the past compared with what came, beside two naive ones.
//
// Scored are the origins whose whole horizon lies within the data; of their targets those that were measured. Where a
// naive forecast falls on a missing value it takes the last one before it (0 before the first).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "data/series.h"

namespace tidegate::data {

/// Forecasts in the order of their origins.
struct Forecasts {
    std::vector<std::size_t> rows;  ///< of the series: the origins
    std::vector<float> values;      ///< [origins][horizon][quantiles]
    double push_ns = 0;             ///< of taking one sample: median of batches of rows
    double read_ns = 0;             ///< of one forecast in the target's unit: median of the origins
};

/// The target at every step of the model's grid, from the first row to the last.
struct Target {
    Target(const Series& series, const ForecastBlock& block);

    /// The place of a row's time on the grid.
    std::size_t at(std::int64_t seconds) const { return static_cast<std::size_t>((seconds - start) / step); }

    std::int64_t start = 0;
    std::int64_t step = 0;
    std::vector<float> values;  ///< NaN where missing
    std::vector<float> held;    ///< the last value seen; 0 before the first
};

struct Errors {
    double mae = 0;
    double rmse = 0;
    std::vector<double> mae_at;  ///< by Report::steps
};

struct Report {
    std::size_t origins = 0;
    std::int64_t first = 0;  ///< seconds of the first and the last origin scored
    std::int64_t last = 0;
    std::size_t targets = 0;
    std::vector<std::uint32_t> steps;  ///< 1, 6, 12, 24 as far as the horizon goes
    Errors last_value;
    std::optional<Errors> day_ago;   ///< unless a day is no whole number of steps
    Errors model;                    ///< of the quantile nearest to the median
    std::optional<double> coverage;  ///< share of the targets within the outermost quantiles, bounds included
};

/// Throws DataError if no origin can be scored.
Report score(const Series& series, const ForecastBlock& block, const Forecasts& forecasts);

/// The index of the quantile nearest to 0.5.
std::size_t median_of(const ForecastBlock& block);

}  // namespace tidegate::data
