// SPDX-License-Identifier: MIT
// What a forecaster keeps, and how it lies in the arena in front of its session.
//
// Arena: tg_forecaster | ColumnState[columns] | float[horizon][quantiles] | up to a multiple of 64 | the session's
// arena. All of it has the same size on every target.
#pragma once

#include <cstdint>

#include "core/model.h"
#include "forecast/features.h"
#include "format/file.h"
#include "ops/wide.h"
#include "tidegate/forecast.h"

struct tg_forecaster {
    tidegate::Wide<const tidegate::format::Forecast> spec;
    tidegate::Wide<tg_session> session;
    tidegate::Wide<float> input;         ///< [features], the session's
    tidegate::Wide<const float> output;  ///< [horizon][quantiles], the session's
    tidegate::Wide<tidegate::forecast::ColumnState> columns;
    tidegate::Wide<float> forecast;  ///< `output` of the last step that went well: a failed run spoils the session's
    std::int64_t last_seconds;
    std::uint64_t started;  ///< 1 from the first sample on
};
static_assert(sizeof(tg_forecaster) == 64 && alignof(tidegate::forecast::ColumnState) <= 4);

namespace tidegate::forecast {

/// The forecast block of an opened model, or null.
const format::Forecast* spec_of(const tg_model* model);

/// Offsets from the arena's first byte.
struct Layout {
    std::uint64_t columns;
    std::uint64_t forecast;
    std::uint64_t session;
};

inline Layout layout(const format::Forecast& spec) {
    const std::uint64_t columns = sizeof(tg_forecaster);
    const std::uint64_t forecast = columns + sizeof(ColumnState) * spec.columns()->size();
    const std::uint64_t values = std::uint64_t{spec.horizon()} * spec.quantiles()->size();
    return {columns, forecast, format::align_up(forecast + sizeof(float) * values, format::kArenaAlignment)};
}

}  // namespace tidegate::forecast
