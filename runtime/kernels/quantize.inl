// SPDX-License-Identifier: MIT
// Floats to int8: q = round(x * (1 / scale)), ties to even, clamped to +-127.
#pragma once

#include "format/panels.h"
#include "kernels/exponential.inl"
#include "kernels/lanes.inl"

namespace tidegate::kernels {
namespace {

inline Size quantized_size(Size cols) {
    return static_cast<Size>(format::quantized_bytes(static_cast<std::uint32_t>(cols)));
}

/// Bits of the largest |x|. As integers magnitudes are in order, infinity and NaN above all that is finite.
inline std::uint32_t largest_magnitude(const float* x, Size n) {
    U largest(0U);
    for (Size i = 0; i < n; i += kLanes) {
        largest = Isa::max_bits(largest, Isa::bits(load_up_to(x + i, n - i)) & U(0x7fffffffU));
    }
    return Isa::largest_lane(largest);
}

struct Scale {
    float unit, inverse;
};

/// amax / 127 and 127 / amax; zeros for an amax below 2^-100. By bits, so that no time depends on data.
inline Scale dynamic_scale(std::uint32_t magnitude) {
    const std::uint32_t kept = std::uint32_t{0} - std::uint32_t{magnitude >= 0x0d800000U};  // 2^-100
    const float amax = float_of((magnitude & kept) | (0x3f800000U & ~kept));
    return {float_of(bits_of(amax / 127.0F) & kept), float_of(bits_of(127.0F / amax) & kept)};
}

/// Writes the integers of x, each with the bits of kFlip exchanged, and those of zeros up to a whole quad (or register)
/// behind them. scale 0: that of this vector. Returns the scale, NaN if an x is not finite.
template <std::uint32_t kFlip>
inline float quantize(const float* x, Size n, float scale, std::int8_t* q) {
    const std::uint32_t magnitude = largest_magnitude(x, n);
    const Scale s = scale == 0 ? dynamic_scale(magnitude) : Scale{scale, 1.0F / scale};
    const F inverse(s.inverse), limit(127.0F), rounder(wide::kRound);
    Size i = 0;
    for (; i < n; i += kLanes) {
        const F y = load_up_to(x + i, n - i) * inverse;
        const F rounded = Isa::min(limit, Isa::max(F(-127.0F), y)) + rounder;  // the low byte is the integer
        Isa::store_low_bytes(q + i, Isa::bits(rounded) ^ U(kFlip));
    }
    for (; i % 4 != 0; ++i) q[i] = static_cast<std::int8_t>(kFlip);
    const std::uint32_t finite = std::uint32_t{0} - std::uint32_t{magnitude < 0x7f800000U};
    return float_of((bits_of(s.unit) & finite) | (0x7fc00000U & ~finite));
}

}  // namespace
}  // namespace tidegate::kernels
