// SPDX-License-Identifier: MIT
// Sine and cosine of an angle in turns: x = k / 4 + r with k = round(4 x), |r| <= 1/8; exact, no reduction by pi.
#pragma once

#include "kernels/coefficients.h"
#include "kernels/exponential.inl"
#include "kernels/lanes.inl"

namespace tidegate::kernels {
namespace {
namespace wide {

/// sin(2 pi x + quarter * pi / 2), |x| <= 2^20.
inline F sine_of_turns(F x, std::uint32_t quarter) {
    const F rounder = Isa::fma(x, F(4.0F), F(kRound));
    const F r = Isa::fma(rounder - F(kRound), F(-0.25F), x);
    const F square = r * r;
    F sine(kSine[4]);
    F cosine(kCosine[4]);
    TIDEGATE_UNROLL
    for (int k = 3; k >= 0; --k) {
        sine = Isa::fma(sine, square, F(kSine[k]));
        cosine = Isa::fma(cosine, square, F(kCosine[k]));
    }
    // Quarters 0..3 are sin, cos, -sin, -cos of r: bit 0 chooses, bit 1 is the sign.
    const U k = Isa::bits(rounder) + U(quarter);
    const M odd = Isa::less(Isa::from_bits(Isa::shift_left<31>(k) | U(0x3f800000U)), F(0.0F));
    const U sign = Isa::shift_left<30>(k) & U(0x80000000U);
    return Isa::from_bits(Isa::bits(Isa::select(odd, cosine, r * sine)) ^ sign);
}

/// sin(2 pi x), |x| <= 2^20.
inline F sin_turns(F x) { return sine_of_turns(x, 0); }
/// cos(2 pi x), |x| <= 2^20.
inline F cos_turns(F x) { return sine_of_turns(x, 1); }

}  // namespace wide
}  // namespace
}  // namespace tidegate::kernels
