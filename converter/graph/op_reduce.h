// SPDX-License-Identifier: MIT
// Operators along axes: reductions, positions of extremes, running sums, the largest k; and normalizations.
#pragma once

#include <cstdint>
#include <vector>

namespace tidegate {

enum class ReduceKind { sum, mean, product, minimum, maximum };  ///< in the order of format::ReduceKind
/// Integers wrap; their mean is the sum divided, rounded towards zero.
struct Reduce {
    ReduceKind kind = ReduceKind::sum;
    bool keep = true;      ///< a reduced axis stays with an extent of 1
    bool or_none = false;  ///< without axes: nothing is reduced, instead of all
};                         ///< x, axes?

/// ArgMax and ArgMin. Of equal elements the first, or the last; a NaN goes before all numbers.
struct Extreme {
    bool largest = true;
    std::int64_t axis = 0;
    bool keep = true;
    bool last = false;
};  ///< x -> index (i64)

struct CumSum {
    bool exclusive = false;  ///< the sum of the elements before
    bool reverse = false;    ///< from the end on
};                           ///< x, axis

/// Sorted, best first; of equal elements the first one goes before, and a NaN before all numbers.
struct TopK {
    std::int64_t axis = -1;
    bool largest = true;
};  ///< x, k -> values, indices (i64)

enum class NormalizationKind { layer, instance, group };
/// y = scale (x - mean) / sqrt(variance + epsilon) + bias, over all axes behind the first ones: layer from `axis` on,
/// instance [N, C, ...] for each N and C, group for each N and group of channels. Scale and bias: layer broadcast to x;
/// else [C], or one for each group.
struct Normalization {
    NormalizationKind kind = NormalizationKind::layer;
    std::int64_t axis = -1;
    std::int64_t groups = 1;
    bool by_group = false;
    double epsilon = 1e-5;
    bool centered = true;  ///< false: the mean counts as 0 (RMSNormalization)
};                         ///< x, scale, bias? -> y; layer also mean, 1 / sqrt(variance + epsilon)

}  // namespace tidegate
