// SPDX-License-Identifier: MIT
// Rows times a vector, held in registers: the sums of kGroupRows rows of several panels, one fma chain per row.
#pragma once

#include "kernels/lanes.inl"

namespace tidegate::kernels {
namespace {

inline constexpr Size kGroupRows = Isa::kGroupRows;
inline constexpr Size kGroupRegisters = kGroupRows / kLanes;  ///< per panel

/// kPanels panels: sum [panel][register of the group].
template <Size kPanels>
struct Sums {
    static constexpr Size kCount = kPanels * kGroupRegisters;
    F sum[kCount];
};

/// The group that starts at lane 0 of `start`, [panel][16].
template <Size kPanels>
[[gnu::always_inline]] inline void load_sums(Sums<kPanels>& sums, const float* start) {
    TIDEGATE_UNROLL
    for (Size i = 0; i < Sums<kPanels>::kCount; ++i) {
        sums.sum[i] = Isa::load(start + i / kGroupRegisters * kPanelRows + i % kGroupRegisters * kLanes);
    }
}

template <Size kPanels>
[[gnu::always_inline]] inline void store_sums(const Sums<kPanels>& sums, float* y) {
    TIDEGATE_UNROLL
    for (Size i = 0; i < Sums<kPanels>::kCount; ++i) {
        Isa::store(y + i / kGroupRegisters * kPanelRows + i % kGroupRegisters * kLanes, sums.sum[i]);
    }
}

/// sum[row] += w[row][k] * x[k] for k = 0 .. cols - 1. `panels`: column 0 of the first panel, at the group's first
/// lane; the next panel is `stride` floats on. Returns column `cols`.
template <Size kPanels>
[[gnu::always_inline]] inline const float* accumulate(Sums<kPanels>& sums, const float* panels, Size stride,
                                                      const float* x, Size cols) {
    Sums<kPanels> s = sums;
    for (const float* end = x + cols; x != end; ++x, panels += kPanelRows) {
        const F value = Isa::broadcast(x);
        TIDEGATE_UNROLL
        for (Size i = 0; i < Sums<kPanels>::kCount; ++i) {
            // GCC would load all weights first and run out of registers.
            if (i != 0 && i % Isa::kLoadsAhead == 0) asm volatile("" ::: "memory");
            const float* weights = panels + i / kGroupRegisters * stride + i % kGroupRegisters * kLanes;
            s.sum[i] = Isa::fma(value, Isa::load(weights), s.sum[i]);
        }
    }
    sums = s;
    return panels;
}

}  // namespace
}  // namespace tidegate::kernels
