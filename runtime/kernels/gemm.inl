// SPDX-License-Identifier: MIT
// gemv for several vectors: the weights are read once for Isa::kStepsAtOnce of them. Each sum is the same chain.
#pragma once

#include "kernels/gemv.inl"

namespace tidegate::kernels {
namespace {

/// Panels whose weights are in registers at a time: sums of 16 rows of one step are too few chains for wide registers.
inline constexpr Size kGemmPanels = Isa::kPanelsAtOnce == 8 ? 2 : 1;

/// kPanels panels times kSteps vectors.
template <Size kPanels, Size kSteps>
[[gnu::always_inline]] inline void panels_times_steps(const Gemm& g, const float* panels, const float* x,
                                                      const float* start, float* y) {
    constexpr Size kRegisters = kPanels * kGroupRegisters;
    const auto place = [](Size r) { return r / kGroupRegisters * kPanelRows + r % kGroupRegisters * kLanes; };
    for (Size lane = 0; lane < kPanelRows; lane += kGroupRows) {
        F sums[kSteps * kRegisters];
        TIDEGATE_UNROLL
        for (Size i = 0; i < kSteps * kRegisters; ++i) sums[i] = Isa::load(start + lane + place(i % kRegisters));
        const float* column = panels + lane;
        for (Size k = 0; k < g.w.cols; ++k, column += kPanelRows) {
            F weights[kRegisters];
            TIDEGATE_UNROLL
            for (Size r = 0; r < kRegisters; ++r) {
                weights[r] = Isa::load(column + r / kGroupRegisters * g.w.stride + r % kGroupRegisters * kLanes);
            }
            TIDEGATE_UNROLL
            for (Size t = 0; t < kSteps; ++t) {
                const F value = Isa::broadcast(x + t * g.x_stride + k);
                TIDEGATE_UNROLL
                for (Size r = 0; r < kRegisters; ++r) {
                    F& sum = sums[t * kRegisters + r];
                    sum = Isa::fma(value, weights[r], sum);
                }
            }
        }
        TIDEGATE_UNROLL
        for (Size i = 0; i < kSteps * kRegisters; ++i) {
            Isa::store(y + i / kRegisters * g.y_stride + lane + place(i % kRegisters), sums[i]);
        }
    }
}

/// All panels times kSteps vectors.
template <Size kSteps>
[[gnu::noinline]] void gemm_steps(const Gemm& g, const float* x, float* y) {
    Size panel = 0;
    for (; panel + kGemmPanels <= g.w.count; panel += kGemmPanels) {
        panels_times_steps<kGemmPanels, kSteps>(g, g.w.data + panel * g.w.stride, x, g.start + panel * kPanelRows,
                                                y + panel * kPanelRows);
    }
    if constexpr (kGemmPanels > 1) {
        for (; panel < g.w.count; ++panel) {
            panels_times_steps<1, kSteps>(g, g.w.data + panel * g.w.stride, x, g.start + panel * kPanelRows,
                                          y + panel * kPanelRows);
        }
    }
}

void gemm(const Gemm& g) {
    if constexpr (TIDEGATE_ONE_SET != 0) {  // where flash is short, no loops of its own
        const Panels& w = g.w;
        for (Size t = 0; t < g.steps; ++t) {
            const float* x = g.x + t * g.x_stride;
            product(w.data, w.stride, w.count, {x, w.cols, x, 0}, g.start, g.y + t * g.y_stride);
        }
        return;
    }
    constexpr Size kSteps = Isa::kStepsAtOnce;
    Size t = 0;
    for (; t + kSteps <= g.steps; t += kSteps) gemm_steps<kSteps>(g, g.x + t * g.x_stride, g.y + t * g.y_stride);
    for (; t < g.steps; ++t) gemm_steps<1>(g, g.x + t * g.x_stride, g.y + t * g.y_stride);
}

}  // namespace
}  // namespace tidegate::kernels
