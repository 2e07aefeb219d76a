// SPDX-License-Identifier: MIT
// Sums held in registers: some panels times some series, one fma chain for each row and series.
#pragma once

#include "kernels/lanes.inl"

namespace tidegate::kernels {
namespace {

inline constexpr Size kGroupRows = Isa::kGroupRows;
inline constexpr Size kGroupRegisters = kGroupRows / kLanes;  ///< per panel

/// sum [series][panel][register]: kRegisters registers of the 16 rows of each panel.
template <Size kPanels_, Size kRegisters_ = kGroupRegisters, Size kSeries_ = 1>
struct Tile {
    static constexpr Size kPanels = kPanels_, kRegisters = kRegisters_, kSeries = kSeries_;
    static constexpr Size kPerSeries = kPanels * kRegisters;
    static constexpr Size kCount = kSeries * kPerSeries;

    static constexpr Size series(Size i) { return i / kPerSeries; }
    static constexpr Size panel(Size i) { return i % kPerSeries / kRegisters; }
    static constexpr Size lane(Size i) { return i % kRegisters * kLanes; }
    /// In [panel][16].
    static constexpr Size place(Size i) { return panel(i) * kPanelRows + lane(i); }

    F sum[kCount];
};

/// `start`: [series][panel][16], `stride` floats from series to series.
template <class T>
[[gnu::always_inline]] inline void load_sums(T& tile, const float* start, Size stride) {
    TIDEGATE_UNROLL
    for (Size i = 0; i < T::kCount; ++i) tile.sum[i] = Isa::load(start + T::series(i) * stride + T::place(i));
}

template <class T>
[[gnu::always_inline]] inline void store_sums(const T& tile, float* y, Size stride) {
    TIDEGATE_UNROLL
    for (Size i = 0; i < T::kCount; ++i) Isa::store(y + T::series(i) * stride + T::place(i), tile.sum[i]);
}

}  // namespace
}  // namespace tidegate::kernels
