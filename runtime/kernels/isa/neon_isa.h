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

/// What every Dot here has: the registers as they are, a vector's quad four times.
struct Quads {
    static constexpr std::uint32_t kFlip = 0;
    static constexpr Size kChains = 1;
    using Weights = int8x16_t;
    using Values = int8x16_t;

    static Weights load(const std::int8_t* p) { return vld1q_s8(p); }
    static Values values(const std::int8_t* p) {
        std::int32_t quad;
        std::memcpy(&quad, p, sizeof quad);
        return vreinterpretq_s8_s32(vdupq_n_s32(quad));
    }
};

/// By products of 16 bits, two of which, of at most 127 * 127, fit into 16 bits again: those of two quads.
struct PairDot : Quads {
    static constexpr Size kLoadsAhead = 2;
    static constexpr bool kPairs = true;
    static constexpr bool kFours = false;
    /// Rows 0, 0, 1, 1 and 2, 2, 3, 3.
    struct Sum {
        int32x4_t low, high;
    };

    static Sum start(const std::int32_t*) { return none(); }
    static Sum none() { return {vdupq_n_s32(0), vdupq_n_s32(0)}; }
    static int32x4_t total(const Sum& sum) {
        const int32x2_t low = vpadd_s32(vget_low_s32(sum.low), vget_high_s32(sum.low));
        return vcombine_s32(low, vpadd_s32(vget_low_s32(sum.high), vget_high_s32(sum.high)));
    }
    static Sum add(const Sum& sum, const std::int8_t* w, Values x) { return add(sum, load(w), x); }
    static Sum add(const Sum& sum, Weights w, Values x) {
        return widen(sum, vmull_s8(vget_low_s8(w), vget_low_s8(x)), multiply_high(w, x));
    }
    /// sum + v x + w y
    static Sum add_pair(const Sum& sum, Weights v, Values x, Weights w, Values y) {
        const int16x8_t low = vmlal_s8(vmull_s8(vget_low_s8(v), vget_low_s8(x)), vget_low_s8(w), vget_low_s8(y));
        return widen(sum, low, multiply_add_high(multiply_high(v, x), w, y));
    }

private:
    static Sum widen(const Sum& sum, int16x8_t low, int16x8_t high) {
        return {vpadalq_s16(sum.low, low), vpadalq_s16(sum.high, high)};
    }
#ifdef __aarch64__
    static int16x8_t multiply_high(Weights w, Values x) { return vmull_high_s8(w, x); }
    static int16x8_t multiply_add_high(int16x8_t sum, Weights w, Values x) { return vmlal_high_s8(sum, w, x); }
#else
    static int16x8_t multiply_high(Weights w, Values x) { return vmull_s8(vget_high_s8(w), vget_low_s8(x)); }
    static int16x8_t multiply_add_high(int16x8_t sum, Weights w, Values x) {
        return vmlal_s8(sum, vget_high_s8(w), vget_low_s8(x));
    }
#endif
};

/// The operations are explained in scalar_isa.h. Missing: kGroupRows, kPanelsAtOnce, kStepsAtOnce, kLoadsAhead, the
/// load of halves, divide, sqrt, all, largest_lane and Dot.
template <class Arch>
struct NeonIsa {
    using F = xsimd::batch<float, Arch>;
    using U = xsimd::batch<std::uint32_t, Arch>;
    using I = int32x4_t;
    using M = uint32x4_t;

    static constexpr Size kLanes = 4;
    static constexpr bool kMasks = false;

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
    static U max_bits(U a, U b) { return vmaxq_u32(a, b); }
    static void store_low_bytes(std::int8_t* p, U u) {
        const uint16x4_t halves = vmovn_u32(u);
        const uint8x8_t bytes = vmovn_u16(vcombine_u16(halves, halves));
        const std::uint32_t four = vget_lane_u32(vreinterpret_u32_u8(bytes), 0);
        std::memcpy(p, &four, sizeof four);
    }

    static I zero() { return vdupq_n_s32(0); }
    static I add(I a, I b) { return vaddq_s32(a, b); }
    static F to_float(I i) { return vcvtq_f32_s32(i); }
};

}  // namespace
}  // namespace tidegate::kernels
