// SPDX-License-Identifier: MIT
// Reductions. One order for all instruction sets, and for rows as for columns: element i goes to partial result i % 16,
// then the partial results are joined in halves, r[i] and r[i + 8], r[i] and r[i + 4], ... Those that got no element
// hold the neutral one, whose joining changes nothing.
#pragma once

#include "kernels/elementwise.inl"
#include "kernels/functions.inl"
#include "kernels/softmax.inl"

namespace tidegate::kernels {
namespace {

template <class Operation>
inline constexpr float kNeutral = 0;
template <>
inline constexpr float kNeutral<Multiply> = 1;
template <>
inline constexpr float kNeutral<Minimum> = __builtin_inff();
template <>
inline constexpr float kNeutral<Maximum> = -__builtin_inff();

template <class Operation>
inline float reduced_row(const float* x, Size n) {
    alignas(64) float stripes[2 * kStripes];  // the second half is only there to be loaded
    for (float& stripe : stripes) stripe = kNeutral<Operation>;
    for (Size first = 0; first < n; first += kStripes) {
        for (Size s = 0; s < kStripes && first + s < n; s += kLanes) {
            const Size i = first + s, rest = n - i;
            const F v = rest >= kLanes ? Isa::load(x + i) : load_filled(x + i, rest, kNeutral<Operation>);
            Isa::store(stripes + s, Operation::of(Isa::load(stripes + s), v));
        }
    }
    for (Size half = kStripes / 2; half > 0; half /= 2) {
        for (Size s = 0; s < half; s += kLanes) {  // lanes from `half` on mean nothing
            Isa::store(stripes + s, Operation::of(Isa::load(stripes + s), Isa::load(stripes + s + half)));
        }
    }
    return stripes[0];
}

/// Up to kLanes columns of x, whose rows are `inner` apart.
template <class Operation>
inline F reduced_columns(const float* x, Size n, Size inner, Size columns) {
    F stripes[kStripes];
    for (F& stripe : stripes) stripe = F(kNeutral<Operation>);
    for (Size first = 0; first < n; first += kStripes) {
        for (Size s = 0; s < kStripes && first + s < n; ++s) {
            stripes[s] = Operation::of(stripes[s], load_up_to(x + (first + s) * inner, columns));
        }
    }
    Size used = n < kStripes ? n : kStripes;
    for (Size half = kStripes / 2; half > 0; half /= 2) {
        for (Size s = 0; s + half < used; ++s) stripes[s] = Operation::of(stripes[s], stripes[s + half]);
        used = used < half ? used : half;
    }
    return stripes[0];
}

template <class Operation>
void reduce(const float* x, float* y, Size n, Size inner) {
    if (inner == 1) {
        *y = reduced_row<Operation>(x, n);
        return;
    }
    for (Size i = 0; i < inner; i += kLanes) {
        store_up_to(y + i, reduced_columns<Operation>(x + i, n, inner, inner - i), inner - i);
    }
}

}  // namespace
}  // namespace tidegate::kernels
