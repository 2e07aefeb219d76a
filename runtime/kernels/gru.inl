// SPDX-License-Identifier: MIT
// One step of a GRU; the equations are at GruStep. The products go to scratch, four panels at a time; the gates'
// functions follow in one pass. (A block of 16 units has only six sums in flight, too few for fusing to pay.)
#pragma once

#include "kernels/elementwise.inl"
#include "kernels/exponential.inl"
#include "kernels/gemv.inl"

namespace tidegate::kernels {
namespace {

/// GruStep::scratch, cut up. Padded rows: all may be read and written in whole registers.
struct GruScratch {
    float* gates;      ///< sums of update and reset, in the gates matrix' order of rows
    float* candidate;  ///< [padded units] W_h x + b
    float* state;      ///< [padded units] R_h h + Rb_h, or r * h
};

inline GruScratch gru_scratch(const GruStep& s) {
    const Size gate_rows = static_cast<Size>(format::panel_count(2, s.units)) * kPanelRows;
    const Size padded = (Size{s.units} + kPanelRows - 1) / kPanelRows * kPanelRows;
    return {s.scratch, s.scratch + gate_rows, s.scratch + gate_rows + padded};
}

/// Pointers to the sums of up to 16 units from `unit` on, each readable in whole registers.
struct GateRows {
    const float* update;
    const float* reset;
};

/// Calls body(unit, count, GateRows) for each 16 units, and for the rest, whose rows are brought in order first.
template <class Body>
[[gnu::always_inline]] inline void for_each_block(const GruStep& s, const float* gates, Body body) {
    const Size full = format::full_units(s.units);
    for (Size unit = 0; unit < full; unit += kPanelRows) {
        const Size count = s.units - unit < kPanelRows ? s.units - unit : Size{kPanelRows};
        body(unit, count, GateRows{gates + 2 * unit, gates + 2 * unit + kPanelRows});
    }
    if (full >= s.units) return;
    alignas(64) float rows[2][kPanelRows] = {};
    const Size count = s.units - full;
    for (Size q = 0; q < (count + 3) / 4; ++q) {
        std::memcpy(rows[0] + 4 * q, gates + 2 * full + 8 * q, 4 * sizeof(float));
        std::memcpy(rows[1] + 4 * q, gates + 2 * full + 8 * q + 4, 4 * sizeof(float));
    }
    body(full, count, GateRows{rows[0], rows[1]});
}

/// h' of up to kLanes units.
[[gnu::always_inline]] inline void gru_finish(F z, F g, const float* h, float* h_out, Size n) {
    store_up_to(h_out, Isa::fma(z, load_up_to(h, n), (F(1.0F) - z) * g), n);
}

void gru_step(const GruStep& s) {
    const Size gate_panels = static_cast<Size>(format::panel_count(2, s.units));
    const Size candidate_panels = (Size{s.units} + kPanelRows - 1) / kPanelRows;
    const Size input_stride = kPanelRows * Size{s.input_cols};
    const Size state_stride = kPanelRows * Size{s.units};
    const Operands input{s.x, s.input_cols, s.x, 0};
    const GruScratch scratch = gru_scratch(s);

    product(s.gate_panels, kPanelRows * Size{s.gate_panel_cols}, gate_panels, {s.x, s.input_cols, s.h, s.units},
            s.gate_bias, scratch.gates);
    // All gates in one pass: in the last one they would stand in the chain of the candidate's fma and tanh.
    map(scratch.gates, scratch.gates, gate_panels * kPanelRows, wide::sigmoid);
    product(s.input_panels, input_stride, candidate_panels, input, s.input_bias, scratch.candidate);
    if (s.linear_before_reset) {
        const Operands state{s.h, s.units, s.h, 0};
        product(s.state_panels, state_stride, candidate_panels, state, s.state_bias, scratch.state);
    } else {
        for_each_block(s, scratch.gates, [&](Size unit, Size count, GateRows rows) {
            for (Size i = 0; i < count; i += kLanes) {
                const F r = Isa::load(rows.reset + i);
                Isa::store(scratch.state + unit + i, r * load_up_to(s.h + unit + i, count - i));
            }
        });
        const Operands reset_state{scratch.state, s.units, scratch.state, 0};
        product(s.state_panels, state_stride, candidate_panels, reset_state, scratch.candidate, scratch.candidate);
    }
    for_each_block(s, scratch.gates, [&](Size unit, Size count, GateRows rows) {
        for (Size i = 0; i < count; i += kLanes) {
            const F z = Isa::load(rows.update + i);
            F sum = Isa::load(scratch.candidate + unit + i);
            if (s.linear_before_reset) {
                const F r = Isa::load(rows.reset + i);
                sum = Isa::fma(r, Isa::load(scratch.state + unit + i), sum);
            }
            gru_finish(z, wide::tanh(sum), s.h + unit + i, s.h_out + unit + i, count - i);
        }
    });
}

}  // namespace
}  // namespace tidegate::kernels
