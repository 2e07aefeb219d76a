// SPDX-License-Identifier: MIT
// One step of an LSTM; the equations are at LstmStep. A full block of 16 units is four streams of weights (one panel
// per gate) and its gates never leave the registers; the last units go through a small array.
#pragma once

#include "kernels/exponential.inl"
#include "kernels/gemv.inl"

namespace tidegate::kernels {
namespace {

/// The sums of one register of units.
struct LstmSums {
    F input, forget, cell, output;
};

/// c' and h' of the first min(n, kLanes) units.
[[gnu::always_inline]] inline void lstm_finish(const LstmSums& sums, const float* c, float* c_out, float* h_out,
                                               Size n) {
    const F i = wide::sigmoid(sums.input);
    const F f = wide::sigmoid(sums.forget);
    const F g = wide::tanh(sums.cell);
    const F o = wide::sigmoid(sums.output);
    const F new_c = Isa::fma(f, load_up_to(c, n), i * g);
    const F new_h = o * wide::tanh(new_c);
    store_up_to(c_out, new_c, n);
    store_up_to(h_out, new_h, n);
}

/// kBlocks times 16 units from `unit` on, or as many as there are.
template <Size kBlocks>
[[gnu::always_inline]] inline void lstm_blocks(const LstmStep& s, Size unit) {
    const Size stride = kPanelRows * Size{s.panel_cols};
    for (Size lane = 0; lane < kPanelRows; lane += kGroupRows) {
        Sums<4 * kBlocks> sums;
        load_sums(sums, s.bias + 4 * unit + lane);
        const float* weights = s.panels + unit / kPanelRows * 4 * stride + lane;
        weights = accumulate(sums, weights, stride, s.x, s.input_cols);
        accumulate(sums, weights, stride, s.h, s.units);
        TIDEGATE_UNROLL
        for (Size r = 0; r < kBlocks * kGroupRegisters; ++r) {
            const Size block = r / kGroupRegisters;
            const Size first = unit + block * kPanelRows + lane + r % kGroupRegisters * kLanes;
            if (first >= s.units) return;
            const F* row = sums.sum + block * 4 * kGroupRegisters + r % kGroupRegisters;
            lstm_finish({row[0], row[kGroupRegisters], row[2 * kGroupRegisters], row[3 * kGroupRegisters]}, s.c + first,
                        s.c_out + first, s.h_out + first, s.units - first);
        }
    }
}

/// `count` units from `unit` on, whose sums are in `gates`, padded to whole registers.
TIDEGATE_GATES void lstm_finish_units(const LstmStep& s, Size unit, const float (&gates)[4][kPanelRows], Size count) {
    for (Size i = 0; i < count; i += kLanes) {
        const LstmSums sums{Isa::load(gates[0] + i), Isa::load(gates[1] + i), Isa::load(gates[2] + i),
                            Isa::load(gates[3] + i)};
        lstm_finish(sums, s.c + unit + i, s.c_out + unit + i, s.h_out + unit + i, count - i);
    }
}

/// 16 units from `unit` on, or as many as there are, where one panel is in flight at a time.
inline void lstm_panels(const LstmStep& s, Size unit) {
    const Size stride = kPanelRows * Size{s.panel_cols};
    alignas(64) float gates[4][kPanelRows];
    product(s.panels + unit / kPanelRows * 4 * stride, stride, 4, {s.x, s.input_cols, s.h, s.units}, s.bias + 4 * unit,
            gates[0]);
    lstm_finish_units(s, unit, gates, s.units - unit < kPanelRows ? s.units - unit : Size{kPanelRows});
}

/// The last 1 to 12 units from `unit` on: panel q has rows [gate][4 units].
inline void lstm_tail(const LstmStep& s, Size unit) {
    const Size stride = kPanelRows * Size{s.panel_cols};
    const Size count = s.units - unit;
    const Size panels = (count + 3) / 4;
    alignas(64) float rows[3 * kPanelRows];
    product(s.panels + unit / kPanelRows * 4 * stride, stride, panels, {s.x, s.input_cols, s.h, s.units},
            s.bias + 4 * unit, rows);
    alignas(64) float gates[4][kPanelRows] = {};
    for (Size q = 0; q < panels; ++q) {
        for (Size gate = 0; gate < 4; ++gate) {
            std::memcpy(gates[gate] + 4 * q, rows + kPanelRows * q + 4 * gate, 4 * sizeof(float));
        }
    }
    lstm_finish_units(s, unit, gates, count);
}

void lstm_step(const LstmStep& step) {
    const Size full = format::full_units(step.units);
    Size unit = 0;
    if constexpr (Isa::kPanelsAtOnce == 1) {
        for (; unit < full; unit += kPanelRows) lstm_panels(step, unit);
    } else {
        constexpr Size kBlocks = Isa::kPanelsAtOnce == 8 ? 2 : 1;
        for (; unit + kBlocks * kPanelRows <= full; unit += kBlocks * kPanelRows) lstm_blocks<kBlocks>(step, unit);
        if constexpr (kBlocks > 1) {
            if (unit < full) lstm_blocks<1>(step, unit);
        }
    }
    if (full < step.units) lstm_tail(step, full);
}

}  // namespace
}  // namespace tidegate::kernels
