// SPDX-License-Identifier: MIT
// NEON of 32-bit ARM with VFPv4, which brought the fused multiply-add: 16 registers. It flushes subnormals whatever the
// mode is (docs/numbers.md has the exception).
#include "kernels/isa/neon_isa.h"

namespace tidegate::kernels {
namespace {

struct Isa : NeonIsa<xsimd::neon> {
    static constexpr Size kGroupRows = 8;
    static constexpr Size kPanelsAtOnce = 4;
    static constexpr Size kStepsAtOnce = 4;
    static constexpr Size kLoadsAhead = 4;

    using NeonIsa::load;
    /// By hand: with GCC the intrinsic asks for a flag of the whole program, which form of halves it has.
    static F load(const std::uint16_t* p) {
        float32x4_t x;
        asm("vcvt.f32.f16 %q0, %P1" : "=w"(x) : "w"(vld1_u16(p)));
        return x;
    }
    /// There is no vector division; VFP's is IEEE. By hand, in registers that both see: GCC goes through the core's.
    static F divide(F a, F b) {
        register float32x4_t x asm("q0") = a;
        register float32x4_t y asm("q1") = b;
        asm("vdiv.f32 s0, s0, s4\n\tvdiv.f32 s1, s1, s5\n\tvdiv.f32 s2, s2, s6\n\tvdiv.f32 s3, s3, s7"
            : "+w"(x)
            : "w"(y));
        const float32x4_t quotient = x;
        return quotient;
    }
    static F sqrt(F x) {
        register float32x4_t root asm("q0") = x;
        asm("vsqrt.f32 s0, s0\n\tvsqrt.f32 s1, s1\n\tvsqrt.f32 s2, s2\n\tvsqrt.f32 s3, s3" : "+w"(root));
        const float32x4_t result = root;
        return result;
    }

    // By hand: GCC takes the intrinsics apart into four VFP comparisons, as NEON's do not keep subnormals.
    static M less(F a, F b) {
        M m;
        asm("vcgt.f32 %q0, %q1, %q2" : "=w"(m) : "w"(static_cast<float32x4_t>(b)), "w"(static_cast<float32x4_t>(a)));
        return m;
    }
    static M less_equal(F a, F b) {
        M m;
        asm("vcge.f32 %q0, %q1, %q2" : "=w"(m) : "w"(static_cast<float32x4_t>(b)), "w"(static_cast<float32x4_t>(a)));
        return m;
    }
    static M is_nan(F x) {
        M m;
        asm("vceq.f32 %q0, %q1, %q1" : "=w"(m) : "w"(static_cast<float32x4_t>(x)));
        return vmvnq_u32(m);
    }
    static F max(F limit, F x) { return select(less(x, limit), limit, x); }
    static F min(F limit, F x) { return select(less(limit, x), limit, x); }
    static bool all(M m) {
        const uint32x2_t halves = vand_u32(vget_low_u32(m), vget_high_u32(m));
        return (vget_lane_u32(halves, 0) & vget_lane_u32(halves, 1)) != 0;
    }
    static std::uint32_t largest_lane(U u) {
        const uint32x2_t halves = vmax_u32(vget_low_u32(u), vget_high_u32(u));
        return vget_lane_u32(vpmax_u32(halves, halves), 0);
    }

    struct Dot : PairDot {
        static constexpr Size kMostSums = 4;
    };
};

}  // namespace
}  // namespace tidegate::kernels

#include "kernels/table.inl"

namespace tidegate::kernels {
const Kernels neon_vfpv4_kernels = table<Isa::Dot>("neon-vfpv4");
}
