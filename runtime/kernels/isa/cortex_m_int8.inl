// SPDX-License-Identifier: MIT
// The int8 product of a panel on a Cortex-M: sums of 16 rows over columns of quads, [column / 4][16 rows][4 columns].
#pragma once

#include "kernels/lanes.inl"
#if defined(__ARM_FEATURE_MVE)
#include <arm_mve.h>
#endif

namespace tidegate::kernels {
namespace {

#if defined(__ARM_FEATURE_MVE)
/// With Helium: a row's words of four columns of quads, 64 bytes apart, are a register; so are 16 elements of x.
/// The loop's last pass is predicated: words behind the last quad are not read, and count as zeros.
inline void dot_panel(const std::int8_t* weights, std::int32_t* sums, const std::int8_t* x, Size quads) {
    const uint32x4_t offsets = vshlq_n_u32(vidupq_n_u32(0, 8), 3);
    for (Size row = 0; row < kPanelRows; row += 4) {
        const std::int8_t* values = x;
        uint32x4_t at = vaddq_n_u32(offsets, reinterpret_cast<std::uint32_t>(weights + 4 * row) - 256);
        uint32x4_t v, w, y;
        std::int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        asm volatile(
            "wlstp.32 lr, %[quads], 2f\n"
            "1: vldrb.u8 %q[y], [%[values]], #16\n"
            "vldrw.u32 %q[v], [%q[at], #256]!\n"
            "vldrw.u32 %q[w], [%q[at], #4]\n"
            "vmladava.s8 %[s0], %q[v], %q[y]\n"
            "vldrw.u32 %q[v], [%q[at], #8]\n"
            "vmladava.s8 %[s1], %q[w], %q[y]\n"
            "vldrw.u32 %q[w], [%q[at], #12]\n"
            "vmladava.s8 %[s2], %q[v], %q[y]\n"
            "vmladava.s8 %[s3], %q[w], %q[y]\n"
            "letp lr, 1b\n"
            "2:\n"
            : [values] "+r"(values), [at] "+w"(at), [v] "=&w"(v), [w] "=&w"(w), [y] "=&w"(y), [s0] "+Te"(s0),
              [s1] "+Te"(s1), [s2] "+Te"(s2), [s3] "+Te"(s3)
            : [quads] "r"(quads)
            : "cc", "memory", "lr");
        sums[row] = s0;
        sums[row + 1] = s1;
        sums[row + 2] = s2;
        sums[row + 3] = s3;
    }
}

#elif defined(__ARM_FEATURE_DSP)
/// Two rows: their words in r1 and r3, the even and odd columns of x in `even` and `odd`.
#define TIDEGATE_TWO_ROWS(even, odd, first, second) \
    "sxtb16 r12, r1\n"                              \
    "sxtb16 r1, r1, ror #8\n"                       \
    "smlad " first ", r12, " even ", " first        \
    "\n"                                            \
    "sxtb16 r12, r3\n"                              \
    "smlad " first ", r1, " odd ", " first          \
    "\n"                                            \
    "sxtb16 r3, r3, ror #8\n"                       \
    "smlad " second ", r12, " even ", " second      \
    "\n"                                            \
    "smlad " second ", r3, " odd ", " second "\n"

/// Four rows over two columns of quads at a time: all 14 registers, so that this is a function by itself.
/// r0 weights, r2 x, r4-r7 sums, r8-r11 even and odd columns of x, lr: where x's pairs of quads end, less 4, and bit 0
/// says that a single one follows.
[[gnu::naked, gnu::noinline]] void dot_panel(const std::int8_t* /*weights*/, std::int32_t* /*sums*/,
                                             const std::int8_t* /*x*/, Size /*quads*/) {
    asm volatile(
        "push {r4-r11, lr}\n"
        "lsrs r12, r3, #1\n"
        "add r12, r2, r12, lsl #3\n"
        "and r3, r3, #1\n"
        "sub r3, r3, #4\n"
        "add r3, r3, r12\n"
        "push {r0-r3}\n"
        "3: mov lr, r3\n"
        "mov r4, #0\n"
        "mov r5, #0\n"
        "mov r6, #0\n"
        "mov r7, #0\n"
        "cmp r2, lr\n"
        "bhs 2f\n"
        "1: ldrd r8, r10, [r2], #8\n"
        "ldrd r1, r3, [r0, #64]\n"
        "sxtb16 r11, r10, ror #8\n"
        "sxtb16 r10, r10\n"
        "sxtb16 r9, r8, ror #8\n"
        "sxtb16 r8, r8\n"                            //
        TIDEGATE_TWO_ROWS("r10", "r11", "r4", "r5")  //
        "ldrd r1, r3, [r0, #72]\n"                   //
        TIDEGATE_TWO_ROWS("r10", "r11", "r6", "r7")  //
        "ldrd r1, r3, [r0, #8]\n"                    //
        TIDEGATE_TWO_ROWS("r8", "r9", "r6", "r7")    //
        "ldrd r1, r3, [r0], #128\n"                  //
        TIDEGATE_TWO_ROWS("r8", "r9", "r4", "r5")    //
        "cmp r2, lr\n"
        "blo 1b\n"
        "2: lsls r12, lr, #31\n"
        "beq 4f\n"
        "ldr r8, [r2]\n"
        "ldrd r1, r3, [r0, #8]\n"
        "sxtb16 r9, r8, ror #8\n"
        "sxtb16 r8, r8\n"                          //
        TIDEGATE_TWO_ROWS("r8", "r9", "r6", "r7")  //
        "ldrd r1, r3, [r0]\n"                      //
        TIDEGATE_TWO_ROWS("r8", "r9", "r4", "r5")  //
        "4: ldm sp, {r0-r3}\n"
        "stm r1!, {r4-r7}\n"
        "adds r0, r0, #16\n"
        "strd r0, r1, [sp]\n"
        "tst r0, #63\n"  // panels are aligned to 64
        "bne 3b\n"
        "add sp, sp, #16\n"
        "pop {r4-r11, pc}\n");
}
#undef TIDEGATE_TWO_ROWS

#else
inline void dot_panel(const std::int8_t* weights, std::int32_t* sums, const std::int8_t* x, Size quads) {
    for (Size row = 0; row < kPanelRows; row += 4) {
        const std::int8_t *w = weights + 4 * row, *v = x;
        std::int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (const std::int8_t* end = x + 4 * quads; v != end; v += 4, w += 4 * kPanelRows) {
            const std::int32_t v0 = v[0], v1 = v[1], v2 = v[2], v3 = v[3];
            s0 += w[0] * v0 + w[1] * v1 + w[2] * v2 + w[3] * v3;
            s1 += w[4] * v0 + w[5] * v1 + w[6] * v2 + w[7] * v3;
            s2 += w[8] * v0 + w[9] * v1 + w[10] * v2 + w[11] * v3;
            s3 += w[12] * v0 + w[13] * v1 + w[14] * v2 + w[15] * v3;
        }
        sums[row] = s0;
        sums[row + 1] = s1;
        sums[row + 2] = s2;
        sums[row + 3] = s3;
    }
}
#endif

#ifdef TIDEGATE_CORTEX_M
/// y = fma(float(sum), scale * row_scale, from) for the rows of a panel, eight at a time; y may be from.
inline void scale_panel_vfp(const std::int32_t* sums, const float* row_scales, float scale, const float* from,
                            float* y) {
    Size times = kPanelRows / 8;
    asm volatile(
        "1: vldmia %[sums]!, {s0-s7}\n"
        "vldmia %[scales]!, {s8-s15}\n"
        "vldmia %[from]!, {s16-s23}\n"
        "vcvt.f32.s32 s0, s0\n"
        "vcvt.f32.s32 s1, s1\n"
        "vcvt.f32.s32 s2, s2\n"
        "vcvt.f32.s32 s3, s3\n"
        "vcvt.f32.s32 s4, s4\n"
        "vcvt.f32.s32 s5, s5\n"
        "vcvt.f32.s32 s6, s6\n"
        "vcvt.f32.s32 s7, s7\n"
        "vmul.f32 s8, s8, %[scale]\n"
        "vmul.f32 s9, s9, %[scale]\n"
        "vmul.f32 s10, s10, %[scale]\n"
        "vmul.f32 s11, s11, %[scale]\n"
        "vmul.f32 s12, s12, %[scale]\n"
        "vmul.f32 s13, s13, %[scale]\n"
        "vmul.f32 s14, s14, %[scale]\n"
        "vmul.f32 s15, s15, %[scale]\n"
        "vfma.f32 s16, s0, s8\n"
        "vfma.f32 s17, s1, s9\n"
        "vfma.f32 s18, s2, s10\n"
        "vfma.f32 s19, s3, s11\n"
        "vfma.f32 s20, s4, s12\n"
        "vfma.f32 s21, s5, s13\n"
        "vfma.f32 s22, s6, s14\n"
        "vfma.f32 s23, s7, s15\n"
        "subs %[times], %[times], #1\n"
        "vstmia %[y]!, {s16-s23}\n"
        "bne 1b\n"
        : [sums] "+r"(sums), [scales] "+r"(row_scales), [from] "+r"(from), [y] "+r"(y), [times] "+l"(times)
        : [scale] "t"(scale)
        : "cc", "memory", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "s13", "s14",
          "s15", "s16", "s17", "s18", "s19", "s20", "s21", "s22", "s23");
}
#endif

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2)
/// The same with Helium, which flushes subnormals and says so (see isa/cortex_m.inl): then y is not written, and false.
inline bool scale_panel_mve(const std::int32_t* sums, const float* row_scales, float scale, const float* from,
                            float* y) {
    constexpr std::uint32_t kFlushed = 0x88;  // IDC, UFC
    std::uint32_t before, after;
    asm volatile(
        "vmrs %[before], fpscr\n"
        "bic %[after], %[before], %[flushed]\n"
        "vmsr fpscr, %[after]\n"
        "vldmia %[from], {s16-s31}\n"
        "vldrw.u32 q0, [%[sums]]\n"
        "vldrw.u32 q1, [%[scales]]\n"
        "vldrw.u32 q2, [%[sums], #16]\n"
        "vldrw.u32 q3, [%[scales], #16]\n"
        "vcvt.f32.s32 q0, q0\n"
        "vmul.f32 q1, q1, %[scale]\n"
        "vcvt.f32.s32 q2, q2\n"
        "vmul.f32 q3, q3, %[scale]\n"
        "vfma.f32 q4, q0, q1\n"
        "vldrw.u32 q0, [%[sums], #32]\n"
        "vldrw.u32 q1, [%[scales], #32]\n"
        "vfma.f32 q5, q2, q3\n"
        "vldrw.u32 q2, [%[sums], #48]\n"
        "vldrw.u32 q3, [%[scales], #48]\n"
        "vcvt.f32.s32 q0, q0\n"
        "vmul.f32 q1, q1, %[scale]\n"
        "vcvt.f32.s32 q2, q2\n"
        "vmul.f32 q3, q3, %[scale]\n"
        "vfma.f32 q6, q0, q1\n"
        "vfma.f32 q7, q2, q3\n"
        "vmrs %[after], fpscr\n"
        "orr %[before], %[before], %[after]\n"
        "vmsr fpscr, %[before]\n"
        "tst %[after], %[flushed]\n"
        "it eq\n"
        "vstmiaeq %[y], {s16-s31}\n"
        : [before] "=&r"(before), [after] "=&r"(after)
        : [sums] "r"(sums), [scales] "r"(row_scales), [scale] "r"(scale), [from] "r"(from), [y] "r"(y),
          [flushed] "i"(kFlushed)
        : "cc", "memory", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7");
    return (after & kFlushed) == 0;
}
#endif

/// y = from + scale * row_scale * (W x) for the rows of a panel, as Int8 says it; y may be from.
[[gnu::noinline]] void accumulate_panel_i8(const std::int8_t* weights, const std::int8_t* x, Size quads,
                                           const float* row_scales, float scale, const float* from, float* y) {
    std::int32_t sums[kPanelRows];
    dot_panel(weights, sums, x, quads);
#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2)
    if (scale_panel_mve(sums, row_scales, scale, from, y)) return;
#endif
#ifdef TIDEGATE_CORTEX_M
    scale_panel_vfp(sums, row_scales, scale, from, y);
#else
    for (Size i = 0; i < kPanelRows; ++i) { y[i] = Isa::fma(Isa::to_float(sums[i]), scale * row_scales[i], from[i]); }
#endif
}

}  // namespace
}  // namespace tidegate::kernels
