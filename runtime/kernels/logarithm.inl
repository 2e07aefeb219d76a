// SPDX-License-Identifier: MIT
// log and log1p: x = 2^e m with m in [sqrt(1/2), sqrt(2)), log x = e ln 2 + log(1 + f), f = m - 1,
//   log(1 + f) = f - f^2 / 2 + f^3 polynomial(f).
#pragma once

#include "kernels/coefficients.h"
#include "kernels/lanes.inl"

namespace tidegate::kernels {
namespace {
namespace wide {

inline constexpr float kLn2 = 0.693359375F;             ///< 10 bits of ln 2: e * kLn2 is exact
inline constexpr float kLn2Rest = -2.12194440e-4F;      ///< ln 2 - kLn2
inline constexpr std::uint32_t kSqrtHalf = 0x3f3504f3;  ///< bits of sqrt(1/2)

/// log(1 + f) + e ln 2.
inline F log_sum(F f, F e) {
    F p(kLog[8]);
    TIDEGATE_UNROLL
    for (int k = 7; k >= 0; --k) p = Isa::fma(p, f, F(kLog[k]));
    const F square = f * f;
    F tail = Isa::fma(f * square, p, e * F(kLn2Rest));
    tail = Isa::fma(F(-0.5F), square, tail);
    return Isa::fma(e, F(kLn2), f + tail);
}

/// x = 2^e m.
struct LogParts {
    F m, e;
    U exponent;  ///< e, at the exponent's place
};

/// x positive, finite and not subnormal.
inline LogParts log_parts(F x) {
    const U above = Isa::bits(x) - U(kSqrtHalf);
    // e + 256 = (above + 2^31) / 2^23 has 9 bits: the low ones of the float 2^23 + e + 256.
    const U integer = Isa::shift_right<23>(above ^ U(0x80000000U));
    const F e = Isa::from_bits(integer | U(0x4b000000U)) - F(8388608.0F + 256.0F);
    const U exponent = above & U(0xff800000U);
    return {Isa::from_bits(Isa::bits(x) - exponent), e, exponent};
}

inline F log_ends(F x, F y) {
    const F infinity(__builtin_inff());
    y = Isa::select(Isa::less(x, infinity), y, x);                     // infinity, NaN
    y = Isa::select(Isa::less(x, F(0.0F)), F(__builtin_nanf("")), y);  // negative
    return Isa::select(Isa::less_equal(abs(x), F(0.0F)), F(-__builtin_inff()), y);
}

/// log x; -infinity at 0, NaN below.
inline F log(F x) {
    const M tiny = Isa::less(x, F(0x1p-126F));
    const LogParts parts = log_parts(Isa::select(tiny, x * F(0x1p+23F), x));
    const F e = Isa::select(tiny, parts.e - F(23.0F), parts.e);
    return log_ends(x, log_sum(parts.m - F(1.0F), e));
}

/// log(1 + x), precise near 0; -infinity at -1, NaN below. With s = 1 + x rounded, what the rounding lost is added to
/// f.
inline F log1p(F x) {
    const F one(1.0F);
    const F s = one + x;
    const LogParts parts = log_parts(s);
    const F lost = Isa::select(Isa::less(x, one), x - (s - one), one - (s - x));
    const F inverse = Isa::from_bits(U(0x3f800000U) - parts.exponent);  // 2^-e, if e < 127
    const F f = parts.m - one;
    const F y = log_sum(Isa::select(Isa::less(x, F(0x1p+30F)), Isa::fma(lost, inverse, f), f), parts.e);
    return Isa::select(Isa::less(abs(x), F(0x1p-26F)), x, log_ends(s, y));
}

}  // namespace wide
}  // namespace
}  // namespace tidegate::kernels
