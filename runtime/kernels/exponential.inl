// SPDX-License-Identifier: MIT
// exp, expm1, sigmoid and tanh. All rest on one reduction, e^x = 2^n (1 + q) with
//   n = round(x log2 e),  f = x log2 e - n in [-1/2, 1/2],  q = 2^f - 1 = f * polynomial(f).
#pragma once

#include "kernels/coefficients.h"
#include "kernels/lanes.inl"

namespace tidegate::kernels {
namespace {
namespace wide {

inline constexpr float kLog2E = 1.44269502F;         ///< log2(e), rounded
inline constexpr float kLog2ERest = 1.92596299e-8F;  ///< log2(e) - kLog2E

/// Adding 1.5 * 2^23 leaves round(x) in the low bits of the sum; with `bias` more, shifted to the exponent's place
/// they are the float 2^(n + bias - 127).
inline constexpr float kRound = 12582912.0F;

inline F power_of_two(F rounder) { return Isa::from_bits(Isa::shift_left<23>(Isa::bits(rounder))); }

/// polynomial(f) = (2^f - 1) / f, by Estrin's scheme: a shorter chain of dependent operations than Horner's.
inline F exp2_polynomial(F f) {
    const F square = f * f;
    const F low = Isa::fma(F(kExp2[1]), f, F(kExp2[0]));
    const F middle = Isa::fma(F(kExp2[3]), f, F(kExp2[2]));
    const F high = Isa::fma(F(kExp2[5]), f, F(kExp2[4]));
    return Isa::fma(Isa::fma(high, square, middle), square, low);
}

/// The parts of e^x, -86.6 <= x <= 89: q and 2^(n-1), which is finite for e^x up to beyond the largest float.
struct ExpParts {
    F q, half;
};

inline F clamp_exponent(F x) { return Isa::min(F(89.0F), Isa::max(F(-86.6F), x)); }

inline ExpParts exp_parts(F x) {
    const F biased(kRound + 126.0F);
    const F rounder = Isa::fma(x, F(kLog2E), biased);
    const F f = Isa::fma(x, F(kLog2ERest), Isa::fma(x, F(kLog2E), biased - rounder));
    return {f * exp2_polynomial(f), power_of_two(rounder)};
}

/// e^x; +0 below x = -86.6 (where e^x < 2^-124.9), so that no subnormals are made; infinity above 88.72.
inline F exp(F x) {
    const ExpParts e = exp_parts(clamp_exponent(x));
    const F y = Isa::fma(e.half, e.q, e.half) * F(2.0F);
    return Isa::select(Isa::less(x, F(-86.6F)), F(0.0F), y);
}

/// e^x - 1 = 2^n q + (2^n - 1), precise near 0; keeps the sign of -0.
inline F expm1(F x) {
    const ExpParts e = exp_parts(clamp_exponent(x));
    const F y = Isa::fma(e.half, e.q, e.half - F(0.5F)) * F(2.0F);
    return Isa::select(Isa::less(abs(x), F(0x1p-26F)), x, y);
}

/// 1 + e^-x = (1 + 2^n) + (2^n f) polynomial(f): 2^n f is exact, and 1 + 2^n wherever it matters. At most 2^100.5
/// (at x <= -69.6), so that no product with a gate is subnormal by the gate alone.
inline F one_and_exp_of_minus(F x) {
    const F biased(kRound + 127.0F);
    const F limited = Isa::min(F(69.6F), Isa::max(F(-69.6F), x));
    const F rounder = Isa::fnma(limited, F(kLog2E), biased);
    const F f = Isa::fnma(limited, F(kLog2E), biased - rounder);
    const F power = power_of_two(rounder);
    return Isa::fma(power * f, exp2_polynomial(f), F(1.0F) + power);
}

struct Fraction {
    F numerator, denominator;
};

/// (1 - e) / (1 + e), e = e^(-2|x|), with the sign of x; the denominator is within 1..2.
inline Fraction tanh_fraction(F x) {
    const U sign = Isa::bits(x) & U(0x80000000U);
    const F biased(kRound + 127.0F);
    const F limited = Isa::min(F(18.0F), Isa::from_bits(Isa::bits(x) ^ sign));
    const F rounder = Isa::fnma(limited, F(2.0F * kLog2E), biased);
    const F f = Isa::fnma(limited, F(2.0F * kLog2E), biased - rounder);
    const F power = power_of_two(rounder);
    const F polynomial = exp2_polynomial(f);
    const F numerator = Isa::fnma(power * f, polynomial, F(1.0F) - power);
    return {Isa::from_bits(Isa::bits(numerator) ^ sign), Isa::fma(power * f, polynomial, F(1.0F) + power)};
}

inline F sigmoid(F x) { return Isa::divide(F(1.0F), one_and_exp_of_minus(x)); }

inline F tanh(F x) {
    const Fraction t = tanh_fraction(x);
    return Isa::divide(t.numerator, t.denominator);
}

/// sigmoid(a) * tanh(b) with one division, which takes longer than all the rest.
inline F sigmoid_tanh(F a, F b) {
    const Fraction t = tanh_fraction(b);
    return Isa::divide(t.numerator, one_and_exp_of_minus(a) * t.denominator);
}

}  // namespace wide
}  // namespace
}  // namespace tidegate::kernels
