// SPDX-License-Identifier: MIT
#include "emit/half.h"

#include <algorithm>
#include <cmath>

namespace tidegate {
namespace {

constexpr int kFractionBits = 10, kLeastExponent = -14, kBias = 15;
constexpr std::uint16_t kInfinity = 0x7c00, kSign = 0x8000;

}  // namespace

std::uint16_t to_half(float value) {
    const std::uint16_t sign = std::signbit(value) ? kSign : std::uint16_t{0};
    const double magnitude = std::abs(static_cast<double>(value));
    if (magnitude == 0) { return sign; }
    const int exponent = std::max(std::ilogb(magnitude), kLeastExponent);
    // In units of the last place, at most 2^11; a carry moves into the exponent by itself.
    const double units = std::nearbyint(std::ldexp(magnitude, kFractionBits - exponent));
    const double bits = units + std::ldexp(exponent + kBias - 1, kFractionBits);
    return static_cast<std::uint16_t>(sign | (bits >= kInfinity ? kInfinity : static_cast<std::uint16_t>(bits)));
}

float from_half(std::uint16_t bits) {
    const int exponent = (bits & ~kSign) >> kFractionBits;
    const int fraction = bits & ((1 << kFractionBits) - 1);
    const int units = exponent == 0 ? fraction : fraction + (1 << kFractionBits);
    const double magnitude = std::ldexp(units, (exponent == 0 ? 1 : exponent) - kBias - kFractionBits);
    return static_cast<float>((bits & kSign) != 0 ? -magnitude : magnitude);
}

}  // namespace tidegate
