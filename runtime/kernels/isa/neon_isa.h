// SPDX-License-Identifier: MIT
// What NEON is on both ARM architectures: four lanes. Of xsimd only the register types and + - * & | ^ are used: its
// divide is an estimate here, and much of the rest is taken apart into scalars.
#pragma once

#include <arm_neon.h>

#include <cstring>

#include "kernels/isa/tables.h"
#include "kernels/isa/xsimd.h"

namespace tidegate::kernels {
namespace {

/// The operations are explained in scalar_isa.h. Missing: kGroupRows, kPanelsAtOnce, kStepsAtOnce, kLoadsAhead, divide
/// and all.
template <class Arch>
struct NeonIsa {
    using F = xsimd::batch<float, Arch>;
    using U = xsimd::batch<std::uint32_t, Arch>;
    using M = uint32x4_t;

    static constexpr Size kLanes = 4;

    static F load(const float* p) { return vld1q_f32(p); }
    static void store(float* p, F x) { vst1q_f32(p, x); }
    static F broadcast(const float* p) { return vld1q_dup_f32(p); }

    static F fma(F a, F b, F c) { return vfmaq_f32(c, a, b); }
    static F fnma(F a, F b, F c) { return vfmsq_f32(c, a, b); }
    /// Not vmaxq: of NaN and of two zeros it would choose otherwise.
    static F max(F limit, F x) { return vbslq_f32(vcgtq_f32(limit, x), limit, x); }
    static F min(F limit, F x) { return vbslq_f32(vcltq_f32(limit, x), limit, x); }

    static M less(F a, F b) { return vcltq_f32(a, b); }
    static M less_equal(F a, F b) { return vcleq_f32(a, b); }
    static M is_nan(F x) { return vmvnq_u32(vceqq_f32(x, x)); }
    static F select(M m, F yes, F no) { return vbslq_f32(m, yes, no); }

    static U bits(F x) { return vreinterpretq_u32_f32(x); }
    static F from_bits(U u) { return vreinterpretq_f32_u32(u); }
    template <int kBits>
    static U shift_left(U u) {
        return vshlq_n_u32(u, kBits);
    }
    template <int kBits>
    static U shift_right(U u) {
        return vshrq_n_u32(u, kBits);
    }
};

}  // namespace
}  // namespace tidegate::kernels
