// SPDX-License-Identifier: MIT
// The square root, rounded once, on every CPU. Static: see fma.h.
#pragma once

#include <cstdint>
#include <cstring>

namespace tidegate::kernels {

/// By integers, digit by digit: x = 4^e m with m in [2^48, 2^50), so that the root of m has 25 bits: one more than is
/// kept, and what is left over tells on which side of a tie it lies.
[[maybe_unused]] static inline float sqrt_by_integers(float x) {
    std::uint32_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    if ((bits & 0x7fffffffU) == 0) { return x; }
    if (bits >= 0x7f800000U) { return bits == 0x7f800000U || x != x ? x : __builtin_nanf(""); }
    std::int32_t exponent = static_cast<std::int32_t>(bits >> 23);
    std::uint32_t fraction = bits & 0x7fffffU;
    if (exponent == 0) {
        for (exponent = 1; (fraction & 0x800000U) == 0; --exponent) { fraction <<= 1; }
    }
    fraction |= 0x800000U;
    // x = fraction * 2^(exponent - 150); an even power is taken out.
    const bool odd = (exponent & 1) != 0;
    std::uint64_t rest = std::uint64_t{fraction} << (odd ? 25 : 26);
    std::uint64_t root = 0;
    for (std::uint64_t digit = std::uint64_t{1} << 48; digit != 0; digit >>= 2) {
        if (rest >= root + digit) {
            rest -= root + digit;
            root = (root >> 1) + digit;
        } else {
            root >>= 1;
        }
    }
    // root is in [2^24, 2^25): rounded to 24 bits (a tie is not possible), the exponent halved.
    const std::uint32_t rounded = static_cast<std::uint32_t>((root + 1) >> 1);
    const std::int32_t half = (exponent - (odd ? 175 : 176)) / 2 + 1;  // x's root = rounded * 2^half
    const std::uint32_t result = (static_cast<std::uint32_t>(half + 149) << 23) + rounded;
    float y;
    std::memcpy(&y, &result, sizeof y);
    return y;
}

#if defined(__arm__) && !defined(__ARM_FP)
[[maybe_unused, gnu::noinline]] static float sqrt(float x) { return sqrt_by_integers(x); }
#else
[[maybe_unused]] static inline float sqrt(float x) { return __builtin_sqrtf(x); }
#endif

}  // namespace tidegate::kernels
