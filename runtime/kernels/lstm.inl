// SPDX-License-Identifier: MIT
// One step of an LSTM; the equations are at LstmStep. Of one series a full block of 16 units is four streams of weights
// (one panel per gate) and its gates never leave the registers; the last units, and several series, go through memory.
#pragma once

#include "kernels/exponential.inl"
#include "kernels/product.inl"

namespace tidegate::kernels {
namespace {

/// The sums of one register of units.
struct LstmSums {
    F input, forget, cell, output;
};

/// States of one series.
struct LstmStates {
    const float* c;
    float* c_out;
    float* h_out;
};

inline LstmStates states_of(const LstmStep& s, Size series) {
    return {s.c.data + series * s.c.stride, s.c_out.data + series * s.c_out.stride,
            s.h_out.data + series * s.h_out.stride};
}

/// c' and h' of the first min(n, kLanes) units from `unit` on.
[[gnu::always_inline]] inline void lstm_finish(const LstmSums& sums, const LstmStates& at, Size unit, Size n) {
    const F f = wide::sigmoid(sums.forget);
    const F new_c = Isa::fma(f, load_up_to(at.c + unit, n), wide::sigmoid_tanh(sums.input, sums.cell));
    const F new_h = wide::sigmoid_tanh(sums.output, new_c);
    store_up_to(at.c_out + unit, new_c, n);
    store_up_to(at.h_out + unit, new_h, n);
}

/// kBlocks times 16 units from `unit` on, or as many as there are.
template <class Form, Size kBlocks>
[[gnu::always_inline]] inline void lstm_blocks(const LstmStep& s, const Operands<Form>& in, Size unit) {
    const LstmStates at = states_of(s, 0);
    for (Size lane = 0; lane < kPanelRows; lane += kGroupRows) {
        Tile<4 * kBlocks> tile;
        const Size panel = unit / kPanelRows * 4;
        load_sums(tile, s.bias + panel * kPanelRows + lane, 0);
        accumulate(tile, in, panel, lane, 0);
        TIDEGATE_UNROLL
        for (Size r = 0; r < kBlocks * kGroupRegisters; ++r) {
            const Size block = r / kGroupRegisters;
            const Size first = unit + block * kPanelRows + lane + r % kGroupRegisters * kLanes;
            if (first >= s.units) return;
            const F* row = tile.sum + block * 4 * kGroupRegisters + r % kGroupRegisters;
            lstm_finish({row[0], row[kGroupRegisters], row[2 * kGroupRegisters], row[3 * kGroupRegisters]}, at, first,
                        s.units - first);
        }
    }
}

/// `count` units from `unit` on, whose sums are in `gates` [gate][16], padded to whole registers.
TIDEGATE_GATES void lstm_finish_units(const LstmStates& at, Size unit, const float* gates, Size count) {
    for (Size i = 0; i < count; i += kLanes) {
        const LstmSums sums{Isa::load(gates + i), Isa::load(gates + kPanelRows + i),
                            Isa::load(gates + 2 * kPanelRows + i), Isa::load(gates + 3 * kPanelRows + i)};
        lstm_finish(sums, at, unit + i, count - i);
    }
}

/// The last 1 to 12 units from `unit` on; their panels' sums are [unit / 4][gate][4 units].
inline void lstm_finish_tail(const LstmStates& at, Size unit, const float* sums, Size count) {
    alignas(F) float gates[4 * kPanelRows] = {};
    for (Size q = 0; q < (count + 3) / 4; ++q) {
        for (Size gate = 0; gate < 4; ++gate) {
            std::memcpy(gates + kPanelRows * gate + 4 * q, sums + kPanelRows * q + 4 * gate, 4 * sizeof(float));
        }
    }
    lstm_finish_units(at, unit, gates, count);
}

/// Units [unit, s.units) of all series, whose sums are in [series][panel][16]. One copy for all forms.
[[gnu::noinline]] void lstm_finish_all(const LstmStep& s, Size unit, const float* sums, Size stride) {
    const Size full = format::full_units(s.units);
    for (Size series = 0; series < s.series; ++series, sums += stride) {
        const LstmStates at = states_of(s, series);
        Size u = unit;
        for (; u < full; u += kPanelRows) {
            lstm_finish_units(at, u, sums + 4 * (u - unit), s.units - u < kPanelRows ? s.units - u : Size{kPanelRows});
        }
        if (u < s.units) lstm_finish_tail(at, u, sums + 4 * (u - unit), s.units - u);
    }
}

/// Units [unit, s.units) of all series: the products of all panels, then the gates.
template <class Form>
inline void lstm_by_sums(const LstmStep& s, const Operands<Form>& in, Size unit, float* sums, Size stride) {
    const Size panel = unit / kPanelRows * 4;
    const Size end = format::full_units(s.units) / kPanelRows * 4 + format::tail_panels(4, s.units);
    product<Form>(in, panel, end, s.series, {s.bias + panel * kPanelRows, 0, panel}, {sums, stride, panel});
    lstm_finish_all(s, unit, sums, stride);
}

/// Where one panel is in flight at a time: a block of 16 units, or fewer, after the other.
template <class Form>
inline void lstm_panels(const LstmStep& s, const Operands<Form>& in, Size series) {
    const Size full = format::full_units(s.units), panels = full / kPanelRows * 4 + format::tail_panels(4, s.units);
    const LstmStates at = states_of(s, series);
    alignas(F) float sums[4 * kPanelRows];
    for (Size unit = 0; unit < s.units; unit += kPanelRows) {
        const Size panel = unit / kPanelRows * 4, end = panel + 4 < panels ? panel + 4 : panels;
        const Size count = s.units - unit < kPanelRows ? s.units - unit : Size{kPanelRows};
        product_of_one<Form>(in, panel, end, series, {s.bias + panel * kPanelRows, 0, panel}, {sums, 0, panel});
        unit < full ? lstm_finish_units(at, unit, sums, count) : lstm_finish_tail(at, unit, sums, count);
    }
}

template <class Form>
void lstm_step(const LstmStep& s) {
    constexpr bool kSeveralOnly = !std::is_same_v<typename Form::OfOne, Form>;
    if constexpr (kSeveralOnly) {
        if (s.series == 1) return lstm_step<typename Form::OfOne>(s);
    }
    const typename Form::Operand parts[] = {
        Form::operand(s.input, s.x, s.series, s.quantized),
        Form::operand(s.state, s.h, s.series, Form::behind(s.quantized, s.input, s.series))};
    const Operands<Form> in{parts, 2};
    if constexpr (Isa::kPanelsAtOnce == 1) {
        for (Size series = 0; series < s.series; ++series) lstm_panels<Form>(s, in, series);
        return;
    }
    if (kSeveralOnly || s.series > 1) return lstm_by_sums<Form>(s, in, 0, s.sums.data, s.sums.stride);
    const Size full = format::full_units(s.units);
    constexpr Size kBlocks = Isa::kPanelsAtOnce == 8 ? 2 : 1;
    Size unit = 0;
    for (; unit + kBlocks * kPanelRows <= full; unit += kBlocks * kPanelRows) lstm_blocks<Form, kBlocks>(s, in, unit);
    if constexpr (kBlocks > 1) {
        if (unit < full) lstm_blocks<Form, 1>(s, in, unit);
    }
    alignas(F) float tail[3 * kPanelRows];
    if (full < s.units) lstm_by_sums<Form>(s, in, full, tail, 0);
}

}  // namespace
}  // namespace tidegate::kernels
