// SPDX-License-Identifier: MIT
// y = start + W x, or start + W x + R h over the columns W, R of one matrix. Isa::kPanelsAtOnce panels are in flight:
// with few chains of fused multiply-adds their latency shows. For several series the weights are read once for
// Isa::kStepsAtOnce of them.
#pragma once

#include <type_traits>

#include "kernels/forms.inl"
#ifdef TIDEGATE_CORTEX_M
#include "kernels/isa/cortex_m.inl"
#endif
#if TIDEGATE_ONE_SET
#include "kernels/isa/cortex_m_int8.inl"
#endif

namespace tidegate::kernels {
namespace {

template <Size kNumber>
using Number = std::integral_constant<Size, kNumber>;

/// Columns of x, then columns of h. Not copied: wide loads of what narrow stores have just written would cost more than
/// a small product.
template <class Form>
struct Operands {
    const typename Form::Operand* part;
    Size count;
};

/// Adds the products of all parts to a tile. Not two calls: each would be another copy of the loop.
template <class Form, class T>
[[gnu::always_inline]] inline void accumulate(T& tile, const Operands<Form>& in, Size panel, Size lane, Size series) {
    for (Size i = 0; i < in.count; ++i) Form::accumulate(tile, in.part[i], panel, lane, series);
}

/// [series][panel][16], from panel `first` on.
template <class Float>
struct Rows {
    Float* data;
    Size stride;
    Size first;

    Float* at(Size panel, Size series) const { return data + series * stride + (panel - first) * kPanelRows; }
};
using Starts = Rows<const float>;
using Sums = Rows<float>;

/// One tile: panels from `panel` on of series from `series` on.
template <class Form, class T>
[[gnu::always_inline]] inline void tile_product(const Operands<Form>& in, Size panel, Size series, const Starts& start,
                                                const Sums& y) {
    for (Size lane = 0; lane < kPanelRows; lane += T::kRegisters * kLanes) {
        T tile;
        load_sums(tile, start.at(panel, series) + lane, start.stride);
        accumulate(tile, in, panel, lane, series);
        store_sums(tile, y.at(panel, series) + lane, y.stride);
    }
}

#ifdef TIDEGATE_CORTEX_M
template <class Form>
inline void panel_product(const Operands<Form>& in, Size panel, Size series, const Starts& start, const Sums& y) {
    float* to = y.at(panel, series);
    const float* from = start.at(panel, series);
    for (Size i = 0; i < in.count; ++i, from = to) {
        const typename Form::Operand& o = in.part[i];
        accumulate_panel(o.panels + panel * o.stride, o.x + series * o.x_stride, o.cols, from, to);
    }
}
template <>
inline void tile_product<F32, Tile<1>>(const Operands<F32>& in, Size panel, Size series, const Starts& start,
                                       const Sums& y) {
    panel_product(in, panel, series, start, y);
}
template <>
inline void tile_product<F16, Tile<1>>(const Operands<F16>& in, Size panel, Size series, const Starts& start,
                                       const Sums& y) {
    panel_product(in, panel, series, start, y);
}
#endif

#if TIDEGATE_ONE_SET
template <>
inline void tile_product<Int8<Isa::Dot>, Tile<1>>(const Operands<Int8<Isa::Dot>>& in, Size panel, Size series,
                                                  const Starts& start, const Sums& y) {
    float* to = y.at(panel, series);
    const float* from = start.at(panel, series);
    for (Size i = 0; i < in.count; ++i) {
        const Int8<Isa::Dot>::Operand& o = in.part[i];
        if (o.quads == 0) continue;
        accumulate_panel_i8(o.panels + panel * o.panel_bytes, o.x + series * o.x_stride, o.quads,
                            o.rows[panel * o.panel_rows].scale, o.scales[series], from, to);
        from = to;
    }
    if (from != to) std::memcpy(to, from, kPanelRows * sizeof(float));
}
#endif

/// Panels [panel, end) of one series. Called, not inlined: one copy of each loop is enough.
template <class Form>
[[gnu::noinline]] void product_of_one(const Operands<Form>& in, Size panel, Size end, Size series, const Starts& start,
                                      const Sums& y) {
    const auto go_through = [&](auto at_once) {
        for (; panel + at_once <= end; panel += at_once) tile_product<Form, Tile<at_once>>(in, panel, series, start, y);
    };
    if constexpr (Isa::kPanelsAtOnce == 8) go_through(Number<8>());
    if constexpr (Isa::kPanelsAtOnce == 1) {
        go_through(Number<1>());
    } else {
        go_through(Number<4>());
        switch (end - panel) {
            case 3:
                return tile_product<Form, Tile<3>>(in, panel, series, start, y);
            case 2:
                return tile_product<Form, Tile<2>>(in, panel, series, start, y);
            case 1:
                return tile_product<Form, Tile<1>>(in, panel, series, start, y);
            default:
                return;
        }
    }
}

/// Panels [panel, end) of kSeries series: the weights of a tile are in registers for all of them.
template <class Form, Size kSeries>
[[gnu::noinline]] void product_of_some(const Operands<Form>& in, Size panel, Size end, Size series, const Starts& start,
                                       const Sums& y) {
    constexpr Size kPanels = Isa::kPanelsAtOnce == 8 ? 2 : 1;  // sums of 16 rows are too few chains for wide registers
    for (; panel + kPanels <= end; panel += kPanels) {
        tile_product<Form, Tile<kPanels, kGroupRegisters, kSeries>>(in, panel, series, start, y);
    }
    if constexpr (kPanels > 1) {
        if (panel < end) tile_product<Form, Tile<1, kGroupRegisters, kSeries>>(in, panel, series, start, y);
    }
}

/// Panels [panel, end) of all series.
template <class Form>
inline void product(const Operands<Form>& in, Size panel, Size end, Size count, const Starts& start, const Sums& y) {
    Size series = 0;
    if constexpr (Isa::kPanelsAtOnce > 1) {
        constexpr Size kMany = Isa::kStepsAtOnce;
        for (; series + kMany <= count; series += kMany) product_of_some<Form, kMany>(in, panel, end, series, start, y);
    }
    for (; series < count; ++series) product_of_one<Form>(in, panel, end, series, start, y);
}

template <class Form>
void multiply(const Product& p) {
    const typename Form::Operand x = Form::operand(p.w, p.x, p.series, p.quantized);
    const Operands<Form> in{&x, 1};
    const Size panels = (p.rows + kPanelRows - 1) / kPanelRows;
    const Starts start{p.start.data, p.start.stride, 0};
    const Sums y{p.y.data, p.y.stride, 0};
    // Panels of which all rows are written. If not all are, the last one goes through a small array; of one series the
    // last up to four do, where they are faster together.
    constexpr Size kLast = Isa::kPanelsAtOnce == 1 ? 1 : 4;
    const Size whole = p.rows % kPanelRows == 0 ? panels : p.series > 1 ? panels - 1 : (panels - 1) / kLast * kLast;
    constexpr bool kBySeries = Isa::kPanelsAtOnce == 1;
    if constexpr (!kBySeries) product<Form>(in, 0, whole, p.series, start, y);
    const Size rest_bytes = (p.rows - whole * kPanelRows) * sizeof(float);
    for (Size s = 0; s < p.series; ++s) {
        if constexpr (kBySeries) product_of_one<Form>(in, 0, whole, s, start, y);
        if (whole == panels) continue;
        alignas(F) float last[kLast * kPanelRows] = {};
        std::memcpy(last, start.at(whole, s), rest_bytes);
        product_of_one<Form>(in, whole, panels, s, {last, 0, whole}, {last, 0, whole});
        std::memcpy(y.at(whole, s), last, rest_bytes);
    }
}

}  // namespace
}  // namespace tidegate::kernels
