// SPDX-License-Identifier: MIT
// The product of a panel, f32 or f16, on a Cortex-M with floating point, where an instruction loads many registers: the
// 16 sums stay in s16-s31. By hand, because compilers load each weight by itself, and count addresses besides.
#pragma once

#include "kernels/lanes.inl"

namespace tidegate::kernels {
namespace {

/// y = from + W x for the 16 rows of a panel, y may be from.
inline void accumulate_panel_vfp(const float* weights, const float* x, Size cols, const float* from, float* y) {
    asm volatile(
        "vldmia %[from], {s16-s31}\n"
        "cbz %[cols], 2f\n"
        "1: vldmia %[weights]!, {s0-s7}\n"
        "vldmia %[x]!, {s8}\n"
        "subs %[cols], %[cols], #1\n"
        "vfma.f32 s16, s0, s8\n"
        "vfma.f32 s17, s1, s8\n"
        "vfma.f32 s18, s2, s8\n"
        "vfma.f32 s19, s3, s8\n"
        "vfma.f32 s20, s4, s8\n"
        "vfma.f32 s21, s5, s8\n"
        "vfma.f32 s22, s6, s8\n"
        "vfma.f32 s23, s7, s8\n"
        "vldmia %[weights]!, {s0-s7}\n"
        "vfma.f32 s24, s0, s8\n"
        "vfma.f32 s25, s1, s8\n"
        "vfma.f32 s26, s2, s8\n"
        "vfma.f32 s27, s3, s8\n"
        "vfma.f32 s28, s4, s8\n"
        "vfma.f32 s29, s5, s8\n"
        "vfma.f32 s30, s6, s8\n"
        "vfma.f32 s31, s7, s8\n"
        "bne 1b\n"
        "2: vstmia %[y], {s16-s31}\n"
        : [weights] "+r"(weights), [x] "+r"(x), [cols] "+l"(cols)
        : [from] "r"(from), [y] "r"(y)
        : "cc", "memory", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s16", "s17", "s18", "s19", "s20",
          "s21", "s22", "s23", "s24", "s25", "s26", "s27", "s28", "s29", "s30", "s31");
}

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2)
/// The same with Helium, which flushes subnormals and says so (FPSCR: underflow, subnormal input): then y is not
/// written, and false. Without subnormals its bits are those of IEEE arithmetic.
inline bool accumulate_panel_mve(const float* weights, const float* x, Size cols, const float* from, float* y) {
    constexpr std::uint32_t kFlushed = 0x88;  // IDC, UFC
    std::uint32_t before, value;
    asm volatile(
        "vmrs %[before], fpscr\n"
        "bic %[value], %[before], %[flushed]\n"
        "vmsr fpscr, %[value]\n"
        "vldmia %[from], {s16-s31}\n"
        "wls lr, %[cols], 2f\n"
        "1: ldr %[value], [%[x]], #4\n"
        "vldrw.u32 q0, [%[weights]], #16\n"
        "vldrw.u32 q1, [%[weights]], #16\n"
        "vfma.f32 q4, q0, %[value]\n"
        "vldrw.u32 q2, [%[weights]], #16\n"
        "vfma.f32 q5, q1, %[value]\n"
        "vldrw.u32 q3, [%[weights]], #16\n"
        "vfma.f32 q6, q2, %[value]\n"
        "vfma.f32 q7, q3, %[value]\n"
        "le lr, 1b\n"
        "2: vmrs %[value], fpscr\n"
        "orr %[before], %[before], %[value]\n"
        "vmsr fpscr, %[before]\n"
        "tst %[value], %[flushed]\n"
        "it eq\n"
        "vstmiaeq %[y], {s16-s31}\n"
        : [weights] "+r"(weights), [x] "+r"(x), [before] "=&r"(before), [value] "=&r"(value)
        : [cols] "r"(cols), [from] "r"(from), [y] "r"(y), [flushed] "i"(kFlushed)
        : "cc", "memory", "lr", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "s13",
          "s14", "s15", "s16", "s17", "s18", "s19", "s20", "s21", "s22", "s23", "s24", "s25", "s26", "s27", "s28",
          "s29", "s30", "s31");
    return (value & kFlushed) == 0;
}
#endif

[[gnu::noinline]] void accumulate_panel(const float* weights, const float* x, Size cols, const float* from, float* y) {
#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2)
    if (accumulate_panel_mve(weights, x, cols, from, y)) return;
#endif
    accumulate_panel_vfp(weights, x, cols, from, y);
}

/// The same for weights in half precision.
[[gnu::noinline]] void accumulate_panel(const std::uint16_t* weights, const float* x, Size cols, const float* from,
                                        float* y) {
#define TIDEGATE_TWO_ROWS(two, first, second) \
    "vcvtb.f32.f16 s9, " two                  \
    "\n"                                      \
    "vcvtt.f32.f16 s10, " two                 \
    "\n"                                      \
    "vfma.f32 " first                         \
    ", s9, s8\n"                              \
    "vfma.f32 " second ", s10, s8\n"
    asm volatile(
        "vldmia %[from], {s16-s31}\n"
        "cmp %[cols], #0\n"
        "beq 2f\n"
        "1: vldmia %[weights]!, {s0-s7}\n"
        "vldmia %[x]!, {s8}\n"
        "subs %[cols], %[cols], #1\n"
        TIDEGATE_TWO_ROWS("s0", "s16", "s17")
        TIDEGATE_TWO_ROWS("s1", "s18", "s19")
        TIDEGATE_TWO_ROWS("s2", "s20", "s21")
        TIDEGATE_TWO_ROWS("s3", "s22", "s23")
        TIDEGATE_TWO_ROWS("s4", "s24", "s25")
        TIDEGATE_TWO_ROWS("s5", "s26", "s27")
        TIDEGATE_TWO_ROWS("s6", "s28", "s29")
        TIDEGATE_TWO_ROWS("s7", "s30", "s31")
        "bne 1b\n"
        "2: vstmia %[y], {s16-s31}\n"
        : [weights] "+r"(weights), [x] "+r"(x), [cols] "+l"(cols)
        : [from] "r"(from), [y] "r"(y)
        : "cc", "memory", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s16", "s17", "s18",
          "s19", "s20", "s21", "s22", "s23", "s24", "s25", "s26", "s27", "s28", "s29", "s30", "s31");
#undef TIDEGATE_TWO_ROWS
}

}  // namespace
}  // namespace tidegate::kernels
