// SPDX-License-Identifier: MIT
// y = start + W x, or start + W x + R h over the columns W, R of one matrix. Isa::kPanelsAtOnce panels are in
// flight: with few chains of fused multiply-adds their latency shows.
#pragma once

#include <type_traits>

#include "kernels/sums.inl"
#ifdef TIDEGATE_CORTEX_M
#include "kernels/isa/cortex_m.inl"
#endif

namespace tidegate::kernels {
namespace {

/// Columns of x, then columns of h.
struct Operands {
    const float* x;
    Size x_cols;
    const float* h;
    Size h_cols;
};

/// `start` and `y`: [kPanels][16].
template <Size kPanels>
[[gnu::always_inline]] inline void panels_product(const float* panels, Size stride, const Operands& in,
                                                  const float* start, float* y) {
    for (Size lane = 0; lane < kPanelRows; lane += kGroupRows) {
        Sums<kPanels> sums;
        load_sums(sums, start + lane);
        const float* state_columns = accumulate(sums, panels + lane, stride, in.x, in.x_cols);
        accumulate(sums, state_columns, stride, in.h, in.h_cols);
        store_sums(sums, y + lane);
    }
}

#ifdef TIDEGATE_CORTEX_M
template <>
inline void panels_product<1>(const float* panels, Size, const Operands& in, const float* start, float* y) {
    accumulate_panel(panels, in.x, in.x_cols, start, y);
    if (in.h_cols != 0) accumulate_panel(panels + in.x_cols * kPanelRows, in.h, in.h_cols, y, y);
}
#endif

/// `start` and `y`: [count][16], y may be start. Called, not inlined: one copy of each loop is enough.
[[gnu::noinline]] void product(const float* panels, Size stride, Size count, const Operands& in, const float* start,
                               float* y) {
    const auto go_through = [&](auto at_once) {
        for (; count >= at_once; count -= at_once) {
            panels_product<at_once>(panels, stride, in, start, y);
            panels += at_once * stride;
            start += at_once * kPanelRows;
            y += at_once * kPanelRows;
        }
    };
    if constexpr (Isa::kPanelsAtOnce == 8) go_through(std::integral_constant<Size, 8>());
    if constexpr (Isa::kPanelsAtOnce == 1) return go_through(std::integral_constant<Size, 1>());
    go_through(std::integral_constant<Size, 4>());
    // Where flash is short, no copies of the loop for two and three panels.
    if constexpr (TIDEGATE_ONE_SET != 0) return go_through(std::integral_constant<Size, 1>());
    switch (count) {
        case 3:
            return panels_product<3>(panels, stride, in, start, y);
        case 2:
            return panels_product<2>(panels, stride, in, start, y);
        case 1:
            return panels_product<1>(panels, stride, in, start, y);
        default:
            return;
    }
}

void gemv(const Panels& w, const float* x, const float* start, float* y, Size rows) {
    const Operands in{x, w.cols, x, 0};
    const Size panels = (rows + kPanelRows - 1) / kPanelRows;
    // Panels of which all rows are written; if not all are, the last (up to four) go through a small array.
    const Size whole = rows % kPanelRows == 0 ? panels : (panels - 1) / 4 * 4;
    product(w.data, w.stride, whole, in, start, y);
    if (whole == panels) return;
    alignas(64) float last[4 * kPanelRows] = {};
    const Size rest_bytes = (rows - whole * kPanelRows) * sizeof(float);
    std::memcpy(last, start + whole * kPanelRows, rest_bytes);
    product(w.data + whole * w.stride, w.stride, panels - whole, in, last, last);
    std::memcpy(y + whole * kPanelRows, last, rest_bytes);
}

}  // namespace
}  // namespace tidegate::kernels
