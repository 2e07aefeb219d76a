// SPDX-License-Identifier: MIT
// What is drawn of a forecast: which days, which forecasts.
#pragma once

#include <string>

#include "data/backtest.h"
#include "plot.h"

namespace tidegate::command {

/// Up to seven forecasts end to end, each shown for at most a day (a week of forecasts issued at midnight, if the
/// horizon is a day or more): those with the most movement in the measured values, from the middle half of the test if
/// it is long enough. What the model made of them plays no part. `forecasts` has at least one.
Plot backtest_plot(const std::string& model, const data::ForecastBlock& block, const data::Series& series,
                   const data::Forecasts& forecasts);

/// The last seven days of data (or seven horizons, if shorter) and the forecast behind them.
Plot latest_plot(const std::string& model, const data::ForecastBlock& block, const data::Series& series,
                 const data::Forecasts& forecasts);

}  // namespace tidegate::command
