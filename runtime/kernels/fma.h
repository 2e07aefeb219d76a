// SPDX-License-Identifier: MIT
// The fused multiply-add, rounded once, on every CPU: the atom of all sums here.
//
// Functions are static on purpose: files are compiled for different instruction sets, and a shared inline function
// of one could be linked into the other.
#pragma once

#include <cfloat>
#include <cstdint>
#include <cstring>

#include "kernels/fma_by_integers.h"

namespace tidegate::kernels {

#ifdef __FAST_MATH__
#error "with -ffast-math the bits would depend on the compiler"
#endif
static_assert(FLT_EVAL_METHOD == 0, "float expressions must be evaluated in float (x87: use -mfpmath=sse)");

/// a * b + c with one rounding, by double arithmetic. The product of two floats is exact in double; the sum is rounded
/// to odd (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008), so that the last rounding,
/// to float, normal or subnormal, sees on which side of a tie the exact value lies. Needs round to nearest.
[[maybe_unused]] static inline float fma_by_double(float a, float b, float c) {
    const double product = static_cast<double>(a) * b;
    double sum = product + c;
    // TwoSum: product + c = sum + error, exactly. NaN if the sum is infinite or NaN: then there is nothing to correct.
    const double of_c = sum - product;
    const double error = (product - (sum - of_c)) + (c - of_c);
    std::uint64_t bits, error_bits;
    std::memcpy(&bits, &sum, sizeof bits);
    std::memcpy(&error_bits, &error, sizeof error_bits);
    // If inexact and even, one unit towards the exact value: up in magnitude if the signs agree. Without branches,
    // which nobody could predict.
    const std::uint64_t inexact = static_cast<std::uint64_t>(error > 0) | static_cast<std::uint64_t>(error < 0);
    const std::uint64_t opposite = (bits ^ error_bits) >> 63;
    bits += (inexact & ~bits) * (1 - 2 * opposite);
    std::memcpy(&sum, &bits, sizeof sum);
    return static_cast<float>(sum);
}

/// a * b + c with one rounding.
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
[[maybe_unused]] static inline float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
#elif defined(__SOFTFP__)
[[maybe_unused, gnu::noinline]] static float fma(float a, float b, float c) { return fma_by_integers(a, b, c); }
#else
[[maybe_unused]] static inline float fma(float a, float b, float c) { return fma_by_double(a, b, c); }
#endif

}  // namespace tidegate::kernels
