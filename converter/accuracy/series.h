// SPDX-License-Identifier: MIT
// A forecast model on a series: what its forecaster feeds it, and how far its forecasts miss.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "accuracy/runs.h"
#include "convert.h"

namespace tidegate {

/// The inputs that the forecaster makes of each row of the CSV file, and of the rows that are missing between them:
/// inputs, lines and a note. Throws ConvertError.
Runs series_runs(const Conversion& conversion, const std::string& csv);

/// Forecasts after every row with a whole horizon behind it, compared with what was measured there.
struct ForecastErrors {
    double mae = 0;  ///< of the quantile nearest to the median, in the target's unit
    std::uint64_t targets = 0;
};
/// Throws ConvertError if there is none.
ForecastErrors forecast_errors(const std::vector<std::uint8_t>& file, const std::string& csv);

}  // namespace tidegate
