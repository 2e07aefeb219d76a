// SPDX-License-Identifier: MIT
// From a sample to the model's input vector: hold what is missing, scale, one-hot categories, calendar waves.
#pragma once

#include <cstdint>

#include "format/model_generated.h"

namespace tidegate::forecast {

/// What is remembered of a column. Numeric: z; categorical: the index of the category.
struct ColumnState {
    float held;              ///< the last value seen; before the first one 0, or kNoCategory
    float next;              ///< what `held` becomes if the model accepts the step
    std::uint32_t observed;  ///< 1 if `next` came with this step
};

inline constexpr float kNoCategory = -1.0F;

/// Nothing seen yet.
void forget(const format::Forecast& spec, ColumnState* columns);
/// Takes a sample, one value per column, or a missing one (null), into `next` and `observed`.
void observe(const format::Forecast& spec, const float* values, ColumnState* columns);
/// The features of a step at `unix_seconds`, in the order of the spec, from `next` and `observed`.
void write_features(const format::Forecast& spec, const ColumnState* columns, std::int64_t unix_seconds, float* input);
/// The step went well: `next` is what is held from now on.
void keep(const format::Forecast& spec, ColumnState* columns);

}  // namespace tidegate::forecast
