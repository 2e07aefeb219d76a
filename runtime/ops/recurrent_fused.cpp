// SPDX-License-Identifier: MIT
// The cells as nearly every model has them, one kernel call a step.
#include "ops/recurrent.h"

namespace tidegate::ops {

kernels::LstmStep lstm_kernel_step(const Cell& cell, const float* x, const float* h, const float* c, float* h_out,
                                   float* c_out) {
    kernels::LstmStep step;
    step.panels = cell.gates.panels;
    step.bias = cell.gates.bias;
    step.units = cell.hidden;
    step.input_cols = cell.gates.input_cols;
    step.x = x;
    step.h = h;
    step.c = c;
    step.h_out = h_out;
    step.c_out = c_out;
    return step;
}

kernels::GruStep gru_kernel_step(const Cell& cell, const float* x, const float* h, float* h_out, float* scratch) {
    kernels::GruStep step;
    step.gate_panels = cell.gates.panels;
    step.gate_bias = cell.gates.bias;
    step.input_panels = cell.candidate_input.panels;
    step.input_bias = cell.candidate_input.bias;
    step.state_panels = cell.candidate_state.panels;
    step.state_bias = cell.candidate_state.bias;
    step.units = cell.hidden;
    step.input_cols = cell.gates.input_cols;
    step.linear_before_reset = cell.linear_before_reset;
    step.x = x;
    step.h = h;
    step.h_out = h_out;
    step.scratch = scratch;
    return step;
}

void fused_lstm_step(const Cell& cell, const kernels::Kernels& k, const float* x, const float* h, const float* c,
                     float* h_out, float* c_out, float*) {
    k.lstm_step(lstm_kernel_step(cell, x, h, c, h_out, c_out));
}

void fused_gru_step(const Cell& cell, const kernels::Kernels& k, const float* x, const float* h, const float*,
                    float* h_out, float*, float* scratch) {
    k.gru_step(gru_kernel_step(cell, x, h, h_out, scratch));
}

}  // namespace tidegate::ops
