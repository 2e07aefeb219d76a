// SPDX-License-Identifier: MIT
// One step of RNN, LSTM and GRU with every attribute, written as the equations of the ONNX text
// (https://onnx.ai/onnx/operators/onnx__LSTM.html and its siblings). clip acts on the input of every activation,
// C before h among them; Y_c is the unclipped C. All vectors are [hidden].
#include <cstring>

#include "format/sizes.h"
#include "ops/recurrent.h"

namespace tidegate::ops {
namespace {

using kernels::Kernels;
constexpr float kOne = 1.0F;

/// Hands out vectors of `hidden` floats, each on whole panels.
class Vectors {
public:
    Vectors(float* memory, std::uint32_t hidden) : next_(memory), stride_(format::padded_units(hidden)) {}
    float* take() {
        float* v = next_;
        next_ += stride_;
        return v;
    }

private:
    float* next_;
    std::uint64_t stride_;
};

/// Takes the rows of one gate out of the panels' order: out[unit] = rows[padded_row(gates, units, gate, unit)].
void unpack(const PackedMatrix& m, const float* rows, std::uint32_t gate, float* out) {
    const std::uint32_t full = format::full_units(m.units);
    for (std::uint32_t unit = 0; unit < m.units;) {
        const std::uint32_t block = unit < full ? format::kPanelRows : 4;
        const std::uint32_t n = m.units - unit < block ? m.units - unit : block;
        std::memcpy(out + unit, rows + format::padded_row(m.gates, m.units, gate, unit), n * sizeof(float));
        unit += n;
    }
}

/// y = start + W x or start + R h, the first `rows` rows.
void multiply(const Cell& cell, const Kernels& k, const kernels::Columns& w, const float* x, const float* start,
              float* y, std::uint32_t rows, std::int8_t* quantized) {
    cell.multiply(k, {w, rows, 1, {x, 0}, {start, 0}, {y, 0}, quantized});
}

/// rows = bias + W x + R h.
void product(const Cell& cell, const Kernels& k, const StepAt& at, float* rows) {
    const PackedMatrix& m = cell.gates;
    const float* sums = at.gates;
    if (at.x.data != nullptr) {
        multiply(cell, k, m.input_part(cell.input_scale), at.x.data, m.bias, rows, m.rows(), at.quantized);
        sums = rows;
    }
    multiply(cell, k, m.state_part(cell.state_scale), at.h.data, sums, rows, m.rows(), at.quantized);
}

/// y = function(clip(x)); y may be x.
void activate(const Cell& cell, const Kernels& k, int function, const float* x, float* y) {
    if (cell.has_clip) {
        k.clamp(x, -cell.clip, cell.clip, y, cell.hidden);
        x = y;
    }
    const CellFunction& f = cell.functions[function];
    k.unary[static_cast<int>(f.kind)](x, y, cell.hidden, f.alpha, f.beta);
}

void activate(const Cell& cell, const Kernels& k, int function, float* v) { activate(cell, k, function, v, v); }

void times(const Kernels& k, const float* a, const float* b, float* y, std::uint32_t n) {
    k.binary[static_cast<int>(format::Binary::multiply)](a, 1, b, 1, y, n);
}

/// y = 1 - x
void complement(const Kernels& k, const float* x, float* y, std::uint32_t n) {
    k.binary[static_cast<int>(format::Binary::subtract)](&kOne, 0, x, 1, y, n);
}

/// y = f(clip(gate)) * g(clip(value)), both of which are overwritten; a sigmoid and a tanh make one quotient.
void gate(const Cell& cell, const Kernels& k, float* gate, int function, float* value, float* y) {
    const std::uint32_t n = cell.hidden;
    if (cell.functions[0].kind != format::Unary::sigmoid || cell.functions[function].kind != format::Unary::tanh) {
        activate(cell, k, 0, gate);
        activate(cell, k, function, value);
        return times(k, gate, value, y, n);
    }
    if (cell.has_clip) {
        k.clamp(gate, -cell.clip, cell.clip, gate, n);
        k.clamp(value, -cell.clip, cell.clip, value, n);
    }
    k.sigmoid_tanh(gate, value, y, n);
}

void rnn_step(const Cell& cell, const Kernels& k, const StepAt& at) {
    // H = f(W x + R h + Wb + Rb)
    product(cell, k, at, at.work.data);
    activate(cell, k, 0, at.work.data, at.h_out.data);
}

void lstm_step(const Cell& cell, const Kernels& k, const StepAt& at) {
    const std::uint32_t n = cell.hidden;
    const float* peephole = cell.peepholes;
    const float* c = at.c.data;
    float *c_out = at.c_out.data, *rows = at.work.data;
    product(cell, k, at, rows);
    Vectors vectors(rows + cell.gates.rows(), n);
    float *i = vectors.take(), *f = vectors.take(), *g = vectors.take(), *o = vectors.take(), *ig = vectors.take();
    unpack(cell.gates, rows, 0, i);
    unpack(cell.gates, rows, 1, f);
    unpack(cell.gates, rows, 2, g);
    unpack(cell.gates, rows, 3, o);
    // i = f(W_i x + R_i h + P_i C + b_i), f likewise or 1 - i
    if (peephole != nullptr) { k.multiply_add(peephole, c, i, i, n); }
    if (cell.input_forget) {
        activate(cell, k, 0, i, f);
        complement(k, f, f, n);
    } else {
        if (peephole != nullptr) { k.multiply_add(peephole + 2 * std::size_t{n}, c, f, f, n); }
        activate(cell, k, 0, f);
    }
    // c~ = g(W_c x + R_c h + b_c);  C = f C + i c~
    gate(cell, k, i, 1, g, ig);
    k.multiply_add(f, c, ig, c_out, n);
    // o = f(W_o x + R_o h + P_o C + b_o) with the new C
    if (peephole != nullptr) { k.multiply_add(peephole + n, c_out, o, o, n); }
    // H = o h(C)
    std::memcpy(g, c_out, n * sizeof(float));
    gate(cell, k, o, 2, g, at.h_out.data);
}

void gru_step(const Cell& cell, const Kernels& k, const StepAt& at) {
    const std::uint32_t n = cell.hidden;
    const float* h = at.h.data;
    float* rows = at.work.data;
    product(cell, k, at, rows);
    Vectors vectors(rows + cell.gates.rows(), n);
    float *z = vectors.take(), *r = vectors.take(), *g = vectors.take(), *rh = vectors.take();
    // z = f(W_z x + R_z h + b_z), r likewise
    unpack(cell.gates, rows, 0, z);
    unpack(cell.gates, rows, 1, r);
    activate(cell, k, 0, z);
    activate(cell, k, 0, r);
    const PackedMatrix &w = cell.candidate_input, &state = cell.candidate_state;
    const kernels::Columns of_state = state.input_part(cell.state_scale);
    const float* wx = at.candidate;
    if (at.x.data != nullptr) {
        multiply(cell, k, w.input_part(cell.input_scale), at.x.data, w.bias, g, n, at.quantized);
        wx = g;
    }
    if (cell.linear_before_reset) {
        // h~ = g(W_h x + Wb_h + r (R_h h + Rb_h))
        multiply(cell, k, of_state, h, state.bias, rh, n, at.quantized);
        k.multiply_add(r, rh, wx, g, n);
    } else {
        // h~ = g(W_h x + Wb_h + Rb_h + R_h (r h))
        times(k, r, h, rh, n);
        multiply(cell, k, of_state, rh, wx, g, n, at.quantized);
    }
    activate(cell, k, 1, g);
    // H = (1 - z) h~ + z H
    complement(k, z, r, n);
    times(k, r, g, g, n);
    k.multiply_add(z, h, g, at.h_out.data, n);
}

StepFunction* step_of(format::Cell cell) {
    switch (cell) {
        case format::Cell::lstm:
            return lstm_step;
        case format::Cell::gru:
            return gru_step;
        default:
            return rnn_step;
    }
}

template <class Form>
void prepare(const Site& site, Prepared* head) {
    prepare_recurrent(site, head, {step_of(site.op->params_as_Recurrent()->cell()), Form::multiply, false});
}

}  // namespace

const Operator recurrent_operator = {recurrent_slot_bytes, prepare<F32>};
const Operator recurrent_f16_operator = {recurrent_slot_bytes, prepare<F16>};
const Operator recurrent_i8_operator = {recurrent_slot_bytes, prepare<I8>};

}  // namespace tidegate::ops
