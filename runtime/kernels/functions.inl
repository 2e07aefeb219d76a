// SPDX-License-Identifier: MIT
// The functions of format::Unary that no recurrent cell uses, for one register.
#pragma once

#include "kernels/activations.inl"

namespace tidegate::kernels {
namespace {
namespace wide {

inline F negated(F x) { return Isa::from_bits(Isa::bits(x) ^ U(0x80000000U)); }
/// |magnitude| with the sign of x.
inline F with_sign_of(F x, F magnitude) {
    const U sign = Isa::bits(x) & U(0x80000000U);
    return Isa::from_bits((Isa::bits(magnitude) & U(0x7fffffffU)) | sign);
}

/// To the nearest whole number, ties to even: from 2^23 on all are whole, and below, adding 2^23 rounds.
inline F round(F x) {
    const F large(8388608.0F), magnitude = abs(x);
    const F whole = with_sign_of(x, (magnitude + large) - large);
    return Isa::select(Isa::less(magnitude, large), whole, x);
}

inline F floor(F x) {
    const F nearest = round(x);
    return Isa::select(Isa::less(x, nearest), nearest - F(1.0F), nearest);
}

/// erf(x) = x + x p(x^2) below 1, else 1 - exp(-t q(t)) with t = |x|, which is 1 from 3.92 on.
inline F erf(F x) {
    const F t = Isa::min(F(4.0F), abs(x));
    const F square = t * t;
    F p(kErf[6]);
    TIDEGATE_UNROLL
    for (int k = 5; k >= 0; --k) p = Isa::fma(p, square, F(kErf[k]));
    F q(kErfc[7]);
    TIDEGATE_UNROLL
    for (int k = 6; k >= 0; --k) q = Isa::fma(q, t, F(kErfc[k]));
    const F large = F(1.0F) - exp(negated(t * q));
    return Isa::select(Isa::less(t, F(1.0F)), Isa::fma(x, p, x), with_sign_of(x, large));
}

}  // namespace wide

struct Exp {
    static F of(F x, const Parameters&) { return wide::exp(x); }
};
struct Log {
    static F of(F x, const Parameters&) { return wide::log(x); }
};
/// IEEE; NaN below 0.
struct SquareRoot {
    static F of(F x, const Parameters&) { return Isa::sqrt(x); }
};
struct Erf {
    static F of(F x, const Parameters&) { return wide::erf(x); }
};
struct Absolute {
    static F of(F x, const Parameters&) { return abs(x); }
};
struct Negate {
    static F of(F x, const Parameters&) { return wide::negated(x); }
};
struct Reciprocal {
    static F of(F x, const Parameters&) { return Isa::divide(F(1.0F), x); }
};
struct Round {
    static F of(F x, const Parameters&) { return wide::round(x); }
};
struct Floor {
    static F of(F x, const Parameters&) { return wide::floor(x); }
};
struct Ceil {
    static F of(F x, const Parameters&) { return wide::negated(wide::floor(wide::negated(x))); }
};
/// -1, 0 or 1; NaN stays.
struct Sign {
    static F of(F x, const Parameters&) {
        const F one = wide::with_sign_of(x, F(1.0F));
        return Isa::select(Isa::less(F(0.0F), abs(x)), one, x + x);
    }
};

/// The larger one; NaN if either is.
struct Maximum {
    static F of(F a, F b) { return Isa::select(Isa::is_nan(a), a, Isa::max(a, b)); }
};
struct Minimum {
    static F of(F a, F b) { return Isa::select(Isa::is_nan(a), a, Isa::min(a, b)); }
};
/// a, and a * b below 0.
struct Slope {
    static F of(F a, F b) { return Isa::select(Isa::less(a, F(0.0F)), a * b, a); }
};

}  // namespace
}  // namespace tidegate::kernels
