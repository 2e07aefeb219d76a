// SPDX-License-Identifier: MIT
// The fused multiply-add by integers, for CPUs that compute double in software (Cortex-M3, M0): there it takes a tenth
// of the time of the one by double. Functions are static for the reason given in fma.h.
#pragma once

#include <cstdint>
#include <cstring>

namespace tidegate::kernels {

/// (-1)^negative * significand * 2^scale.
struct Unpacked {
    std::uint64_t significand;
    int scale;
    bool negative;
};

/// x finite and not 0.
[[maybe_unused]] static inline Unpacked unpack(std::uint32_t x) {
    const std::uint32_t exponent = x >> 23 & 0xff, fraction = x & 0x7fffff;
    if (exponent == 0) return {fraction, -149, x >> 31 != 0};
    return {fraction | 0x800000, static_cast<int>(exponent) - 150, x >> 31 != 0};
}

/// The same number with its significand in [2^61, 2^62): room for the carry of a sum.
[[maybe_unused]] static inline Unpacked aligned(Unpacked x) {
    const int zeros = __builtin_clzll(x.significand) - 2;
    return {x.significand << zeros, x.scale - zeros, x.negative};
}

/// x >> count; its lowest bit says too whether bits were lost.
[[maybe_unused]] static inline std::uint64_t shift_sticky(std::uint64_t x, int count) {
    if (count > 63) return x != 0;
    return x >> count | static_cast<std::uint64_t>((x & ((std::uint64_t{1} << count) - 1)) != 0);
}

/// The float nearest to x, ties to even; x is not 0.
[[maybe_unused]] static inline float rounded(const Unpacked& x) {
    const int zeros = __builtin_clzll(x.significand);
    int exponent = 63 - zeros + x.scale + 127;
    if (exponent >= 255) return x.negative ? -__builtin_inff() : __builtin_inff();
    std::uint64_t significand = x.significand << zeros;
    if (exponent < 1) {  // subnormal
        significand = shift_sticky(significand, 1 - exponent);
        exponent = 1;
    }
    constexpr int kDropped = 40;
    constexpr std::uint64_t kHalf = std::uint64_t{1} << (kDropped - 1);
    const std::uint64_t rest = significand & (2 * kHalf - 1);
    // The leading 1 of a normal significand adds the last one to the exponent, and so does a carry.
    auto bits = static_cast<std::uint32_t>(significand >> kDropped) + (static_cast<std::uint32_t>(exponent - 1) << 23);
    bits += static_cast<std::uint32_t>(rest > kHalf) | (static_cast<std::uint32_t>(rest == kHalf) & bits);
    bits |= std::uint32_t{x.negative} << 31;
    float y;
    std::memcpy(&y, &bits, sizeof y);
    return y;
}

/// a * b + c with one rounding. The product has 48 bits; the smaller summand is shifted to the scale of the larger one.
[[maybe_unused]] static inline float fma_by_integers(float a, float b, float c) {
    constexpr std::uint32_t kMagnitude = 0x7fffffff, kInfinity = 0x7f800000;
    std::uint32_t a_bits, b_bits, c_bits;
    std::memcpy(&a_bits, &a, sizeof a);
    std::memcpy(&b_bits, &b, sizeof b);
    std::memcpy(&c_bits, &c, sizeof c);
    // Zeros, infinities and NaN: * and + have the rules, and round once at most. (0 - 1 is large, too.)
    if ((a_bits & kMagnitude) - 1 >= kInfinity - 1 || (b_bits & kMagnitude) - 1 >= kInfinity - 1) return a * b + c;
    if ((c_bits & kMagnitude) >= kInfinity) return c + c;
    if ((c_bits & kMagnitude) == 0) return a * b;

    const Unpacked ua = unpack(a_bits), ub = unpack(b_bits);
    Unpacked large = aligned({ua.significand * ub.significand, ua.scale + ub.scale, ua.negative != ub.negative});
    Unpacked small = aligned(unpack(c_bits));
    if (small.scale > large.scale || (small.scale == large.scale && small.significand > large.significand)) {
        const Unpacked swapped = large;
        large = small;
        small = swapped;
    }
    const std::uint64_t shifted = shift_sticky(small.significand, large.scale - small.scale);
    large.significand += large.negative == small.negative ? shifted : 0 - shifted;
    return large.significand == 0 ? 0.0F : rounded(large);
}

}  // namespace tidegate::kernels
