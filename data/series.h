// SPDX-License-Identifier: MIT
// Samples for a forecaster, read from a CSV file as the model's forecast block says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tidegate/forecast.h"

namespace tidegate::data {

/// The model's forecast block, through the public API.
struct ForecastBlock {
    explicit ForecastBlock(const tg_model& model, const std::string& path);  ///< throws DataError if there is none

    tg_forecast_info info{};
    std::vector<std::string> time_columns;
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> categories;  ///< by column; empty: numeric
    std::vector<float> quantiles;

    const std::string& target() const { return columns[info.target]; }
    /// Values of one forecast, [horizon][quantiles].
    std::size_t forecast_size() const { return std::size_t{info.horizon} * info.quantiles; }
};

/// rows samples in the order of the file.
struct Series {
    std::size_t columns = 0;
    std::vector<std::int64_t> seconds;   ///< [rows]
    std::vector<std::size_t> lines;      ///< [rows], of the file
    std::vector<float> values;           ///< [rows][columns], NaN where missing, a category as its index
    std::size_t unknown_categories = 0;  ///< names that the model does not know, taken as missing
    std::string first_unknown;           ///< where the first one is and what it says

    std::size_t rows() const { return seconds.size(); }
    const float* row(std::size_t i) const { return &values[i * columns]; }
};

/// Where a forecaster refused a sample, why, and what to do: "line 12 (2010-01-05T00:00:00): 300 rows are missing
/// behind line 11 ...". The rows before were taken.
std::string refusal_text(const Series& series, const ForecastBlock& block, std::size_t row, tg_status status);

/// Empty, NA, NaN and unknown categories are missing; columns that the block does not name are ignored. Throws
/// DataError with the line for anything that is no number or no time, and for columns that are not there.
Series read_series(const std::string& path, const ForecastBlock& block);

}  // namespace tidegate::data
