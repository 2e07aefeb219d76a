// SPDX-License-Identifier: MIT
// smmla multiplies two rows with two vectors, eight elements of each. Here its rows are two columns of quads, zipped;
// the weights are loaded and zipped once for four series. The sums are exact, so the bits are those of any other order.
#ifndef __ARM_FEATURE_MATMUL_INT8
#error "compile this file with -march=armv8.2-a+dotprod+i8mm"
#endif
#include <arm_neon.h>

#include "format/panels.h"
#include "kernels/isa/neon_i8mm.h"

namespace tidegate::kernels {
namespace {

using format::kPanelRows;
constexpr Size kQuad = 4, kQuadBytes = kQuad * kPanelRows;
constexpr Size kRegisters = kPanelRows / 4;  ///< of a column of quads; four rows each
constexpr Size kPairs = 2;                   ///< of series

struct Tile {
    int32x4_t sum[kPairs][2 * kRegisters];  ///< rows 2k, 2k + 1 times series 2p, 2p + 1
};

/// Eight columns. If not `both` quads are there, the other one's weights are zero; x has memory for it.
[[gnu::always_inline]] inline void add_columns(Tile& t, const std::int8_t* weights, const std::int8_t* x, Size x_stride,
                                               bool both) {
    int8x16_t pair[kPairs];
#pragma GCC unroll 16
    for (Size p = 0; p < kPairs; ++p) {
        const std::int8_t* at = x + 2 * p * x_stride;
        pair[p] = vcombine_s8(vld1_s8(at), vld1_s8(at + x_stride));
    }
#pragma GCC unroll 16
    for (Size r = 0; r < kRegisters; ++r) {
        const int32x4_t first = vreinterpretq_s32_s8(vld1q_s8(weights + 16 * r));
        const int32x4_t second = both ? vreinterpretq_s32_s8(vld1q_s8(weights + kQuadBytes + 16 * r)) : vdupq_n_s32(0);
        const int8x16_t low = vreinterpretq_s8_s32(vzip1q_s32(first, second));
        const int8x16_t high = vreinterpretq_s8_s32(vzip2q_s32(first, second));
#pragma GCC unroll 16
        for (Size p = 0; p < kPairs; ++p) {
            t.sum[p][2 * r] = vmmlaq_s32(t.sum[p][2 * r], low, pair[p]);
            t.sum[p][2 * r + 1] = vmmlaq_s32(t.sum[p][2 * r + 1], high, pair[p]);
        }
    }
}

/// y = fma(float(sum), x's scale * row's scale, start)
[[gnu::always_inline]] inline void finish(int32x4_t sum, float32x4_t row_scales, float scale, const float* start,
                                          float* y) {
    vst1q_f32(y, vfmaq_f32(vld1q_f32(start), vcvtq_f32_s32(sum), vmulq_n_f32(row_scales, scale)));
}

/// One panel, one part.
[[gnu::always_inline]] inline void panel_product(const Int8Operand& o, Size panel, Size series, const float* start,
                                                 Size start_stride, float* y, Size y_stride) {
    Tile t;
#pragma GCC unroll 16
    for (Size p = 0; p < kPairs; ++p) {
#pragma GCC unroll 16
        for (int32x4_t& sum : t.sum[p]) sum = vdupq_n_s32(0);
    }
    const std::int8_t* weights = o.panels + panel * o.panel_bytes;
    const std::int8_t* x = o.x + series * o.x_stride;
    const Size x_stride = o.x_stride;
    const std::int8_t* end = x + o.quads / 2 * 2 * kQuad;
    for (; x != end; x += 2 * kQuad, weights += 2 * kQuadBytes) add_columns(t, weights, x, x_stride, true);
    if (o.quads % 2 != 0) add_columns(t, weights, x, x_stride, false);
    const float* row_scales = o.rows[panel * o.panel_rows].scale;
#pragma GCC unroll 16
    for (Size r = 0; r < kRegisters; ++r) {
        const float32x4_t scales = vld1q_f32(row_scales + 4 * r);
#pragma GCC unroll 16
        for (Size p = 0; p < kPairs; ++p) {
            const int32x4_t a = t.sum[p][2 * r], b = t.sum[p][2 * r + 1];
            const Size s = 2 * p;
            finish(vuzp1q_s32(a, b), scales, o.scales[series + s], start + s * start_stride + 4 * r,
                   y + s * y_stride + 4 * r);
            finish(vuzp2q_s32(a, b), scales, o.scales[series + s + 1], start + (s + 1) * start_stride + 4 * r,
                   y + (s + 1) * y_stride + 4 * r);
        }
    }
}

}  // namespace

void i8mm_product_of_four(const I8mmProduct& q) {
    const float* from = q.start;
    float* y = q.y;
    for (Size panel = q.panel; panel < q.end; ++panel, from += kPanelRows, y += kPanelRows) {
        const float* start = from;
        Size stride = q.start_stride;
        for (Size i = 0; i < q.count; ++i) {
            if (q.parts[i].quads == 0) continue;
            panel_product(q.parts[i], panel, q.series, start, stride, y, q.y_stride);
            start = y;
            stride = q.y_stride;
        }
        if (start == y) continue;
        for (Size s = 0; s < 2 * kPairs; ++s) {
            for (Size k = 0; k < kPanelRows; k += 4)
                vst1q_f32(y + s * q.y_stride + k, vld1q_f32(start + s * stride + k));
        }
    }
}

}  // namespace tidegate::kernels
