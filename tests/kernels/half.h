// SPDX-License-Identifier: MIT
// IEEE half precision by its definition, for numbers that are finite in it.
#pragma once

#include <cmath>
#include <cstdint>

namespace tidegate::test {

inline constexpr std::uint16_t kHalfInfinity = 0x7c00;

inline float value_of_half(std::uint16_t half) {
    const int exponent = half >> 10 & 0x1f, fraction = half & 0x3ff;
    const double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    return static_cast<float>(half >> 15 != 0 ? -magnitude : magnitude);
}

/// Ties to even.
inline std::uint16_t nearest_half(float x) {
    const double magnitude = std::abs(double{x});
    const int exponent = magnitude < 0x1p-14 ? -14 : std::ilogb(magnitude);
    // In units of the last place, 1024 of which are the leading 1; a carry goes into the exponent.
    const auto units = static_cast<int>(std::nearbyint(std::ldexp(magnitude, 10 - exponent)));
    const int bits = units + (exponent + 14) * 1024;
    return static_cast<std::uint16_t>(bits | (std::signbit(x) ? 0x8000 : 0));
}

}  // namespace tidegate::test
