// SPDX-License-Identifier: MIT
// Between a column's unit and the model's: z = (t(v) - offset) / scale, with t the identity or log1p.
#pragma once

#include <cstddef>
#include <limits>

#include "format/model_generated.h"
#include "kernels/kernels.h"
#include "kernels/math.h"

namespace tidegate::forecast {

inline constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// Not finite if v counts as missing: NaN, infinite, log1p of -1 or less, or too large for the scale.
inline float to_z(const format::Column& column, float v) {
    if (column.transform() == format::Transform::log1p) { v = v > -1.0F ? kernels::log1p(v) : kMissing; }
    return (v - column.offset()) / column.scale();
}

/// v = t^-1(z * scale + offset) for `count` values; every NaN has the same bits.
inline void from_z(const format::Column& column, const kernels::Kernels& kernels, const float* z, float* v,
                   std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) { v[i] = z[i] * column.scale() + column.offset(); }
    if (column.transform() == format::Transform::log1p) { kernels.expm1(v, v, count, 0, 0); }
    kernels.canonical_nan(v, count);
}

}  // namespace tidegate::forecast
