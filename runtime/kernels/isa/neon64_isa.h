// SPDX-License-Identifier: MIT
// NEON of AArch64: 32 registers.
#pragma once

#include "kernels/isa/neon_isa.h"

namespace tidegate::kernels {
namespace {

struct Isa : NeonIsa<xsimd::neon64> {
    static constexpr Size kGroupRows = 16;
    static constexpr Size kPanelsAtOnce = 4;
    static constexpr Size kStepsAtOnce = 4;
    static constexpr Size kLoadsAhead = 8;

    using NeonIsa::load;
    static F load(const std::uint16_t* p) { return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p))); }
    static F divide(F a, F b) { return vdivq_f32(a, b); }
    static F sqrt(F x) { return vsqrtq_f32(x); }
    static bool all(M m) { return vminvq_u32(m) != 0; }
    static std::uint32_t largest_lane(U u) { return vmaxvq_u32(u); }

    struct Dot : PairDot {
        static constexpr Size kMostSums = 8;
    };

#ifdef __ARM_FEATURE_DOTPROD
    struct SdotDot : Quads {
        static constexpr Size kMostSums = 16;
        static constexpr Size kLoadsAhead = 4;
        static constexpr bool kPairs = false;
        static constexpr bool kFours = true;
        using Sum = I;

        static Sum start(const std::int32_t*) { return zero(); }
        static Sum none() { return zero(); }
        static I total(Sum sum) { return sum; }
        static Sum add(Sum sum, Weights w, Values x) { return vdotq_s32(sum, w, x); }
        static Sum add(Sum sum, const std::int8_t* w, Values x) { return add(sum, load(w), x); }
        template <int kAt>
        static Sum add_of_four(Sum sum, Weights w, Values x) {
            return vdotq_laneq_s32(sum, w, x, kAt);
        }
    };
#endif
};

}  // namespace
}  // namespace tidegate::kernels
