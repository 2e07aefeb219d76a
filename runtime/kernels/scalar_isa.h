// SPDX-License-Identifier: MIT
// The plain C++ instruction set: one lane. It defines what each operation of an Isa means; see lanes.inl.
#pragma once

#include <cstring>

#include "kernels/fma.h"
#include "kernels/kernels.h"
#include "kernels/sqrt.h"

/// Floating point, one panel at a time, by isa/cortex_m.inl.
#if defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M' && defined(__ARM_FEATURE_FMA)
#define TIDEGATE_CORTEX_M 1
#endif

namespace tidegate::kernels {
namespace {

struct Isa {
    using F = float;          ///< kLanes floats
    using U = std::uint32_t;  ///< their bits
    using I = std::int32_t;   ///< kLanes integers
    using M = bool;           ///< a truth value for each lane

    static constexpr Size kLanes = 1;
    static constexpr Size kGroupRows = 4;  ///< rows of a panel whose sums are in registers at a time
    /// Panels whose rows are in flight, so that no fma waits for another: 4 or 8; 1 where flash is short or an fma is a
    /// function: then the loops for several panels and series are left out.
#if TIDEGATE_ONE_SET || !(defined(__FMA__) || defined(__ARM_FEATURE_FMA))
    static constexpr Size kPanelsAtOnce = 1;
#else
    static constexpr Size kPanelsAtOnce = 4;
#endif
    static constexpr Size kStepsAtOnce = 4;  ///< vectors that are multiplied with the weights in registers
    static constexpr bool kMasks = false;    ///< load_first and store_first: of n < kLanes elements
    static constexpr Size kLoadsAhead = 16;  ///< registers of weights that may wait for their multiplication

    static F load(const float* p) { return *p; }
    static void store(float* p, F x) { *p = x; }
    static F broadcast(const float* p) { return *p; }
    /// IEEE half precision, finite: exponent and fraction moved into a float's place; where the exponent is 0, the
    /// fraction behind a 1 that is taken off again. Makes no subnormals, so that a mode that flushes them changes
    /// nothing.
    static F load(const std::uint16_t* p) {
        const U sign = U{*p} >> 15 << 31, moved = (U{*p} & 0x7fffU) << 13;
        const F small = from_bits(moved + 0x38800000U) - 0x1p-14F;
        return from_bits(bits(select(moved < 0x800000U, small, from_bits(moved + 0x38000000U))) | sign);
    }

    static F fma(F a, F b, F c) { return kernels::fma(a, b, c); }    ///< a * b + c, rounded once
    static F fnma(F a, F b, F c) { return kernels::fma(-a, b, c); }  ///< c - a * b, rounded once
    static F divide(F a, F b) { return a / b; }                      ///< IEEE: no estimate
    static F sqrt(F x) { return kernels::sqrt(x); }                  ///< IEEE; NaN below 0
    /// limit > x ? limit : x, so that a NaN in x stays; likewise min.
    static F max(F limit, F x) { return select(limit > x, limit, x); }
    static F min(F limit, F x) { return select(limit < x, limit, x); }

    static M less(F a, F b) { return a < b; }
    static M less_equal(F a, F b) { return a <= b; }
    static M is_nan(F x) { return x != x; }
    static bool all(M m) { return m; }
    /// By bits, not by a condition: compilers branch around the work that the other choice does not need, and the
    /// time of a step would depend on its data.
    static F select(M m, F yes, F no) {
        const U mask = U{0} - U{m};
        return from_bits((bits(yes) & mask) | (bits(no) & ~mask));
    }

    static U bits(F x) {
        U u;
        std::memcpy(&u, &x, sizeof u);
        return u;
    }
    static F from_bits(U u) {
        F x;
        std::memcpy(&x, &u, sizeof x);
        return x;
    }
    template <int kBits>
    static U shift_left(U u) {
        return u << kBits;
    }
    template <int kBits>
    static U shift_right(U u) {
        return u >> kBits;
    }
    static U max_bits(U a, U b) { return a > b ? a : b; }  ///< of unsigned integers
    static std::uint32_t largest_lane(U u) { return u; }
    static void store_low_bytes(std::int8_t* p, U u) { *p = static_cast<std::int8_t>(u & 0xffU); }  ///< kLanes bytes

    static I zero() { return 0; }
    static I add(I a, I b) { return a + b; }
    static F to_float(I i) { return static_cast<float>(i); }

    /// A row's four weights times four elements of a vector; for all lanes at once, whose weights follow each other.
    struct Dot {
        static constexpr std::uint32_t kFlip = 0;  ///< bits of the elements' bytes that are stored the other way round
        static constexpr Size kChains = 1;         ///< 2: two sums by turns, where one would wait for itself
        static constexpr Size kMostSums = 16;      ///< at a time
        static constexpr Size kLoadsAhead = 0;     ///< registers of weights that are loaded together; 0: no matter
        static constexpr bool kPairs = false;      ///< add_pair() for two quads
        static constexpr bool kFours = false;      ///< add_of_four() for four quads, whose elements are in one register
        using Sum = I;
        using Weights = const std::int8_t*;
        using Values = const std::int8_t*;

        static Sum start(const std::int32_t* /*correction*/) { return 0; }
        static Sum none() { return 0; }
        static I total(Sum sum) { return sum; }
        static Weights load(const std::int8_t* p) { return p; }
        static Values values(const std::int8_t* p) { return p; }
        static I add(I sum, Weights w, Values x) {
            return sum + (w[0] * x[0] + w[1] * x[1]) + (w[2] * x[2] + w[3] * x[3]);
        }
    };
};

}  // namespace
}  // namespace tidegate::kernels
