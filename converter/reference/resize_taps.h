// SPDX-License-Identifier: MIT
// Resize along one axis: where each element of the result comes from.
#pragma once

#include <cstdint>

#include "graph/op_moves.h"
#include "reference/shapes.h"

namespace tidegate {

/// y[i] = (1 - share) x[low] + share x[high]; nearest: x[low].
struct ResizeTap {
    std::int64_t low = 0;
    std::int64_t high = 0;
    double share = 0;
};
/// from, to: the axis before and after; scale: as the model gives it, or to / from.
ResizeTap resize_tap(const Resize& op, std::int64_t i, std::int64_t from, std::int64_t to, double scale);
/// Does nearest repeat every element `scale` times, a whole number, whatever the extent?
bool resize_repeats(const Resize& op, double scale);

/// One per axis of the data.
template <class E>
struct ResizeAxis {
    E extent = 0;      ///< of the result
    double scale = 1;  ///< 0: from the extents
};
/// scales: null if sizes are given.
template <class S>
std::vector<ResizeAxis<typename S::value_type>> resize_axes(const Resize& op, const S& dims,
                                                            const std::vector<double>* scales, const S* sizes);

}  // namespace tidegate
