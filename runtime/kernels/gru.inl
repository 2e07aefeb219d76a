// SPDX-License-Identifier: MIT
// One step of a GRU; the equations are at GruStep. The products of all series go to scratch and the gates' functions
// follow in one pass; of one small series with linear_before_reset the gates never leave the registers.
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
    alignas(F) float rows[2][kPanelRows] = {};
    const Size count = units - full;
    for (Size q = 0; q < (count + 3) / 4; ++q) {
        std::memcpy(rows[0] + 4 * q, gates + 2 * full + 8 * q, 4 * sizeof(float));
        std::memcpy(rows[1] + 4 * q, gates + 2 * full + 8 * q + 4, 4 * sizeof(float));
    }
    body(full, count, GateRows{rows[0], rows[1]});
}

template <class Form>
struct GruOperands {
    const typename Form::Operand &x, &h;
    typename Form::Operand candidate_x, candidate_h;
};

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

/// h' of the first min(n, kLanes) units: h' = z * h + (1 - z) * tanh(candidate).
[[gnu::always_inline]] inline void gru_update(F z, F candidate, const float* h, float* h_out, Size n) {
    const F rest = (F(1.0F) - z) * wide::tanh(candidate);
    store_up_to(h_out, Isa::fma(z, load_up_to(h, n), rest), n);
}

/// The update of all units and series, where with linear_before_reset r * state is added first.
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
                gru_update(z, sum, h + unit + i, h_out + unit + i, count - i);
            }
        });
    }
}

/// kBlocks times 16 units from `unit` on, or as many as there are, of one series with linear_before_reset: four streams
/// of weights for 16 units, whose gates never leave the registers.
template <class Form, Size kBlocks>
[[gnu::always_inline]] inline void gru_blocks(const GruStep& s, const GruOperands<Form>& in, Size unit) {
    for (Size lane = 0; lane < kPanelRows; lane += kGroupRows) {
        Tile<2 * kBlocks> gates;
        Tile<kBlocks> input, state;
        const Size panel = unit / kPanelRows;
        load_sums(gates, s.bias + 2 * unit + lane, 0);
        load_sums(input, s.candidate_input_bias + unit + lane, 0);
        load_sums(state, s.candidate_state_bias + unit + lane, 0);
        Form::accumulate(gates, in.x, 2 * panel, lane, 0);
        Form::accumulate(input, in.candidate_x, panel, lane, 0);
        Form::accumulate(gates, in.h, 2 * panel, lane, 0);
        Form::accumulate(state, in.candidate_h, panel, lane, 0);
        TIDEGATE_UNROLL
        for (Size i = 0; i < kBlocks * kGroupRegisters; ++i) {
            const Size first = unit + i / kGroupRegisters * kPanelRows + lane + i % kGroupRegisters * kLanes;
            if (first >= s.units) return;
            const F* row = gates.sum + i / kGroupRegisters * 2 * kGroupRegisters + i % kGroupRegisters;
            const F r = wide::sigmoid(row[kGroupRegisters]);
            gru_update(wide::sigmoid(row[0]), Isa::fma(r, state.sum[i], input.sum[i]), s.h.data + first,
                       s.h_out.data + first, s.units - first);
        }
    }
}

template <class Form>
inline void gru_fused(const GruStep& s, const GruOperands<Form>& in) {
    constexpr Size kBlocks = Isa::kPanelsAtOnce == 8 ? 2 : 1;
    Size unit = 0;
    const Size full = format::full_units(s.units);
    for (; unit + kBlocks * kPanelRows <= full; unit += kBlocks * kPanelRows) gru_blocks<Form, kBlocks>(s, in, unit);
    if constexpr (kBlocks > 1) {
        if (unit < full) gru_blocks<Form, 1>(s, in, unit);
    }
}

template <class Form>
void gru_step(const GruStep& s) {
    if constexpr (!std::is_same_v<typename Form::OfOne, Form>) {
        if (s.series == 1) return gru_step<typename Form::OfOne>(s);
    }
    using Operand = typename Form::Operand;
    const Size gate_panels = static_cast<Size>(format::panel_count(2, s.units));
    const Size panels = (Size{s.units} + kPanelRows - 1) / kPanelRows;
    const Size stride = s.scratch.stride, count = s.series;
    const GruSums sums = gru_sums(s, 0);
    std::int8_t* quantized_h = Form::behind(s.quantized, s.input, count);
    const Operand parts[] = {Form::operand(s.input, s.x, count, s.quantized),
                             Form::operand(s.state, s.h, count, quantized_h)};
    if constexpr (Isa::kPanelsAtOnce != 1 && Form::kFusedUnits != 0) {
        const bool fits = s.units <= Form::kFusedUnits && format::tail_units(s.units) == 0;
        if (count == 1 && s.linear_before_reset && fits) {
            return gru_fused<Form>(s, {parts[0], parts[1], Form::with(parts[0], s.candidate_input),
                                       Form::with(parts[1], s.candidate_state)});
        }
    }
    product<Form>({parts, 2}, 0, gate_panels, count, {s.bias, 0, 0}, {sums.gates, stride, 0});
    gru_gates(s);
    const auto of_candidate = [&](const Operand& part, const Starts& start, float* to) {
        product<Form>({&part, 1}, 0, panels, count, start, {to, stride, 0});
    };
    of_candidate(Form::with(parts[0], s.candidate_input), {s.candidate_input_bias, 0, 0}, sums.candidate);
    if (s.linear_before_reset) {
        of_candidate(Form::with(parts[1], s.candidate_state), {s.candidate_state_bias, 0, 0}, sums.state);
    } else {
        gru_reset(s);
        of_candidate(Form::operand(s.candidate_state, {sums.state, stride}, count, quantized_h),
                     {sums.candidate, stride, 0}, sums.candidate);
    }
    gru_finish(s);
}

}  // namespace
}  // namespace tidegate::kernels
