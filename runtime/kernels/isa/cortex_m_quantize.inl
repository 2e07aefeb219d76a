// SPDX-License-Identifier: MIT
// The loops of quantize.inl on a Cortex-M with floating point.
#pragma once

#include "kernels/lanes.inl"

namespace tidegate::kernels {
namespace {

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2)
/// Bits of the largest |x|. The loops' last passes are predicated: of lanes behind n nothing is read or written.
inline std::uint32_t largest_magnitude(const float* x, Size n) {
    std::uint32_t largest = 0;
    asm volatile(
        "vmov.i32 q1, #0\n"
        "wlstp.32 lr, %[n], 2f\n"
        "1: vldrw.u32 q0, [%[x]], #16\n"
        "vbic.i32 q0, #0x80000000\n"
        "vmax.u32 q1, q1, q0\n"
        "letp lr, 1b\n"
        "2: vmaxv.u32 %[largest], q1\n"
        : [x] "+r"(x), [largest] "+r"(largest)
        : [n] "r"(n)
        : "cc", "memory", "lr", "q0", "q1");
    return largest;
}

/// q = round(x * inverse), ties to even, clamped to +-127. Helium flushes subnormals: an x that is one is a 0 anyway,
/// as `inverse` is at most 127 * 2^100, and so is a product.
inline void round_to_bytes(const float* x, Size n, float inverse, std::int8_t* q) {
    asm volatile(
        "vmov.i32 q1, #127\n"
        "vmvn.i32 q2, #126\n"  // -127
        "wlstp.32 lr, %[n], 2f\n"
        "1: vldrw.u32 q0, [%[x]], #16\n"
        "vmul.f32 q0, q0, %[inverse]\n"
        "vcvtn.s32.f32 q0, q0\n"
        "vmin.s32 q0, q0, q1\n"
        "vmax.s32 q0, q0, q2\n"
        "vstrb.32 q0, [%[q]], #4\n"
        "letp lr, 1b\n"
        "2:\n"
        : [x] "+r"(x), [q] "+l"(q)
        : [n] "r"(n), [inverse] "r"(inverse)
        : "cc", "memory", "lr", "q0", "q1", "q2");
}
#else
/// Bits of the largest |x|.
inline std::uint32_t largest_magnitude(const float* x, Size n) {
    std::uint32_t largest = 0;
    _Pragma("GCC unroll 4") for (Size i = 0; i < n; ++i) {
        const std::uint32_t twice = bits_of(x[i]) << 1;  // without its sign
        largest = twice > largest ? twice : largest;
    }
    return largest >> 1;
}

inline std::int32_t saturated(std::int32_t x) {
    asm("ssat %0, #8, %0" : "+r"(x));
    return x;
}

/// q = round(x * inverse), ties to even, clamped to +-127: to -128..127 twice, with both signs.
inline void round_to_bytes(const float* x, Size n, float inverse, std::int8_t* q) {
    _Pragma("GCC unroll 4") for (Size i = 0; i < n; ++i) {
        float y = x[i] * -inverse;
        asm("vcvtr.s32.f32 %0, %0" : "+t"(y));  // by the mode, which is to nearest
        q[i] = static_cast<std::int8_t>(saturated(-saturated(static_cast<std::int32_t>(bits_of(y)))));
    }
}
#endif

}  // namespace
}  // namespace tidegate::kernels
