// SPDX-License-Identifier: MIT
// softmax and log-softmax of one row. The sum has one order for all instruction sets: element i is added to partial
// sum i % 16, then the partial sums are added in halves, s[i] + s[i + 8], s[i] + s[i + 4], ...
#pragma once

#include "kernels/elementwise.inl"
#include "kernels/exponential.inl"
#include "kernels/logarithm.inl"

namespace tidegate::kernels {
namespace {

inline constexpr Size kStripes = 16;

inline float row_max(const float* x, Size n) {
    float lanes[kLanes];
    F best(-__builtin_inff());
    Size i = 0;
    for (; i + kLanes <= n; i += kLanes) best = Isa::max(best, Isa::load(x + i));
    if (i < n) best = Isa::max(best, load_filled(x + i, n - i, -__builtin_inff()));
    Isa::store(lanes, best);
    float max = lanes[0];
    for (Size lane = 1; lane < kLanes; ++lane) max = lanes[lane] > max ? lanes[lane] : max;
    return max;
}

/// The sum of exp(x - max); with y, the summands are stored there.
inline float exp_sum(const float* x, float* y, Size n, float max) {
    alignas(64) float stripes[kStripes] = {};
    for (Size first = 0; first < n; first += kStripes) {
        for (Size s = 0; s < kStripes && first + s < n; s += kLanes) {
            const Size i = first + s;
            const Size rest = n - i;
            // Lanes behind the row are e^-infinity = 0: they do not change their stripe.
            const F v = rest >= kLanes ? Isa::load(x + i) : load_filled(x + i, rest, -__builtin_inff());
            const F e = wide::exp(v - F(max));
            Isa::store(stripes + s, Isa::load(stripes + s) + e);
            if (y != nullptr) store_up_to(y + i, e, rest);
        }
    }
    for (Size half = kStripes / 2; half > 0; half /= 2) {
        for (Size s = 0; s < half; ++s) stripes[s] += stripes[s + half];
    }
    return stripes[0];
}

void softmax(const float* x, float* y, Size n, bool log) {
    const float max = row_max(x, n);
    const F sum(exp_sum(x, log ? nullptr : y, n, max));
    if (log) {
        const F log_sum = wide::log(sum);
        map(x, y, n, [=](F v) { return v - F(max) - log_sum; });
    } else {
        map(y, y, n, [=](F e) { return Isa::divide(e, sum); });
    }
}

}  // namespace
}  // namespace tidegate::kernels
