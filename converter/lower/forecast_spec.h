// SPDX-License-Identifier: MIT
// The forecast block as the converter reads it from a JSON spec (docs/forecast-spec.md). Mirrors Forecast in model.fbs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tidegate {

struct ForecastColumn {
    std::string name;
    bool log1p = false;  ///< else affine
    float offset = 0;
    float scale = 1;
    std::vector<std::string> categories;  ///< empty: numeric
};

enum class ForecastFeatureKind { value, observed, category, sine, cosine };  ///< in the order of format::FeatureKind

struct ForecastFeature {
    ForecastFeatureKind kind = ForecastFeatureKind::value;
    std::uint32_t column = 0;
    std::uint32_t category = 0;
    std::uint64_t period_seconds = 0;
    std::int64_t origin_seconds = 0;
};

struct ForecastSpec {
    std::vector<std::string> time_columns;
    std::uint32_t step_seconds = 0;
    std::vector<ForecastColumn> columns;
    std::vector<ForecastFeature> features;
    std::uint32_t target = 0;
    std::uint32_t horizon = 0;
    std::vector<float> quantiles;
    std::string input;  ///< names of the graph's interface
    std::string output;
    std::uint32_t max_gap_steps = 0;
};

/// Reads and checks a spec; throws ConvertError naming the key, what was found and what is allowed.
ForecastSpec read_forecast_spec(const std::string& path);
/// The same from memory; `name` stands for the file in messages.
ForecastSpec parse_forecast_spec(const std::string& json, const std::string& name);

}  // namespace tidegate
