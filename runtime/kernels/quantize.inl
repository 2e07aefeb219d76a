// SPDX-License-Identifier: MIT
// Floats to int8: q = round(x * (1 / scale)), ties to even, clamped to +-127.
#pragma once

#include "format/panels.h"
#include "kernels/exponential.inl"
#include "kernels/lanes.inl"
#ifdef TIDEGATE_CORTEX_M
#include "kernels/isa/cortex_m_quantize.inl"
#endif

namespace tidegate::kernels {
namespace {

inline Size quantized_size(Size cols) {
    return static_cast<Size>(format::quantized_bytes(static_cast<std::uint32_t>(cols)));
}

#ifndef TIDEGATE_CORTEX_M
/// Bits of the largest |x|. As integers magnitudes are in order, infinity and NaN above all that is finite.
inline std::uint32_t largest_magnitude(const float* x, Size n) {
    U largest(0U);
    const auto look = [&](F v) { largest = Isa::max_bits(largest, Isa::bits(v) & U(0x7fffffffU)); };
    Size i = 0;
    for (; i + kLanes <= n; i += kLanes) look(Isa::load(x + i));
    if (i < n) look(load_part(x + i, n - i));
    return Isa::largest_lane(largest);
}

/// q = round(x * inverse), ties to even, clamped to +-127, with the bits of kFlip exchanged; whole registers.
template <std::uint32_t kFlip>
inline void round_to_bytes(const float* x, Size n, float inverse, std::int8_t* q) {
    const auto store = [scale = F(inverse)](std::int8_t* to, F v) {
        const F limited = Isa::min(F(127.0F), Isa::max(F(-127.0F), v * scale));
        Isa::store_low_bytes(to, Isa::bits(limited + F(wide::kRound)) ^ U(kFlip));  // the low byte is the integer
    };
    Size i = 0;
    for (; i + kLanes <= n; i += kLanes) store(q + i, Isa::load(x + i));
    if (i < n) store(q + i, load_part(x + i, n - i));
}
#else
template <std::uint32_t>
inline void round_to_bytes(const float* x, Size n, float inverse, std::int8_t* q) {
    round_to_bytes(x, n, inverse, q);
}
#endif

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
    round_to_bytes<kFlip>(x, n, s.inverse, q);
    for (Size i = (n + kLanes - 1) / kLanes * kLanes; i % 4 != 0; ++i) q[i] = static_cast<std::int8_t>(kFlip);
    const std::uint32_t finite = std::uint32_t{0} - std::uint32_t{magnitude < 0x7f800000U};
    return float_of((bits_of(s.unit) & finite) | (0x7fc00000U & ~finite));
}

}  // namespace
}  // namespace tidegate::kernels
