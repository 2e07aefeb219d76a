// SPDX-License-Identifier: MIT
// One step of a GRU; the equations are at GruStep. The products of all series go to scratch; the gates' functions
// follow in one pass. (A block of 16 units has only six sums in flight, too few for fusing to pay.)
#pragma once

#include "kernels/elementwise.inl"
#include "kernels/exponential.inl"
#include "kernels/product.inl"

namespace tidegate::kernels {
namespace {

/// Where one series has its sums in GruStep::scratch. Padded rows: all may be read and written in whole registers.
struct GruSums {
    float* gates;      ///< of update and reset, in the gates matrix' order of rows
    float* candidate;  ///< [padded units] W_h x + b
    float* state;      ///< [padded units] R_h h + Rb_h, or r * h
};

inline GruSums gru_sums(const GruStep& s, Size series) {
    float* scratch = s.scratch.data + series * s.scratch.stride;
    const Size gate_rows = static_cast<Size>(format::panel_count(2, s.units)) * kPanelRows;
    const Size padded = (Size{s.units} + kPanelRows - 1) / kPanelRows * kPanelRows;
    return {scratch, scratch + gate_rows, scratch + gate_rows + padded};
}

/// Pointers to the sums of up to 16 units from `unit` on, each readable in whole registers.
struct GateRows {
    const float* update;
    const float* reset;
};

/// Calls body(unit, count, GateRows) for each 16 units, and for the rest, whose rows are brought in order first.
template <class Body>
[[gnu::always_inline]] inline void for_each_block(Size units, const float* gates, Body body) {
    const Size full = format::full_units(static_cast<std::uint32_t>(units));
    for (Size unit = 0; unit < full; unit += kPanelRows) {
        const Size count = units - unit < kPanelRows ? units - unit : Size{kPanelRows};
        body(unit, count, GateRows{gates + 2 * unit, gates + 2 * unit + kPanelRows});
    }
    if (full >= units) return;
    alignas(64) float rows[2][kPanelRows] = {};
    const Size count = units - full;
    for (Size q = 0; q < (count + 3) / 4; ++q) {
        std::memcpy(rows[0] + 4 * q, gates + 2 * full + 8 * q, 4 * sizeof(float));
        std::memcpy(rows[1] + 4 * q, gates + 2 * full + 8 * q + 4, 4 * sizeof(float));
    }
    body(full, count, GateRows{rows[0], rows[1]});
}

/// The gates of all series in one pass: in the last one they would stand in the chain of the candidate's fma and tanh.
[[gnu::noinline]] void gru_gates(const GruStep& s) {
    const Size rows = static_cast<Size>(format::panel_count(2, s.units)) * kPanelRows;
    for (Size i = 0; i < s.series; ++i) {
        float* gates = gru_sums(s, i).gates;
        map(gates, gates, rows, wide::sigmoid);
    }
}

/// state = r * h
[[gnu::noinline]] void gru_reset(const GruStep& s) {
    for (Size series = 0; series < s.series; ++series) {
        const GruSums sums = gru_sums(s, series);
        const float* h = s.h.data + series * s.h.stride;
        for_each_block(s.units, sums.gates, [&](Size unit, Size count, GateRows rows) {
            for (Size i = 0; i < count; i += kLanes) {
                const F r = Isa::load(rows.reset + i);
                Isa::store(sums.state + unit + i, r * load_up_to(h + unit + i, count - i));
            }
        });
    }
}

/// h' = z * h + (1 - z) * tanh(candidate), where with linear_before_reset r * state is added first.
[[gnu::noinline]] void gru_finish(const GruStep& s) {
    for (Size series = 0; series < s.series; ++series) {
        const GruSums sums = gru_sums(s, series);
        const float* h = s.h.data + series * s.h.stride;
        float* h_out = s.h_out.data + series * s.h_out.stride;
        for_each_block(s.units, sums.gates, [&](Size unit, Size count, GateRows rows) {
            for (Size i = 0; i < count; i += kLanes) {
                const F z = Isa::load(rows.update + i);
                F sum = Isa::load(sums.candidate + unit + i);
                if (s.linear_before_reset) {
                    sum = Isa::fma(Isa::load(rows.reset + i), Isa::load(sums.state + unit + i), sum);
                }
                const F rest = (F(1.0F) - z) * wide::tanh(sum);
                store_up_to(h_out + unit + i, Isa::fma(z, load_up_to(h + unit + i, count - i), rest), count - i);
            }
        });
    }
}

template <class Form>
void gru_step(const GruStep& s) {
    using Operand = typename Form::Operand;
    const Size gate_panels = static_cast<Size>(format::panel_count(2, s.units));
    const Size panels = (Size{s.units} + kPanelRows - 1) / kPanelRows;
    const Size stride = s.scratch.stride, count = s.series;
    const GruSums sums = gru_sums(s, 0);
    std::int8_t* quantized_h = Form::behind(s.quantized, s.input, count);
    const Operand x = Form::operand(s.input, s.x, count, s.quantized);
    const Operand h = Form::operand(s.state, s.h, count, quantized_h);
    const Operand none = Form::operand(Columns(), Vectors(), 0, nullptr);

    product<Form>({x, h}, 0, gate_panels, count, {s.bias, 0, 0}, {sums.gates, stride, 0});
    gru_gates(s);
    product<Form>({Form::with(x, s.candidate_input), none}, 0, panels, count, {s.candidate_input_bias, 0, 0},
                  {sums.candidate, stride, 0});
    if (s.linear_before_reset) {
        product<Form>({Form::with(h, s.candidate_state), none}, 0, panels, count, {s.candidate_state_bias, 0, 0},
                      {sums.state, stride, 0});
    } else {
        gru_reset(s);
        const Operand reset = Form::operand(s.candidate_state, {sums.state, stride}, count, quantized_h);
        product<Form>({reset, none}, 0, panels, count, {sums.candidate, stride, 0}, {sums.candidate, stride, 0});
    }
    gru_finish(s);
}

}  // namespace
}  // namespace tidegate::kernels
